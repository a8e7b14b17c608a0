"""What a customer is about to order: lines, the questions that are still open about them, and the card that shows both."""

from dataclasses import dataclass, replace
from decimal import Decimal

from flows.messages import Button, Choice, Reply, Row, Section
from flows.texts import quantity
from flows.turn import Turn
from knowledge.language.basket import apply_reading, merge_lines
from knowledge.language.orders import OrderReading, Unknown
from storage.errors import BotError
from storage.rules.catalogue import Line
from storage.rules.money import line_total, unit_price

SLOT = "basket"
HOLD_MS = 700
MOST_STRANGE = 5


@dataclass(frozen=True)
class Question:
    """Words that may mean several products; `quantity` waits for the answer."""

    surface: str
    candidates: tuple[str, ...]
    quantity: Decimal = Decimal(1)


@dataclass(frozen=True)
class Basket:
    """`strange` are the goods of the last message that we do not know: they are asked about once, and left out by whatever
    goes on with the order."""

    lines: tuple[Line, ...] = ()
    questions: tuple[Question, ...] = ()
    strange: tuple[Question, ...] = ()


def add_reading(basket: Basket, reading: OrderReading, *, counted: bool = True) -> Basket:
    """The basket with what a message orders, changes and leaves open. `reading` was made beside this basket; `counted`: an
    amount was said in it."""
    asked = [_question(unknown) for unknown in reading.unknown]
    known = {question.surface.casefold() for question in basket.questions}
    new = [each for each in asked if each.candidates and each.surface.casefold() not in known]
    strange = tuple(each for each in asked if not each.candidates)[:MOST_STRANGE]
    return Basket(
        apply_reading(basket.lines, reading if counted else _with_amounts(basket, reading)),
        (*basket.questions, *new),
        strange,
    )


def _with_amounts(basket: Basket, reading: OrderReading) -> OrderReading:
    """ "veg roll", written instead of "2 burger", is two of them."""
    if len(basket.strange) != 1 or len(reading.lines) != 1:
        return reading
    return replace(reading, lines=(replace(reading.lines[0], quantity=basket.strange[0].quantity),))


def _question(unknown: Unknown) -> Question:
    return Question(unknown.surface, unknown.candidates[:10], unknown.quantity or Decimal(1))


def add_line(basket: Basket, line: Line) -> Basket:
    """The same product with the same options is one line."""
    return replace(basket, lines=merge_lines([*basket.lines, line]), strange=())


def answer(basket: Basket, product: str, at: int = 0, amount: Decimal | None = None) -> Basket:
    """The open question at that place answered with a product; "" drops the question. `amount` was said with it."""
    if not basket.questions:
        return add_line(basket, Line(product)) if product else basket
    question = basket.questions[at]
    basket = replace(basket, questions=basket.questions[:at] + basket.questions[at + 1 :])
    lines = [*basket.lines, Line(product, amount or question.quantity)] if product else basket.lines
    return replace(basket, lines=merge_lines(lines))


def line_text(turn: Turn, line: Line) -> str:
    """ "2 × Veg Momos (half, no onion) — ₹160", priced from the catalogue."""
    product = turn.catalogue.by_name[line.product]
    price = line_total(unit_price(turn.catalogue, product, line.options), line.quantity)
    return f"{goods_text(turn, line)} — {turn.money(price)}"


def goods_text(turn: Turn, line: Line) -> str:
    """The same without the price."""
    amount = _amount(line.quantity, turn.catalogue.by_name[line.product].unit)
    return f"{amount} {product_title(turn, line.product)}{extras(turn, line)}"


def _amount(amount: Decimal, unit: str) -> str:
    counted = unit in ("piece", "plate", "glass", "box", "packet", "strip", "bottle")
    return f"{quantity(amount)} ×" if counted else f"{quantity(amount)} {unit}"


def extras(turn: Turn, line: Line) -> str:
    """Options and what is left out, in brackets."""
    said = [value.replace(":", " ").replace("_", " ") for values in line.options.values() for value in values]
    said += [turn.say("no {thing}", thing=thing.replace("_", " ")) for thing in line.without]
    said += [line.note] if line.note else []
    return f" ({', '.join(said)})" if said else ""


def product_title(turn: Turn, name: str) -> str:
    product = turn.catalogue.by_name[name]
    return product.titles.get(turn.language, product.title)


def total(turn: Turn, basket: Basket) -> int:
    """In minor units, from the catalogue only."""
    return sum(
        line_total(unit_price(turn.catalogue, turn.catalogue.by_name[line.product], line.options), line.quantity)
        for line in basket.lines
    )


def summary(turn: Turn, basket: Basket) -> str:
    """All lines and the total."""
    lines = [line_text(turn, line) for line in basket.lines]
    return "\n".join([*lines, turn.say("Total {total}", total=turn.money(total(turn, basket)))])


def card(turn: Turn, basket: Basket) -> Reply:
    """The basket as the customer sees it, or the question that must be answered first."""
    if basket.questions:
        return question_card(turn, basket)
    if basket.strange:
        return strange_card(turn, basket)
    if not basket.lines:
        return Reply(
            turn.say("Your basket is empty. Write what you would like, or look at the menu."), _menu_button(turn)
        )
    more = turn.say("Write what else you would like, or tap Place order.")
    text = f"{turn.say('Your basket')}\n{summary(turn, basket)}\n\n{more}"
    hold = HOLD_MS if turn.inbound.kind == "text" else 0
    return Reply(text, card_buttons(turn), slot=SLOT, hold_ms=hold)


def card_buttons(turn: Turn) -> tuple[Button, ...]:
    return (
        Button(turn.say("Place order"), "checkout"),
        Button(turn.say("Add more"), "menu"),
        Button(turn.say("Empty basket"), "clear"),
    )


def question_card(turn: Turn, basket: Basket) -> Reply:
    question = basket.questions[0]
    named = [name for name in question.candidates if turn.offers(turn.catalogue.by_name.get(name))]
    rows = tuple(
        Row(product_title(turn, name), f"pick:{name}", turn.money(turn.catalogue.by_name[name].price)) for name in named
    )
    none = Row(turn.say("None of these"), "pick:")
    text = turn.say("Which one did you mean by “{words}”?", words=question.surface)
    if more := len(basket.questions) - 1 + bool(basket.strange):
        text += "\n" + turn.say("({count} more to answer after this.)", count=more)
    if basket.lines:
        text = f"{turn.say('Your basket')}\n{summary(turn, basket)}\n\n{text}"
    return Reply(text, choice=Choice(turn.say("Choose"), (Section(turn.say("Choose"), (*rows[:9], none)),)), slot=SLOT)


def strange_card(turn: Turn, basket: Basket) -> Reply:
    """What of a message is not on the menu, asked about; all else of it is in the basket."""
    asked = turn.say(
        "{unknown} Write it in other words, look at the menu, or leave it out.", unknown=unfound(turn, basket)
    )
    if not basket.lines:
        return Reply(asked, beside_menu(turn), slot=SLOT)
    text = f"{turn.say('Your basket')}\n{summary(turn, basket)}\n\n{asked}"
    hold = HOLD_MS if turn.inbound.kind == "text" else 0
    return Reply(text, (*leaving_out(turn, basket), *beside_menu(turn)), slot=SLOT, hold_ms=hold)


def leaving_out(turn: Turn, basket: Basket) -> tuple[Button, ...]:
    return (Button(turn.say("Leave it out"), "leave"),) if basket.strange else ()


def unfound(turn: Turn, basket: Basket) -> str:
    """One sentence on words that name nothing we sell."""
    words = "”, “".join(each.surface for each in basket.strange)
    return turn.say("I did not find “{words}” on our menu.", words=words)


def beside_menu(turn: Turn) -> tuple[Button, ...]:
    return (*_menu_button(turn), Button(turn.say("Talk to a person"), "human"))


def _menu_button(turn: Turn) -> tuple[Button, ...]:
    return (Button(turn.say("Menu"), "menu"),)


def check_size(basket: Basket) -> None:
    if len(basket.questions) > 10:
        raise BotError("I can ask about ten things at a time. Please write them in two messages.")
    if len(basket.lines) > 50:
        raise BotError("A basket holds at most 50 lines. Please place this order first.")
