"""What becomes of an accepted message: `sent`, `delivered`, `read` or `failed`, told by webhooks."""

from __future__ import annotations

from bot.simulator.faults import STATUS_LEVELS
from bot.simulator.whatsapp.errors import GraphError
from bot.simulator.whatsapp.state import Chat, Event, Message, Number
from bot.simulator.whatsapp.webhooks import announce, contact_of
from bot.simulator.wire import Json
from bot.simulator.world import World


async def play_out(world: World, number: Number, chat: Chat, message: Message) -> None:
    """Send the statuses of a message in order, as far as the fault plan lets them go."""
    for status in STATUS_LEVELS[1 : STATUS_LEVELS.index(world.faults.statuses) + 1]:
        await report(world, number, chat, message, status)


async def report(world: World, number: Number, chat: Chat, message: Message, status: str) -> int:
    """Send one status webhook; returns the HTTP status of the first attempt."""
    if message.status not in STATUS_LEVELS or STATUS_LEVELS.index(status) > STATUS_LEVELS.index(message.status):
        message.status = status
        chat.timeline.mark(message)
    item = _item(world, chat, message, status)
    contact = None if chat.group else contact_of(world.whatsapp.person(chat.key))
    return await announce(world, Event(number, "statuses", item, contact))


async def report_failure(world: World, number: Number, chat: Chat, message: Message, code: int) -> int:
    """Send a `failed` status with its error. It has no `contacts`, as documented."""
    message.status, message.failure = "failed", code
    chat.timeline.mark(message)
    item = _item(world, chat, message, "failed")
    item["errors"] = [GraphError(code).status_item()]
    return await announce(world, Event(number, "statuses", item))


def _item(world: World, chat: Chat, message: Message, status: str) -> Json:
    item: Json = {
        "id": message.id,
        "status": status,
        "timestamp": str(int(world.now())),
        "recipient_id": chat.key,
    }
    if chat.group is not None:
        item["recipient_type"] = "group"
    elif status != "failed":
        item["recipient_user_id"] = world.whatsapp.person(chat.key).bsuid
    if status in ("sent", "delivered"):
        category = "utility" if message.type == "template" else "service"
        kind = "regular" if message.type == "template" else "free_customer_service"
        item["pricing"] = {
            "billable": kind == "regular",
            "pricing_model": "PMP",
            "type": kind,
            "category": category,
        }
    if message.tracker is not None:
        item["biz_opaque_callback_data"] = message.tracker
    return item
