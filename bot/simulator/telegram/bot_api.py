"""The Bot API's front door: token, weather, method."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.simulator.telegram import editing, files, menus, places, sending
from bot.simulator.telegram.errors import BotApiError, bad_request, too_many_requests
from bot.simulator.telegram.parameters import Parameters, parameters_of
from bot.simulator.telegram.state import Account, Hook
from bot.simulator.telegram.updates import poll, start_webhook
from bot.simulator.wire import MALFORMED, Json, answer
from bot.simulator.world import WORLD, World

Method = Callable[[World, Account, Parameters], Any]
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_TOKEN = re.compile(r"\d+:[\w-]{3,}")


async def bot_api(request: web.Request) -> web.StreamResponse:
    """Answer one Bot API request, with the weather of the fault plan."""
    world = request.app[WORLD]
    started = time.perf_counter()
    name = request.match_info["method"]
    p = Parameters()
    error: Json | None = None
    try:
        account = _account(world, request.match_info["token"])
        p = await parameters_of(request)
        trouble = await _weather(world, name, p)
        response = trouble or answer({"ok": True, "result": await carry_out(world, account, name, p)})
    except BotApiError as refusal:
        error = refusal.body()
        response = answer(error, refusal.code)
    except MALFORMED as trouble:
        error = bad_request(f"can't parse the request: {type(trouble).__name__} {trouble}").body()
        response = answer(error, 400)
    spent = (time.perf_counter() - started) * 1000
    world.journal.api("telegram", name, response.status, spent, _journal_body(p), error)
    # What is only read may be asked for again at no cost; the fault is about what was done and not told.
    if not name.startswith("get") and world.faults.happens(world.faults.drop_reply) and request.transport is not None:
        request.transport.close()
    return response


def _journal_body(p: Parameters) -> Json:
    if not p.uploads:
        return p.values
    return {**p.values, **{name: f"<{len(upload.data)} bytes>" for name, upload in p.uploads.items()}}


def _account(world: World, token: str) -> Account:
    account = world.telegram.accounts.get(token)
    if account is None:
        raise BotApiError(401 if _TOKEN.fullmatch(token) else 404)
    return account


async def _weather(world: World, name: str, p: Parameters) -> web.Response | None:
    """Latency, ordered errors, throttling and server failures; polling is only touched by ordered errors."""
    faults = world.faults
    if faults.error:
        rule = faults.ordered_error("telegram", name, p.text("chat_id"))
        if rule is not None:
            if rule.code == 429 and rule.parameters is None and rule.description is None:
                raise too_many_requests(faults.retry_after)
            raise _ordered(rule.code, rule.description or rule.details, rule.parameters)
    if name == "getUpdates":
        return None
    pause = faults.seconds(faults.latency_ms)
    if pause:
        await asyncio.sleep(pause)
    if faults.happens(faults.throttle):
        raise too_many_requests(faults.retry_after)
    if faults.happens(faults.error_500):
        if faults.happens(0.5):
            return web.Response(status=502, text="<html>502 Bad Gateway</html>", content_type="text/html")
        raise BotApiError(500)
    return None


def _ordered(code: int, description: str | None, parameters: Json | None) -> BotApiError:
    error = BotApiError(code, "", parameters)
    if description:
        error.description = description if ":" in description else f"{error.description}: {description}"
    return error


async def carry_out(world: World, account: Account, name: str, p: Parameters) -> Any:
    """Carry out a method; returns its `result`.

    Raises:
        BotApiError: 404 for a method that does not exist here, or whatever the method refuses.
    """
    if name.lower() == "getupdates":
        return await _get_updates(world, account, p)
    method = METHODS.get(name.lower())
    if method is None:
        raise BotApiError(404)
    return method(world, account, p)


async def _get_updates(world: World, account: Account, p: Parameters) -> list[Json]:
    allowed = p.structure("allowed_updates")
    if allowed is not None:
        account.allowed = list(allowed) or None
    return await poll(world, account, p.whole("offset"), p.whole("limit", 100), p.whole("timeout"))


def _get_me(world: World, account: Account, p: Parameters) -> Json:
    return {
        **account.user,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _set_webhook(world: World, account: Account, p: Parameters) -> bool:
    url, secret = p.text("url"), p.text("secret_token")
    if not url:
        return _delete_webhook(world, account, p)
    if not url.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")):
        raise bad_request("bad webhook: HTTPS url must be provided for webhook")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    allowed = p.structure("allowed_updates")
    if allowed is not None:
        account.allowed = list(allowed) or None
    connections = min(max(p.whole("max_connections", 40), 1), 100)
    if p.flag("drop_pending_updates"):
        account.pending.clear()
    account.hook = Hook(url, secret, connections, asyncio.Semaphore(connections))
    account.last_error = None
    if account.poller is not None and not account.poller.done():
        account.poller.set_result("webhook")
    start_webhook(world, account)
    return True


def _delete_webhook(world: World, account: Account, p: Parameters) -> bool:
    account.hook = None
    account.lanes = {}
    if p.flag("drop_pending_updates"):
        account.pending.clear()
    return True


def _webhook_info(world: World, account: Account, p: Parameters) -> Json:
    hook = account.hook
    view: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(account.pending),
    }
    if hook is not None:
        view.update(max_connections=hook.max_connections, ip_address="127.0.0.1")
    if account.allowed:
        view["allowed_updates"] = account.allowed
    if account.last_error:
        view["last_error_date"], view["last_error_message"] = account.last_error
    return view


def _yes(world: World, account: Account, p: Parameters) -> bool:
    """Settings that the simulator takes and forgets."""
    return True


METHODS: dict[str, Method] = {
    name.lower(): method
    for name, method in {
        "getMe": _get_me,
        "setWebhook": _set_webhook,
        "deleteWebhook": _delete_webhook,
        "getWebhookInfo": _webhook_info,
        "sendMessage": sending.send_message,
        **{f"send{kind.title().replace('_', '')}": sending.sender_of_file(kind) for kind in files.KINDS},
        "sendMediaGroup": sending.send_media_group,
        "sendLocation": sending.send_location,
        "sendVenue": sending.send_location,
        "sendContact": sending.send_contact,
        "copyMessage": sending.copy_message,
        "forwardMessage": sending.forward_message,
        "editMessageText": editing.edit_text,
        "editMessageCaption": editing.edit_caption,
        "editMessageReplyMarkup": editing.edit_markup,
        "deleteMessage": sending.delete_message,
        "setMessageReaction": sending.set_reaction,
        "sendChatAction": sending.chat_action,
        "pinChatMessage": sending.pin_message,
        "unpinChatMessage": sending.unpin_message,
        "answerCallbackQuery": sending.answer_query,
        "setMyCommands": menus.set_commands,
        "getMyCommands": menus.get_commands,
        "deleteMyCommands": menus.delete_commands,
        "getChat": places.get_chat,
        "getChatMember": places.get_member,
        "getChatAdministrators": places.get_administrators,
        "getChatMemberCount": places.get_member_count,
        "leaveChat": places.leave_chat,
        "createForumTopic": places.create_topic,
        "editForumTopic": places.edit_topic,
        "closeForumTopic": places.close_topic,
        "reopenForumTopic": places.reopen_topic,
        "deleteForumTopic": places.delete_topic,
        "getFile": files.get_file,
        "setMyDescription": _yes,
        "setMyShortDescription": _yes,
        "setMyName": _yes,
        "setChatMenuButton": _yes,
        "logOut": _yes,
        "close": _yes,
    }.items()
}
