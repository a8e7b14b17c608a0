"""Fields and kinds that the platforms may add tomorrow, on every message that we know, through the running shop."""

import asyncio
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from storage.queries.inbox import unknown_kinds
from storage.tables.runtime import dead_letters
from tests.faults.wire import TELEGRAM_PATH, TELEGRAM_SECRET, envelope, post
from tests.harness import Shop

SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=6)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
NEW_FIELDS = st.dictionaries(st.text("abcdefghijklmnopqrstuvwxyz_", min_size=3, max_size=12), ANYTHING, max_size=4)
CONTENTS: list[dict[str, Any]] = [
    {"type": "text", "text": {"body": "hi"}},
    {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "menu", "title": "Menu"}}},
    {"type": "order", "order": {"product_items": [{"product_retailer_id": "poha", "quantity": 1}]}},
    {"type": "location", "location": {"latitude": 12.9, "longitude": 77.6}},
    {"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "👍"}},
    {"type": "sticker", "sticker": {"id": "1", "mime_type": "image/webp"}},
    {"type": "contacts", "contacts": [{"name": {"formatted_name": "B"}, "phones": [{"phone": "+9198"}]}]},
    {"type": "edit", "edit": {"original_message_id": "wamid.x", "message": {"type": "text", "text": {"body": "ho"}}}},
    {"type": "revoke", "revoke": {"original_message_id": "wamid.x"}},
    {"type": "hologram", "hologram": {"beam": 1}},
]
FIELDS = (
    "message",
    "edited_message",
    "message_reaction",
    "my_chat_member",
    "chat_member",
    "business_message",
    "hologram",
)


def _strewn(value: Any, fields: dict[str, Any]) -> Any:
    """The value with the new fields in every object of it, where they hide nothing that is known."""
    if isinstance(value, dict):
        return {**fields, **{key: _strewn(inner, fields) for key, inner in value.items()}}
    return [_strewn(inner, fields) for inner in value] if isinstance(value, list) else value


def _update(at: int, field: str) -> dict[str, Any]:
    person = {"id": 7002, "is_bot": False, "first_name": "Ravi"}
    place = {"id": -1001000000001, "type": "supergroup"} if at % 2 else {"id": 7002, "type": "private"}
    body: dict[str, Any] = {"message_id": at, "date": 1, "from": person, "chat": place, "text": "/help"}
    if field.endswith("member"):
        body |= {
            "old_chat_member": {"user": person, "status": "member"},
            "new_chat_member": {"user": person, "status": "left"},
        }
    return {"update_id": at, field: body}


async def test_new_fields_and_kinds_are_kept_counted_and_harmless(shop: Shop) -> None:
    drawn: list[dict[str, Any]] = []

    @settings(max_examples=60, database=None, derandomize=True, suppress_health_check=list(HealthCheck), deadline=None)
    @given(NEW_FIELDS)
    def draw(fields: dict[str, Any]) -> None:
        drawn.append(fields)

    draw()
    await shop.world.post("faults", {"window": "off"})
    for at, fields in enumerate(drawn, start=1):
        message = {"id": f"wamid.{at}", "from": f"9197000{at:05d}", "timestamp": "1", **CONTENTS[at % len(CONTENTS)]}
        update = _strewn(_update(at, FIELDS[at % len(FIELDS)]), fields)
        sent = shop.world.session.post(f"{shop.address}{TELEGRAM_PATH}", json=update, headers=TELEGRAM_SECRET)
        (status, _), answer = await asyncio.gather(
            post(shop.world.session, shop.address, _strewn(envelope(message), fields)), sent
        )
        assert (status, answer.status) == (200, 200), fields
    await shop.settles()
    asha = shop.customer("919811111111", "Binod")
    await asha.says("hi")
    await asha.expects("Hello Binod")
    letters = shop.app.books.read(lambda tx: tx.execute(select(dead_letters.c.kind, dead_letters.c.error)).all())
    assert [row.error for row in letters if row.kind == "inbox"] == []
    kinds = shop.app.books.read(unknown_kinds)
    assert kinds["whatsapp hologram"] == len(drawn) // len(CONTENTS)
    assert kinds
