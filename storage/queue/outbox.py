"""What waits to go out. A row is a proposal until it is claimed; a newer row of its slot replaces it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, or_, select, tuple_, update

from storage.tables.runtime import dead_letters, outbox, slots
from storage.tx import Tx

PROMPT, ONCE = "prompt", "once"
UNSENT = ("queued", "claimed")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message for one chat. `policy`: `prompt` may be repeated when its outcome is unknown, `once` never."""

    account: str
    recipient: str
    payload: Any
    slot: str | None = None
    policy: str = PROMPT
    hold_ms: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """A claimed row; `edits` is the provider's id of the message that this one's slot already stands in."""

    id: int
    workspace: str
    account: str
    recipient: str
    payload: Any
    slot: str | None
    policy: str
    attempts: int
    edits: str | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a platform says of a message; `reference` is our outbox id where the platform carries it.

    `passing`: it failed for a reason that passes, so that it may be sent again.
    """

    account: str
    provider_id: str
    status: str
    reference: int | None = None
    error: str | None = None
    passing: bool = False


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that did not reach its chat, or of which nobody knows; `error` is what the platform said."""

    id: int
    workspace: str
    account: str
    recipient: str
    payload: Any
    error: str


_PUT = outbox.insert()
_SENT = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), or_(outbox.c.status == "claimed", outbox.c.status == "unknown"))
    .values(status="sent", provider_id=bindparam("provider"), sent_at=bindparam("now"))
)


def put(tx: Tx, workspace: str, messages: Sequence[Outgoing]) -> None:
    """Queue messages in this order."""
    rows = []
    for message in messages:
        not_before = tx.now_ms + message.hold_ms
        if message.slot is not None:
            not_before = min(not_before, _replace(tx, message) or not_before)
        rows.append(
            {
                "workspace_id": workspace,
                "account_id": message.account,
                "recipient": message.recipient,
                "slot": message.slot,
                "policy": message.policy,
                "payload": message.payload,
                "status": "queued",
                "not_before": not_before,
                "attempts": 0,
                "created_at": tx.now_ms,
            }
        )
    tx.execute(_PUT, rows)


def _replace(tx: Tx, message: Outgoing) -> int | None:
    """Set aside the unsent row of the same slot; returns when that one would have gone."""
    replaced = (
        update(outbox)
        .where(
            outbox.c.account_id == message.account,
            outbox.c.recipient == message.recipient,
            outbox.c.status == "queued",
            outbox.c.slot == message.slot,
        )
        .values(status="replaced")
        .returning(outbox.c.not_before)
    )
    return min((row.not_before for row in tx.execute(replaced)), default=None)


def _claiming(due: Select[Any]) -> Any:
    taken = update(outbox).where(outbox.c.id.in_(due.scalar_subquery()))
    values = {"status": "claimed", "owner": bindparam("owner"), "claimed_at": bindparam("now")}
    return taken.values(**values, attempts=outbox.c.attempts + 1).returning(outbox)


_EARLIER = outbox.alias("earlier")
_BLOCKED = exists().where(
    _EARLIER.c.account_id == outbox.c.account_id,
    _EARLIER.c.recipient == outbox.c.recipient,
    _EARLIER.c.status.in_(UNSENT),
    _EARLIER.c.id < outbox.c.id,
)
_DUE = (
    select(outbox.c.id)
    .where(outbox.c.status == "queued", outbox.c.not_before <= bindparam("now"), ~_BLOCKED)
    .order_by(outbox.c.not_before)
    .limit(bindparam("most"))
)
_DUE_OF_SOME = _DUE.where(outbox.c.account_id.in_(bindparam("accounts", expanding=True)))
_CLAIM = _claiming(_DUE)
_CLAIM_SKIPPING = _claiming(_DUE.with_for_update(skip_locked=True))
_CLAIM_OF_SOME = _claiming(_DUE_OF_SOME)
_CLAIM_OF_SOME_SKIPPING = _claiming(_DUE_OF_SOME.with_for_update(skip_locked=True))


def claim(tx: Tx, owner: str, most: int, accounts: Sequence[str] | None = None) -> list[Due]:
    """Take due rows, at most one for each recipient and never before an earlier unsent one of the same recipient.

    `accounts`: only rows of these; None takes those of all.
    """
    wanted: dict[str, Any] = {"owner": owner, "now": tx.now_ms, "most": most}
    taken = _CLAIM_SKIPPING if tx.dialect == "postgresql" else _CLAIM
    if accounts is not None:
        wanted["accounts"] = list(accounts)
        taken = _CLAIM_OF_SOME_SKIPPING if tx.dialect == "postgresql" else _CLAIM_OF_SOME
    rows = sorted(tx.execute(taken, wanted).all(), key=lambda row: row.id)
    edits = _standing(tx, [(row.account_id, row.recipient, row.slot) for row in rows if row.slot])
    return [
        Due(
            row.id,
            row.workspace_id,
            row.account_id,
            row.recipient,
            row.payload,
            row.slot,
            row.policy,
            row.attempts,
            edits.get((row.account_id, row.recipient, row.slot)),
        )
        for row in rows
    ]


def _standing(tx: Tx, keys: Sequence[tuple[str, str, str]]) -> dict[tuple[str, str, str], str]:
    if not keys:
        return {}
    key = tuple_(slots.c.account_id, slots.c.recipient, slots.c.slot)
    rows = tx.execute(select(slots).where(key.in_(keys)))
    return {(row.account_id, row.recipient, row.slot): row.provider_id for row in rows}


def mark_sent(tx: Tx, due: Due, provider_id: str) -> None:
    """The platform has taken it; a receipt that was quicker is not set back."""
    tx.execute(_SENT, {"row": due.id, "provider": provider_id, "now": tx.now_ms})
    if due.slot is not None and provider_id != due.edits:
        remember_slot(tx, due, provider_id)


def remember_slot(tx: Tx, due: Due, provider_id: str) -> None:
    """The slot's next version edits this message."""
    row = {
        "account_id": due.account,
        "recipient": due.recipient,
        "slot": due.slot,
        "provider_id": provider_id,
    }
    statement = tx.upsert(slots).values(row)
    keys = ["account_id", "recipient", "slot"]
    tx.execute(statement.on_conflict_do_update(index_elements=keys, set_={"provider_id": provider_id}))


def forget_slot(tx: Tx, due: Due) -> None:
    """The message that stood for the slot is gone; the next version is a new message."""
    tx.execute(
        slots.delete().where(
            slots.c.account_id == due.account, slots.c.recipient == due.recipient, slots.c.slot == due.slot
        )
    )


def retry(tx: Tx, due: Due, after_ms: int, error: str, *, counts: bool = True) -> None:
    """Queue it again for later, unless a newer version of its slot waits already.

    `counts`: whether this was one of its attempts; a message is not to blame for an account that must rest.
    """
    newer = select(outbox.c.id).where(
        outbox.c.account_id == due.account,
        outbox.c.recipient == due.recipient,
        outbox.c.status == "queued",
        outbox.c.slot == due.slot,
        outbox.c.id > due.id,
    )
    replaced = due.slot is not None and tx.execute(newer.limit(1)).scalar() is not None
    row = update(outbox).where(outbox.c.id == due.id, outbox.c.status == "claimed")
    status = "replaced" if replaced else "queued"
    attempts = due.attempts if counts else due.attempts - 1
    tx.execute(row.values(status=status, not_before=tx.now_ms + after_ms, attempts=attempts, error=error[:500]))


def mark_unknown(tx: Tx, due: Due, error: str) -> None:
    """It may have gone out. A receipt settles it, or its policy does."""
    row = update(outbox).where(outbox.c.id == due.id, outbox.c.status == "claimed")
    tx.execute(row.values(status="unknown", error=error[:500]))


def mark_failed(tx: Tx, due: Due, error: str) -> None:
    """It will never go out; a dead letter keeps why."""
    row = update(outbox).where(outbox.c.id == due.id, outbox.c.status.in_(("claimed", "unknown")))
    tx.execute(row.values(status="failed", error=error[:500]))
    bury(tx, due.id, due.workspace, error)


def bury(tx: Tx, row: int, workspace: str, error: str) -> None:
    """Keep a note of a message that did not go out; the message itself stays in the outbox."""
    letter = {"kind": "outbox", "reference": row, "workspace_id": workspace}
    tx.execute(dead_letters.insert().values(**letter, error=error[:2000], at=tx.now_ms))


def abandon_claims(tx: Tx) -> None:
    """After a start as the only process: what was claimed before may or may not have gone out."""
    claimed = update(outbox).where(outbox.c.status == "claimed")
    tx.execute(claimed.values(status="unknown", error="The process stopped while sending."))


def next_due(tx: Tx, after_ms: int) -> int | None:
    """When the next row that still waits for its time may go, in milliseconds since the epoch."""
    later = select(func.min(outbox.c.not_before)).where(outbox.c.status == "queued", outbox.c.not_before > after_ms)
    first = tx.execute(later).scalar()
    return None if first is None else int(first)


def send_again(tx: Tx, due: Due) -> None:
    """Its chat has moved and it with it: the next claim takes it up."""
    tx.execute(update(outbox).where(outbox.c.id == due.id, outbox.c.status == "claimed").values(status="queued"))


def redirect(tx: Tx, account: str, old: str, new: str) -> None:
    """A chat has a new id: what waits for the old one goes there. The numbers of messages begin anew in it, so what
    stood in its slots cannot be edited any longer."""
    waiting = update(outbox).where(outbox.c.account_id == account, outbox.c.recipient == old)
    tx.execute(waiting.where(outbox.c.status.in_(UNSENT)).values(recipient=new))
    tx.execute(slots.delete().where(slots.c.account_id == account, slots.c.recipient == old))


def cancel_waiting(tx: Tx, account: str, recipient: str) -> None:
    """Nobody is there any more to read what waits."""
    waiting = update(outbox).where(outbox.c.account_id == account, outbox.c.recipient == recipient)
    tx.execute(waiting.where(outbox.c.status == "queued").values(status="cancelled"))


def unsent(tx: Tx, account: str) -> bool:
    """Whether anything of this account waits or is under way."""
    waiting = select(outbox.c.id).where(outbox.c.account_id == account, outbox.c.status.in_(UNSENT))
    return tx.execute(waiting.limit(1)).scalar() is not None
