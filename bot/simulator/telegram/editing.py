"""Bot API methods that change what a bot has said."""

from __future__ import annotations

from bot.simulator.telegram import files
from bot.simulator.telegram.entities import CAPTION, TEXT, formatted
from bot.simulator.telegram.errors import bad_request
from bot.simulator.telegram.keyboards import checked_markup
from bot.simulator.telegram.parameters import Parameters
from bot.simulator.telegram.sending import destination
from bot.simulator.telegram.state import Account, Chat, Message
from bot.simulator.wire import Json
from bot.simulator.world import World

_UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)


def _own_message(chat: Chat, account: Account, p: Parameters) -> Message:
    message = chat.message(p.text("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message.author != account.id:
        raise bad_request("message can't be edited")
    return message


def _changed(world: World, chat: Chat, message: Message, changes: Json) -> Json:
    """Apply an edit, or refuse one that changes nothing; a None takes the key away."""
    if all(message.data.get(key) == value for key, value in changes.items()):
        raise bad_request(_UNCHANGED)
    data = {**message.data, **changes, "edit_date": int(world.now())}
    message.data = {key: value for key, value in data.items() if value is not None}
    message.edited = True
    chat.timeline.touch(message)
    return message.data


def edit_text(world: World, account: Account, p: Parameters) -> Json:
    chat = destination(world, account, p)
    text, entities = formatted(p, "text", TEXT)
    if not text.strip():
        raise bad_request("message text is empty")
    message = _own_message(chat, account, p)
    if "text" not in message.data:
        raise bad_request("there is no text in the message to edit")
    markup = checked_markup(p.structure("reply_markup"))
    return _changed(world, chat, message, {"text": text, "entities": entities or None, "reply_markup": markup})


def edit_caption(world: World, account: Account, p: Parameters) -> Json:
    chat = destination(world, account, p)
    caption, entities = formatted(p, "caption", CAPTION)
    message = _own_message(chat, account, p)
    if not any(kind in message.data for kind in files.KINDS):
        raise bad_request("there is no caption in the message to edit")
    markup = checked_markup(p.structure("reply_markup"))
    changes = {"caption": caption or None, "caption_entities": entities or None, "reply_markup": markup}
    return _changed(world, chat, message, changes)


def edit_markup(world: World, account: Account, p: Parameters) -> Json:
    chat = destination(world, account, p)
    message = _own_message(chat, account, p)
    return _changed(world, chat, message, {"reply_markup": checked_markup(p.structure("reply_markup"))})
