"""`POST /{phone_number_id}/messages`: check, keep, answer, and let the statuses follow."""

from __future__ import annotations

import re

from bot.simulator.whatsapp import statuses
from bot.simulator.whatsapp.errors import GraphError, bad_parameter, bad_value
from bot.simulator.whatsapp.limits import check_message
from bot.simulator.whatsapp.state import WINDOW_S, Chat, Message, Number
from bot.simulator.whatsapp.views import defined_template
from bot.simulator.wire import Json
from bot.simulator.world import World

_DECORATION = re.compile(r"[+\-\s()]")


def recipient_of(body: Json) -> str:
    """The addressee as text, for fault rules and rates; `to` wins over `recipient`."""
    return _DECORATION.sub("", str(body.get("to") or body.get("recipient") or ""))


def accept(world: World, number: Number, body: Json) -> Json:
    """Take a message or a read mark from the business.

    Raises:
        GraphError: whatever the Cloud API would refuse.
    """
    if body.get("messaging_product") != "whatsapp":
        raise bad_parameter("The parameter messaging_product is required.")
    if "status" in body:
        return _mark_read(world, body)
    chat, contact = _addressee(world, number, body)
    check_message(body, world.whatsapp.media.__contains__)
    if body.get("type") == "template":
        _check_template(world, number, body["template"])
    _check_rates(world, number, chat)
    message = _keep(world, number, chat, body)
    _play_out(world, number, chat, message)
    return {
        "messaging_product": "whatsapp",
        "contacts": [contact],
        "messages": [_accepted(message)],
    }


def _accepted(message: Message) -> Json:
    accepted: Json = {"id": message.id}
    if message.type == "template":
        accepted["message_status"] = "accepted"
    return accepted


def _mark_read(world: World, body: Json) -> Json:
    message = world.whatsapp.message(str(body.get("message_id", "")))
    if body["status"] != "read" or message is None or message.sender != "customer":
        raise bad_parameter("Invalid parameter" if body["status"] == "read" else "Param status must be one of {READ}")
    message.status = "typing" if body.get("typing_indicator") else "read"
    world.whatsapp.chats[world.whatsapp.chat_of[message.id]].timeline.mark(message)
    return {"success": True}


def _addressee(world: World, number: Number, body: Json) -> tuple[Chat, Json]:
    """The chat written to, and the item of `contacts` that the answer carries."""
    whatsapp = world.whatsapp
    written = str(body.get("to") or body.get("recipient") or "")
    if not written:
        raise bad_parameter("The parameter to is required.")
    if body.get("recipient_type") == "group":
        chat = whatsapp.chats.get(written)
        if chat is None or chat.group is None:
            raise bad_value("Group ID is not valid.")
        return chat, {"input": written, "wa_id": written}
    if not body.get("to"):
        phone = whatsapp.by_bsuid.get(written)
        if phone is None:
            raise bad_value("Recipient user ID is not valid.")
        return whatsapp.chat(phone), {"input": written, "user_id": written}
    phone = recipient_of(body)
    if not phone.isdigit() or not 5 <= len(phone) <= 15:
        raise bad_value("The phone number is malformed: Please use the format: +1234567890.")
    if phone == _DECORATION.sub("", number.display_phone_number):
        raise GraphError(131021)
    person = whatsapp.person(phone)
    return whatsapp.chat(phone), {"input": written, "wa_id": phone, "user_id": person.bsuid}


def _check_template(world: World, number: Number, template: Json) -> None:
    """Templates are checked only where the account has any defined: name, language, state, number of values."""
    if not world.whatsapp.templates.get(number.waba_id):
        return
    known = defined_template(world.whatsapp, number.waba_id, template)
    if known is None:
        raise GraphError(132001, f"template name ({template.get('name')}) does not exist in the language")
    refusal = {"PAUSED": 132015, "DISABLED": 132016, "PENDING": 132001, "REJECTED": 132001}.get(known["status"])
    if refusal:
        raise GraphError(refusal)
    text = next((c.get("text", "") for c in known["components"] if c.get("type") == "BODY"), "")
    expected = len(set(re.findall(r"\{\{(\w+)\}\}", text)))
    given = sum(len(c.get("parameters") or []) for c in template.get("components") or [] if c.get("type") == "body")
    if given != expected:
        details = (
            f"body: number of localizable_params ({given}) does not match the expected number of params ({expected})"
        )
        raise GraphError(132000, details)


def _check_rates(world: World, number: Number, chat: Chat) -> None:
    if not world.faults.enforce_rates:
        return
    now = world.now()
    if world.whatsapp.number_pace.wait_for(number.phone_number_id, now):
        raise GraphError(130429)
    if world.whatsapp.pair_pace.wait_for((number.phone_number_id, chat.key), now):
        raise GraphError(131056)


def window_open(world: World, number: Number, chat: Chat) -> bool:
    """True within 24 hours of the customer's last message to this number."""
    return world.now() - chat.heard.get(number.phone_number_id, float("-inf")) < WINDOW_S


def _needs_window(body: Json, chat: Chat) -> bool:
    return body.get("type") != "template" and chat.group is None


def _keep(world: World, number: Number, chat: Chat, body: Json) -> Message:
    closed = _needs_window(body, chat) and not window_open(world, number, chat)
    if closed and world.faults.window == "error":
        raise GraphError(131047)
    context = body.get("context") or {}
    message = Message(
        id=world.whatsapp.new_wamid(chat.key),
        sender="business",
        author=number.verified_name,
        number_id=number.phone_number_id,
        type=body.get("type", "text"),
        raw=body,
        at=world.now(),
        status="accepted",
        reply_to=context.get("message_id"),
        tracker=body.get("biz_opaque_callback_data"),
    )
    world.whatsapp.keep(chat, message)
    if closed and world.faults.window == "status":
        message.failure = 131047
    return message


def _play_out(world: World, number: Number, chat: Chat, message: Message) -> None:
    ordered = world.faults.ordered_failure(chat.key) if world.faults.status_failed else None
    failure = ordered.code if ordered else message.failure
    if failure is not None:
        world.courier.spawn(statuses.report_failure(world, number, chat, message, failure))
    elif world.faults.statuses != "none":
        world.courier.spawn(statuses.play_out(world, number, chat, message))
