"""The senders against a channel that does as it is told: faults, long sends, accounts that hang, and the end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

import bot.runtime.outbox as outbox_module
from bot.runtime.notices import Notices
from bot.runtime.outbox import Outbox
from bot.runtime.writer import open_writer
from flows.messages import Reply
from storage.actions import people
from storage.actors import system_actor
from storage.clock import new_id, utc_now
from storage.db import Books
from storage.outages import Away
from storage.queue import doubts, outcomes, senders, sending
from storage.queue import outbox as queue
from storage.queue.outbox import CAMPAIGN, ONCE, Outgoing, Undelivered
from storage.queue.patience import USUAL, Patience
from storage.queue.sending import MOST_OF_ACCOUNT, Due
from storage.rules.pacing import UNPACED
from storage.rules.permissions import Role
from storage.scope import Scope
from storage.tables.sending import outbox
from storage.tx import Tx
from tests.books import migrated_file

ONE, TWO = "whatsapp:100", "telegram:700"
GROUP = "-100"


class Obedient:
    """A platform; `held`: it answers nothing until it is set."""

    pace = UNPACED

    def __init__(self, account: str) -> None:
        self.account, self.sent, self.under_way = account, [], 0
        self.held = asyncio.Event()
        self.held.set()

    def fit(self, reply: Reply, _recipient: str) -> list[Reply]:
        return [reply]

    async def send(self, _recipient: str, reply: Reply, *, reference: int, edits: str | None, shop: str = "") -> str:
        self.under_way += 1
        await self.held.wait()
        self.under_way -= 1
        self.sent.append(reply.text)
        return f"{self.account}/{reference}/{edits}"


class Bench:
    """An outbox over books of its own."""

    def __init__(self, books: Books, patience: Patience = USUAL) -> None:
        self.books, self.writer = books, open_writer(books)
        self.one, self.two = Obedient(ONE), Obedient(TWO)
        channels: Any = {ONE: self.one, TWO: self.two}
        self.notices = Notices(channels)
        self.outbox = Outbox(self.writer, channels, "me", self.notices, patience=patience, poll_s=0.05)

    def put(self, *messages: Outgoing) -> None:
        self.books.write(lambda tx: queue.put(tx, "main", messages))
        self.outbox.wake()

    def statuses(self) -> list[str]:
        chosen = select(outbox.c.status).order_by(outbox.c.id)
        return list(self.books.read(lambda tx: tx.execute(chosen).scalars()))

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.outbox.serve())
        try:
            yield
        finally:
            for each in (self.one, self.two):
                each.held.set()
            await self.outbox.stop()
            await task


def _text(text: str, to: str = "+911", account: str = ONE, **more: Any) -> Outgoing:
    return Outgoing(account, to, {"text": text}, **more)


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.01)


def _found(tx: Tx) -> None:
    people.found_workspace(tx, "main", name="main", timezone="Asia/Kolkata", currency="INR", language="en")
    people.open_account(tx, ONE, "whatsapp", "main")
    people.open_account(tx, TWO, "telegram", "main")
    senders.enrol(tx, [ONE, TWO])
    people.bind_group(tx, account=TWO, chat=GROUP, kind="admin", actor=system_actor(Scope("main")))


@pytest.fixture
def books(tmp_path: Path) -> Books:
    opened = Books(migrated_file(tmp_path / "munshi.db"), utc_now, new_id)
    opened.write(_found)
    return opened


@pytest.fixture
async def bench(books: Books) -> AsyncIterator[Bench]:
    made = Bench(books)
    yield made
    made.writer.close()
    books.close()


async def test_a_notice_that_cannot_be_composed_costs_itself_alone(bench: Bench) -> None:
    bench.put(Outgoing(ONE, "+911", "no object", policy=ONCE), _text("lost", "+912", policy=ONCE))
    bench.books.write(lambda tx: tx.execute(update(outbox).values(status="unknown", claimed_at=1)))
    bench.put(_text("good morning", "+913"))
    async with bench.serving():
        await _until(lambda: bool(bench.one.sent and bench.two.sent))
        await asyncio.sleep(0.2)
    assert bench.one.sent == ["good morning"]
    [told] = bench.two.sent
    assert "lost" in told


async def test_what_cannot_be_settled_keeps_no_message_waiting(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_tx: Tx, *_: Any) -> None:
        raise LookupError("strange")

    monkeypatch.setattr(doubts, "settle_unknown", fails)
    bench.put(_text("good morning"))
    async with bench.serving():
        await _until(lambda: bench.one.sent == ["good morning"])
    assert "could not be settled" in caplog.text


async def test_a_long_send_of_a_living_process_is_not_taken_for_lost(books: Books) -> None:
    bench = Bench(books, Patience(claim=1500))
    bench.one.held.clear()
    bench.put(_text("a long film"))
    async with bench.serving():
        await _until(lambda: bench.one.under_way == 1)
        for _ in range(20):
            await asyncio.sleep(0.1)
            books.write(lambda tx: doubts.expire_claims(tx, "another", 1500))
        assert bench.statuses() == ["claimed"]
    assert (bench.one.sent, bench.statuses()) == (["a long film"], ["sent"])
    bench.writer.close()


async def test_only_a_claim_of_ones_own_is_renewed(bench: Bench) -> None:
    bench.put(_text("mine"), _text("theirs", "+912"))
    for owner in ("me", "them"):
        bench.books.write(lambda tx, owner=owner: sending.claim(tx, owner, 1, {}))
    bench.books.write(lambda tx: tx.execute(update(outbox).values(claimed_at=1)))
    bench.books.write(lambda tx: sending.renew(tx, "me", 15_000, [1, 2]))
    bench.books.write(lambda tx: doubts.expire_claims(tx, "another"))
    assert bench.statuses() == ["claimed", "unknown"]


async def test_a_platform_that_hangs_leaves_room_for_the_others(bench: Bench) -> None:
    bench.one.held.clear()
    bench.put(*(_text(str(n), f"+{n}") for n in range(100)))
    async with bench.serving():
        await _until(lambda: bench.one.under_way == MOST_OF_ACCOUNT)
        bench.put(_text("elsewhere", "9", TWO))
        await _until(lambda: bench.two.sent == ["elsewhere"])
        assert bench.one.under_way == MOST_OF_ACCOUNT


async def test_the_end_comes_though_the_books_are_away(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: Any) -> None:
        raise Away

    monkeypatch.setattr(outbox_module, "LAST_S", 0.3)
    bench.put(_text("a"))
    async with bench.serving():
        monkeypatch.setattr(outcomes, "mark_sent", away)
        await _until(lambda: bench.one.sent == ["a"])
    assert "up to 1 results of sending were not written" in caplog.text
    assert bench.statuses() == ["claimed"]


async def test_a_last_result_that_cannot_be_written_costs_no_other(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    written = outcomes.mark_sent

    def strange(tx: Tx, due: Due, provider_id: str) -> None:
        if due.recipient == "+911":
            raise LookupError("strange")
        written(tx, due, provider_id)

    monkeypatch.setattr(outcomes, "mark_sent", strange)
    bench.one.held.clear()
    bench.put(_text("a"), _text("b", "+912"))
    async with bench.serving():
        await _until(lambda: bench.one.under_way == 2)
    assert bench.statuses() == ["claimed", "sent"]
    assert "a result of sending could not be written" in caplog.text


async def test_of_a_campaigns_many_refusals_staff_read_no_single_notices(bench: Bench) -> None:
    bench.put(*(_text("news", f"+{n}", priority=CAMPAIGN) for n in range(5)), _text("your order", "+911"))

    def refused(tx: Tx) -> None:
        lost = [
            Undelivered(due.id, "main", ONE, due.recipient, due.payload, "131026: no")
            for due in sending.claim(tx, "me", 10, {})
        ]
        bench.notices.failed(tx, lost)

    bench.books.write(refused)
    async with bench.serving():
        await _until(lambda: bool(bench.two.sent))
        await asyncio.sleep(0.2)
    [told] = bench.two.sent
    assert "your order" in told


async def test_of_a_campaigns_many_doubts_the_owners_read_one_number(bench: Bench) -> None:
    bench.books.write(
        lambda tx: people.add_member(
            tx, name="Meera", role=Role.OWNER, telegram_id="7001", actor=system_actor(Scope("main"))
        )
    )
    bench.put(*(_text("news", f"+{n}", priority=CAMPAIGN, policy=ONCE) for n in range(5)), _text("your order", "+911"))
    bench.books.write(lambda tx: tx.execute(update(outbox).values(status="unknown", claimed_at=1, policy=ONCE)))
    async with bench.serving():
        await _until(lambda: len(bench.two.sent) == 2)
        await asyncio.sleep(0.2)
    assert sorted(bench.two.sent) == sorted(
        [
            "⚠️ I do not know whether these campaign messages of the last 24 hours arrived: 5",
            "❔ I do not know whether this reached +911: “your order”",
        ]
    )


async def test_what_is_of_no_use_any_more_reaches_nobody(bench: Bench) -> None:
    bench.put(_text("a menu of the morning", automatic=True))
    bench.books.write(lambda tx: tx.execute(update(outbox).values(created_at=0)))
    bench.put(_text("good evening", automatic=True))
    async with bench.serving():
        await _until(lambda: bool(bench.one.sent))
    assert (bench.one.sent, bench.statuses()) == (["good evening"], ["failed", "sent"])
