"""Updates on their way to a bot: by webhook, one in flight per queue, or by `getUpdates`."""

from __future__ import annotations

import asyncio
from collections import deque
from itertools import islice

import orjson

from bot.simulator.courier import ATTEMPTS, Attempt, pause_before
from bot.simulator.telegram.errors import BotApiError
from bot.simulator.telegram.state import Account, Update
from bot.simulator.wire import Json
from bot.simulator.world import World

NOT_BY_DEFAULT = ("chat_member", "message_reaction", "message_reaction_count")
PER_POLL = 100
LONGEST_POLL_S = 50


def push(world: World, account: Account, kind: str, content: Json, lane: str) -> Update | None:
    """Queue an update for a bot; None when the bot did not ask for this kind."""
    allowed = account.allowed
    if kind not in allowed if allowed else kind in NOT_BY_DEFAULT:
        return None
    account.serial += 1
    answer = asyncio.get_running_loop().create_future() if account.hook else None
    update = Update(account.serial, lane, {"update_id": account.serial, kind: content}, answer)
    account.pending[update.id] = update
    if account.hook is not None:
        _enter_lane(world, account, update)
    elif account.poller is not None and not account.poller.done():
        account.poller.set_result("update")
    return update


def start_webhook(world: World, account: Account) -> None:
    """Put everything that waits into the queues of the new webhook."""
    account.lanes = {}
    for update in list(account.pending.values()):
        _enter_lane(world, account, update)


def _enter_lane(world: World, account: Account, update: Update) -> None:
    lane = account.lanes.get(update.lane)
    if lane is not None:
        lane.append(update)
        return
    account.lanes[update.lane] = lane = deque((update,))
    world.courier.spawn(_run_lane(world, account, update.lane, lane))


async def _run_lane(world: World, account: Account, name: str, lane: deque[Update]) -> None:
    """Deliver one queue in order. A lane that is no longer the account's own (webhook changed) just ends."""
    while lane and account.lanes.get(name) is lane:
        update = lane[0]
        await _deliver(world, account, update, lane)
        if account.lanes.get(name) is lane:
            lane.popleft()
            account.pending.pop(update.id, None)
    if account.lanes.get(name) is lane:
        del account.lanes[name]


async def _deliver(world: World, account: Account, update: Update, lane: deque[Update]) -> None:
    raw = orjson.dumps(update.body)
    for attempt in range(ATTEMPTS):
        if attempt:
            await asyncio.sleep(pause_before(attempt))
        if account.hook is None or account.lanes.get(update.lane) is not lane:
            return
        outcome = await post(world, account, update, raw)
        if update.answer is not None and not update.answer.done():
            update.answer.set_result(outcome.status)
        if outcome.taken:
            await _obey(world, account, outcome)
            if world.faults.happens(world.faults.duplicate):
                await post(world, account, update, raw)
            return


async def post(world: World, account: Account, update: Update, raw: bytes) -> Attempt:
    """One POST of an update to the bot's webhook, noted in the journal."""
    hook = account.hook
    if hook is None:
        return Attempt(0, b"", 0.0, "no webhook")
    pause = world.faults.seconds(world.faults.delay_ms)
    if pause:
        await asyncio.sleep(pause)
    headers = {"Content-Type": "application/json"}
    if hook.secret:
        headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret
    async with hook.slots:
        outcome = await world.courier.post(hook.url, raw, headers)
    world.journal.webhook("telegram", hook.url, outcome.status, outcome.ms, update.body, outcome.error)
    if not outcome.taken:
        reason = f"Wrong response from the webhook: {outcome.status}" if outcome.status else "Connection refused"
        account.last_error = (int(world.now()), reason)
    return outcome


async def _obey(world: World, account: Account, outcome: Attempt) -> None:
    """A 2xx body may carry one method call, whose result nobody is told."""
    if not outcome.body.startswith(b"{"):
        return
    from bot.simulator.telegram.bot_api import carry_out
    from bot.simulator.telegram.parameters import Parameters

    try:
        body = orjson.loads(outcome.body)
        if isinstance(body, dict) and "method" in body:
            await carry_out(world, account, str(body.pop("method")), Parameters(body))
    except (orjson.JSONDecodeError, BotApiError):
        return


async def poll(world: World, account: Account, offset: int, limit: int, patience: float) -> list[Json]:
    """`getUpdates`: confirm everything below `offset`, then wait up to `patience` seconds for updates.

    Raises:
        BotApiError: 409 while a webhook is set, or when a second poller takes over.
    """
    if account.hook is not None:
        raise BotApiError(
            409, "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    if account.poller is not None and not account.poller.done():
        account.poller.set_result("terminated")
    _confirm(account, offset)
    if not account.pending and patience > 0:
        await _wait_for_update(account, min(patience, LONGEST_POLL_S))
    limit = limit if 1 <= limit <= PER_POLL else PER_POLL
    return [update.body for update in islice(account.pending.values(), limit)]


def _confirm(account: Account, offset: int) -> None:
    if offset < 0:
        offset = max(list(account.pending)[offset:][0], 0) if account.pending else 0
    for update_id in [i for i in account.pending if i < offset]:
        del account.pending[update_id]


async def _wait_for_update(account: Account, seconds: float) -> None:
    account.poller = mine = asyncio.get_running_loop().create_future()
    await asyncio.wait((mine,), timeout=seconds)
    if mine.done() and mine.result() == "terminated":
        raise BotApiError(
            409, "terminated by other getUpdates request; make sure that only one bot instance is running"
        )
    if not mine.done():
        mine.cancel()
    if account.hook is not None:
        raise BotApiError(409, "terminated by setWebhook request")
