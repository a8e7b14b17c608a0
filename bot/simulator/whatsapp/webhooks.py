"""Signed webhooks to the application: envelopes, batches, shuffles, duplicates and retries."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Sequence
from itertools import groupby

import orjson

from bot.simulator.courier import ATTEMPTS, Attempt, pause_before
from bot.simulator.whatsapp.state import Event, Number, Person
from bot.simulator.wire import Json
from bot.simulator.world import World

FIELD_OF = {"messages": "messages", "statuses": "messages", "message_echoes": "smb_message_echoes"}
"""Key of `value` -> field of the webhook; another key is its own field."""
ITEMS_IN_A_VALUE = 10
CHANGES_IN_AN_ENTRY = 5


def signature(secret: str, body: bytes) -> str:
    """The value of `X-Hub-Signature-256` over the raw body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def contact_of(person: Person) -> Json:
    """An item of `value.contacts`; a hidden phone leaves `wa_id` out."""
    profile: Json = {"name": person.name}
    if person.username:
        profile["username"] = person.username
    contact: Json = {"profile": profile, "user_id": person.bsuid}
    if not person.hidden:
        contact["wa_id"] = person.phone
    return contact


def envelope(events: Sequence[Event]) -> Json:
    """One webhook body for many events, with several items a value, changes an entry and entries a body."""
    changes = [(e[0].number.waba_id, _change(e)) for e in _runs(events)]
    entries: list[Json] = []
    for start in range(0, len(changes), CHANGES_IN_AN_ENTRY):
        part = changes[start : start + CHANGES_IN_AN_ENTRY]
        for waba_id, same in groupby(part, key=lambda pair: pair[0]):
            entries.append({"id": waba_id, "changes": [change for _, change in same]})
    return {"object": "whatsapp_business_account", "entry": entries}


def _runs(events: Sequence[Event]) -> list[list[Event]]:
    """Neighbouring events of one number and kind, up to `ITEMS_IN_A_VALUE` together."""
    runs: list[list[Event]] = []
    for event in events:
        last = runs[-1] if runs else None
        if last and len(last) < ITEMS_IN_A_VALUE and _alike(last[0], event):
            last.append(event)
        else:
            runs.append([event])
    return runs


def _alike(one: Event, other: Event) -> bool:
    """Messages are gathered with one contact each; statuses only where all or none have a contact."""
    return one.number is other.number and one.kind == other.kind and (one.contact is None) == (other.contact is None)


def _change(events: Sequence[Event]) -> Json:
    first = events[0]
    number = first.number
    value: Json = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": number.display_phone_number,
            "phone_number_id": number.phone_number_id,
        },
    }
    contacts = list({orjson.dumps(e.contact): e.contact for e in events if e.contact is not None}.values())
    if contacts:
        value["contacts"] = contacts
    value[first.kind] = [event.item for event in events]
    return {"value": value, "field": FIELD_OF.get(first.kind, first.kind)}


async def announce(world: World, event: Event) -> int:
    """Tell the application about an event; returns the HTTP status of the first attempt (0: nobody answered).

    Failed attempts go on in the background. With `batch` or `reorder` in force the event waits for company.
    """
    faults = world.faults
    if faults.batch > 1 or faults.reorder > 1:
        event.answer = asyncio.get_running_loop().create_future()
        _gather(world, event)
        return await event.answer
    return await deliver(world, event.number, [event])


def _gather(world: World, event: Event) -> None:
    feed = event.number.feed
    feed.waiting.append(event)
    if len(feed.waiting) >= max(world.faults.batch, world.faults.reorder):
        _flush(world, event.number)
    elif feed.timer is None:
        pause = world.faults.batch_ms / 1000
        feed.timer = asyncio.get_running_loop().call_later(pause, _flush, world, event.number)


def _flush(world: World, number: Number) -> None:
    feed = number.feed
    events, feed.waiting = feed.waiting, []
    if feed.timer is not None:
        feed.timer.cancel()
        feed.timer = None
    if world.faults.reorder > 1:
        world.faults.dice.shuffle(events)
    size = max(world.faults.batch, 1)
    for start in range(0, len(events), size):
        world.courier.spawn(_deliver_gathered(world, number, events[start : start + size]))


async def _deliver_gathered(world: World, number: Number, events: Sequence[Event]) -> None:
    status = await deliver(world, number, events)
    for event in events:
        if event.answer is not None and not event.answer.done():
            event.answer.set_result(status)


async def deliver(world: World, number: Number, events: Sequence[Event]) -> int:
    """POST one body with all the events; returns the HTTP status of the first attempt."""
    if not number.webhook_url:
        return 0
    pause = world.faults.seconds(world.faults.delay_ms)
    if pause:
        await asyncio.sleep(pause)
    body = envelope(events)
    raw = orjson.dumps(body)
    attempt = await post(world, number, raw, body)
    if not attempt.taken or world.faults.happens(world.faults.duplicate):
        world.courier.spawn(_retry(world, number, raw, body))
    return attempt.status


async def post(world: World, number: Number, raw: bytes, body: Json | None) -> Attempt:
    """One signed POST to the number's webhook, noted in the journal."""
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "facebookexternalua",
        "X-Hub-Signature-256": signature(number.app_secret, raw),
    }
    attempt = await world.courier.post(number.webhook_url, raw, headers)
    world.journal.webhook("whatsapp", number.webhook_url, attempt.status, attempt.ms, body, attempt.error)
    return attempt


async def _retry(world: World, number: Number, raw: bytes, body: Json) -> None:
    for attempt in range(1, ATTEMPTS):
        await asyncio.sleep(pause_before(attempt))
        if (await post(world, number, raw, body)).taken:
            return
