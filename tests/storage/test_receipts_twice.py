"""Receipts that come twice or late, and older versions of a card, on both databases: nothing goes out twice for them."""

from typing import Any

import pytest
from sqlalchemy import select

from storage.db import Books
from storage.queue import doubts, outbox, outcomes, receipts, sending
from storage.queue.outbox import Outgoing, Receipt
from storage.queue.sending import Due
from storage.tables.sending import outbox as outbox_table
from storage.tables.sending import slots
from tests.storage.conftest import WHATSAPP, Hands

HOUR_MS = 3_600_000


def _put(books: Books, text: str, **more: Any) -> None:
    books.write(lambda tx: outbox.put(tx, "main", [Outgoing(WHATSAPP, "+911", {"text": text}, **more)]))


def _claim(books: Books) -> list[Due]:
    return books.write(lambda tx: sending.claim(tx, "me", 50, {}))


def _sent(books: Books, due: Due, provider: str) -> None:
    books.write(lambda tx: outcomes.mark_sent(tx, due, provider))


def _told(books: Books, status: str, provider: str, row: int | None, passing: bool = True) -> None:
    receipt = Receipt(WHATSAPP, provider, status, row, passing=passing and status == "failed")
    books.write(lambda tx: receipts.apply_receipts(tx, [receipt]))


def _states(books: Books) -> list[str]:
    return list(books.read(lambda tx: tx.execute(select(outbox_table.c.status).order_by(outbox_table.c.id)).scalars()))


def _again(books: Books, hands: Hands) -> Due:
    """Sent as A, which failed for a reason that passes; the claim of the second attempt."""
    _put(books, "a")
    [due] = _claim(books)
    _sent(books, due, "A")
    _told(books, "failed", "A", due.id)
    assert _states(books) == ["queued"]
    hands.moves(milliseconds=receipts.AGAIN_MS)
    [due] = _claim(books)
    return due


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("passing", [True, False])
@pytest.mark.parametrize("status", ["failed", "sent", "delivered"])
def test_a_word_of_the_send_that_failed_is_not_said_of_the_next_one(
    books: Books, hands: Hands, named: bool, passing: bool, status: str
) -> None:
    due = _again(books, hands)
    row = due.id if named else None
    _told(books, status, "A", row, passing)
    assert _states(books) == ["claimed"]
    _sent(books, due, "B")
    _told(books, status, "A", row, passing)
    assert _states(books) == ["sent"]
    _told(books, "read", "B", row)
    assert _states(books) == ["read"]


def test_a_repeated_failure_changes_nothing_while_the_row_waits_or_is_in_doubt(books: Books, hands: Hands) -> None:
    due = _again(books, hands)
    books.write(lambda tx: outcomes.mark_unknown(tx, due, "?"))
    _told(books, "failed", "A", due.id)
    assert _states(books) == ["unknown"]
    _told(books, "delivered", "B", due.id)
    assert _states(books) == ["delivered"]


def test_a_failure_that_is_quicker_than_the_answer_counts(books: Books, hands: Hands) -> None:
    due = _again(books, hands)
    _told(books, "failed", "B", due.id)
    assert _states(books) == ["queued"]
    _sent(books, due, "B")
    _told(books, "failed", "B", due.id)
    assert _states(books) == ["queued"]


def test_a_repeated_failure_is_not_said_of_what_was_sent_again_by_hand(books: Books) -> None:
    _put(books, "a")
    [due] = _claim(books)
    _sent(books, due, "A")
    _told(books, "failed", "A", due.id, passing=False)
    assert books.write(lambda tx: outbox.revive(tx, due.id))
    _claim(books)
    _told(books, "failed", "A", due.id, passing=False)
    assert _states(books) == ["claimed"]


@pytest.mark.parametrize("status", ["sent", "delivered", "read"])
def test_a_late_word_that_it_went_out_spares_the_second_try(books: Books, hands: Hands, status: str) -> None:
    _put(books, "a")
    [due] = _claim(books)
    _told(books, status, "A", due.id + 1)
    books.write(lambda tx: outcomes.mark_unknown(tx, due, "?"))
    hands.moves(milliseconds=doubts.RECEIPT_WAIT_MS)
    books.write(doubts.settle_unknown)
    assert _states(books) == ["queued"]
    _told(books, "failed", "A", due.id)
    assert _states(books) == ["queued"]
    _told(books, status, "A", due.id)
    assert (_states(books), _claim(books)) == ([status], [])


def test_no_word_settles_what_was_never_claimed(books: Books) -> None:
    _put(books, "a")
    row = books.read(lambda tx: tx.execute(select(outbox_table.c.id)).scalar_one())
    _told(books, "sent", "A", row)
    assert _states(books) == ["queued"]


@pytest.mark.parametrize(("first", "second", "goes_after"), [(1, 2, 2), (2, 1, 1), (1, None, 0), (None, 1, 1)])
def test_what_has_a_time_of_its_own_neither_takes_nor_hands_on_another(
    books: Books, hands: Hands, first: int | None, second: int | None, goes_after: int
) -> None:
    now_ms = round(hands.now.timestamp() * 1000)
    for text, hours in (("first", first), ("second", second)):
        _put(books, text, slot="reminder", at_ms=None if hours is None else now_ms + hours * HOUR_MS)
    for hour in range(3):
        books.write(outbox.release_scheduled)
        assert len(_claim(books)) == (hour == goes_after)
        hands.moves(hours=1)


def test_what_is_meant_for_now_waits_for_itself_and_not_for_the_reminder_it_replaces(
    books: Books, hands: Hands
) -> None:
    now_ms = round(hands.now.timestamp() * 1000)
    _put(books, "reminder", slot="card", at_ms=now_ms + 100)
    _put(books, "card", slot="card", hold_ms=700)
    hands.moves(milliseconds=699)
    assert _claim(books) == []
    hands.moves(milliseconds=1)
    assert len(_claim(books)) == 1


def _newer(books: Books) -> None:
    _put(books, "newer", slot="card")
    [due] = _claim(books)
    _sent(books, due, "N")


def test_what_was_given_up_is_not_sent_over_a_newer_version(books: Books) -> None:
    _put(books, "old", slot="card")
    [old] = _claim(books)
    books.write(lambda tx: outcomes.mark_failed(tx, old, "no"))
    _newer(books)
    assert books.write(lambda tx: outbox.revive(tx, old.id)) is False
    assert _states(books) == ["failed", "sent"]


def test_a_newer_version_that_was_cancelled_stands_in_nobodys_way(books: Books) -> None:
    _put(books, "old", slot="card")
    [old] = _claim(books)
    books.write(lambda tx: outcomes.mark_failed(tx, old, "no"))
    _put(books, "newer", slot="card")
    books.write(lambda tx: outbox.cancel_waiting(tx, WHATSAPP, "+911"))
    assert books.write(lambda tx: outbox.revive(tx, old.id)) is True


def test_a_failure_that_passes_sends_no_old_version_over_a_newer_one(books: Books) -> None:
    _put(books, "old", slot="card")
    [old] = _claim(books)
    _sent(books, old, "A")
    _newer(books)
    _told(books, "failed", "A", old.id)
    assert _states(books) == ["replaced", "sent"]


@pytest.mark.parametrize("status", [None, "delivered", "read"])
def test_an_old_version_is_not_tried_again_over_a_newer_one(books: Books, hands: Hands, status: str | None) -> None:
    _put(books, "old", slot="card")
    [old] = _claim(books)
    hands.moves(milliseconds=doubts.CLAIM_MS)
    books.write(lambda tx: doubts.expire_claims(tx, "other"))
    _newer(books)
    if status is not None:
        _told(books, status, "N", None)
    books.write(lambda tx: outcomes.retry(tx, old, 0, "busy"))
    assert _states(books) == ["replaced", status or "sent"]


def _stands(books: Books) -> list[str]:
    return list(books.read(lambda tx: tx.execute(select(slots.c.provider_id)).scalars()))


def test_a_slot_follows_only_the_claim_that_holds(books: Books, hands: Hands) -> None:
    _put(books, "card", slot="card")
    [old] = _claim(books)
    books.write(lambda tx: outcomes.mark_unknown(tx, old, "?"))
    hands.moves(milliseconds=doubts.RECEIPT_WAIT_MS)
    books.write(doubts.settle_unknown)
    [new] = _claim(books)
    _sent(books, new, "B")
    _sent(books, old, "A")
    assert _stands(books) == ["B"]


def test_a_slot_is_known_although_the_receipt_was_quicker(books: Books) -> None:
    _put(books, "card", slot="card")
    [due] = _claim(books)
    _told(books, "delivered", "A", due.id)
    _sent(books, due, "A")
    assert (_states(books), _stands(books)) == (["delivered"], ["A"])
