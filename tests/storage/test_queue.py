"""The engine's queues on both databases: whose turn it is, what goes out, what is to be done."""

from typing import Any

import pytest
from sqlalchemy import select

from storage.db import Books
from storage.queue import doubts, jobs, lanes, outbox, outcomes, receipts, sending
from storage.queue.arrivals import Arrival, Place, accept
from storage.queue.lanes import Fenced
from storage.queue.outbox import Outgoing, Receipt
from storage.queue.sending import Due
from storage.tables.runtime import dead_letters, inbox
from storage.tables.runtime import jobs as jobs_table
from storage.tables.sending import outbox as outbox_table
from tests.storage.conftest import WHATSAPP, Hands
from tests.storage.test_arrivals import said


def _accept(books: Books, *events: Arrival) -> None:
    books.write(lambda tx: accept(tx, events))


def _claim(books: Books) -> list[Any]:
    return books.write(lambda tx: lanes.claim(tx, "me", 10))


def test_a_lane_is_held_by_one_and_hands_out_its_events_in_order(books: Books) -> None:
    _accept(books, said("a"), said("b"), said("c", "+912"))
    held = {event.event_id: claim for claim, event in _claim(books)}
    assert set(held) == {"a", "c"}
    assert _claim(books) == []
    claim = held["a"]
    assert books.write(lambda tx: lanes.finish(tx, claim.lane, 1, claim.epoch)) == 2
    assert [event.event_id for event in books.write(lambda tx: lanes.following(tx, claim.lane, 1))] == ["b"]
    assert books.write(lambda tx: lanes.finish(tx, claim.lane, 2, claim.epoch)) == 2
    assert books.read(lanes.working)
    _accept(books, said("d"))
    assert [event.event_id for _, event in _claim(books)] == ["d"]


def test_whoever_lost_the_lane_can_finish_nothing(books: Books, hands: Hands) -> None:
    _accept(books, said("a"), said("b"))
    [(old, _)] = _claim(books)
    hands.moves(milliseconds=lanes.LEASE_MS + 1)
    [(new, event)] = _claim(books)
    assert (event.event_id, new.attempts) == ("a", 2)
    with pytest.raises(Fenced):
        books.write(lambda tx: lanes.finish(tx, old.lane, 1, old.epoch))
    books.write(lambda tx: lanes.finish(tx, new.lane, 1, new.epoch))
    for seq in (1, 3):
        with pytest.raises(Fenced):
            books.write(lambda tx, seq=seq: lanes.finish(tx, new.lane, seq, new.epoch))


def test_each_event_begins_with_its_first_attempt(books: Books, hands: Hands) -> None:
    for n in range(4):
        _accept(books, said(str(n)))
        [(claim, event)] = _claim(books)
        assert (event.event_id, claim.attempts) == (str(n), 1)
        books.write(lambda tx, claim=claim, n=n: lanes.finish(tx, claim.lane, n + 1, claim.epoch))


def test_a_lane_that_is_given_back_comes_again_after_its_time(books: Books, hands: Hands) -> None:
    _accept(books, said("a"))
    [(claim, event)] = _claim(books)
    books.write(lambda tx: lanes.give_back(tx, claim.lane, claim.epoch, 500))
    assert _claim(books) == []
    hands.moves(seconds=1)
    [(again, _)] = _claim(books)
    assert (again.attempts, again.epoch) == (2, claim.epoch + 1)
    books.write(lambda tx: lanes.bury(tx, event, "x" * 5000))
    row = books.read(lambda tx: tx.execute(select(dead_letters)).one())
    assert (row.kind, row.reference, len(row.error)) == ("inbox", event.id, 2000)


def _put(books: Books, *messages: Outgoing) -> None:
    books.write(lambda tx: outbox.put(tx, "main", messages))


def _text(text: str, to: str = "+911", **more: Any) -> Outgoing:
    return Outgoing(WHATSAPP, to, {"text": text}, **more)


def _due(books: Books) -> list[Due]:
    return books.write(lambda tx: sending.claim(tx, "me", 50, {}))


def _texts(due: list[Due]) -> list[str]:
    return [each.payload["text"] for each in due]


def _states(books: Books) -> list[str]:
    return list(books.read(lambda tx: tx.execute(select(outbox_table.c.status).order_by(outbox_table.c.id)).scalars()))


def test_each_recipient_gets_messages_in_order_and_one_at_a_time(books: Books) -> None:
    _put(books, _text("a1"), _text("a2"), _text("b1", "+912"))
    first = _due(books)
    assert _texts(first) == ["a1", "b1"]
    assert _due(books) == []
    books.write(lambda tx: outcomes.mark_sent(tx, first[0], "w1"))
    assert _texts(_due(books)) == ["a2"]


def test_a_message_that_must_wait_holds_those_behind_it(books: Books, hands: Hands) -> None:
    _put(books, _text("a1"), _text("a2"))
    [due] = _due(books)
    books.write(lambda tx: outcomes.retry(tx, due, 4000, "busy"))
    assert _due(books) == []
    assert books.read(lambda tx: sending.next_due_ms(tx, {})) == round(hands.now.timestamp() * 1000) + 4000
    hands.moves(seconds=4)
    assert _texts(_due(books)) == ["a1"]


def test_three_versions_of_a_card_are_one_message_that_later_is_edited(books: Books, hands: Hands) -> None:
    for n in range(3):
        _put(books, _text(f"card {n}", slot="basket", hold_ms=700))
        hands.moves(milliseconds=200)
    assert _due(books) == []
    hands.moves(milliseconds=100)
    [due] = _due(books)
    assert (due.payload["text"], due.edits) == ("card 2", None)
    books.write(lambda tx: outcomes.mark_sent(tx, due, "w9"))
    _put(books, _text("card 3", slot="basket"))
    [later] = _due(books)
    assert later.edits == "w9"
    assert _states(books) == ["replaced", "replaced", "sent", "claimed"]


def test_receipts_bring_a_message_forward_and_never_back(books: Books) -> None:
    _put(books, _text("a"))
    [due] = _due(books)
    books.write(lambda tx: outcomes.mark_sent(tx, due, "w1"))

    def told(status: str, **more: Any) -> str:
        receipt = Receipt(WHATSAPP, "w1", status, **more)
        books.write(lambda tx: receipts.apply_receipts(tx, [receipt]))
        return _states(books)[0]

    assert [told(status) for status in ("delivered", "sent", "read", "delivered", "failed")] == [
        "delivered",
        "delivered",
        "read",
        "read",
        "read",
    ]


def test_a_receipt_is_believed_by_our_reference_before_we_know_the_id(books: Books) -> None:
    _put(books, _text("a"))
    [due] = _due(books)
    foreign = Receipt("whatsapp:999", "w1", "read", reference=due.id)
    own = Receipt(WHATSAPP, "w1", "delivered", reference=due.id)
    books.write(lambda tx: receipts.apply_receipts(tx, [foreign]))
    assert _states(books) == ["claimed"]
    books.write(lambda tx: receipts.apply_receipts(tx, [own]))
    books.write(lambda tx: outcomes.mark_sent(tx, due, "w1"))
    assert _states(books) == ["delivered"]


def test_what_may_have_gone_out_goes_once_more_if_it_is_a_prompt_and_never_if_it_is_news(
    books: Books, hands: Hands
) -> None:
    _put(books, _text("prompt"), _text("news", "+912", policy=outbox.ONCE))
    for _ in range(4):
        for due in _due(books):
            books.write(lambda tx, due=due: outcomes.mark_unknown(tx, due, "?"))
        books.write(doubts.settle_unknown)
        assert _due(books) == []
        hands.moves(milliseconds=doubts.RECEIPT_WAIT_MS + 1)
        books.write(doubts.settle_unknown)
    tries = books.read(
        lambda tx: tx.execute(select(outbox_table.c.attempts).order_by(outbox_table.c.id)).scalars().all()
    )
    assert tries == [2, 1]
    assert _states(books) == ["unknown", "unknown"]


def test_a_prompt_that_was_refused_before_is_still_repeated_once_when_in_doubt(books: Books, hands: Hands) -> None:
    _put(books, _text("prompt"))
    for _ in range(3):
        [due] = _due(books)
        books.write(lambda tx, due=due: outcomes.retry(tx, due, 0, "throttled"))
    [due] = _due(books)
    books.write(lambda tx: outcomes.mark_unknown(tx, due, "?"))
    hands.moves(minutes=3)
    books.write(doubts.settle_unknown)
    assert _texts(_due(books)) == ["prompt"]


def test_an_old_card_in_doubt_never_takes_the_place_of_a_newer_one(books: Books, hands: Hands) -> None:
    _put(books, _text("pending", slot="order:101"))
    [due] = _due(books)
    books.write(lambda tx: outcomes.mark_unknown(tx, due, "?"))
    _put(books, _text("confirmed", slot="order:101"))
    [newer] = _due(books)
    books.write(lambda tx: outcomes.mark_sent(tx, newer, "w2"))
    hands.moves(minutes=3)
    books.write(doubts.settle_unknown)
    assert _due(books) == []


def test_what_a_stopped_process_held_is_in_doubt(books: Books) -> None:
    _put(books, _text("a"), _text("b"))
    _due(books)
    books.write(outcomes.abandon_claims)
    assert _states(books) == ["unknown", "queued"]


def test_a_message_that_never_goes_out_leaves_a_note_and_the_way_free(books: Books) -> None:
    _put(books, _text("a"), _text("b"))
    [due] = _due(books)
    books.write(lambda tx: outcomes.mark_failed(tx, due, "no such number"))
    assert books.read(lambda tx: tx.execute(select(dead_letters.c.error)).scalars().all()) == ["no such number"]
    assert _texts(_due(books)) == ["b"]


def _plan(books: Books, key: str, after_ms: int = 0) -> None:
    place = Place("contact:main:x", "main", None)
    books.write(lambda tx: jobs.put(tx, key, "ring", place, {"n": 1}, tx.now_ms + after_ms))


def test_a_job_is_planned_once_done_once_and_comes_back_as_an_event(books: Books, hands: Hands) -> None:
    _plan(books, "k", 1000)
    _plan(books, "k", 0)
    assert books.write(lambda tx: jobs.claim(tx, "me", 5)) == []
    hands.moves(seconds=1)
    [task] = books.write(lambda tx: jobs.claim(tx, "me", 5))
    assert books.write(lambda tx: jobs.claim(tx, "me", 5)) == []
    for _ in range(2):
        books.write(lambda tx: jobs.finish(tx, task, "done"))
    rows = books.read(lambda tx: tx.execute(select(inbox.c.kind, inbox.c.payload)).all())
    assert [tuple(row) for row in rows] == [("job", {"kind": "ring", "value": "done"})]


def test_a_job_whose_worker_is_lost_is_taken_up_and_the_lost_one_can_say_nothing(books: Books, hands: Hands) -> None:
    _plan(books, "k")
    [lost] = books.write(lambda tx: jobs.claim(tx, "me", 5))
    hands.moves(milliseconds=jobs.LEASE_MS)
    [taken] = books.write(lambda tx: jobs.claim(tx, "other", 5))
    books.write(lambda tx: jobs.finish(tx, lost, "late"))
    books.write(lambda tx: jobs.fail(tx, lost, "late", 0))
    books.write(lambda tx: jobs.finish(tx, taken, "good"))
    assert books.read(lambda tx: tx.execute(select(inbox.c.payload)).scalars().all()) == [
        {"kind": "ring", "value": "good"}
    ]


def test_a_job_fails_three_times_and_then_lies_with_the_dead_letters(books: Books, hands: Hands) -> None:
    _plan(books, "k")
    for _ in range(3):
        [task] = books.write(lambda tx: jobs.claim(tx, "me", 5))
        books.write(lambda tx, task=task: jobs.fail(tx, task, "broken", 1000))
        hands.moves(seconds=1)
    assert books.write(lambda tx: jobs.claim(tx, "me", 5)) == []
    assert books.read(lambda tx: tx.execute(select(jobs_table.c.status)).scalar()) == "failed"
    assert books.read(lambda tx: tx.execute(select(dead_letters.c.kind)).scalar()) == "job"


def test_whose_event_was_at_work_at_three_deaths_is_taken_up_only_when_asked_for(books: Books, hands: Hands) -> None:
    _accept(books, said("a"), said("b", "+912"))
    for _ in range(lanes.MOST_ATTEMPTS):
        assert len(_claim(books)) == 2
        hands.moves(milliseconds=lanes.LEASE_MS + 1)
    assert _claim(books) == []
    for left in (True, False):
        assert books.read(lanes.suspects_wait)
        [(claim, event)] = books.write(lambda tx: lanes.claim(tx, "me", 1, suspects=True))
        assert claim.attempts == lanes.MOST_ATTEMPTS + 1
        books.write(lambda tx, lane=event.lane, epoch=claim.epoch: lanes.finish(tx, lane, 1, epoch))
        assert books.read(lanes.suspects_wait) is left
    _accept(books, said("c"))
    [(claim, _)] = _claim(books)
    assert claim.attempts == 1


def test_a_job_that_was_at_work_at_three_deaths_is_taken_up_only_when_asked_for(books: Books, hands: Hands) -> None:
    books.write(lambda tx: jobs.put(tx, "k", "kind", Place("lane"), {}))
    for _ in range(jobs.MOST_DEATHS):
        assert len(books.write(lambda tx: jobs.claim(tx, "me", 5))) == 1
        hands.moves(milliseconds=jobs.LEASE_MS)
    assert books.write(lambda tx: jobs.claim(tx, "me", 5)) == []
    assert books.read(jobs.suspects_wait)
    [task] = books.write(lambda tx: jobs.claim(tx, "me", 1, suspects=True))
    assert task.deaths == jobs.MOST_DEATHS
    assert not books.read(jobs.suspects_wait)
    books.write(lambda tx: jobs.finish(tx, task, None))
    assert books.read(lambda tx: tx.execute(select(jobs_table.c.status)).scalar()) == "done"
