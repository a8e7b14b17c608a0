"""Business accounts: phone numbers, webhook subscriptions, templates, groups."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Any

import aiohttp
from yarl import URL

from bot.simulator.whatsapp.errors import GraphError, bad_parameter, unknown_object
from bot.simulator.whatsapp.state import Chat, Group, Number
from bot.simulator.wire import Json
from bot.simulator.world import World

_TEMPLATE_NAME = re.compile(r"[a-z0-9_]{1,512}")


def add_number(world: World, body: Json) -> Number:
    """Add a business number, or change what is given of a known one."""
    number_id = str(body["phone_number_id"])
    number = world.whatsapp.numbers.setdefault(number_id, Number(number_id))
    keys = ("display_phone_number", "waba_id", "token", "app_secret", "verify_token", "webhook_url")
    for key in (*keys, "verified_name", "quality_rating"):
        if key in body:
            setattr(number, key, str(body[key] or ""))
    number.subscribed = bool(body.get("subscribed", number.subscribed))
    for template in body.get("templates") or []:
        define_template(world, number.waba_id, template)
    return number


def add_group(world: World, body: Json) -> Group:
    """Add a WhatsApp group: {"id", "subject", "participants": [phones]}."""
    group = Group(str(body["id"]), str(body.get("subject", "")), [str(p) for p in body.get("participants") or []])
    chat: Chat = world.whatsapp.chat(group.id)
    chat.group = group
    return group


async def challenge(world: World, url: str, verify_token: str) -> Json:
    """The GET by which Meta checks a webhook address: {"passed", "status", "error"?}."""
    asked = secrets.token_hex(8)
    query = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": asked}
    try:
        async with world.courier.session.get(URL(url).update_query(query)) as response:
            text = await response.text()
            return {"passed": response.status == 200 and text == asked, "status": response.status}
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        return {"passed": False, "status": 0, "error": f"{type(error).__name__}: {error}"}


def knows_account(world: World, waba_id: str) -> bool:
    return any(number.waba_id == waba_id for number in world.whatsapp.numbers.values())


def numbers_of(world: World, waba_id: str, token: str) -> list[Number]:
    """The numbers of a business account that the token may see.

    Raises:
        GraphError: 100/33 when there is none.
    """
    found = [n for n in world.whatsapp.numbers.values() if n.waba_id == waba_id and n.token == token]
    if not found:
        raise unknown_object(waba_id)
    return found


def number_view(number: Number) -> Json:
    """The answer to `GET /{phone_number_id}`."""
    return {
        "id": number.phone_number_id,
        "display_phone_number": number.display_phone_number,
        "verified_name": number.verified_name,
        "quality_rating": number.quality_rating,
        "status": "CONNECTED",
        "code_verification_status": "VERIFIED",
        "name_status": "APPROVED",
        "platform_type": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
        "webhook_configuration": {"application": number.webhook_url},
    }


def group_view(world: World, group_id: str) -> Json:
    """The answer to `GET /{group_id}`."""
    group = world.whatsapp.chats[group_id].group
    if group is None:
        raise unknown_object(group_id)
    people = [world.whatsapp.person(phone) for phone in group.participants]
    return {
        "messaging_product": "whatsapp",
        "id": group.id,
        "subject": group.subject,
        "creation_timestamp": "1760000000",
        "suspended": False,
        "total_participant_count": len(people),
        "participants": [{"wa_id": p.phone, "user_id": p.bsuid} for p in people],
        "join_approval_mode": "auto_approve",
    }


async def set_callback(world: World, numbers: Sequence[Number], body: Json) -> Json:
    """Subscribe the app; an `override_callback_uri` is challenged first, an empty one changes nothing.

    Raises:
        GraphError: 100 when the address does not answer the challenge.
    """
    url = body.get("override_callback_uri")
    if url:
        outcome = await challenge(world, str(url), str(body.get("verify_token", "")))
        if not outcome["passed"]:
            raise GraphError(
                100,
                subcode=2200,
                message="(#100) Invalid parameter: Callback verification failed with the following errors: HTTP Status "
                f"Code = {outcome['status']}",
            )
    for number in numbers:
        number.subscribed = True
        if url:
            number.webhook_url = str(url)
            number.verify_token = str(body.get("verify_token", ""))
    return {"success": True}


def subscriptions(numbers: Sequence[Number]) -> Json:
    """The answer to `GET /{waba_id}/subscribed_apps`."""
    app = {"whatsapp_business_api_data": {"id": "1000000001", "name": "Test App", "link": "https://example.com"}}
    return {"data": [{**app, "override_callback_uri": n.webhook_url} for n in numbers if n.subscribed]}


def define_template(world: World, waba_id: str, body: Json) -> Json:
    """Keep a template definition, approved unless it says otherwise; the newest of a name and language counts."""
    template: dict[str, Any] = {
        "id": str(body.get("id") or world.whatsapp.new_object_id()),
        "name": str(body["name"]),
        "language": str(body.get("language", "en")),
        "status": str(body.get("status", "APPROVED")),
        "category": str(body.get("category", "UTILITY")),
        "parameter_format": "POSITIONAL",
        "components": list(body.get("components") or []),
    }
    same = (template["name"], template["language"])
    known = world.whatsapp.templates.get(waba_id, [])
    world.whatsapp.templates[waba_id] = [t for t in known if (t["name"], t["language"]) != same] + [template]
    return template


def create_template(world: World, waba_id: str, body: Json) -> Json:
    """`POST /{waba_id}/message_templates`.

    Raises:
        GraphError: 100 for a name or a component that Meta refuses.
    """
    name = str(body.get("name", ""))
    if not _TEMPLATE_NAME.fullmatch(name):
        raise bad_parameter("Param name must contain only lowercase letters, digits and underscores, at most 512")
    for component in body.get("components") or []:
        longest = {"BODY": 1024, "HEADER": 60, "FOOTER": 60}.get(str(component.get("type")).upper())
        if longest and len(component.get("text") or "") > longest:
            raise bad_parameter(f"Param components {component['type']} must be at most {longest} characters long.")
        if len(component.get("buttons") or []) > 10:
            raise bad_parameter("Param components BUTTONS may have at most 10 buttons.")
    template = define_template(world, waba_id, body)
    return {"id": template["id"], "status": template["status"], "category": template["category"]}


def template_page(world: World, waba_id: str, query: dict[str, str]) -> Json:
    """`GET /{waba_id}/message_templates`, filtered by name, status or language."""
    found = world.whatsapp.templates.get(waba_id, [])
    for key in ("name", "status", "language", "category"):
        if key in query:
            found = [t for t in found if t[key] == query[key]]
    page: Json = {"data": found, "paging": {"cursors": {"before": "MAZDZD", "after": "MjQZD"}}}
    if "summary" in query:
        counts = {"total_count": len(found), "message_template_count": len(found), "message_template_limit": 250}
        page["summary"] = {**counts, "are_translations_complete": True}
    return page
