"""What WhatsApp refuses: the documented limits of each message type, with Meta's own wording where it is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.simulator.whatsapp.errors import GraphError, bad_parameter, bad_value
from bot.simulator.wire import Json

TEXT = 4096
CAPTION = 1024
BODY = {"button": 1024, "list": 4096}
BODY_DEFAULT = 1024
HEADER = FOOTER = 60
BUTTONS = 3
BUTTON_TITLE = 20
BUTTON_ID = 256
LIST_BUTTON = 20
SECTIONS = 10
ROWS = 10
ROW_TITLE = SECTION_TITLE = 24
ROW_DESCRIPTION = 72
ROW_ID = 200
TRACKER = 512
MEDIA_TYPES = ("image", "document", "audio", "video", "sticker")
GROUP_TYPES = ("text", "template", "image", "document", "audio", "video", "sticker", "reaction", "pin")

Checker = Callable[[Json], None]


def check_message(message: Json, is_media: Callable[[str], bool]) -> None:
    """Refuse a message object that the Cloud API would refuse.

    Args:
        message: the JSON of `POST /{phone_number_id}/messages`.
        is_media: tells whether a media id is known.

    Raises:
        GraphError: 100, 131008, 131009 or 131051 with the reason.
    """
    kind = message.get("type", "text")
    checker = _CHECKERS.get(kind) if isinstance(kind, str) else None
    if kind not in MEDIA_TYPES and checker is None:
        raise bad_parameter(
            f"Param type must be one of {{AUDIO, CONTACTS, DOCUMENT, IMAGE, INTERACTIVE, LOCATION, REACTION, STICKER, "
            f"TEMPLATE, TEXT, VIDEO}} - got {kind!r}."
        )
    content = message.get(kind)
    if kind != "contacts" and not isinstance(content, dict):
        raise bad_parameter(f"The parameter {kind} is required.")
    if message.get("recipient_type") == "group" and kind not in GROUP_TYPES:
        raise GraphError(131051, f"Message type {kind} is currently not supported for groups.")
    tracker = message.get("biz_opaque_callback_data")
    if tracker is not None and (not isinstance(tracker, str) or len(tracker) > TRACKER):
        raise bad_parameter(f"Param biz_opaque_callback_data must be at most {TRACKER} characters long.")
    if checker is None:
        _check_media(kind, message[kind], is_media)
    else:
        checker(message)


def _string(content: Json, key: str, path: str, longest: int, required: bool = True) -> None:
    value = content.get(key)
    if value is None or value == "":
        if required:
            raise bad_parameter(f"The parameter {path} is required.")
        return
    if not isinstance(value, str):
        raise bad_parameter(f"Param {path} must be a string.")
    if len(value) > longest:
        raise bad_parameter(f"Param {path} must be at most {longest} characters long.")


def _check_text(message: Json) -> None:
    body = message["text"]
    _string(body, "body", "text['body']", TEXT)
    if not body["body"].strip():
        raise bad_value("Text body cannot be empty.")


def _check_media(kind: str, content: Json, is_media: Callable[[str], bool]) -> None:
    media_id, link = content.get("id"), content.get("link")
    if not media_id and not link:
        raise bad_parameter(f"The parameter {kind}['id'] or {kind}['link'] is required.")
    if media_id and not is_media(str(media_id)):
        raise bad_parameter(f"Param {kind}['id'] is not a valid whatsapp business account media attachment ID")
    if link and not str(link).startswith(("http://", "https://")):
        raise bad_parameter(f"Param {kind}['link'] is not a valid URI.")
    if kind in ("audio", "sticker") and "caption" in content:
        raise bad_parameter(f'Unexpected key "caption" on param "{kind}".')
    _string(content, "caption", f"{kind}['caption']", CAPTION, required=False)


def _check_location(message: Json) -> None:
    for key, bound in (("latitude", 90.0), ("longitude", 180.0)):
        try:
            value = float(message["location"][key])
        except KeyError:
            raise bad_parameter(f"The parameter location['{key}'] is required.") from None
        except (TypeError, ValueError):
            raise bad_parameter(f"Param location['{key}'] must be a number.") from None
        if abs(value) > bound:
            raise bad_value(f"Location {key} is out of range.")


def _check_contacts(message: Json) -> None:
    contacts = message.get("contacts")
    if not isinstance(contacts, Sequence) or not contacts:
        raise bad_parameter("The parameter contacts is required.")
    for n, contact in enumerate(contacts):
        name = contact.get("name") or {}
        if not name.get("formatted_name"):
            raise bad_parameter(f"The parameter contacts[{n}]['name']['formatted_name'] is required.")


def _check_reaction(message: Json) -> None:
    _string(message["reaction"], "message_id", "reaction['message_id']", 1024)
    if not isinstance(message["reaction"].get("emoji"), str):
        raise bad_parameter("The parameter reaction['emoji'] is required.")


def _check_template(message: Json) -> None:
    template = message["template"]
    _string(template, "name", "template['name']", 512)
    language = template.get("language")
    if not isinstance(language, dict) or not language.get("code"):
        raise bad_parameter("The parameter template['language']['code'] is required.")


def _check_interactive(message: Json) -> None:
    content = message["interactive"]
    kind = content.get("type")
    body = (content.get("body") or {}).get("text") or ""
    longest = BODY.get(kind, BODY_DEFAULT)
    if kind != "product" and not 1 <= len(body) <= longest:
        raise bad_value(f"Body text length invalid. Min length: 1, Max length: {longest}")
    footer = content.get("footer")
    if footer is not None and not 1 <= len(footer.get("text") or "") <= FOOTER:
        raise bad_value(f"Footer text length invalid. Min length: 1, Max length: {FOOTER}")
    _check_header(kind, content.get("header"))
    action = content.get("action")
    if not isinstance(action, dict):
        raise GraphError(131008, "Action is required for interactive messages")
    checker = _ACTIONS.get(kind)
    if checker is None:
        raise bad_value(f"Interactive type {kind!r} is not supported")
    checker(action)


def _check_header(kind: object, header: Json | None) -> None:
    if header is None:
        return
    if header.get("type") == "text":
        text = header.get("text")
        if not text:
            raise bad_value("Text cannot be null for header type text")
        if len(text) > HEADER:
            raise bad_value(f"Header text length invalid. Min length: 1, Max length: {HEADER}")
    elif kind == "list":
        raise bad_value("Only text headers are allowed for list messages")


def _check_buttons(action: Json) -> None:
    buttons = action.get("buttons") or []
    if not 1 <= len(buttons) <= BUTTONS:
        raise bad_value(f"Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: {BUTTONS}")
    replies = [button.get("reply") or {} for button in buttons]
    for reply in replies:
        if not 1 <= len(reply.get("title") or "") <= BUTTON_TITLE:
            raise bad_value(f"Button title length invalid. Min length: 1, Max length: {BUTTON_TITLE}")
        if not 1 <= len(reply.get("id") or "") <= BUTTON_ID:
            raise bad_value(f"Button id length invalid. Min length: 1, Max length: {BUTTON_ID}")
    _unique([reply["id"] for reply in replies], "Duplicate button ids are not allowed")
    _unique([reply["title"] for reply in replies], "Duplicate button titles are not allowed")


def _check_list(action: Json) -> None:
    label = action.get("button") or ""
    if not label:
        raise bad_value("Button label is required for list messages")
    if len(label) > LIST_BUTTON:
        raise bad_value(f"Button label is too long. Max length is {LIST_BUTTON}")
    sections = action.get("sections") or []
    if not 1 <= len(sections) <= SECTIONS:
        raise bad_value(f"Invalid sections count. Min allowed sections: 1, Max allowed sections: {SECTIONS}")
    for section in sections:
        title = section.get("title") or ""
        if not title and len(sections) > 1:
            raise bad_value("Section title is required if there is more than one section")
        if len(title) > SECTION_TITLE:
            raise bad_value(f"Section title is too long. Max length is {SECTION_TITLE}")
        if not section.get("rows"):
            raise bad_value("Section must have at least one row")
    _check_rows([row for section in sections for row in section["rows"]])


def _check_rows(rows: Sequence[Json]) -> None:
    if len(rows) > ROWS:
        raise bad_value(f"Total row count exceed max allowed count: {ROWS}")
    for row in rows:
        if not row.get("title"):
            raise bad_value("Row title is required")
        if len(row["title"]) > ROW_TITLE:
            raise bad_value(f"Row title is too long. Max length is {ROW_TITLE}")
        if len(row.get("description") or "") > ROW_DESCRIPTION:
            raise bad_value(f"Row description is too long. Max length is {ROW_DESCRIPTION}")
        if not 1 <= len(row.get("id") or "") <= ROW_ID:
            raise bad_value(f"Row id length invalid. Min length: 1, Max length: {ROW_ID}")
    _unique([row["id"] for row in rows], "Duplicate row ids are not allowed")


def _check_link(action: Json) -> None:
    parameters = action.get("parameters") or {}
    if not 1 <= len(parameters.get("display_text") or "") <= BUTTON_TITLE:
        raise bad_value(f"Display text length invalid. Min length: 1, Max length: {BUTTON_TITLE}")
    if not str(parameters.get("url", "")).startswith(("http://", "https://")):
        raise bad_value("Url is not valid")


def _check_product(action: Json) -> None:
    if not action.get("catalog_id") or not action.get("product_retailer_id"):
        raise GraphError(131008, "catalog_id and product_retailer_id are required for product messages")


def _check_product_list(action: Json) -> None:
    sections = action.get("sections") or []
    items = sum(len(section.get("product_items") or []) for section in sections)
    if not action.get("catalog_id") or not 1 <= len(sections) <= SECTIONS or not 1 <= items <= 30:
        raise bad_value("Product list needs a catalog_id, 1 to 10 sections and 1 to 30 products")


def _accept(_: Json) -> None:
    """Kinds whose action has nothing that we check."""


def _unique(values: Sequence[str], complaint: str) -> None:
    if len(set(values)) != len(values):
        raise bad_value(complaint)


_ACTIONS: dict[object, Checker] = {
    "button": _check_buttons,
    "list": _check_list,
    "cta_url": _check_link,
    "product": _check_product,
    "product_list": _check_product_list,
    "catalog_message": _accept,
    "flow": _accept,
    "location_request_message": _accept,
    "request_contact_info": _accept,
    "voice_call": _accept,
    "call_permission_request": _accept,
}

_CHECKERS: dict[str, Checker] = {
    "text": _check_text,
    "location": _check_location,
    "contacts": _check_contacts,
    "reaction": _check_reaction,
    "template": _check_template,
    "interactive": _check_interactive,
}
