"""WhatsApp's messages of a kind of their own: reactions, contact cards, templates and products, within their limits.

Limits: developers.facebook.com/documentation/business-messaging/whatsapp (messages, templates). A place of a template
takes no line break, tab or run of spaces (132018), and all places together no more than a body (132005).
"""

import logging
import re
import unicodedata
from typing import Any

from bot.channels import fitting
from flows.messages import ContactCard, ProductCard, Reaction, Reply, Template

TEMPLATE_PARAMETERS, PAYLOAD, TEMPLATE_BUTTONS = 1024, 128, 10
PRODUCT_BODY, PRODUCT_ID = 1024, 100
KEYCAP = "\u20e3"

log = logging.getLogger(__name__)
_NAME = re.compile(r"[a-z0-9_]{1,512}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Za-z]{2,4})?")


def controls(reply: Reply, group: bool) -> list[Reply]:
    """What a reply does to other messages. WhatsApp deletes nothing for a business, and a group takes no reactions."""
    if reply.deletes:
        log.info("A message was not taken back: WhatsApp lets businesses delete nothing.")
    reaction = reply.reaction
    if reaction is None:
        return []
    if group or not reaction.message or not _is_emoji(reaction.emoji):
        log.info("A reaction that cannot be shown was left out.")
        return []
    return [Reply("", reaction=reaction)]


def _is_emoji(text: str) -> bool:
    """True for one emoji, and for none, which takes a reaction away."""
    return not text or (fitting.is_one(text) and (unicodedata.category(text[0]) == "So" or text.endswith(KEYCAP)))


def usable_template(template: Template | None, group: bool) -> Template | None:
    """The template within its limits, or nothing where it could not be sent. In a group there is nothing to tap."""
    if template is None or (group and template.payloads):
        return None
    if not _NAME.fullmatch(template.name) or not _LANGUAGE.fullmatch(template.language):
        log.warning("A template of an impossible name or language goes out as text: %.60r", template.name)
        return None
    values = [" ".join(value.split()) for value in template.parameters]
    values = [fitting.MARK if fitting.blank(value) else value for value in values]
    if sum(map(fitting.width, values)) > TEMPLATE_PARAMETERS:
        longest = max(2, TEMPLATE_PARAMETERS // len(values))
        values = [fitting.cut(value, longest) for value in values]
    payloads = tuple(data if _is_payload(data) else "" for data in template.payloads[:TEMPLATE_BUTTONS])
    if payloads != template.payloads:
        log.warning("What a button of the template %s sends back is empty or too long.", template.name)
    return Template(template.name, template.language, tuple(values), payloads)


def _is_payload(data: str) -> bool:
    return not fitting.blank(data) and len(data.encode("utf-8", "surrogatepass")) <= PAYLOAD


def usable_product(card: ProductCard | None, group: bool) -> ProductCard | None:
    """The product where it can be shown."""
    if card is None or group or fitting.blank(card.catalog_id) or fitting.blank(card.product):
        return None
    return card if len(card.product) <= PRODUCT_ID else None


def message(reply: Reply) -> tuple[str, Any] | None:
    """The type and the content of the message object for a fitted reply of these kinds."""
    if reply.template is not None:
        return "template", _template(reply.template)
    if reply.reaction is not None:
        return "reaction", _reaction(reply.reaction)
    if reply.contact is not None:
        return "contacts", [_contact(reply.contact)]
    return ("interactive", _product(reply.text, reply.product)) if reply.product else None


def _reaction(reaction: Reaction) -> dict[str, str]:
    return {"message_id": reaction.message, "emoji": reaction.emoji}


def _contact(card: ContactCard) -> dict[str, Any]:
    return {"name": {"formatted_name": card.name, "first_name": card.name}, "phones": [{"phone": card.phone}]}


def _product(text: str, card: ProductCard) -> dict[str, Any]:
    shown = {"type": "product", "action": {"catalog_id": card.catalog_id, "product_retailer_id": card.product}}
    return {**shown, "body": {"text": text}} if text else shown


def _template(template: Template) -> dict[str, Any]:
    """A button without a payload sends back what it says."""
    components: list[dict[str, Any]] = []
    if template.parameters:
        values = [{"type": "text", "text": value} for value in template.parameters]
        components.append({"type": "body", "parameters": values})
    for index, data in enumerate(template.payloads):
        if data:
            place = {"type": "button", "sub_type": "quick_reply", "index": str(index)}
            components.append({**place, "parameters": [{"type": "payload", "payload": data}]})
    named = {"name": template.name, "language": {"code": template.language}}
    return {**named, "components": components} if components else named
