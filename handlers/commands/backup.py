"""A backup of the whole installation by command."""

from typing import Any

from flows.engine import Outcome
from flows.messages import Reply
from flows.turn import Turn
from handlers.marks import command, result_of
from handlers.registry import View
from storage.actions.backups import BACKUP, ask_for_backup
from storage.rules.permissions import Permission

REASONS = {
    "no_key": "No backup was made: there is no key to seal it with. Whoever runs the server makes one with: munshi backup --new-key",
    "busy": "A backup is being made already. Please wait until it is done.",
    "failed": "No backup was made: {error}",
}


@command("backup", permission=Permission.BACKUPS_MAKE, route="POST /backups", heavy=True)
def backup(turn: Turn) -> View:
    """Make a sealed backup of all shops and files; if it is small enough, I send it to you in private."""
    slot = f"{BACKUP}:{turn.tx.ids()}"
    chat, inbound = turn.inbound.chat, turn.inbound
    payload = {
        "account": turn.account,
        "chat": chat,
        "private": chat if inbound.private else inbound.user,
        "language": turn.language,
        "slot": slot,
    }
    made = ask_for_backup(turn.tx, turn.lane, payload, turn.actor)
    return View(Reply(turn.say("I am making a backup …"), slot=slot), {"backup": made})


@result_of(BACKUP)
def done(turn: Turn, value: Any) -> list[Outcome]:
    """In the place of what was told while it was being made: what is in it, and where it is."""
    if "reason" in value:
        text = turn.say(REASONS[value["reason"]], error=value["error"])
        return [Reply(text, slot=value["slot"])]
    made = value["made"]
    text = turn.say(
        "Backup {name}: {size} MB, {rows} rows and {files} files of {shops}.",
        name=made["name"],
        size=f"{made['size'] / 1_000_000:,.1f}",
        rows=f"{made['rows']:,}",
        files=f"{made['files']:,}",
        shops=", ".join(made["workspaces"]),
    )
    if value["sent"]:
        where = turn.say("I have sent it to you in private.")
    else:
        where = turn.say("It lies on the server, and is too big to be sent.")
    return [Reply(f"{text}\n{where}", slot=value["slot"])]
