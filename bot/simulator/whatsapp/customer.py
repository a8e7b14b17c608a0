"""A customer's phone: turns what a person does into the message object that Meta would send."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from bot.simulator.attachments import file_from
from bot.simulator.whatsapp.state import RECEIVED_MEDIA_S, Chat, Number, Person
from bot.simulator.whatsapp.views import Choice, choices
from bot.simulator.wire import BadControl, Json
from bot.simulator.world import World

CATALOG_ID = "194836987003835"
Content = tuple[str, Json]
"""Message type, and the keys to put into the message object."""


def compose(world: World, number: Number, chat: Chat, person: Person, body: Json) -> Json:
    """The webhook's message object for what the customer does.

    Raises:
        BadControl: nothing to say (400), or nothing like that to tap (409, with what may be tapped).
    """
    wamid = str(body.get("id") or world.whatsapp.new_wamid(person.phone))
    item: Json = {"id": wamid, "timestamp": str(int(float(body.get("timestamp") or world.now())))}
    if not person.hidden:
        item["from"] = person.phone
    item["from_user_id"] = person.bsuid
    if chat.group is not None:
        item["group_id"] = chat.group.id
    kind, content = _content(world, number, chat, person, body)
    item["type"] = kind
    item.update(content)
    if kind == "system" and content["system"]["type"] == "user_changed_user_id":
        item.pop("from", None)
    _add_context(world, chat, body, item)
    item.update(body.get("raw") or {})
    return item


def _add_context(world: World, chat: Chat, body: Json, item: Json) -> None:
    context: Json = item.pop("context", {})
    reply_to = body.get("reply_to")
    if reply_to:
        quoted = world.whatsapp.message(str(reply_to))
        author = quoted.author if quoted and quoted.sender == "customer" else _business(world, quoted)
        context.update({"from": author, "id": str(reply_to)})
    if body.get("forwarded"):
        context["forwarded"] = True
    if body.get("frequently_forwarded"):
        context["frequently_forwarded"] = True
    if context:
        item["context"] = context


def _business(world: World, quoted: Any) -> str:
    number = world.whatsapp.numbers.get(quoted.number_id) if quoted is not None else None
    return number.display_phone_number if number else ""


def _content(world: World, number: Number, chat: Chat, person: Person, body: Json) -> Content:
    for key, build in _BUILDERS.items():
        if key in body:
            return build(world, number, chat, body[key], body)
    if "change_number" in body:
        return _changed(world, person, str(body["change_number"]))
    if "change_bsuid" in body:
        return _renewed(world, person, body["change_bsuid"])
    if "raw" in body:
        return str(body["raw"].get("type", "unknown")), {}
    raise BadControl(f"say one of {', '.join((*_BUILDERS, 'change_number', 'change_bsuid', 'echo', 'raw'))}")


def _text(_w: World, _n: Number, _c: Chat, value: Any, body: Json) -> Content:
    if "file" in body:
        return _file(_w, _n, _c, body["file"], body)
    return "text", {"text": {"body": str(value)}}


def _tap(_w: World, number: Number, chat: Chat, value: Any, body: Json) -> Content:
    wamid, choice = find_choice(chat, number, str(value), body.get("message"))
    context = {"from": number.display_phone_number, "id": wamid}
    if choice.kind == "button":
        return "button", {"button": {"payload": choice.id, "text": choice.title}, "context": context}
    reply = {"id": choice.id, "title": choice.title}
    if choice.description:
        reply["description"] = choice.description
    return "interactive", {"interactive": {"type": choice.kind, choice.kind: reply}, "context": context}


def find_choice(chat: Chat, number: Number, wanted: str, message_id: str | None = None) -> tuple[str, Choice]:
    """The newest business message that offers a button or row with this id or title.

    Raises:
        BadControl: 409, with everything that may be tapped.
    """
    offered: list[Json] = []
    for message in reversed(chat.timeline.entries.values()):
        if message.number_id != number.phone_number_id or message_id not in (None, message.id):
            continue
        found = list(choices(message))
        chosen = next((c for c in found if c.id == wanted), None)
        chosen = chosen or next((c for c in found if c.title == wanted), None)
        if chosen is not None:
            return message.id, chosen
        offered += [{"id": c.id, "title": c.title, "message": message.id} for c in found]
    raise BadControl(f"nothing to tap called {wanted!r}", 409, choices=offered)


def _file(world: World, _n: Number, _c: Chat, value: Any, body: Json) -> Content:
    name, mime, data = file_from(value)
    kind = str(value.get("kind") or body.get("kind") or _kind_of(mime))
    media = world.whatsapp.store(data, mime, name, world.now() + RECEIVED_MEDIA_S)
    content: Json = {"id": media.id, "mime_type": mime, "sha256": base64_digest(media.sha256)}
    caption = value.get("caption") or body.get("caption") or body.get("text")
    if kind == "voice":
        return "audio", {"audio": {**content, "voice": True}}
    if kind == "audio":
        content["voice"] = False
    if kind == "sticker":
        content["animated"] = False
    if kind == "document":
        content["filename"] = name
    if caption and kind in ("image", "video", "document"):
        content["caption"] = str(caption)
    return kind, {kind: content}


def base64_digest(hexadecimal: str) -> str:
    """Webhooks carry the SHA-256 of a file in base64, not in hexadecimal."""
    return base64.b64encode(bytes.fromhex(hexadecimal)).decode()


def _kind_of(mime: str) -> str:
    if mime == "image/webp":
        return "sticker"
    if mime.startswith("audio/ogg"):
        return "voice"
    main = mime.partition("/")[0]
    return main if main in ("image", "audio", "video") else "document"


def _cart(_w: World, _n: Number, _c: Chat, value: Any, body: Json) -> Content:
    items = [
        {
            "product_retailer_id": str(line["product"]),
            "quantity": int(line.get("quantity", 1)),
            "item_price": float(line.get("price", 0)),
            "currency": str(line.get("currency", "INR")),
        }
        for line in value
    ]
    order: Json = {"catalog_id": str(body.get("catalog", CATALOG_ID)), "product_items": items}
    order["text"] = str(body.get("note") or "")
    return "order", {"order": order}


def _location(_w: World, _n: Number, _c: Chat, value: Any, _b: Json) -> Content:
    return "location", {"location": {k: v for k, v in value.items() if v is not None}}


def _contact(_w: World, _n: Number, _c: Chat, value: Any, _b: Json) -> Content:
    cards = value if isinstance(value, list) else [value]
    return "contacts", {"contacts": [_card(card) for card in cards]}


def _card(card: Json) -> Json:
    """A contact as WhatsApp writes it; {"name": text, "phone"} is enough to be given."""
    if not isinstance(card.get("name"), str):
        return card
    name = card["name"]
    phone = str(card.get("phone", ""))
    phones = [{"phone": phone, "type": "CELL", "wa_id": phone.lstrip("+")}] if phone else []
    return {"name": {"formatted_name": name, "first_name": name.split(" ")[0]}, "phones": phones}


def _reaction(_w: World, _n: Number, _c: Chat, value: Any, _b: Json) -> Content:
    reaction = {"message_id": str(value.get("to") or value.get("message_id"))}
    if value.get("emoji"):
        reaction["emoji"] = str(value["emoji"])
    return "reaction", {"reaction": reaction}


def _edit(world: World, _n: Number, chat: Chat, value: Any, _b: Json) -> Content:
    original = _own_message(chat, value)
    kind = original.type if original.type in ("image", "video", "document") else "text"
    content = {**original.raw.get(kind, {}), ("caption" if kind != "text" else "body"): str(value.get("text", ""))}
    original.raw = {**original.raw, kind: content}
    original.edited = True
    chat.timeline.touch(original)
    edited = {"type": kind, kind: content}
    return "edit", {"edit": {"original_message_id": original.id, "message": edited}}


def _delete(_w: World, _n: Number, chat: Chat, value: Any, _b: Json) -> Content:
    original = _own_message(chat, value)
    original.deleted = True
    chat.timeline.touch(original)
    return "revoke", {"revoke": {"original_message_id": original.id}}


def _own_message(chat: Chat, value: Any) -> Any:
    wamid = str(value.get("id", "")) if isinstance(value, dict) else str(value)
    message = chat.timeline.entries.get(wamid)
    if message is None or message.sender != "customer":
        raise BadControl(f"the customer has said nothing with the id {wamid!r}", 404)
    return message


def _changed(world: World, person: Person, phone: str) -> Content:
    """A person moves to another phone: the system message of the number change; the BSUID changes with it."""
    old, old_bsuid = person.phone, person.bsuid
    moved = world.whatsapp.person(phone)
    moved.name, moved.username = person.name, person.username
    system = {
        "body": f"User {person.name} changed from {old} to {phone}",
        "wa_id": phone,
        "user_id": moved.bsuid,
        "previous_user_id": old_bsuid,
        "type": "user_changed_number",
    }
    return "system", {"system": system}


def _renewed(world: World, person: Person, wanted: Any) -> Content:
    """A person gets another BSUID, and no phone may be told: {"change_bsuid": id, or true for a new one}."""
    old = person.bsuid
    new = str(wanted) if wanted is not True else f"IN.{world.whatsapp.next_serial():020d}"
    world.whatsapp.rename_bsuid(person, new)
    system = {
        "body": f"User {person.name} changed from {old} to {new}",
        "user_id": new,
        "previous_user_id": old,
        "type": "user_changed_user_id",
    }
    return "system", {"system": system}


def echoed(world: World, number: Number, chat: Chat, person: Person, body: Json) -> Json:
    """An item of `message_echoes`: the business wrote from its phone app. {"echo": {"text"} | {"file"} | {"location"}}.

    Raises:
        BadControl: nothing of the kind in it.
    """
    said = body["echo"]
    key = next((key for key in ("file", "location", "contact", "text") if key in said), None)
    if key is None:
        raise BadControl("an echo has text, file, location or contact")
    kind, content = _BUILDERS[key](world, number, chat, said[key], said)
    item: Json = {
        "from": "".join(c for c in number.display_phone_number if c.isdigit()),
        "id": str(body.get("id") or world.whatsapp.new_wamid(person.phone)),
        "timestamp": str(int(float(body.get("timestamp") or world.now()))),
        "type": kind,
    }
    if not person.hidden:
        item["to"] = person.phone
    return {**item, "to_user_id": person.bsuid, **content}


_BUILDERS: dict[str, Callable[[World, Number, Chat, Any, Json], Content]] = {
    "text": _text,
    "tap": _tap,
    "file": _file,
    "cart": _cart,
    "location": _location,
    "contact": _contact,
    "reaction": _reaction,
    "edit": _edit,
    "delete": _delete,
}
