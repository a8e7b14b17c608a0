"""A platform that is away: what waits, what still goes out when it is back, and what is given up."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.base import LineDown, SendError, ServerFault, Throttled, Transient, Unknown
from bot.runtime.notices import Notices
from bot.runtime.outcomes import LONGEST_USE_MS, LONGEST_WAIT_MS, MOST_ATTEMPTS, Outcomes
from storage import migrations
from storage.actions import people
from storage.clock import new_id
from storage.db import Books
from storage.queue import outbox, senders, sending
from storage.queue.outbox import ONCE, PROMPT, Outgoing
from storage.queue.sending import MOST_OF_ACCOUNT, Due
from storage.tables.runtime import dead_letters
from storage.tables.sending import outbox as outbox_table
from storage.tx import Tx

ACCOUNT = "whatsapp:100"


class Hands:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 6, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def moves(self, **by: float) -> None:
        self.now += timedelta(**by)


def _found(tx: Tx) -> None:
    people.found_workspace(tx, "main", name="main", timezone="Asia/Kolkata", currency="INR", language="en")
    people.open_account(tx, ACCOUNT, "whatsapp", "main")
    senders.enrol(tx, [ACCOUNT])


@pytest.fixture
def hands() -> Hands:
    return Hands()


class Line:
    """The senders' own steps with the time in one's hands: claim, an answer, what is written down."""

    def __init__(self, books: Books, hands: Hands) -> None:
        self.books, self.hands = books, hands
        self.outcomes = Outcomes(Notices({}), lambda: 0.5)

    def put(self, *recipients: str, **more: Any) -> None:
        rows = [Outgoing(ACCOUNT, each, {"text": "hi"}, **more) for each in recipients]
        self.books.write(lambda tx: outbox.put(tx, "main", rows))

    def claim(self) -> list[Due]:
        return self.books.write(lambda tx: sending.claim(tx, "me", 64, {}))

    def fails(self, error: Callable[[Due], SendError | None], minutes: float, every_s: float = 5) -> int:
        """For so long each send ends in this (None: it goes out); returns how often the platform was asked."""
        asked, end = 0, self.hands.now + timedelta(minutes=minutes)
        while self.hands.now < end:
            for due in self.claim():
                asked += 1
                said = error(due)
                mark = self.outcomes.sent(due, f"p{due.id}") if said is None else self.outcomes.failed(due, said)
                self.books.write(mark)
            self.hands.moves(seconds=every_s)
        return asked

    def rows(self) -> list[tuple[str, int]]:
        chosen = select(outbox_table.c.status, outbox_table.c.attempts).order_by(outbox_table.c.id)
        return self.books.read(lambda tx: [(row.status, row.attempts) for row in tx.execute(chosen)])

    def letters(self) -> list[str]:
        return self.books.read(lambda tx: list(tx.execute(select(dead_letters.c.error)).scalars()))


@pytest.fixture
def line(tmp_path: Path, hands: Hands) -> Iterator[Line]:
    books = Books(f"sqlite:///{tmp_path / 'books.db'}", hands, new_id)
    migrations.upgrade(books)
    books.write(_found)
    yield Line(books, hands)
    books.close()


def _down(_due: Due) -> SendError:
    return LineDown("unreachable", "no route")


def _faulty(_due: Due) -> SendError:
    return ServerFault("5xx", "bad gateway")


def _fine(_due: Due) -> None:
    return None


@pytest.mark.parametrize("error", [_down, _faulty], ids=["unreachable", "5xx"])
def test_an_outage_of_an_hour_costs_no_message_its_tries(line: Line, error: Callable[[Due], SendError]) -> None:
    line.put("+1", "+2", "+3", automatic=True)
    asked = line.fails(error, 60)
    assert {status for status, _ in line.rows()} == {"queued"}
    assert all(attempts <= 1 for _, attempts in line.rows())
    assert asked < 250
    line.fails(_fine, 6)
    assert {status for status, _ in line.rows()} == {"sent"}
    assert line.letters() == []


def test_a_line_on_which_nothing_is_answered_puts_few_in_doubt(line: Line) -> None:
    line.put(*(f"+{n}" for n in range(200)), automatic=True)
    asked = line.fails(lambda _: Unknown("lost", "no answer"), 30)
    assert MOST_OF_ACCOUNT < asked < 2 * MOST_OF_ACCOUNT + 20  # those that were under way, then one at a time
    line.fails(lambda _: None, 6)
    assert line.rows().count(("sent", 1)) == 200 - asked
    assert line.rows().count(("unknown", 1)) == asked


def test_what_alone_fails_while_others_go_out_is_given_up(line: Line) -> None:
    line.put("+1")
    for n in range(100):
        line.put(f"+9{n}")
        line.fails(lambda due: _faulty(due) if due.recipient == "+1" else None, 1, every_s=15)
    assert line.rows()[0] == ("failed", MOST_ATTEMPTS)
    assert {status for status, _ in line.rows()[1:]} == {"sent"}
    assert line.letters() == ["5xx: bad gateway"]


@pytest.mark.parametrize(
    "error",
    [LineDown("unreachable", "no route"), Throttled("429", "slow"), Transient("429", "slow", 600_000)],
    ids=["unreachable", "throttled", "named"],
)
def test_nothing_is_put_off_for_ever(line: Line, error: SendError) -> None:
    line.put("+1")
    line.put("+2", at_ms=round(line.hands.now.timestamp() * 1000) + 20 * 3_600_000)
    line.fails(lambda _: error, LONGEST_WAIT_MS / 60_000 + 20, every_s=300)
    line.books.write(outbox.release_scheduled)
    line.fails(lambda _: error, 1)
    assert [status for status, _ in line.rows()] == ["failed", "queued"]  # the second is four hours old
    assert [each.endswith("(It has waited for more than 24 hours.)") for each in line.letters()] == [True]


def test_what_is_of_no_use_any_more_is_not_sent_and_the_rest_is(line: Line) -> None:
    line.put("+1", automatic=True)
    line.put("+2", automatic=True, policy=ONCE)  # such as the receipt of an order
    line.put("+3")  # said by a person, or to the staff
    line.hands.moves(milliseconds=LONGEST_USE_MS + 1)
    line.put("+4", automatic=True, policy=PROMPT)
    outlived = {due.recipient: line.outcomes.outlived(due) for due in line.claim()}
    assert [to for to, mark in outlived.items() if mark is not None] == ["+1"]
    assert outlived["+1"] is not None
    line.books.write(outlived["+1"])
    assert line.rows()[0][0] == "failed"
    [letter] = line.letters()
    assert "120 minutes old" in letter
