"""How a message looks to whoever drives the simulator: one flat shape for both directions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bot.simulator.whatsapp.limits import MEDIA_TYPES
from bot.simulator.whatsapp.state import Chat, Message, WhatsAppWorld
from bot.simulator.wire import Json


class Choice(NamedTuple):
    """Something a customer may tap: what it is, its id, its label, a list row's description."""

    kind: str
    id: str
    title: str
    description: str | None = None


def message_view(whatsapp: WhatsAppWorld, message: Message) -> Json:
    """The message as `GET /sim/whatsapp/{phone}/messages` gives it; absent things are absent keys."""
    raw = message.raw
    view: Json = {
        "n": message.n,
        "id": message.id,
        "from": message.sender,
        "number": message.number_id,
        "author": message.author,
        "type": message.type,
        "text": text_of(whatsapp, message),
        "buttons": [{"id": c.id, "title": c.title} for c in choices(message) if c.kind != "list_reply"],
        "status": message.status,
        "reply_to": message.reply_to,
        "at": message.at,
        "edited": message.edited,
        "deleted": message.deleted,
        "raw": raw,
    }
    if message.failure is not None:
        view["failure"] = message.failure
    interactive = raw.get("interactive") if message.type == "interactive" else None
    if interactive:
        view.update(_interactive_view(interactive))
    for kind in ("location", "reaction", "contacts", "order"):
        if kind in raw:
            view[kind] = raw[kind]
    if message.type in MEDIA_TYPES:
        view["file"] = file_view(whatsapp, raw[message.type], message.type)
    return view


def _interactive_view(interactive: Json) -> Json:
    view: Json = {}
    if interactive.get("type") == "list":
        action = interactive["action"]
        view["list"] = {"button": action["button"], "sections": action["sections"]}
    for part in ("header", "footer"):
        if part in interactive:
            view[part] = interactive[part].get("text", interactive[part])
    if interactive.get("type") == "cta_url":
        view["link"] = interactive["action"]["parameters"]
    return view


def file_view(whatsapp: WhatsAppWorld, content: Json, kind: str) -> Json:
    """A file of a message; `url` is where the simulator shows its bytes."""
    view: Json = {"kind": "voice" if content.get("voice") else kind, "id": content.get("id")}
    media = whatsapp.media.get(str(content.get("id")))
    if media is not None:
        view.update(mime=media.mime, name=content.get("filename") or media.name, size=len(media.data))
        view.update(sha256=media.sha256, url=f"/sim/whatsapp/media/{media.id}")
    if "link" in content:
        view["link"] = content["link"]
    return view


def text_of(whatsapp: WhatsAppWorld, message: Message) -> str:
    """The words of a message: body, caption, the title that was tapped, a template's text."""
    content = message.raw.get(message.type)
    if not isinstance(content, dict):
        return ""
    match message.type:
        case "text":
            return str(content.get("body", ""))
        case "interactive":
            reply = content.get(str(content.get("type")))
            chosen = reply.get("title") if isinstance(reply, dict) else None
            return str(chosen or (content.get("body") or {}).get("text", ""))
        case "template":
            return template_text(whatsapp, message.number_id, content)
        case "reaction":
            return str(content.get("emoji", ""))
        case "location":
            return str(content.get("name") or "")
        case _:
            return str(content.get("caption") or content.get("text") or content.get("body") or "")


def template_text(whatsapp: WhatsAppWorld, number_id: str, template: Json) -> str:
    """A template's body with its variables filled in; `[name]` and the values when the body is not known."""
    number = whatsapp.numbers.get(number_id)
    values = [
        str(p.get("text", p.get("payload", "")))
        for component in template.get("components") or []
        if component.get("type") == "body"
        for p in component.get("parameters") or []
    ]
    known = defined_template(whatsapp, number.waba_id if number else "", template)
    body = next((c.get("text", "") for c in (known or {}).get("components", []) if c.get("type") == "BODY"), "")
    if not body:
        return " ".join([f"[{template.get('name')}]", *values])
    for place, value in enumerate(values, start=1):
        body = body.replace(f"{{{{{place}}}}}", value)
    return str(body)


def defined_template(whatsapp: WhatsAppWorld, waba_id: str, template: Json) -> Json | None:
    """The definition of a template by name and language."""
    code = (template.get("language") or {}).get("code")
    return next(
        (t for t in whatsapp.templates.get(waba_id, []) if t["name"] == template.get("name") and t["language"] == code),
        None,
    )


def chat_view(whatsapp: WhatsAppWorld, chat: Chat) -> Json:
    """A chat in the list of `GET /sim/chats`."""
    last = next(reversed(chat.timeline.entries.values()), None)
    return {
        "channel": "whatsapp",
        "id": chat.key,
        "title": chat.group.subject if chat.group else whatsapp.person(chat.key).name,
        "type": "group" if chat.group else "private",
        "last": chat.timeline.last,
        "text": text_of(whatsapp, last) if last else "",
        "at": last.at if last else 0,
    }


def choices(message: Message) -> Iterator[Choice]:
    """Everything in the message that a customer may tap."""
    if message.sender != "business" or message.deleted:
        return
    if message.type == "template":
        yield from _template_choices(message.raw["template"])
    if message.type != "interactive":
        return
    action = message.raw["interactive"].get("action") or {}
    for button in action.get("buttons") or []:
        yield Choice("button_reply", button["reply"]["id"], button["reply"]["title"])
    if message.raw["interactive"].get("type") == "list":
        for section in action["sections"]:
            for row in section["rows"]:
                yield Choice("list_reply", row["id"], row["title"], row.get("description"))


def _template_choices(template: Json) -> Iterator[Choice]:
    for component in template.get("components") or []:
        if component.get("type") == "button" and component.get("sub_type") == "quick_reply":
            for parameter in component.get("parameters") or []:
                payload = str(parameter.get("payload", ""))
                yield Choice("button", payload, str(parameter.get("text") or payload))
