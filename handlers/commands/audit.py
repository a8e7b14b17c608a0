"""The audit log by command."""

from datetime import timedelta
from typing import Annotated

from flows.messages import Reply
from flows.turn import Turn
from handlers.marks import command
from handlers.parameters import Hint
from handlers.registry import View
from storage.queries.audit import AuditEntry, entries
from storage.rules.permissions import Permission


@command("audit", permission=Permission.AUDIT_SEE, route="GET /audit", example="/audit who=Ravi days=30")
def audit(turn: Turn, who: str = "", what: str = "", days: Annotated[int, Hint(least=1, most=3650)] = 7) -> View:
    """Show who did what: members, roles, groups, merges, the bot's switch."""
    found = entries(turn.tx, turn.actor, since=turn.now - timedelta(days=days), who=who, what=what, most=50)
    data = {"entries": [_as_json(each) for each in found]}
    if not found:
        return View(Reply(turn.say("Nothing of that kind in these days.")), data)
    lines = [f"{turn.moment(each.at)} · {each.actor_name} · {each.action} · {each.object}" for each in found[:20]]
    return View(Reply("\n".join(lines)), data)


def _as_json(entry: AuditEntry) -> dict[str, object]:
    return {
        "at": entry.at.isoformat(),
        "by": entry.actor_name,
        "action": entry.action,
        "object": entry.object,
        "detail": entry.detail,
    }
