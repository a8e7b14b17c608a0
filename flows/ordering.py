"""Filling the basket: by words, by the menu's rows, by a native cart; until the customer wants to place the order."""

from decimal import Decimal
from typing import ClassVar

from flows import basket as baskets
from flows import menu
from flows.basket import Basket
from flows.engine import Flow, Move, Outcome, flow, step
from flows.messages import Reply, StartFlow
from flows.turn import Turn
from knowledge.language.intents import Intent, read_intent
from knowledge.language.orders import OrderReading
from storage.rules.catalogue import Line

ORDERS = (Intent.ORDER, Intent.AMEND, Intent.GREETING, Intent.THANKS, Intent.OTHER)
DONE = (Intent.CONFIRM, Intent.DECLINE)


@flow("ordering")
class Ordering(Flow[Basket]):
    """One step, `basket`: every message changes the basket and shows it again."""

    state_type: ClassVar[type[Basket]] = Basket

    def enter(self, turn: Turn, state: Basket) -> Move[Basket]:
        return _take(turn, state) or Move("basket", state)

    def ask(self, turn: Turn, step: str, state: Basket) -> Reply:
        return baskets.card(turn, state)

    @step
    def basket(self, turn: Turn, state: Basket) -> Move[Basket] | None:
        return _take(turn, state)

    def leave(self, turn: Turn, state: Basket) -> tuple[Outcome, ...]:
        return (Reply(turn.say("All right, I have emptied your basket. Write whenever you would like something.")),)

    def expired(self, turn: Turn, state: Basket) -> tuple[Outcome, ...]:
        if not state.lines:
            return ()
        return (
            Reply(
                turn.say(
                    "I have put your basket away, as I did not hear from you. Write whenever you would like to order."
                ),
                once=True,
            ),
        )


def _take(turn: Turn, state: Basket) -> Move[Basket] | None:
    """What this message makes of the basket; None when it is about something else."""
    state, gone = baskets.orderable(turn, state)
    said: tuple[Outcome, ...] = ()
    if gone:
        said = (Reply(turn.say("Sorry, this is no longer available: {names}.", names=", ".join(gone))),)
    if turn.inbound.kind == "tap":
        move = _tap(turn, state)
    elif turn.inbound.kind == "cart":
        move = _cart(turn, state)
    elif turn.inbound.kind == "text":
        move = _text(turn, state)
    else:
        move = None
    return None if move is None else Move(move.step, move.state, (*said, *move.says), move.ask)


def _tap(turn: Turn, state: Basket) -> Move[Basket] | None:
    what, _, argument = turn.inbound.data.partition(":")
    if what == "add" and argument in turn.catalogue.by_name:
        return Move("basket", baskets.add_line(state, Line(argument)))
    if what == "pick":
        known = argument if argument in turn.catalogue.by_name else ""
        return Move("basket", baskets.answer(state, known))
    if what == "clear":
        return Move("basket", Basket())
    if what == "basket":
        return Move("basket", state)
    if what == "checkout":
        return _checkout(turn, state)
    shown = menu_page(turn)
    return None if shown is None else Move("basket", state, (shown,), ask=False)


def menu_page(turn: Turn) -> Reply | None:
    """The page of the menu that a tapped row or button leads to."""
    what, _, argument = turn.inbound.data.partition(":")
    if what == "menu":
        return menu.more_categories(turn, int(argument)) if argument.isdecimal() else menu.menu(turn)
    if what == "cat":
        page, _, name = argument.partition(":")
        return menu.category(turn, name, int(page) if page.isdecimal() else 0)
    return None


def _cart(turn: Turn, state: Basket) -> Move[Basket]:
    """A native cart: products by their catalogue id, prices ours and never the phone's."""
    strange = []
    for item in turn.inbound.cart:
        product = turn.catalogue.by_name.get(item.product)
        if product is None or not (product.orderable and product.available):
            strange.append(item.product)
        elif item.quantity > 0:
            state = baskets.add_line(state, Line(item.product, Decimal(item.quantity)))
    said: tuple[Outcome, ...] = ()
    if strange:
        said = (Reply(turn.say("Sorry, we do not have this: {names}.", names=", ".join(strange[:10]))),)
    return Move("basket", state, said)


def _text(turn: Turn, state: Basket) -> Move[Basket] | None:
    reading = turn.reading_beside(state.lines)
    if state.questions and not reading.lines and not reading.amendments:
        answered = _answer(turn, state)
        if answered is not None:
            return answered
    intent = read_intent(turn.inbound.text, not reading.is_empty)
    if intent in ORDERS and not reading.is_empty:
        return _order(turn, state, reading)
    if intent in DONE and state.lines:
        return _checkout(turn, state)
    return None


def _order(turn: Turn, state: Basket, reading: OrderReading) -> Move[Basket] | None:
    changed = baskets.add_reading(state, reading)
    baskets.check_size(changed)
    strange = baskets.strange_words(turn, reading.unknown)
    if changed == state and not strange:
        return None
    return Move("basket", changed, (Reply(strange),) if strange else ())


def _answer(turn: Turn, state: Basket) -> Move[Basket] | None:
    """An open question answered in words: the number of the row, or words that fit one candidate."""
    question = state.questions[0]
    said = turn.inbound.text.strip()
    if said.isdecimal() and 1 <= int(said) <= len(question.candidates):
        return Move("basket", baskets.answer(state, question.candidates[int(said) - 1]))
    named = {name for unknown in turn.order_reading.unknown for name in unknown.candidates}
    fitting = [name for name in question.candidates if name in named]
    if len(fitting) == 1:
        return Move("basket", baskets.answer(state, fitting[0]))
    if read_intent(said, False) is Intent.DECLINE:
        return Move("basket", baskets.answer(state, ""))
    return None


def _checkout(turn: Turn, state: Basket) -> Move[Basket]:
    if state.questions or not state.lines:
        return Move("basket", state)
    return Move(None, state, (StartFlow("checkout", {"basket": state}),))
