"""The accounts that send: which may now, and which the platform keeps back for a while or refuses altogether."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select, update

from storage.tables.sending import outbox, senders
from storage.tx import Tx

LONGEST_MS = 300_000
LONGEST_NAMED_MS = 3_600_000
"""What a platform names is waited for so long at most before it is asked again: no pause is longer, so that one that
ends later was written by a clock that has been set back since."""


@dataclass(frozen=True, slots=True)
class Sender:
    """An account that may send; `troubled`: something stood against it since its last message went out; `probing`: more
    than once, so that one message at a time shows whether it works again."""

    account: str
    tat_us: int
    troubled: bool
    probing: bool


def enrol(tx: Tx, accounts: Collection[str]) -> None:
    """Give each account its row (and those of which messages still wait); a refused one is asked about at once."""
    waiting = tx.execute(select(outbox.c.account_id).where(outbox.c.status.in_(("queued", "scheduled"))).distinct())
    fresh = {"tat_us": 0, "paused_until": 0, "strikes": 0}
    rows = [{"account_id": each, **fresh} for each in sorted({*accounts, *waiting.scalars()})]
    if rows:
        tx.execute(tx.upsert(senders).on_conflict_do_nothing(index_elements=["account_id"]), rows)
    tx.execute(update(senders).where(senders.c.refused).values(look_at=tx.now_ms))


_ALL = select(senders)
_ALL_LOCKED = _ALL.with_for_update(skip_locked=True)


def lock(tx: Tx, account: str) -> None:
    """From here to the end of the unit nobody claims messages of this account."""
    if tx.dialect == "postgresql":
        tx.execute(select(senders.c.account_id).where(senders.c.account_id == account).with_for_update())


def lock_open(tx: Tx) -> list[Sender]:
    """The accounts that may send and that no other process is claiming for right now; held until the unit ends."""
    rows = tx.execute(_ALL_LOCKED if tx.dialect == "postgresql" else _ALL)
    return [
        Sender(row.account_id, row.tat_us, row.strikes > 0 or row.told, row.strikes > 1)
        for row in rows
        if not row.refused and not _pauses(row.paused_until, tx.now_ms)
    ]


OPENS = select(func.min(senders.c.paused_until)).where(senders.c.paused_until > bindparam("now"), ~senders.c.refused)
"""When the next pause ends, in milliseconds since the epoch; NULL when no account pauses."""


def slow_down(tx: Tx, account: str, at_least_ms: int | None = None, most_ms: int = LONGEST_MS) -> int:
    """Pause an account: 2 s, 4 s … up to `most_ms`, or for as long as the platform says; returns for how long. Those
    that fail together are one strike, and the longest wait that is named among them counts."""
    row = tx.execute(select(senders).where(_is(account)).with_for_update()).one()
    named_ms = min(at_least_ms or 0, LONGEST_NAMED_MS)
    if _pauses(row.paused_until, tx.now_ms):
        strikes, pause_ms = row.strikes, max(named_ms, int(row.paused_until - tx.now_ms))
    else:
        strikes = min(row.strikes + 1, 30)
        pause_ms = max(named_ms, min(_grown_ms(strikes), most_ms))
    _set(tx, account, strikes=strikes, paused_until=tx.now_ms + pause_ms)
    return pause_ms


def stumble(tx: Tx, account: str) -> bool:
    """A message of this account met a fault of the platform's; True when something has gone out since the last one, so
    that it may be this message's own."""
    fine = update(senders).where(_is(account), senders.c.strikes == 0)
    return tx.execute(fine.values(strikes=1)).rowcount == 1


def _pauses(until_ms: int, now_ms: int) -> bool:
    return now_ms < until_ms <= now_ms + LONGEST_NAMED_MS


def refuse(tx: Tx, account: str) -> bool:
    """Stop an account until the platform takes its credentials again; True when its owners were not told yet."""
    row = tx.execute(select(senders).where(_is(account)).with_for_update()).one()
    if not row.refused:
        strikes = min(row.strikes + 1, 30)
        _set(tx, account, refused=True, told=True, strikes=strikes, look_at=tx.now_ms + _grown_ms(strikes))
    return not row.told


_DUE_LOOKS = (
    update(senders)
    .where(
        senders.c.refused,
        senders.c.look_at <= bindparam("now"),
        senders.c.account_id.in_(bindparam("known", expanding=True)),
    )
    .values(strikes=senders.c.strikes + 1, look_at=bindparam("then"))
    .returning(senders.c.account_id)
)


def due_looks(tx: Tx, known: Sequence[str]) -> list[str]:
    """The refused accounts about which the platform is to be asked now; each is handed to one process."""
    given = {"now": tx.now_ms, "known": list(known), "then": tx.now_ms + LONGEST_MS}
    return list(tx.execute(_DUE_LOOKS, given).scalars())


def still_refused(tx: Tx, account: str) -> None:
    """Ask again later, less and less often."""
    strikes = tx.execute(select(senders.c.strikes).where(_is(account))).scalar_one()
    _set(tx, account, look_at=tx.now_ms + _grown_ms(strikes))


def allow(tx: Tx, account: str) -> None:
    """The platform takes our credentials again: send."""
    _set(tx, account, refused=False, look_at=None)


def went_out(tx: Tx, accounts: Collection[str]) -> None:
    """Messages of these accounts were taken: nothing stands against them any more."""
    fine = update(senders).where(senders.c.account_id.in_(accounts), ~senders.c.refused)
    tx.execute(fine.values(strikes=0, told=False))


def _grown_ms(strikes: int) -> int:
    return min(1000 << min(strikes, 10), LONGEST_MS)


def _is(account: str) -> ColumnElement[bool]:
    return senders.c.account_id == account


def _set(tx: Tx, account: str, **values: Any) -> None:
    tx.execute(update(senders).where(_is(account)).values(**values))
