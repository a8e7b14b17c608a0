"""How a Telegram message looks to whoever drives the simulator."""

from __future__ import annotations

from typing import Any

from bot.simulator.telegram.files import KINDS
from bot.simulator.telegram.state import Chat, Message, TelegramWorld
from bot.simulator.wire import Json

_SERVICE = (
    "new_chat_members",
    "left_chat_member",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
)


def message_view(telegram: TelegramWorld, message: Message) -> Json:
    """The message as `GET /sim/telegram/{chat}/messages` gives it."""
    data = message.data
    author: Json = data.get("from") or data.get("sender_chat") or {}
    markup = data.get("reply_markup") or {}
    view: Json = {
        "n": message.n,
        "message_id": message.id,
        "from": author.get("id"),
        "name": author.get("first_name") or author.get("title"),
        "bot": bool(author.get("is_bot")),
        "text": data.get("text") or data.get("caption") or "",
        "entities": data.get("entities") or data.get("caption_entities") or [],
        "buttons": [[_button(b) for b in row] for row in markup.get("inline_keyboard") or []],
        "edited": message.edited,
        "deleted": message.deleted,
        "reply_to": (data.get("reply_to_message") or {}).get("message_id"),
        "thread": data.get("message_thread_id"),
        "at": data["date"],
        "raw": data,
    }
    for key in ("location", "contact", "venue"):
        if key in data:
            view[key] = data[key]
    if message.reactions:
        view["reactions"] = message.reactions
    if message.keyboard:
        view["keyboard"] = message.keyboard
    service = next((key for key in _SERVICE if key in data), None)
    if service:
        view["service"] = service
    file = _file(telegram, data)
    if file:
        view["file"] = file
    return view


def _button(button: Json) -> Json:
    view = {"text": button["text"], "data": button.get("callback_data"), "url": button.get("url")}
    return {key: value for key, value in view.items() if value is not None}


def _file(telegram: TelegramWorld, data: Json) -> Json | None:
    kind = next((k for k in KINDS if k in data), None)
    if kind is None:
        return None
    content: Any = data[kind][-1] if isinstance(data[kind], list) else data[kind]
    file = telegram.files.get(content["file_id"])
    if file is None:
        return {"kind": kind, "id": content["file_id"]}
    return {
        "kind": kind,
        "id": file.id,
        "name": file.name,
        "mime": file.mime,
        "size": len(file.data),
        "url": f"/sim/telegram/files/{file.id}",
    }


def chat_view(telegram: TelegramWorld, chat: Chat) -> Json:
    """A chat in the list of `GET /sim/chats`."""
    title = chat.title or telegram.user(chat.id).first_name
    last = next((m for m in reversed(chat.timeline.entries.values()) if not m.deleted), None)
    topics = list(chat.topics.values()) if chat.forum else None
    return {
        "channel": "telegram",
        "id": chat.id,
        "title": title,
        "type": chat.type,
        "members": {str(user): status for user, status in chat.members.items()},
        "topics": topics,
        "last": chat.timeline.last,
        "text": message_view(telegram, last)["text"] if last else "",
        "at": last.data["date"] if last else 0,
    }
