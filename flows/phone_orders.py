"""An order that a customer gives by phone: somebody of the team writes it down, asked for one thing after the other."""

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import ClassVar

from flows import basket as baskets
from flows.answers import chosen
from flows.basket import Basket
from flows.draft import Draft, fulfilment_buttons, summary, wish
from flows.engine import Flow, Move, flow, step
from flows.messages import Button, Reply
from flows.order_edits import changed_lines, note_of, wish_at, wish_when
from flows.turn import Turn
from knowledge.language.phones import read_phone, region_of
from storage.actions import orders
from storage.actions.contacts import contacts_of
from storage.errors import BadInput, NotFound
from storage.queries import contacts as queries
from storage.queries.orders import Order
from storage.queries.people import contact as read_contact
from storage.rules.orders import Fulfilment
from storage.rules.text import one_line

FLOW, SOURCE = "phone_order", "phone"
BEFORE = {"goods": "customer", "way": "goods", "address": "way", "time": "way", "note": "time", "confirm": "note"}
_PHONE = re.compile(r"\+?\d[\d\s()-]{5,}\d")


@dataclass(frozen=True)
class PhoneOrder:
    """For whom, and what so far."""

    contact: str = ""
    draft: Draft = field(default_factory=Draft)


def customer_of(turn: Turn, said: str) -> str:
    """The id of the contact who is meant by phone or name; a number that nobody has is a new customer's, with the name
    beside it. Raises `NotFound`, `BadInput`."""
    words = one_line(said, " ")[:200]
    written = _PHONE.search(words)
    phone = read_phone(written.group(), region_of(turn.workspace.timezone)) if written else None
    if written is None or phone is None:
        return queries.named(turn.tx, turn.scope, words).id
    try:
        return queries.named(turn.tx, turn.scope, phone, phone).id
    except NotFound:
        name = words.replace(written.group(), " ").strip(" ,;-")
        return contacts_of(turn.tx, turn.scope, [((("phone", phone),), one_line(name, " "))])[0]


def place(turn: Turn, state: PhoneOrder) -> Order:
    """Write the order down, for the customer and by whoever took it."""
    made = (turn.tx, turn.workspace, turn.catalogue, state.draft.basket.lines, wish(state.draft))
    return orders.place(*made, contact=state.contact, source=SOURCE, actor=turn.actor)


@flow(FLOW)
class PhoneOrdering(Flow[PhoneOrder]):
    """Who, what, how, where, when, a note; then placed as said."""

    state_type: ClassVar[type[PhoneOrder]] = PhoneOrder
    expires_after: ClassVar[timedelta] = timedelta(minutes=30)

    def enter(self, turn: Turn, state: PhoneOrder) -> Move[PhoneOrder]:
        if not state.contact:
            return Move("customer", state)
        return Move("way" if state.draft.basket.lines else "goods", state)

    def ask(self, turn: Turn, step: str, state: PhoneOrder) -> Reply:
        buttons = self._buttons(turn, step, state)
        if step == "confirm":
            who = read_contact(turn.tx, turn.scope, state.contact)
            return Reply(f"{who.name} {who.phone}\n{summary(turn, state.draft)}", buttons)
        questions = {
            "customer": turn.say("Who orders? Write the phone number, and the name of somebody new."),
            "goods": turn.say("What would they like? Write it as they say it: “2 samosa and a chai”."),
            "way": turn.say("Delivery or pickup?"),
            "address": turn.say("Where to? Write the address."),
            "time": turn.say("When? Write a time such as “7:30 pm”, or tap."),
            "note": turn.say("A note? Write it, or tap No."),
        }
        return Reply(questions[step], buttons)

    def _buttons(self, turn: Turn, step: str, state: PhoneOrder) -> tuple[Button, ...]:
        stop = Button(turn.say("Stop"), "flow:cancel")
        if step == "way":
            return (*fulfilment_buttons(turn), stop)
        if step == "time":
            return (Button(turn.say("As soon as possible"), "time:asap"), stop)
        if step == "note":
            return (Button(turn.say("No"), "note:none"), stop)
        if step == "confirm":
            return (Button(turn.say("Place order"), "do:confirm"), stop)
        return (stop,)

    def back(self, step: str, state: PhoneOrder) -> str | None:
        return BEFORE.get(step)

    @step
    def customer(self, turn: Turn, state: PhoneOrder) -> Move[PhoneOrder] | None:
        if turn.inbound.kind != "text":
            return None
        return Move("goods", replace(state, contact=customer_of(turn, turn.inbound.text)))

    @step
    def goods(self, turn: Turn, state: PhoneOrder) -> Move[PhoneOrder] | None:
        if turn.inbound.kind != "text":
            return None
        lines = changed_lines(turn, state.draft.basket.lines, turn.inbound.text)
        if not lines:
            raise BadInput("An order needs between 1 and {most} lines.", most=orders.MOST_LINES)
        draft = replace(state.draft, basket=Basket(lines))
        return Move("way", replace(state, draft=draft), (Reply(baskets.summary(turn, draft.basket)),))

    @step
    def way(self, turn: Turn, state: PhoneOrder) -> Move[PhoneOrder] | None:
        answer = chosen(turn, fulfilment_buttons(turn))
        if answer is None:
            return None
        fulfilment = Fulfilment(answer.partition(":")[2])
        following = "address" if fulfilment is Fulfilment.DELIVERY else "time"
        return Move(following, replace(state, draft=replace(state.draft, fulfilment=fulfilment)))

    @step
    def address(self, turn: Turn, state: PhoneOrder) -> Move[PhoneOrder] | None:
        if turn.inbound.kind != "text":
            return None
        there = wish_at(wish(state.draft), turn.inbound.text)
        return Move("time", replace(state, draft=replace(state.draft, address=there.address)))

    @step
    def time(self, turn: Turn, state: PhoneOrder) -> Move[PhoneOrder] | None:
        if chosen(turn, self._buttons(turn, "time", state)[:1]):
            draft = replace(state.draft, wanted="asap", wanted_at=None)
        elif turn.inbound.kind == "text":
            when = wish_when(turn, wish(state.draft), turn.inbound.text)
            draft = replace(state.draft, wanted=when.wanted, wanted_at=when.wanted_at)
        else:
            return None
        return Move("note", replace(state, draft=draft))

    @step
    def note(self, turn: Turn, state: PhoneOrder) -> Move[PhoneOrder] | None:
        said = "" if chosen(turn, self._buttons(turn, "note", state)[:1]) else turn.inbound.text
        return Move("confirm", replace(state, draft=replace(state.draft, note=note_of(said))))

    @step
    def confirm(self, turn: Turn, state: PhoneOrder) -> Move[PhoneOrder] | None:
        if chosen(turn, self._buttons(turn, "confirm", state)[:1]) != "do:confirm":
            return None
        placed = place(turn, state)
        return Move(None, state, (Reply(turn.say("Order {number} is placed.", number=placed.label)),))
