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

SHOWN = 20


@command("audit", permission=Permission.AUDIT_SEE, route="GET /audit", example="/audit who=Ravi days=30")
def audit(turn: Turn, who: str = "", what: str = "", days: Annotated[int, Hint(least=1, most=3650)] = 7) -> View:
    """Show who did what: members, roles, groups, merges, settings, the bot's switch."""
    found = entries(turn.tx, turn.actor, since=turn.now - timedelta(days=days), who=who, what=what, most=50)
    data = {"entries": [_as_json(each) for each in found]}
    if not found:
        return View(Reply(turn.say("Nothing of that kind in these days.")), data)
    lines = [
        f"{turn.moment(each.at)} · {each.actor_name} · {each.action} · {_thing(turn, each)}" for each in found[:SHOWN]
    ]
    if len(found) > SHOWN:
        lines.append(turn.say("These are the newest {count}. A name, a word or fewer days show others.", count=SHOWN))
    return View(Reply("\n".join(lines)), data)


def _thing(turn: Turn, entry: AuditEntry) -> str:
    """What it was done to: by name where one was written down, with the role that was given, or with old and new."""
    if "was" in entry.detail:  # a setting, in the words in which it is typed
        return f"{entry.object}: {str(entry.detail['was'])[:60]} → {str(entry.detail['now'])[:60]}"
    roles = [each for each in (entry.detail.get("old"), entry.detail.get("role")) if isinstance(each, str)]
    changed = " → ".join(turn.say(each) for each in roles)
    return " ".join(word for word in (str(entry.detail.get("name") or entry.object), changed) if word)


def _as_json(entry: AuditEntry) -> dict[str, object]:
    return {
        "at": entry.at.isoformat(),
        "by": entry.actor_name,
        "action": entry.action,
        "object": entry.object,
        "detail": entry.detail,
    }
