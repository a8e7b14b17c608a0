"""What goes out to the Bot API: replies cut to Telegram's limits, and inline keyboards laid out.

Limits: core.telegram.org/bots/api (sendMessage, InlineKeyboardButton). Text goes out plain, without `parse_mode`: nothing
that a customer wrote can break it.
"""

import logging
from typing import Any

from bot.channels import fitting
from flows.messages import Button, Choice, Reply

TEXT, CAPTION = 4096, 1024
BUTTONS, CALLBACK_DATA, LABEL = 100, 64, 64
IN_A_ROW, SHORT, SHORT_ROW = 3, 14, 36
PHOTO_BYTES, UPLOAD_BYTES = 10 * 1024 * 1024, 50 * 1024 * 1024
PHOTOS = ("image/jpeg", "image/png", "image/webp")

log = logging.getLogger(__name__)


def fit(reply: Reply, recipient: str) -> list[Reply]:
    """Cut a reply to messages that Telegram takes: a text of at most 4096 (a file's caption 1024) with at most 100
    buttons; a choice has become one long button for each row. A slot's parts have slots of their own."""
    buttons = fitting.usable_buttons(reply.buttons, CALLBACK_DATA)
    choice = fitting.usable_choice(reply.choice, CALLBACK_DATA)
    if len(buttons) < len(reply.buttons) or (choice is None) != (reply.choice is None):
        log.warning("A button or row that is empty, doubled or longer than 64 bytes was left out of a message.")
    shown = _shown(choice, buttons)
    parts = [Reply("", location=reply.location)] if reply.location else []
    if parts and fitting.blank(reply.text) and not (reply.file or shown):
        return fitting.stamped(parts, reply)
    parts += _parts(Reply(_with_descriptions(reply.text, choice), buttons=shown[:BUTTONS], file=reply.file))
    for start in range(BUTTONS, len(shown), BUTTONS):
        parts.append(Reply(fitting.POINTER, buttons=shown[start : start + BUTTONS]))
    return fitting.stamped(parts, reply)


def _shown(choice: Choice | None, buttons: tuple[Button, ...]) -> tuple[Button, ...]:
    """Rows first, then buttons, with labels of one line."""
    pairs = fitting.options(buttons, choice)
    return tuple(Button(fitting.label(label, LABEL), data) for label, data in pairs)


def _with_descriptions(text: str, choice: Choice | None) -> str:
    """A keyboard shows no descriptions and no section titles, so they stand in the text where there are any."""
    if choice is None or not any(row.description.strip() for section in choice.sections for row in section.rows):
        return text
    lines: list[str] = []
    for section in choice.sections:
        if section.title.strip():
            lines += ["", section.title.strip()] if lines else [section.title.strip()]
        for row in section.rows:
            described = f" – {row.description.strip()}" if row.description.strip() else ""
            lines.append(f"• {row.title.strip()}{described}")
    return (text.rstrip() + "\n\n" + "\n".join(lines)).strip()


def _parts(reply: Reply) -> list[Reply]:
    """A file with its caption when that fits; else the file first, and the text behind it with what can be tapped."""
    text = "" if fitting.blank(reply.text) else reply.text.strip()
    parts: list[Reply] = []
    if reply.file is not None:
        if fitting.width(text) <= CAPTION:
            return [Reply(text, reply.buttons, file=reply.file)]
        parts.append(Reply("", file=reply.file))
    head, last = fitting.tail(text or (fitting.POINTER if reply.buttons else fitting.MARK), TEXT)
    parts += [Reply(piece) for piece in fitting.split(head, TEXT)]
    return [*parts, Reply(last, buttons=reply.buttons)]


def keyboard(buttons: tuple[Button, ...]) -> dict[str, Any]:
    """The inline keyboard: up to three short buttons in a row, a long one in a row of its own."""
    rows: list[list[dict[str, str]]] = []
    used = SHORT_ROW
    for button in buttons:
        size = fitting.width(button.label)
        beside = size <= SHORT and rows and used + size <= SHORT_ROW and len(rows[-1]) < IN_A_ROW
        if not beside:
            rows.append([])
            used = 0 if size <= SHORT else SHORT_ROW
        rows[-1].append({"text": button.label, "callback_data": button.data})
        used += size
    return {"inline_keyboard": rows}


def target(recipient: str) -> dict[str, Any]:
    """The recipient as `chat_id`, and `message_thread_id` where it names a topic ("<chat>:<thread>")."""
    chat, _, thread = recipient.partition(":")
    chat_id: int | str = int(chat) if chat.lstrip("-").isdecimal() else chat
    return {"chat_id": chat_id, "message_thread_id": int(thread)} if thread.isdecimal() else {"chat_id": chat_id}


def text_message(reply: Reply) -> dict[str, Any]:
    """The parameters of `sendMessage` and `editMessageText` besides the target."""
    parameters: dict[str, Any] = {"text": reply.text, "link_preview_options": {"is_disabled": True}}
    if reply.buttons:
        parameters["reply_markup"] = keyboard(reply.buttons)
    return parameters


def media_method(mime: str, size: int) -> tuple[str, str]:
    """The method that sends a file of this type, and the parameter that holds it."""
    plain = mime.partition(";")[0].strip().lower()
    if plain in PHOTOS and size <= PHOTO_BYTES:
        return "sendPhoto", "photo"
    if plain in ("audio/ogg", "audio/opus"):
        return "sendVoice", "voice"
    if plain in ("audio/mpeg", "audio/mp4"):
        return "sendAudio", "audio"
    return ("sendVideo", "video") if plain == "video/mp4" else ("sendDocument", "document")
