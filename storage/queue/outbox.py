"""What waits to go out. A row is a proposal until it is claimed; a newer row of its slot replaces it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Update, bindparam, exists, func, or_, select, tuple_, update

from storage.tables.runtime import dead_letters, outbox, slots
from storage.tx import Tx

PROMPT, ONCE = "prompt", "once"
UNSENT = ("queued", "claimed")
RANK = {"queued": 0, "claimed": 1, "unknown": 2, "sent": 3, "delivered": 4, "read": 5}
RECEIPT_WAIT_MS = 120_000


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
    """What a platform says of a message; `reference` is our outbox id where the platform carries it."""

    account: str
    provider_id: str
    status: str
    reference: int | None = None
    error: str | None = None


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
_CLAIM = _claiming(_DUE)
_CLAIM_SKIPPING = _claiming(_DUE.with_for_update(skip_locked=True))


def claim(tx: Tx, owner: str, most: int) -> list[Due]:
    """Take due rows, at most one for each recipient and never before an earlier unsent one of the same recipient."""
    wanted = {"owner": owner, "now": tx.now_ms, "most": most}
    taken = _CLAIM_SKIPPING if tx.dialect == "postgresql" else _CLAIM
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


def retry(tx: Tx, due: Due, after_ms: int, error: str) -> None:
    """Queue it again for later, unless a newer version of its slot waits already."""
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
    tx.execute(row.values(status=status, not_before=tx.now_ms + after_ms, error=error[:500]))


def mark_unknown(tx: Tx, due: Due, error: str) -> None:
    """It may have gone out. A receipt settles it, or its policy does."""
    row = update(outbox).where(outbox.c.id == due.id, outbox.c.status == "claimed")
    tx.execute(row.values(status="unknown", error=error[:500]))


def mark_failed(tx: Tx, due: Due, error: str) -> None:
    """It will never go out; a dead letter keeps why."""
    row = update(outbox).where(outbox.c.id == due.id, outbox.c.status.in_(("claimed", "unknown")))
    tx.execute(row.values(status="failed", error=error[:500]))
    letter = {"kind": "outbox", "reference": due.id, "workspace_id": due.workspace}
    tx.execute(dead_letters.insert().values(**letter, error=error[:2000], at=tx.now_ms))


def settle_unknown(tx: Tx) -> int:
    """Two minutes without a receipt: a prompt goes out once more, and from then on as one that may go only once.

    What may go only once stays unknown. So does a slot's message after which a newer one was made: it would take the
    newer one's place.
    """
    later = outbox.alias("later")
    overtaken = exists().where(
        later.c.account_id == outbox.c.account_id,
        later.c.recipient == outbox.c.recipient,
        later.c.slot == outbox.c.slot,
        later.c.id > outbox.c.id,
    )
    overdue = (
        update(outbox)
        .where(
            outbox.c.status == "unknown",
            outbox.c.policy == PROMPT,
            outbox.c.claimed_at <= tx.now_ms - RECEIPT_WAIT_MS,
            ~overtaken,
        )
        .values(status="queued", policy=ONCE, not_before=tx.now_ms)
    )
    return tx.execute(overdue).rowcount


def abandon_claims(tx: Tx) -> None:
    """After a start as the only process: what was claimed before may or may not have gone out."""
    claimed = update(outbox).where(outbox.c.status == "claimed")
    tx.execute(claimed.values(status="unknown", error="The process stopped while sending."))


def _before(status: str) -> list[str]:
    """The states from which a receipt may move a row on; a failure overrules all but what has arrived."""
    if status == "failed":
        return ["claimed", "unknown", "sent"]
    return [name for name, rank in RANK.items() if 0 < rank < RANK[status]]


def _receipt(status: str, found: ColumnElement[bool]) -> Update:
    known = update(outbox).where(outbox.c.account_id == bindparam("account"), found)
    # No IN: its list is expanded at each run, which executemany does not do.
    return known.where(or_(*(outbox.c.status == each for each in _before(status)))).values(
        status=status,
        provider_id=func.coalesce(outbox.c.provider_id, bindparam("provider")),
        error=func.coalesce(bindparam("reason", type_=String), outbox.c.error),
    )


_RECEIPTS = ("sent", "delivered", "read", "failed")
_BY_REFERENCE = {each: _receipt(each, outbox.c.id == bindparam("row")) for each in _RECEIPTS}
_BY_PROVIDER = {each: _receipt(each, outbox.c.provider_id == bindparam("provider")) for each in _RECEIPTS}


def apply_receipts(tx: Tx, receipts: Sequence[Receipt]) -> None:
    """Bring rows forward by what the platforms say, never back, many at a time."""
    for status in _RECEIPTS:
        chosen = [receipt for receipt in receipts if receipt.status == status]
        named = [_named(receipt) | {"row": receipt.reference} for receipt in chosen if receipt.reference is not None]
        unnamed = [_named(receipt) for receipt in chosen if receipt.reference is None]
        if named:
            tx.execute(_BY_REFERENCE[status], named)
        if unnamed:
            tx.execute(_BY_PROVIDER[status], unnamed)


def _named(receipt: Receipt) -> dict[str, object]:
    return {"account": receipt.account, "provider": receipt.provider_id, "reason": receipt.error}


def next_due(tx: Tx, after_ms: int) -> int | None:
    """When the next row that still waits for its time may go, in milliseconds since the epoch."""
    later = select(func.min(outbox.c.not_before)).where(outbox.c.status == "queued", outbox.c.not_before > after_ms)
    first = tx.execute(later).scalar()
    return None if first is None else int(first)


def redirect(tx: Tx, due: Due, recipient: str) -> None:
    """The chat has a new id: what waits for the old one goes there."""
    waiting = update(outbox).where(outbox.c.account_id == due.account, outbox.c.recipient == due.recipient)
    tx.execute(waiting.where(outbox.c.status.in_(UNSENT)).values(recipient=recipient))
    tx.execute(update(outbox).where(outbox.c.id == due.id, outbox.c.status == "claimed").values(status="queued"))
