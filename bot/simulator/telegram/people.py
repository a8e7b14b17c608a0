"""People on Telegram: turns what somebody does into messages, updates and presses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.simulator.attachments import file_from
from bot.simulator.telegram import files
from bot.simulator.telegram.entities import found_entities
from bot.simulator.telegram.places import chat_object
from bot.simulator.telegram.state import (
    ANONYMOUS_ADMIN,
    CHANNEL_ROBOT,
    PRESENT,
    Account,
    Chat,
    Message,
    Query,
    Update,
    User,
)
from bot.simulator.telegram.updates import push
from bot.simulator.wire import BadControl, Json
from bot.simulator.world import World


def find_chat(world: World, account: Account, wanted: str) -> Chat:
    """A chat by id, @name or title; an unknown positive id is a person who is made on the fly.

    Raises:
        BadControl: 404.
    """
    telegram = world.telegram
    if wanted.lstrip("-").isdigit():
        number = int(wanted)
        if number > 0:
            telegram.user(number)
            return telegram.private_chat(account, number)
        if number in telegram.groups:
            return telegram.groups[number]
    bare = wanted.lstrip("@")
    for chat in telegram.groups.values():
        if bare in (chat.username, chat.title):
            return chat
    for user in telegram.users.values():
        if bare == user.username:
            return telegram.private_chat(account, user.id)
    raise BadControl(f"no Telegram chat {wanted!r}", 404, chats=[c.id for c in telegram.groups.values()])


def find_user(world: World, wanted: Any, chat: Chat) -> User:
    """A person by id or username; in a private chat the other person when nobody is named.

    Raises:
        BadControl: 404, or 400 when a group's message names nobody.
    """
    if wanted is None:
        if chat.type == "private":
            return world.telegram.user(chat.id)
        raise BadControl("say who speaks: from = user id or username")
    text = str(wanted).lstrip("@")
    if text.isdigit():
        return world.telegram.user(int(text))
    named = (u for u in world.telegram.users.values() if text in (u.username, u.first_name))
    found = next(named, None)
    if found is None:
        raise BadControl(f"no Telegram user {wanted!r}", 404)
    return found


def listeners(world: World, account: Account, chat: Chat, data: Json) -> list[Account]:
    """The bots that get to see a message: privacy mode shows a mere member only what is meant for it."""
    if chat.type == "private":
        return [account]
    found = []
    for bot in world.telegram.accounts.values():
        status = chat.members.get(bot.id)
        if status == "administrator" or (status in PRESENT and _meant_for(bot, data)):
            found.append(bot)
    return found


def _meant_for(bot: Account, data: Json) -> bool:
    text = str(data.get("text") or data.get("caption") or "")
    if text.startswith("/"):
        name = text.split(maxsplit=1)[0].partition("@")[2]
        return name.lower() in ("", bot.username.lower())
    replied = (data.get("reply_to_message") or {}).get("from", {}).get("id")
    service = not any(key in data for key in ("text", *files.KINDS, "location", "contact"))
    return replied == bot.id or service or f"@{bot.username}".lower() in text.lower()


def publish(world: World, account: Account, chat: Chat, kind: str, data: Json) -> list[Update]:
    """Queue a message update for every bot that may see it."""
    lane = f"chat {chat.id}"
    pushed = (push(world, bot, kind, data, lane) for bot in listeners(world, account, chat, data))
    return [update for update in pushed if update is not None]


def speak(world: World, account: Account, chat: Chat, body: Json) -> tuple[Json, list[Update]]:
    """A person says something; returns the message and the updates that carry it.

    Raises:
        BadControl: nothing to say, or somebody who cannot.
    """
    if "edit" in body:
        return _edit(world, account, chat, body)
    user = find_user(world, body.get("from"), chat)
    _enter(chat, user)
    data = _frame(world, chat, user, body)
    _fill(world, account, data, body)
    data.update(body.get("raw") or {})
    world.telegram.keep(chat, data)
    kind = "channel_post" if chat.type == "channel" else "message"
    return data, publish(world, account, chat, kind, data)


def _enter(chat: Chat, user: User) -> None:
    if chat.type == "private":
        chat.started, chat.blocked = True, False
        return
    status = chat.members.setdefault(user.id, "member")
    if status not in PRESENT:
        raise BadControl(f"user {user.id} is not in the chat any more ({status})", 409)


def _frame(world: World, chat: Chat, user: User, body: Json) -> Json:
    """Who speaks, where and when, and the flags that play something hostile."""
    data: Json = {
        "message_id": int(body.get("id") or chat.next_message_id()),
        "from": user.user,
        "chat": chat_object(world, chat),
        "date": int(body.get("date") or world.now()),
    }
    if body.get("anonymous"):
        data["from"], data["sender_chat"] = ANONYMOUS_ADMIN, data["chat"]
    if body.get("channel_post"):
        channel = {"id": -1009999999999, "type": "channel", "title": "A channel"}
        data.update({"from": CHANNEL_ROBOT, "sender_chat": channel, "is_automatic_forward": True})
    if chat.type == "channel":
        data["sender_chat"] = data["chat"]
        del data["from"]
    if body.get("via_bot"):
        data["via_bot"] = {"id": 93372553, "is_bot": True, "first_name": "Helper", "username": "helper_bot"}
    if body.get("forward"):
        origin = {"type": "hidden_user", "sender_user_name": "Somebody", "date": data["date"] - 60}
        data["forward_origin"] = body["forward"] if isinstance(body["forward"], dict) else origin
    _add_place(chat, data, body)
    return data


def _add_place(chat: Chat, data: Json, body: Json) -> None:
    if body.get("thread"):
        data["message_thread_id"], data["is_topic_message"] = int(body["thread"]), True
    if body.get("reply_to"):
        quoted = chat.message(body["reply_to"])
        if quoted is None:
            raise BadControl(f"there is no message {body['reply_to']} to reply to", 404)
        data["reply_to_message"] = {k: v for k, v in quoted.data.items() if k != "reply_to_message"}


def _fill(world: World, account: Account, data: Json, body: Json) -> None:
    for key, build in _CONTENTS.items():
        if key in body and not (key == "text" and "file" in body):
            build(world, account, data, body)
            return
    if "raw" not in body:
        raise BadControl(f"say one of {', '.join((*_CONTENTS, 'tap', 'edit', 'reaction', 'block', 'raw'))}")


def _text(_w: World, _a: Account, data: Json, body: Json) -> None:
    data["text"] = str(body["text"])
    entities = body.get("entities") or found_entities(data["text"])
    if entities:
        data["entities"] = entities


def _file(world: World, account: Account, data: Json, body: Json) -> None:
    value = body["file"]
    name, mime, content = file_from(value)
    main = mime.partition("/")[0]
    guess = "voice" if mime.startswith("audio/ogg") else {"image": "photo"}.get(main, main)
    kind = str(value.get("kind") or body.get("kind") or (guess if guess in files.KINDS else "document"))
    owner = account.id if data["chat"]["type"] == "private" else None
    file = world.telegram.store(kind, name, mime, content, owner)
    data[kind] = files.file_object(file, kind)
    caption = value.get("caption") or body.get("caption") or body.get("text")
    if caption:
        data["caption"] = str(caption)
        data["caption_entities"] = found_entities(data["caption"])


def _location(_w: World, _a: Account, data: Json, body: Json) -> None:
    place = body["location"]
    data["location"] = {"latitude": float(place["latitude"]), "longitude": float(place["longitude"])}
    if place.get("name"):
        data["venue"] = {
            "location": data["location"],
            "title": str(place["name"]),
            "address": str(place.get("address", "")),
        }


def _contact(_w: World, _a: Account, data: Json, body: Json) -> None:
    card = body["contact"]
    name = str(card.get("first_name") or card.get("name") or data["from"]["first_name"])
    data["contact"] = {"phone_number": str(card.get("phone_number") or card.get("phone")), "first_name": name}
    if card.get("user_id"):
        data["contact"]["user_id"] = int(card["user_id"])


_CONTENTS: dict[str, Callable[[World, Account, Json, Json], None]] = {
    "text": _text,
    "file": _file,
    "location": _location,
    "contact": _contact,
}


def _edit(world: World, account: Account, chat: Chat, body: Json) -> tuple[Json, list[Update]]:
    """Somebody edits a message of their own; deleted messages are not told to bots at all."""
    message = chat.message(body["edit"].get("message_id"))
    if message is None or message.data.get("from", {}).get("is_bot"):
        raise BadControl(f"there is no such message to edit: {body['edit']}", 404)
    key = "text" if "text" in message.data else "caption"
    text = str(body["edit"].get("text", ""))
    message.data = {**message.data, key: text, "edit_date": int(world.now())}
    message.data["entities" if key == "text" else "caption_entities"] = found_entities(text)
    message.edited = True
    chat.timeline.touch(message)
    kind = "edited_channel_post" if chat.type == "channel" else "edited_message"
    return message.data, publish(world, account, chat, kind, message.data)


def press(world: World, account: Account, chat: Chat, body: Json) -> tuple[Json, list[Update]]:
    """Somebody presses an inline button, found by callback data or label in the newest message that has it.

    Raises:
        BadControl: 409 with the buttons there are.
    """
    user = find_user(world, body.get("from"), chat)
    message, data = _find_button(chat, str(body["tap"]), body.get("message_id"))
    author = next((a for a in world.telegram.accounts.values() if a.id == message.author), account)
    query_id = str(world.telegram.next_serial())
    world.telegram.queries[query_id] = Query(author.id, chat, user.id, world.now())
    query = {
        "id": query_id,
        "from": user.user,
        "message": message.data,
        "chat_instance": str(abs(chat.id)),
        "data": data,
    }
    update = push(world, author, "callback_query", query, f"user {user.id}")
    return {"callback_query_id": query_id, "message_id": message.id, "data": data}, [update] if update else []


def _find_button(chat: Chat, wanted: str, message_id: Any) -> tuple[Message, str]:
    offered: list[Json] = []
    for message in reversed(chat.timeline.entries.values()):
        if message.deleted or (message_id is not None and message.id != int(message_id)):
            continue
        rows = (message.data.get("reply_markup") or {}).get("inline_keyboard") or []
        buttons = [b for row in rows for b in row if "callback_data" in b]
        chosen = next((b for b in buttons if b["callback_data"] == wanted), None)
        chosen = chosen or next((b for b in buttons if b["text"] == wanted), None)
        if chosen is not None:
            return message, str(chosen["callback_data"])
        offered += [{"text": b["text"], "data": b["callback_data"], "message_id": message.id} for b in buttons]
    raise BadControl(f"nothing to tap called {wanted!r}", 409, choices=offered)


def react(world: World, account: Account, chat: Chat, body: Json) -> list[Update]:
    """Somebody reacts to a message: {"to": message_id, "emoji"} ("" takes the reaction back)."""
    user = find_user(world, body.get("from"), chat)
    wanted, emoji = body["reaction"].get("to"), body["reaction"].get("emoji")
    message = chat.message(wanted)
    if message is None:
        raise BadControl(f"there is no message {wanted} to react to", 404)
    new = [{"type": "emoji", "emoji": str(emoji)}] if emoji else []
    update = {
        "chat": chat_object(world, chat),
        "message_id": message.id,
        "user": user.user,
        "date": int(world.now()),
        "old_reaction": message.reactions,
        "new_reaction": new,
    }
    message.reactions = new
    chat.timeline.mark(message)
    return publish(world, account, chat, "message_reaction", {**update, "text": ""})
