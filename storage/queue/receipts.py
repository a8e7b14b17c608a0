"""What the platforms say of our own messages, and what is done about those of which they say nothing."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    String,
    Update,
    and_,
    bindparam,
    case,
    false,
    func,
    literal_column,
    or_,
    update,
)

from storage.queue.outbox import ONCE, OVERTAKEN, PROMPT, Receipt, Undelivered, bury
from storage.queue.patience import USUAL
from storage.tables.sending import outbox
from storage.tx import Tx

RANK = {"queued": 0, "claimed": 1, "unknown": 2, "sent": 3, "delivered": 4, "read": 5}
RECEIPT_WAIT_MS = USUAL.receipt
CLAIM_MS = USUAL.claim
AGAIN_MS = 60_000
MOST_ATTEMPTS = 3


def _before(status: str) -> list[str]:
    """The states from which a receipt may move a row on; a failure overrules all but what has arrived."""
    if status == "failed":
        return ["claimed", "unknown", "sent"]
    return [name for name, rank in RANK.items() if 0 < rank < RANK[status]]


def _receipt(status: str, found: ColumnElement[bool]) -> Update:
    return (
        update(outbox)
        .where(outbox.c.account_id == bindparam("account"), found)
        .values(
            status=status,
            provider_id=bindparam("provider"),
            error=func.coalesce(bindparam("reason", type_=String), outbox.c.error),
        )
    )


_UNNAMED = outbox.c.provider_id.is_(None)
_NAMES_IT = outbox.c.provider_id == bindparam("provider")
_DOUBTFUL = and_(outbox.c.status == "queued", outbox.c.claims > 0, _UNNAMED)
"""It waits to go out once more; a word that it did go out settles it."""


def _in_hand(status: str) -> ColumnElement[bool]:
    """Until it is sent, the provider's id of a row is that of a send that failed: platforms repeat themselves, and what
    they say of that one once more is not said of this one."""
    underway = [outbox.c.status == each for each in _before(status) if each in ("claimed", "unknown")]
    again = and_(or_(*underway), or_(_UNNAMED, outbox.c.provider_id != bindparam("provider")))
    return again if status == "failed" else or_(again, _DOUBTFUL)


def _gone_out(status: str) -> ColumnElement[bool]:
    """No IN: its list is expanded at each run, which executemany does not do."""
    gone = [outbox.c.status == each for each in _before(status) if each not in ("claimed", "unknown")]
    return and_(or_(false(), *gone), _NAMES_IT)


_GOOD = ("sent", "delivered", "read")
_BY_REFERENCE = {
    each: _receipt(each, and_(outbox.c.id == bindparam("row"), or_(_in_hand(each), _gone_out(each))))
    for each in (*_GOOD, "failed")
}
_BY_PROVIDER = {each: _receipt(each, _gone_out(each)) for each in (*_GOOD, "failed")}
_AGAIN = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(status=case((OVERTAKEN, "replaced"), else_="queued"), not_before=bindparam("then"))
)
"""It keeps the provider's id of what failed, by which a repeat of that failure is known."""


def apply_receipts(tx: Tx, receipts: Sequence[Receipt]) -> list[Undelivered]:
    """Bring rows forward by what the platforms say, never back, many at a time; returns those that failed for good."""
    for status in _GOOD:
        chosen = [receipt for receipt in receipts if receipt.status == status]
        named = [_named(receipt) | {"row": receipt.reference} for receipt in chosen if receipt.reference is not None]
        unnamed = [_named(receipt) for receipt in chosen if receipt.reference is None]
        if named:
            tx.execute(_BY_REFERENCE[status], named)
        if unnamed:
            tx.execute(_BY_PROVIDER[status], unnamed)
    return [each for receipt in receipts if receipt.status == "failed" for each in _fail(tx, receipt)]


def _named(receipt: Receipt) -> dict[str, Any]:
    return {"account": receipt.account, "provider": receipt.provider_id, "reason": receipt.error}


def _fail(tx: Tx, receipt: Receipt) -> list[Undelivered]:
    """A failure is rare, and each has a follow-up: sent again where its reason passes, else kept and told."""
    values = _named(receipt)
    statement = _BY_PROVIDER["failed"]
    if receipt.reference is not None:
        statement, values = _BY_REFERENCE["failed"], values | {"row": receipt.reference}
    for row in tx.execute(statement.returning(outbox), values):
        if receipt.passing and row.attempts < MOST_ATTEMPTS:
            tx.execute(_AGAIN, {"row": row.id, "then": tx.now_ms + AGAIN_MS})
            return []
        bury(tx, row.id, row.workspace_id, row.error or "failed")
        return [_undelivered(row)]
    return []


def _undelivered(row: Row[Any]) -> Undelivered:
    return Undelivered(row.id, row.workspace_id, row.account_id, row.recipient, row.payload, row.error or "")


# The status is no parameter: ix_outbox_doubtful holds just these, and those that stay in doubt lie outside its range.
_OVERDUE = update(outbox).where(
    outbox.c.status == literal_column("'unknown'"), outbox.c.claimed_at <= bindparam("before")
)
_LET_BE = _OVERDUE.where(OVERTAKEN).values(claimed_at=None)
_ONCE_MORE = _OVERDUE.where(outbox.c.policy == PROMPT).values(status="queued", policy=ONCE, not_before=bindparam("now"))
_GIVE_UP = _OVERDUE.where(outbox.c.policy == ONCE).values(claimed_at=None).returning(outbox)


def settle_unknown(tx: Tx, wait_ms: int = RECEIPT_WAIT_MS) -> list[Undelivered]:
    """`wait_ms` (two minutes) without a receipt: a prompt goes out once more, and from then on as one that may go only once.

    What may go only once stays unknown, and is returned, each row one time (`claimed_at` is emptied then). So does a
    slot's message after which a newer one was made: it would take the newer one's place; nobody misses it.
    """
    before = tx.now_ms - wait_ms
    tx.execute(_LET_BE, {"before": before})
    tx.execute(_ONCE_MORE, {"before": before, "now": tx.now_ms})
    return [_undelivered(row) for row in tx.execute(_GIVE_UP, {"before": before})]


_EXPIRE = (
    update(outbox)
    .where(
        outbox.c.status == "claimed",
        outbox.c.claimed_at <= bindparam("before"),
        or_(outbox.c.owner != bindparam("own"), outbox.c.id.not_in(bindparam("in_hand", expanding=True))),
    )
    .values(status="unknown", error="The process that was sending it did not come back.")
)


def expire_claims(tx: Tx, owner: str, claim_ms: int = CLAIM_MS, in_hand: Collection[int] = ()) -> None:
    """What another process claimed `claim_ms` (a minute) ago and never wrote down may have gone out; it blocks nobody any
    longer. So does what `owner` itself claimed without knowing, as when the connection is lost at the commit: all but
    the rows that it has in hand."""
    tx.execute(_EXPIRE, {"before": tx.now_ms - claim_ms, "own": owner, "in_hand": list(in_hand)})
