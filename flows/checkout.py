"""From a basket to an order: delivery or pickup, where, when, anything else, and the customer's word."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from flows import basket as baskets
from flows.answers import chosen
from flows.basket import Basket
from flows.engine import Flow, Move, Outcome, flow, step
from flows.messages import Button, Choice, Reply, Row, Section, StartFlow
from flows.ordering import menu_page
from flows.turn import Turn
from knowledge.language.when import read_when
from storage.actions import orders
from storage.actions.contacts import change_contact
from storage.actions.orders import Wish
from storage.rules.catalogue import Line
from storage.rules.orders import Fulfilment

STEPS = ("fulfilment", "address", "time", "note", "confirm")


@dataclass(frozen=True)
class Draft:
    """The order so far. `shown` is the total that the customer last saw, in minor units."""

    basket: Basket = field(default_factory=Basket)
    fulfilment: Fulfilment | None = None
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    wanted: str = ""
    wanted_at: datetime | None = None
    note: str | None = None
    shown: int | None = None


@flow("checkout")
class Checkout(Flow[Draft]):
    """Asks only for what is missing; ends by placing the order, or back in the basket."""

    state_type: ClassVar[type[Draft]] = Draft
    expires_after: ClassVar[timedelta] = timedelta(hours=2)

    def enter(self, turn: Turn, state: Draft) -> Move[Draft]:
        return _onward(turn, state)

    def ask(self, turn: Turn, step: str, state: Draft) -> Reply:
        question = {
            "fulfilment": turn.say("Shall we deliver, or will you pick it up?"),
            "address": turn.say("Where shall we bring it? Write the address, or send your location."),
            "time": turn.say("When would you like it? Tap, or write a time such as “7:30 pm”."),
            "note": turn.say("Anything we should know? Write it, or tap No."),
            "change": turn.say("What would you like to change?"),
        }
        if step == "confirm":
            return Reply(_summary(turn, state), _buttons(turn, step, state))
        if step == "change":
            rows = tuple(Row(button.label, button.data) for button in _buttons(turn, step, state))
            return Reply(question[step], choice=Choice(turn.say("Choose"), (Section(turn.say("Choose"), rows),)))
        text = question[step]
        if step == "address" and (last := _last_address(turn)):
            text += "\n" + turn.say("Last time: {address}", address=last["address"] or turn.say("your location"))
        return Reply(text, _buttons(turn, step, state))

    def back(self, step: str, state: Draft) -> str | None:
        if step not in STEPS or STEPS.index(step) == 0:
            return None
        before = STEPS[STEPS.index(step) - 1]
        return "fulfilment" if before == "address" and state.fulfilment is Fulfilment.PICKUP else before

    @step
    def fulfilment(self, turn: Turn, state: Draft) -> Move[Draft] | None:
        answer = chosen(turn, _buttons(turn, "fulfilment", state))
        if answer is None:
            return _amended(turn, state, "fulfilment")
        return _onward(turn, replace(state, fulfilment=Fulfilment(answer.partition(":")[2])))

    @step
    def address(self, turn: Turn, state: Draft) -> Move[Draft] | None:
        inbound = turn.inbound
        last = _last_address(turn)
        if last and chosen(turn, _buttons(turn, "address", state)):
            return _onward(turn, replace(state, **last))
        if inbound.location is not None:
            place = inbound.location
            said = ", ".join(filter(None, (place.name, place.address)))
            return _onward(turn, replace(state, address=said, latitude=place.latitude, longitude=place.longitude))
        if inbound.kind != "text":
            return _amended(turn, state, "address")
        if len(inbound.text.strip()) < 5:
            more = turn.say("I need a little more: house, street and area. Or send your location.")
            return Move("address", state, (Reply(more),), ask=False)
        return _onward(turn, replace(state, address=inbound.text.strip()[:500], latitude=None, longitude=None))

    @step
    def time(self, turn: Turn, state: Draft) -> Move[Draft] | None:
        if chosen(turn, _buttons(turn, "time", state)):
            return _onward(turn, replace(state, wanted="asap", wanted_at=None))
        if turn.inbound.kind != "text":
            return _amended(turn, state, "time")
        words = turn.inbound.text.strip()[:200]
        when = read_when(words, turn.now.astimezone(turn.workspace.zone))
        if when is not None and when.asap:
            return _onward(turn, replace(state, wanted="asap", wanted_at=None))
        at = when.at if when is not None and when.has_time else None
        if at is not None and at <= turn.now:
            return Move("time", state, (Reply(turn.say("That time has passed already.")),))
        return _onward(turn, replace(state, wanted=words, wanted_at=at))

    @step
    def note(self, turn: Turn, state: Draft) -> Move[Draft] | None:
        if chosen(turn, _buttons(turn, "note", state)):
            return _onward(turn, replace(state, note=""))
        if turn.inbound.kind != "text":
            return _amended(turn, state, "note")
        return _onward(turn, replace(state, note=turn.inbound.text.strip()[:500]))

    @step
    def confirm(self, turn: Turn, state: Draft) -> Move[Draft] | None:
        answer = chosen(turn, _buttons(turn, "confirm", state))
        if answer == "do:change":
            return Move("change", state)
        if answer == "do:confirm":
            return _place(turn, state)
        if answer == "flow:cancel":
            return Move(None, state, self.leave(turn, state))
        return _amended(turn, state, "confirm")

    @step
    def change(self, turn: Turn, state: Draft) -> Move[Draft] | None:
        answer = chosen(turn, _buttons(turn, "change", state))
        if answer == "edit:basket":
            return Move(None, state, (StartFlow("ordering", state.basket),))
        if answer is None:
            return _amended(turn, state, "change")
        return Move(answer.partition(":")[2], state)

    def leave(self, turn: Turn, state: Draft) -> tuple[Outcome, ...]:
        return (Reply(turn.say("All right, nothing was ordered. Write whenever you would like something.")),)

    def expired(self, turn: Turn, state: Draft) -> tuple[Outcome, ...]:
        text = turn.say("I have put your order away, as I did not hear from you. Nothing was ordered.")
        return (Reply(text, once=True),)


def _onward(turn: Turn, state: Draft) -> Move[Draft]:
    """To the first step whose answer is missing; then to the summary."""
    if state.fulfilment is None:
        return Move("fulfilment", state)
    if state.fulfilment is Fulfilment.DELIVERY and not (state.address or state.latitude is not None):
        return Move("address", state)
    if not state.wanted:
        return Move("time", state)
    if state.note is None:
        return Move("note", state)
    return Move("confirm", replace(state, shown=baskets.total(turn, state.basket)))


def _amended(turn: Turn, state: Draft, step: str) -> Move[Draft] | None:
    """While a step waits for its answer, the basket can still change: by words, by the menu, by a cart."""
    shown = menu_page(turn) if turn.inbound.kind == "tap" else None
    if shown is not None:
        return Move(step, state, (shown,), ask=False)
    if turn.inbound.data in ("checkout", "basket"):  # the basket's card, tapped again
        return Move(step, state)
    if turn.inbound.data == "clear" or turn.inbound.data.startswith("pick:"):
        return Move(None, state, (StartFlow("ordering", state.basket),))
    added = state.basket
    if turn.inbound.kind == "text":
        added = baskets.add_reading(added, turn.reading_beside(added.lines))
    what, _, name = turn.inbound.data.partition(":")
    if what == "add" and name in turn.catalogue.by_name:
        added = baskets.add_line(state.basket, Line(name))
    if added == state.basket and turn.inbound.kind != "cart":
        return None
    if added.questions or not added.lines or turn.inbound.kind == "cart":
        return Move(None, state, (StartFlow("ordering", added),))
    state = replace(state, basket=added)
    if step == "confirm":
        return _onward(turn, state)
    return Move(step, state, (Reply(baskets.summary(turn, added)),))


def _place(turn: Turn, state: Draft) -> Move[Draft]:
    """Place what was shown: if the shop's prices or goods have changed meanwhile, show it again instead."""
    basket, gone = baskets.orderable(turn, state.basket)
    state = replace(state, basket=basket)
    if not basket.lines:
        sorry = Reply(turn.say("Sorry, this is no longer available: {names}.", names=", ".join(gone)))
        return Move(None, state, (sorry,))
    now = baskets.total(turn, basket)
    if gone or now != state.shown:
        changed = Reply(turn.say("Something has changed since you last looked. Please check once more."))
        return Move("confirm", replace(state, shown=now), (changed,))
    wish = Wish(
        fulfilment=state.fulfilment or Fulfilment.PICKUP,
        address=state.address if state.fulfilment is Fulfilment.DELIVERY else "",
        latitude=state.latitude,
        longitude=state.longitude,
        wanted=state.wanted,
        wanted_at=state.wanted_at,
        instructions=state.note or "",
    )
    source = turn.account.partition(":")[0]
    orders.place(turn.tx, turn.catalogue, basket.lines, wish, contact=turn.actor.id, source=source, actor=turn.actor)
    if state.fulfilment is Fulfilment.DELIVERY:
        _remember_address(turn, state)
    return Move(None, state)


def _remember_address(turn: Turn, state: Draft) -> None:
    address = {"address": state.address, "latitude": state.latitude, "longitude": state.longitude}
    change_contact(turn.tx, turn.actor.id, {"last_address": address}, turn.actor)


def _last_address(turn: Turn) -> dict[str, Any] | None:
    return turn.contact.last_address


def _buttons(turn: Turn, step: str, state: Draft) -> tuple[Button, ...]:
    if step == "fulfilment":
        return (Button(turn.say("Delivery"), "by:delivery"), Button(turn.say("Pickup"), "by:pickup"))
    if step == "address":
        return (Button(turn.say("Same as last time"), "at:same"),) if _last_address(turn) else ()
    if step == "time":
        return (Button(turn.say("As soon as possible"), "when:asap"),)
    if step == "note":
        return (Button(turn.say("No"), "note:none"),)
    if step == "confirm":
        return (
            Button(turn.say("Confirm order"), "do:confirm"),
            Button(turn.say("Change"), "do:change"),
            Button(turn.say("Cancel"), "flow:cancel"),
        )
    delivers = state.fulfilment is Fulfilment.DELIVERY
    return (
        Button(turn.say("Items"), "edit:basket"),
        Button(turn.say("Delivery or pickup"), "edit:fulfilment"),
        *((Button(turn.say("Address"), "edit:address"),) if delivers else ()),
        Button(turn.say("Time"), "edit:time"),
        Button(turn.say("Special instructions"), "edit:note"),
    )


def _summary(turn: Turn, state: Draft) -> str:
    """The whole order as it will be placed."""
    where = turn.say("Pickup at the shop")
    if state.fulfilment is Fulfilment.DELIVERY:
        where = turn.say("Delivery to {address}", address=state.address or turn.say("your location"))
    parts = [turn.say("Please check your order:"), baskets.summary(turn, state.basket), "", where, _when(turn, state)]
    if state.note:
        parts.append(turn.say("Note: {note}", note=state.note))
    parts += ["", turn.say("Shall I place it?")]
    return "\n".join(parts)


def _when(turn: Turn, state: Draft) -> str:
    if state.wanted == "asap":
        return turn.say("As soon as possible")
    if state.wanted_at is not None:
        return turn.say("For {time}", time=turn.moment(state.wanted_at))
    return turn.say("For {time}", time=state.wanted)
