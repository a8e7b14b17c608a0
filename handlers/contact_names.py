"""How a contact is named to staff: by profile and phone, where there are such."""

from typing import Any, Protocol

from flows.texts import say
from storage.queries.people import Contact


class Named(Protocol):
    """What is shown of somebody outside."""

    @property
    def name(self) -> str: ...
    @property
    def phone(self) -> str: ...


def who(contact: Named, language: str) -> str:
    """E.g. "Asha +919800000001", or "Asha (no number)" for somebody who is known by another address alone."""
    return f"{contact.name or '?'} {contact.phone or '(' + say(language, 'no number') + ')'}"


def as_json(contact: Contact) -> dict[str, Any]:
    return {"id": contact.id, "name": contact.name, "phone": contact.phone}
