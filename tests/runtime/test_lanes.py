"""Lanes in a running shop: order within, many at once, and events that cannot be handled."""

import asyncio
from typing import Any

from sqlalchemy import insert, select, update

from storage.queue.arrivals import Arrival, Place, store
from storage.tables.people import conversations, workspaces
from storage.tables.runtime import dead_letters, inbox, lanes
from storage.tables.sending import outbox
from storage.tx import Tx
from tests.faults.wire import envelope, post
from tests.faults.wire import text as message
from tests.harness import Shop


async def test_one_persons_messages_are_answered_in_order(shop: Shop) -> None:
    await shop.world.post("faults", {"window": "off"})
    numbers = range(1001, 1026)
    body = envelope(*(message(f"wamid.{n}", f"/order {n}") for n in numbers))
    assert (await post(shop.world.session, shop.address, body))[0] == 200
    asha = shop.customer()
    for n in numbers:
        await asha.expects(f"#{n}.")
    said = [each["text"] for each in await asha.history() if each["from"] == "business"]
    assert [int(each.partition("#")[2].partition(".")[0]) for each in said] == list(numbers)


async def test_a_hundred_people_are_answered_at_once(shop: Shop) -> None:
    await shop.world.post("faults", {"window": "off"})
    phones = [f"9198001{n:05}" for n in range(100)]
    bodies = (envelope(message(f"wamid.{p}", "/order 7", p), phone=p) for p in phones)
    answers = await asyncio.gather(*(post(shop.world.session, shop.address, body) for body in bodies))
    assert {status for status, _ in answers} == {200}
    chosen = select(outbox.c.recipient).where(outbox.c.status.in_(("sent", "delivered")))
    got: list[str] = []
    async with asyncio.timeout(60):
        while len(got) < 100:
            await asyncio.sleep(0.05)
            got = list(shop.app.books.read(lambda tx: tx.execute(chosen).scalars()))
    assert sorted(got) == sorted(f"+{phone}" for phone in phones)


async def test_what_always_fails_becomes_a_dead_letter_and_the_lane_goes_on(shop: Shop) -> None:
    owner = shop.owner()
    shop.app.books.write(lambda tx: tx.execute(update(workspaces).values(timezone="Nowhere/Land")))
    await owner.says("/today")
    await owner.says("/help")
    told = [str((await owner.expects(part))["text"]) for part in ("", "", "")]
    for part in ("Sorry, something went wrong on our side", "What you can do here", "⚠️ A message could not be handled"):
        assert any(part in each for each in told), told
    letters = shop.app.books.read(lambda tx: tx.execute(select(dead_letters)).all())
    assert [letter.kind for letter in letters] == ["inbox"]
    assert "ZoneInfoNotFound" in letters[0].error


async def test_what_ends_the_process_each_time_is_not_tried_for_ever(shop: Shop) -> None:
    """As after three kills while the event was at work among others, and one while it was alone."""
    asha = shop.customer()
    await asha.says("/order 1")
    await asha.expects("#1")
    shop.app.books.write(lambda tx: tx.execute(update(lanes).where(lanes.c.id.like("contact:%")).values(attempts=4)))
    await asha.says("/order 2")
    await asha.expects("Sorry, something went wrong")
    await asha.says("/order 3")
    await asha.expects("#3")


async def test_what_was_only_near_when_the_process_ended_is_handled_alone(shop: Shop) -> None:
    """Three kills took every lane at work with them; one event at most was the cause."""
    crowd = [shop.customer(f"9198003{n:05}") for n in range(12)]
    for each in crowd:
        await each.says("/order 1")
        await each.expects("#1.")
    await shop.settles()
    shop.app.books.write(lambda tx: tx.execute(update(lanes).where(lanes.c.id.like("contact:%")).values(attempts=3)))
    for number in (2, 3):
        for each in crowd:
            await each.says(f"/order {number}", wait=False)
    for each in crowd:
        assert "#2." in str((await each.expects("#"))["text"])
        assert "#3." in str((await each.expects("#"))["text"])
    assert shop.app.books.read(lambda tx: tx.execute(select(dead_letters)).all()) == []


async def test_a_talk_that_an_older_version_left_does_not_stop_the_customer(shop: Shop) -> None:
    asha = shop.customer()
    await asha.says("2 chai")
    await asha.expects("Your basket")
    await shop.settles()
    old = {"step": "basket", "values": {"lines": "two"}}
    shop.app.books.write(lambda tx: tx.execute(update(conversations).values(state=old)))
    await asha.says("1 chai")
    await asha.expects("Your basket", "1 × Adrak Chai")


async def test_a_message_that_cannot_be_read_back_does_not_block_its_recipient(shop: Shop) -> None:
    asha = shop.customer()
    await asha.says("hi")
    await asha.expects("Hello Asha")
    await asha.expects("menu")
    row = {"workspace_id": "main", "account_id": "whatsapp:106540352242922", "recipient": "+919800000001"}
    state = {"policy": "prompt", "payload": {"strange": 1}, "status": "queued", "not_before": 0, "attempts": 0}
    shop.app.books.write(lambda tx: tx.execute(insert(outbox).values(**row, **state, created_at=0)))
    await asha.says("/order 5")
    await asha.expects("#5")


async def test_a_stop_in_the_middle_leaves_nothing_half_sent(shop: Shop) -> None:
    phones = [f"9198002{n:05}" for n in range(60)]
    await shop.world.post("faults", {"latency_ms": [5, 60], "window": "off"})
    bodies = (envelope(message(f"wamid.{p}", "/order 7", p), phone=p) for p in phones)
    await asyncio.gather(*(post(shop.world.session, shop.address, body) for body in bodies))
    await shop.app.lanes.stop()
    await shop.app.outbox.stop()
    states = shop.app.books.read(lambda tx: tx.execute(select(outbox.c.status)).scalars().all())
    await shop.world.post("faults", {})
    assert "claimed" not in states
    assert "unknown" not in states


async def test_one_who_writes_without_end_holds_up_nobody(shop: Shop) -> None:
    """Beside a lane that three deaths have made suspect, which must be at work alone."""
    asha, binod = shop.customer(), shop.customer("919800000002", "Binod")
    for guest in (asha, binod):
        await guest.says("/order 1")
        await guest.expects("There is no order")
    flood, suspect = [row for row in _inbox(shop) if row.kind == "text"]

    def unit(tx: Tx) -> None:
        for row, count in ((flood, 400), (suspect, 1)):
            again = Arrival(row.account_id, "", row.kind, "", row.payload)
            place = Place(row.lane, row.workspace_id, row.contact_id)
            store(tx, [(place, again._replace(event_id=f"{row.event_id}:{n}")) for n in range(count)])
        tx.execute(update(lanes).where(lanes.c.id == suspect.lane).values(attempts=3))

    await shop.app.writer.run(unit)
    shop.app.lanes.wake()
    await binod.expects("There is no order")
    left = select(lanes.c.last_seq - lanes.c.done_seq).where(lanes.c.id == flood.lane)
    assert shop.app.books.read(lambda tx: tx.execute(left).scalar_one()) > 100


async def test_what_cannot_be_read_here_becomes_a_dead_letter_and_the_lane_goes_on(shop: Shop) -> None:
    asha = shop.customer()
    await asha.says("/order 1")
    await asha.expects("There is no order")
    [row] = [row for row in _inbox(shop) if row.kind == "text"]
    stray = Arrival("whatsapp:999", "e1", row.kind, "", row.payload)
    place = Place(row.lane, row.workspace_id, row.contact_id)
    await shop.app.writer.run(lambda tx: store(tx, [(place, stray)]))
    await asha.says("/order 2", wait=False)
    await asha.expects("There is no order #2")
    await shop.owner().expects("A message could not be handled", "whatsapp:999 is not configured here")


def _inbox(shop: Shop) -> list[Any]:
    return list(shop.app.books.read(lambda tx: tx.execute(select(inbox).order_by(inbox.c.id)).all()))
