"""Events as both platforms send them, and strategies that damage them in every way that JSON allows."""

from typing import Any

from hypothesis import strategies as st

JSON_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def damaged(draw: st.DrawFn, samples: list[Any]) -> Any:
    """One of the samples with any of its parts replaced by any JSON, left out, or repeated."""

    def damage(value: Any) -> Any:
        fate = draw(st.integers(0, 11))
        if fate == 0:
            return draw(JSON_VALUES)
        if isinstance(value, dict):
            return {key: damage(item) for key, item in value.items() if fate != 1 or draw(st.booleans())}
        if isinstance(value, list):
            return [damage(item) for item in (value * 2 if fate == 1 else value)]
        return value

    return damage(draw(st.sampled_from(samples)))


def whatsapp_body(*messages: dict[str, Any], **value: Any) -> dict[str, Any]:
    """A webhook body with these messages of one customer."""
    content = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"},
        "contacts": [{"profile": {"name": "Ravi"}, "wa_id": "919812345678", "user_id": "IN.13491208"}],
        "messages": list(messages),
    }
    change = {"field": "messages", "value": content | value}
    return {"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [change]}]}


def whatsapp_message(kind: str, content: Any, **more: Any) -> dict[str, Any]:
    """One message object; its id tells its kind."""
    head = {"from": "919812345678", "from_user_id": "IN.13491208", "id": f"wamid.{kind}", "timestamp": "1760000000"}
    return {**head, "type": kind, kind: content, **more}


WHATSAPP = {
    "text": whatsapp_message("text", {"body": "2 masala dosa"}, context={"from": "1555", "id": "wamid.before"}),
    "button_reply": whatsapp_message(
        "interactive", {"type": "button_reply", "button_reply": {"id": "/confirm 12", "title": "Confirm"}}
    ),
    "list_reply": whatsapp_message(
        "interactive", {"type": "list_reply", "list_reply": {"id": "dosa~~2", "title": "Dosa", "description": "Rs 110"}}
    ),
    "flow": whatsapp_message("interactive", {"type": "nfm_reply", "nfm_reply": {"response_json": "{}"}}),
    "button": whatsapp_message("button", {"payload": "/reorder 12", "text": "Order again"}),
    "order": whatsapp_message(
        "order",
        {
            "catalog_id": "1948",
            "text": "less spicy",
            "product_items": [
                {"product_retailer_id": "dosa", "quantity": 2, "item_price": 110, "currency": "INR"},
                {"product_retailer_id": "idli", "quantity": "3", "item_price": 70, "currency": "INR"},
            ],
        },
    ),
    "location": whatsapp_message(
        "location", {"latitude": 12.97, "longitude": 77.59, "name": "Home", "address": "MG Road"}
    ),
    "image": whatsapp_message("image", {"id": "9001", "mime_type": "image/jpeg", "sha256": "abc", "caption": "this"}),
    "voice": whatsapp_message("audio", {"id": "9002", "mime_type": "audio/ogg; codecs=opus", "voice": True}),
    "document": whatsapp_message(
        "document", {"id": "9003", "mime_type": "application/pdf", "filename": "menu.pdf", "caption": "/ingest"}
    ),
    "sticker": whatsapp_message("sticker", {"id": "9004", "mime_type": "image/webp", "animated": False}),
    "contacts": whatsapp_message(
        "contacts", [{"name": {"formatted_name": "Meena"}, "phones": [{"phone": "+91 98", "wa_id": "9198"}]}]
    ),
    "reaction": whatsapp_message("reaction", {"message_id": "wamid.before", "emoji": "👍"}),
    "edit": whatsapp_message(
        "edit",
        {"original_message_id": "wamid.before", "message": {"type": "text", "text": {"body": "3 masala dosa"}}},
    ),
    "revoke": whatsapp_message("revoke", {"original_message_id": "wamid.before"}),
    "system": whatsapp_message(
        "system",
        {
            "type": "user_changed_number",
            "body": "Ravi changed",
            "wa_id": "919800000001",
            "user_id": "IN.2",
            "previous_user_id": "IN.13491208",
        },
    ),
    "unsupported": whatsapp_message("unsupported", None, errors=[{"code": 131051, "title": "Message type unknown"}]),
}

ANITA = {"id": 1001, "is_bot": False, "first_name": "Anita", "last_name": "Rao", "language_code": "en"}
KITCHEN = {"id": -1004001, "type": "supergroup", "title": "Kitchen"}
PRIVATE = {"id": 1001, "type": "private", "first_name": "Anita"}


def telegram_message(**content: Any) -> dict[str, Any]:
    """An update with one message of Anita's in the kitchen's group."""
    message = {"message_id": 55, "date": 1760000000, "from": ANITA, "chat": KITCHEN, **content}
    return {"update_id": 9001, "message": message}


TELEGRAM = {
    "text": telegram_message(text="order 12 is ready", reply_to_message={"message_id": 50}),
    "command": telegram_message(text="/ready@TulsiBot 12"),
    "other_bot": telegram_message(text="/ready@OtherBot 12"),
    "photo": telegram_message(
        photo=[{"file_id": "small", "width": 90}, {"file_id": "large", "width": 1280, "file_size": 9000}], caption="x"
    ),
    "document": telegram_message(
        document={"file_id": "doc", "file_name": "menu.xlsx", "mime_type": "application/xlsx", "file_size": 1234},
        caption="/catalogue",
    ),
    "voice": telegram_message(voice={"file_id": "v", "mime_type": "audio/ogg", "duration": 3}),
    "venue": telegram_message(
        location={"latitude": 12.97, "longitude": 77.59},
        venue={"location": {"latitude": 12.97, "longitude": 77.59}, "title": "Home", "address": "MG Road"},
    ),
    "contact": telegram_message(contact={"phone_number": "+9198", "first_name": "Meena", "user_id": 77}),
    "joined": telegram_message(new_chat_members=[{"id": 1002, "is_bot": False, "first_name": "Ravi"}]),
    "left": telegram_message(left_chat_member={"id": 1002, "is_bot": False, "first_name": "Ravi"}),
    "migrated": telegram_message(migrate_to_chat_id=-1009),
    "topic": telegram_message(text="hi", message_thread_id=7, is_topic_message=True),
    "dice": telegram_message(dice={"emoji": "🎲", "value": 3}),
    "tap": {
        "update_id": 9002,
        "callback_query": {
            "id": "4382",
            "from": ANITA,
            "message": {"message_id": 60, "date": 1, "chat": KITCHEN, "text": "Order 12"},
            "chat_instance": "1",
            "data": "/confirm 12",
        },
    },
    "edited": {
        "update_id": 9003,
        "edited_message": {"message_id": 55, "date": 1, "edit_date": 2, "from": ANITA, "chat": KITCHEN, "text": "new"},
    },
    "member": {
        "update_id": 9004,
        "my_chat_member": {
            "chat": KITCHEN,
            "from": ANITA,
            "date": 1,
            "old_chat_member": {"user": {"id": 7001, "first_name": "Tulsi"}, "status": "member"},
            "new_chat_member": {"user": {"id": 7001, "first_name": "Tulsi"}, "status": "kicked"},
        },
    },
    "reaction": {
        "update_id": 9005,
        "message_reaction": {
            "chat": KITCHEN,
            "user": ANITA,
            "message_id": 60,
            "date": 1,
            "old_reaction": [],
            "new_reaction": [{"type": "emoji", "emoji": "👍"}],
        },
    },
    "poll": {"update_id": 9006, "poll": {"id": "1", "question": "?"}},
}
