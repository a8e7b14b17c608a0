"""What a customer writes outside a flow, or beside one: orders begin the ordering flow, questions are answered."""

from collections.abc import Sequence
from datetime import timedelta

from flows import inquiries, repeating, terms
from flows.engine import Outcome
from flows.hearing import HELP, Meaning, hear
from flows.menu import menu
from flows.messages import Button, Reply, StartFlow, Tell
from flows.ordering import menu_page
from flows.texts import say
from flows.turn import Turn
from handlers.contact_names import who
from handlers.order_cards import STATUS, customer_text
from knowledge.language.intents import Intent
from storage.queries.order_lists import OrderRow, listed
from storage.queries.orders import Order, order
from storage.rules.orders import CUSTOMER_MAY_CANCEL, OPEN, Status

BASKET_FLOWS = ("ordering", "checkout")
BASKET_TAPS = ("add", "pick", "leave", "clear", "basket", "checkout", "usual", "again")


def answer(turn: Turn) -> list[Outcome]:
    """The reply to a customer; staff are pointed to their commands, and a group's talk is left alone."""
    if turn.actor.kind != "contact":
        return [Reply(turn.say("I work by commands here. /help shows them."))] if turn.inbound.private else []
    if turn.inbound.kind == "tap":
        return _tap(turn)
    if turn.inbound.kind == "cart":
        return [StartFlow("ordering")]
    if turn.inbound.kind == "text":
        return _text(turn)
    return []


def _tap(turn: Turn) -> list[Outcome]:
    shown = menu_page(turn)
    if shown is not None:
        return [shown]
    if turn.inbound.data.partition(":")[0] in BASKET_TAPS:
        return [StartFlow("ordering")]
    if turn.inbound.data == "human":
        return _human(turn)
    return [
        Reply(
            turn.say("That button belongs to an earlier message. Write what you would like, or look at the menu."),
            _start_buttons(turn),
        )
    ]


def _text(turn: Turn) -> list[Outcome]:
    heard = hear(turn)
    if heard.intent is Intent.HUMAN:
        return _human(turn)
    if inquiries.asks_about_goods(heard):
        return [inquiries.about_goods(turn, heard)]
    if " ".join(heard.words) in HELP:
        return _help(turn)
    if heard.intent in (Intent.STATUS, Intent.CANCEL, Intent.AMEND) and not heard.reading.lines:
        return _own_orders(turn, heard)
    begins = heard.repeats or not heard.reading.is_empty or heard.intent is Intent.BASKET
    if begins and not _is_ordering(turn):
        return [StartFlow("ordering")]
    if inquiries.names_unknown_goods(heard):
        return [inquiries.unknown_goods(turn, heard)]
    return _small_talk(turn, heard)


def _is_ordering(turn: Turn) -> bool:
    """Beside a basket nothing begins anew: what that flow did not take is no order."""
    return turn.conversation is not None and turn.conversation.flow in BASKET_FLOWS


def _help(turn: Turn) -> list[Outcome]:
    text = turn.say("Write what you would like, as to a person: “2 samosa and a chai”. Or tap:")
    return [Reply(text, _start_buttons(turn))]


def _small_talk(turn: Turn, heard: Meaning) -> list[Outcome]:
    intent = heard.intent
    if intent is Intent.GREETING:
        usual, button = repeating.offer(turn)
        return [Reply("\n".join(filter(None, (_greeting(turn), usual))), button), menu(turn)]
    if intent is Intent.MENU:
        return [menu(turn)]
    if intent is Intent.THANKS:
        return [Reply(turn.say("You are welcome!"))]
    if intent is Intent.COMPLAINT:
        return [Reply(turn.say("I am sorry to hear that.")), *_human(turn)]
    if intent is Intent.HOURS and (hours := terms.hours(turn)):
        return [Reply(hours, _start_buttons(turn))]
    if heard.question or intent in (Intent.HOURS, Intent.BOOKING):
        return [Reply(turn.say("I cannot answer that myself. Shall I ask the shop?"), _start_buttons(turn)[1:])]
    return [
        Reply(
            turn.say("Sorry, I did not understand that. Write what you would like to order, or look at the menu."),
            _start_buttons(turn),
        )
    ]


def _greeting(turn: Turn) -> str:
    """In the shop's own words where it has some; and that it is closed, while it is."""
    own, name, shop = turn.workspace.settings.texts.greeting, turn.contact.name, turn.workspace.name
    hello = own.replace("{shop}", shop).replace("{name}", name) if own else ""
    hello = hello or turn.say("Hello {name}! Welcome to {shop}.", name=name, shop=shop)
    hello = hello.replace(" !", "!").replace(" ,", ",")  # of those whose name is not known
    return hello if turn.workspace.terms.is_open(turn.now) else f"{hello}\n{terms.closed(turn)}"


def _start_buttons(turn: Turn) -> tuple[Button, ...]:
    return (Button(turn.say("Menu"), "menu"), Button(turn.say("Talk to a person"), "human"))


def _human(turn: Turn) -> list[Outcome]:
    """A wish for a person goes to the shop at once."""
    told = turn.say("I have told the shop. Somebody will write to you here.")
    person, staff = turn.contact, turn.workspace.language
    wish = say(staff, "🙋 {name} would like to talk to a person.", name=who(person, staff))
    said = f"\n“{turn.inbound.text[:300]}”" if turn.inbound.text else ""
    return [Reply(told), Tell("admins", Reply(wish + said))]


def _own_orders(turn: Turn, heard: Meaning) -> list[Outcome]:
    """The customer's open orders, or the last one."""
    rows, _ = listed(turn.tx, turn.scope, since=turn.now - timedelta(days=365), contact_id=turn.actor.id, size=5)
    if not rows:
        return [Reply(turn.say("You have no orders yet. Write what you would like."), _start_buttons(turn))]
    chosen = _open(rows) or rows[:1]
    cards = [_own_card(turn, order(turn.tx, turn.scope, row.number), heard.intent) for row in chosen]
    if heard.intent is not Intent.CANCEL or not _is_ordering(turn):
        return [*cards]
    return [*cards, Reply(turn.say("The new basket that you have not placed yet stays as it is."))]


def _open(rows: Sequence[OrderRow]) -> list[OrderRow]:
    return [row for row in rows if row.status in OPEN][:3]


def _own_card(turn: Turn, found: Order, intent: Intent) -> Reply:
    text = customer_text(turn, found)
    buttons: tuple[Button, ...] = ()
    if found.status in CUSTOMER_MAY_CANCEL:
        buttons = (Button(turn.say("Cancel order"), f"/cancel {found.number}"),)
    elif intent is Intent.CANCEL and found.status is not Status.COMPLETED and not found.is_over:
        text += "\n" + turn.say(
            "It is already {status}; please talk to the shop to change it.", status=turn.say(STATUS[found.status])
        )
    elif found.status is Status.COMPLETED:
        buttons = (Button(turn.say("Order again"), f"again:{found.number}"),)
    return Reply(text, (*buttons, Button(turn.say("Talk to a person"), "human")))
