"""What a platform has no message for, in words."""

import re

from bot.channels import fitting
from flows.messages import ContactCard, Reply

CONTACT_NAME = 64
_NO_DIGIT = re.compile(r"\D")


def words(reply: Reply) -> str:
    """The text of a reply; where it has none, what its template or product would have said."""
    if not fitting.blank(reply.text):
        return reply.text
    if reply.template is not None:
        return ", ".join(value.strip() for value in reply.template.parameters if not fitting.blank(value))
    return reply.product.product if reply.product else ""


def contact_words(card: ContactCard) -> str:
    """Somebody's name and phone on one line."""
    return ", ".join(" ".join(word.split()) for word in (card.name, card.phone) if not fitting.blank(word))


def usable_contact(card: ContactCard | None) -> ContactCard | None:
    """The card with a name on one line and a bare phone, or nothing where it has no phone."""
    digits = _NO_DIGIT.sub("", card.phone) if card else ""
    if card is None or not digits.isascii() or not 3 <= len(digits) <= 20:
        return None
    phone = f"+{digits}" if card.phone.strip().startswith("+") else digits
    return ContactCard(fitting.label(card.name, CONTACT_NAME) or phone, phone)


def joined(*paragraphs: str) -> str:
    """The paragraphs that say something, with empty lines between them."""
    return "\n\n".join(paragraph for paragraph in paragraphs if not fitting.blank(paragraph))


def only_cards(text: str, reply: Reply) -> bool:
    """True when a reply has nothing to say or show besides what goes out as messages of their own."""
    return fitting.blank(text) and not (reply.file or reply.buttons or reply.choice)
