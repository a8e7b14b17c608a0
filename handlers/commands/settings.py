"""The shop's settings by command: all of them, one section, one setting; and changing one."""

from typing import Any

from flows.messages import Button, Reply
from flows.turn import Turn
from handlers.marks import command
from handlers.parameters import AsWritten
from handlers.registry import Undo, View
from storage.actions.settings import Change, change_setting
from storage.errors import BadInput
from storage.rules.permissions import Permission
from storage.rules.settings.kinds import NONE
from storage.rules.settings.registry import ALL, BY_KEY, SECTIONS, Setting, setting_named

MOST_SHOWN = 80
SEEN_BY = (Permission.SETTINGS_CHANGE, Permission.HOURS_CHANGE)


@command("settings", permission=SEEN_BY, route="GET /settings", example="/settings delivery.fee 30")
def settings(turn: Turn, key: str = "", value: AsWritten = "") -> View:
    """Show the shop's settings, those of one section, or one of them; with a value behind it, change it."""
    key = key.casefold()
    if value and not turn.account:
        raise BadInput("To change a setting over HTTP, PUT its value to /api/v1/settings/{key}.", key=key[:40])
    if value:
        return _change(turn, key, value)
    if not key:
        return _overview(turn)
    return _section(turn, key) if key in SECTIONS else _one(turn, setting_named(key))


@command("set", permission=SEEN_BY, route="PUT /settings/{key}", example="/set hours mon-fri 9:00-17:00; sun closed")
def set_(turn: Turn, key: str, value: AsWritten) -> View:
    """Change one setting of the shop; default brings back what was before any change."""
    return _change(turn, key.casefold(), value)


def _change(turn: Turn, key: str, value: str) -> View:
    done = change_setting(turn.tx, key, value, turn.actor)
    text = turn.say("{key} is now: {now}\n(before: {was})", key=key, now=done.now, was=done.was)
    hint = turn.say(_hint(turn, done))
    data = {"key": key, "value": done.now, "was": done.was}
    return View(Reply("\n".join(filter(None, (text, hint)))), data, undo=Undo("set", {"key": key, "value": done.undo}))


def _hint(turn: Turn, done: Change) -> str:
    """What else is needed before a setting shows any effect."""
    found = turn.workspace.settings
    key, is_set = done.setting.key, done.now != NONE
    if key == "delivery.radius" and is_set and found.shop.location is None:
        return "I do not know yet where the shop is: send me its location in private, or write /settings location."
    if key == "delivery.free_above" and is_set and found.delivery.fee is None:
        return "Deliveries cost nothing yet: /settings delivery.fee says what they cost."
    return ""


def _overview(turn: Turn) -> View:
    parts = [turn.say("Settings of {shop}", shop=turn.workspace.name)]
    for section, title in SECTIONS.items():
        parts += ["", f"{turn.say(title)} ({section})"]
        parts += [f"{each.key}: {_short(_shown(turn, each))}" for each in ALL if each.section == section]
    parts += ["", turn.say("To change one: /settings KEY VALUE. /settings KEY explains it.")]
    buttons = tuple(Button(turn.say(title), f"/settings {section}") for section, title in SECTIONS.items())
    return View(Reply("\n".join(parts), buttons), {"settings": {each.key: _shown(turn, each) for each in ALL}})


def _short(words: str) -> str:
    line = words.replace("\n", " / ")
    return line if len(line) <= MOST_SHOWN else f"{line[: MOST_SHOWN - 1]}…"


def _section(turn: Turn, section: str) -> View:
    found = [each for each in ALL if each.section == section]
    parts = [turn.say(SECTIONS[section])]
    for each in found:
        parts += ["", f"{each.key}: {_short(_shown(turn, each))}", turn.say(each.help)]
    parts += ["", turn.say("Example: {example}", example=f"/settings {found[0].key} {found[0].example}")]
    buttons = tuple(Button(each.key, f"/settings {each.key}") for each in found if each.key not in SECTIONS)
    buttons += tuple(_switches(turn, BY_KEY[section]) if section in BY_KEY else ())
    return View(Reply("\n".join(parts), buttons), {"settings": {each.key: _shown(turn, each) for each in found}})


def _one(turn: Turn, setting: Setting) -> View:
    shown = _shown(turn, setting)
    parts = [
        f"{setting.key}: {shown}",
        turn.say(setting.help),
        turn.say("Expected: {expected}.", expected=turn.say(setting.kind.expected)),
        turn.say("Example: {example}", example=f"/settings {setting.key} {setting.example}"),
    ]
    data: dict[str, Any] = {"key": setting.key, "value": shown, "section": setting.section, "example": setting.example}
    return View(Reply("\n".join(parts), tuple(_switches(turn, setting))), data)


def _switches(turn: Turn, setting: Setting) -> list[Button]:
    """Where few words are possible, a button for each but the present one."""
    words = [word for word in setting.kind.words if word != _shown(turn, setting)]
    return [Button(f"{setting.key}: {word}", f"/settings {setting.key} {word}") for word in words]


def _shown(turn: Turn, setting: Setting) -> str:
    if setting.column:
        return str(getattr(turn.workspace, setting.field))
    return setting.kind.show(setting.value_in(turn.workspace.settings))


def place_of_shop(turn: Turn) -> Reply | None:
    """A location that was sent in private by somebody who may say where the shop is: one tap makes it so."""
    place = turn.inbound.location
    if place is None or not turn.inbound.private or not turn.actor.may(BY_KEY["location"].permission):
        return None
    written = BY_KEY["location"].kind.show((place.latitude, place.longitude))
    yes = Button(turn.say("The shop is here"), f"/settings location {written}")
    return Reply(turn.say("Is this where the shop is?"), (yes,))
