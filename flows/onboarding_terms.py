"""The steps of a new owner that are settings: the name, language and zone, the hours, delivery and its terms."""

import re
from dataclasses import dataclass

from flows.answers import chosen
from flows.engine import Move
from flows.messages import Button, Reply
from flows.onboarding_state import Setup, change, finish, head, shown, skip, skip_button, skips
from flows.texts import LANGUAGES
from flows.turn import Turn
from knowledge.language.intents import Intent, read_intent
from storage.actions.onboarding import mark_step
from storage.actions.settings import change_setting
from storage.rules.onboarding import Mark, Step

ZONES = ("Asia/Kolkata", "Asia/Kathmandu", "Asia/Dubai", "Europe/London")
MOST_NAME_WORDS = 8
_PIN = re.compile(r"\d{6}")


@dataclass(frozen=True, slots=True)
class Term:
    """A question below the one about delivery: its setting, what the button for none of it writes, and what follows."""

    key: str
    none: str
    then: str


TERMS = {
    "area": Term("delivery.radius", "", "fee"),
    "place": Term("location", "", "fee"),
    "fee": Term("delivery.fee", "none", "minimum"),
    "minimum": Term("minimum", "none", ""),
}


def ask_name(turn: Turn) -> Reply:
    lines = [
        head(turn, Step.SHOP),
        turn.say("Name: {name}", name=turn.workspace.name),
        turn.say("Language of the team: {tongue}", tongue=LANGUAGES[turn.workspace.language]),
        turn.say("Time zone: {zone}", zone=turn.workspace.timezone),
        turn.say("Write another name, or keep it all as it is."),
    ]
    return Reply("\n".join(lines), _name_buttons(turn))


def _name_buttons(turn: Turn) -> tuple[Button, ...]:
    return (
        Button(turn.say("Keep it"), "setup:keep"),
        Button(turn.say("Language"), "setup:language"),
        Button(turn.say("Time zone"), "setup:timezone"),
        skip_button(turn),
    )


def take_name(turn: Turn, state: Setup) -> Move[Setup] | None:
    """A name is one short line; a greeting is none."""
    if skips(turn):
        return skip(turn, Step.SHOP, state)
    answer = chosen(turn, _name_buttons(turn), numbers=False)
    if answer == "setup:keep":
        return finish(turn, Step.SHOP, state)
    if answer is not None:
        return Move(answer.partition(":")[2], state)
    if turn.inbound.kind != "text":
        return None
    words = turn.inbound.text.strip()
    letters = sum(char.isalpha() for char in words)
    greets = read_intent(words, False) in (Intent.GREETING, Intent.THANKS, Intent.DECLINE, Intent.CONFIRM)
    if letters < 2 or "\n" in words or "?" in words or len(words.split()) > MOST_NAME_WORDS or greets:
        return Move("shop", state, (Reply(turn.say("Please write only the shop's name, or tap a button.")),))
    return finish(turn, Step.SHOP, state, change(turn, "name", words))


def ask_language(turn: Turn) -> Reply:
    text = turn.say("In which language shall I write to your team? Customers are answered in their own.")
    return Reply(text, tuple(Button(name, f"lang:{code}") for code, name in LANGUAGES.items()))


def take_language(turn: Turn, state: Setup) -> Move[Setup] | None:
    if skips(turn):
        return Move("shop", state)
    picked = turn.inbound.data.removeprefix("lang:") if turn.inbound.kind == "tap" else turn.inbound.text.strip()
    named = {name.casefold(): code for code, name in LANGUAGES.items()}
    if turn.inbound.kind == "text" or picked in LANGUAGES:
        return Move("shop", state, (change(turn, "language", named.get(picked.casefold(), picked)),))
    return None


def ask_timezone(turn: Turn) -> Reply:
    text = turn.say("Which time zone? Tap it, or write it such as “Asia/Kolkata”.")
    return Reply(text, tuple(Button(zone, f"zone:{zone}") for zone in ZONES))


def take_timezone(turn: Turn, state: Setup) -> Move[Setup] | None:
    if skips(turn):
        return Move("shop", state)
    if turn.inbound.kind == "text":
        return Move("shop", state, (change(turn, "timezone", turn.inbound.text.strip()),))
    zone = turn.inbound.data.removeprefix("zone:")
    return Move("shop", state, (change(turn, "timezone", zone),)) if zone in ZONES else None


def ask_hours(turn: Turn) -> Reply:
    text = turn.say(
        "When are you open? Write it such as “mon-sat 9:00-13:00, 17:00-22:00; sun closed”. Now: {hours}",
        hours=shown(turn, "hours"),
    )
    return Reply(f"{head(turn, Step.HOURS)}\n{text}", _hours_buttons(turn))


def _hours_buttons(turn: Turn) -> tuple[Button, ...]:
    return (
        Button(turn.say("Always open"), "hours:always"),
        Button(turn.say("Daily 9 to 21"), "hours:daily 9:00-21:00"),
        skip_button(turn),
    )


def take_hours(turn: Turn, state: Setup) -> Move[Setup] | None:
    if skips(turn):
        return skip(turn, Step.HOURS, state)
    answer = chosen(turn, _hours_buttons(turn), numbers=False)
    if answer is None and turn.inbound.kind != "text":
        return None
    words = answer.partition(":")[2] if answer else turn.inbound.text
    return finish(turn, Step.HOURS, state, change(turn, "hours", words))


def ask_delivery(turn: Turn) -> Reply:
    return Reply(
        f"{head(turn, Step.DELIVERY)}\n{turn.say('How do orders reach your customers?')}", _delivery_buttons(turn)
    )


def _delivery_buttons(turn: Turn) -> tuple[Button, ...]:
    return (
        Button(turn.say("Deliver and pickup"), "ways:both"),
        Button(turn.say("Only pickup"), "ways:pickup"),
        Button(turn.say("Only delivery"), "ways:delivery"),
        skip_button(turn),
    )


def take_delivery(turn: Turn, state: Setup) -> Move[Setup] | None:
    """What is on is switched on first: a shop always has one of both ways."""
    if skips(turn):
        return skip(turn, Step.DELIVERY, state)
    answer = chosen(turn, _delivery_buttons(turn))
    if answer is None:
        sorry = Reply(turn.say("Please tap one of the buttons."))
        return Move("delivery", state, (sorry,)) if turn.inbound.kind == "text" else None
    way = answer.partition(":")[2]
    wanted = {"delivery": way != "pickup", "pickup": way != "delivery"}
    for key in sorted(wanted, key=lambda each: not wanted[each]):
        change_setting(turn.tx, key, "on" if wanted[key] else "off", turn.actor)
    said = change(turn, "delivery", "on" if wanted["delivery"] else "off")
    if way == "pickup":
        return finish(turn, Step.DELIVERY, state, said)
    mark_step(turn.tx, Step.DELIVERY, Mark.BEGUN, turn.actor)
    return Move("area", state, (said,))


def ask_term(turn: Turn, name: str) -> Reply:
    """The questions below the one about delivery."""
    if name == "area":
        text = turn.say(
            "How far do you deliver? Write a distance such as “5 km”, or PIN codes such as “560001-560010”."
        )
        return Reply(text, (Button(turn.say("Everywhere"), "term:none"), skip_button(turn)))
    if name == "place":
        text = turn.say("Where is the shop? Send me its location, or write it such as “12.9716,77.5946”.")
        return Reply(text, (skip_button(turn),))
    if name == "fee":
        text = turn.say("What does a delivery cost? Write an amount such as “30”.")
        return Reply(text, (Button(turn.say("Nothing"), "term:none"), skip_button(turn)))
    text = turn.say("From which value of goods on do you deliver? Write an amount such as “200”.")
    return Reply(text, (Button(turn.say("From any value"), "term:none"), skip_button(turn)))


def take_term(turn: Turn, name: str, state: Setup) -> Move[Setup] | None:
    term = TERMS[name]
    if skips(turn):
        return _after(turn, term.then, state)
    answer = chosen(turn, ask_term(turn, name).buttons, numbers=False)
    place = turn.inbound.location
    if name == "place" and place is not None:
        said = change(turn, "location", f"{place.latitude:.6f},{place.longitude:.6f}")
        return _after(turn, term.then, state, said)
    if answer is not None:
        return _after(turn, term.then, state, *((change(turn, term.key, term.none),) if term.none else ()))
    if turn.inbound.kind != "text":
        return None
    key = "delivery.pins" if name == "area" and _PIN.search(turn.inbound.text) else term.key
    said = change(turn, key, turn.inbound.text)
    unplaced = key == "delivery.radius" and turn.workspace.settings.shop.location is None
    return _after(turn, "place" if unplaced else term.then, state, said)


def _after(turn: Turn, then: str, state: Setup, *says: Reply) -> Move[Setup]:
    return Move(then, state, says) if then else finish(turn, Step.DELIVERY, state, *says)
