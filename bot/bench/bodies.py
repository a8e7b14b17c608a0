"""What one customer sends, as Meta would post it."""

from typing import Any

FIRST_PHONE = 919_800_000_000
Content = dict[str, Any]


def said(text: str) -> Content:
    return {"type": "text", "text": {"body": text}}


def tapped(data: str, title: str) -> Content:
    return {
        "type": "interactive",
        "interactive": {"type": "button_reply", "button_reply": {"id": data, "title": title}},
    }


def body(number: str, event: str, person: int, content: Content) -> dict[str, Any]:
    """One webhook body with one message, from the customer of that number (0, 1, …)."""
    phone = str(FIRST_PHONE + person)
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "+91 90000 00000", "phone_number_id": number},
        "contacts": [{"profile": {"name": f"Customer {person}"}, "wa_id": phone}],
        "messages": [{"id": event, "from": phone, "timestamp": "1760000000", **content}],
    }
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "changes": [{"field": "messages", "value": value}]}],
    }
