"""Messages of which nobody knows whether they went out: how they come to be so, and what their policy makes of them."""

from collections.abc import Collection

from sqlalchemy import bindparam, literal_column, or_, update

from storage.queue.outbox import ONCE, OVERTAKEN, PROMPT, Undelivered, undelivered
from storage.queue.patience import USUAL
from storage.tables.sending import outbox
from storage.tx import Tx

RECEIPT_WAIT_MS = USUAL.receipt
CLAIM_MS = USUAL.claim

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
    return [undelivered(row) for row in tx.execute(_GIVE_UP, {"before": before})]


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
