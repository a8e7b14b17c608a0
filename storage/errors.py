"""What may go wrong in business terms. Each error carries one sentence for the person who caused it."""

from typing import Any


class BotError(Exception):
    """An expected refusal: `template` is the English sentence (also the key of its translations), `values` fill it."""

    code = "refused"
    status = 400

    def __init__(self, template: str, **values: Any) -> None:
        super().__init__(template.format(**values))
        self.template = template
        self.values = values


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


class Conflict(BotError):
    """The thing is not in a state in which this can be done, or somebody else was quicker."""

    code = "conflict"
    status = 409
