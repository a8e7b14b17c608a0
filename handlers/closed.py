"""A shop that is not open: customers are told so, and its staff can only look back and open it again."""

from flows.engine import Outcome
from flows.messages import Reply, Toast
from flows.turn import Turn
from storage.errors import Conflict
from storage.rules.workspaces import LINK, State

SENTENCES = {
    State.PENDING: "This shop has not opened yet. Please try again later.",
    State.REJECTED: "This shop has not opened.",
    State.ARCHIVED: "This shop has closed. Thank you for having been here.",
}
STAFF = "{shop} is closed. /workspace restore opens it again."
STILL_WORK = ("workspace", "approve", "reject", "start", "me", "help", "audit", "yes", "no", "undo")
"""Commands that need no open shop."""


def require_open(turn: Turn, command: str) -> None:
    """The same over HTTP. Raises `Conflict`."""
    if turn.workspace.state in (State.ARCHIVED, State.REJECTED) and command not in STILL_WORK:
        raise Conflict(STAFF, shop=turn.workspace.name)


def answer(turn: Turn) -> list[Outcome] | None:
    """The sentence for a shop that is closed to whoever writes; None where it is open to them."""
    state, inbound = turn.workspace.state, turn.inbound
    if state is State.ACTIVE or inbound.kind in ("job", "unknown", "member", "reaction"):
        return None
    words = (inbound.data if inbound.kind == "tap" else inbound.text).strip()
    command = words[1:].split(maxsplit=1)[0].casefold() if words.startswith("/") and len(words) > 1 else ""
    if command in STILL_WORK and not (command == "start" and LINK in words):
        return None
    if turn.actor.kind != "contact":
        if state is State.PENDING or (not inbound.private and not command):
            return None
        said = turn.say(SENTENCES[state]) if state is State.REJECTED else turn.say(STAFF, shop=turn.workspace.name)
    else:
        said = turn.say(SENTENCES[state])
    return [Toast(said)] if inbound.kind == "tap" else [Reply(said)]
