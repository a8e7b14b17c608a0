"""What may go wrong in business terms. Each error carries one sentence for the person who caused it."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any


class BotError(Exception):
    """An expected refusal: `template` is the English sentence (also the key of its translations), `values` fill it."""

    code = "refused"
    status = 400

    def __init__(self, template: str, **values: Any) -> None:
        self.template = template
        self.values = values
        super().__init__(self.text(_in_english))

    def text(self, translate: Callable[[str], str]) -> str:
        """The sentence, with the words of our own that fill it (statuses, roles …) translated like itself."""
        return translate(self.template).format(**{key: _shown(each, translate) for key, each in self.values.items()})


def _shown(value: Any, translate: Callable[[str], str]) -> Any:
    if isinstance(value, StrEnum):
        return translate(value.value).replace("_", " ")
    if isinstance(value, list | tuple):
        return ", ".join(str(_shown(each, translate)) for each in value) or translate("nothing")
    return value.text(translate) if isinstance(value, BotError) else value


def _in_english(template: str) -> str:
    return template


class BadInput(BotError):
    """What was written cannot be understood as the command or answer that was expected."""

    code = "bad_input"
    status = 422


class NotFound(BotError):
    """The thing that was named does not exist in this workspace."""

    code = "not_found"
    status = 404


class NotAllowed(BotError):
    """The person may not do this."""

    code = "not_allowed"
    status = 403


class TooMany(BotError):
    """This was done too often lately. `until_us`: when it can be done again, in microseconds since the epoch."""

    code = "too_many"
    status = 429

    def __init__(self, template: str, until_us: int, **values: Any) -> None:
        super().__init__(template, **values)
        self.until_us = until_us


class Conflict(BotError):
    """The thing is not in a state in which this can be done, or somebody else was quicker."""

    code = "conflict"
    status = 409
