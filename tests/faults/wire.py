"""Bodies as Meta and Telegram send them, signed, and as nobody should."""

import hashlib
import hmac
import io
from typing import Any

import aiohttp
import orjson

from bot.demo import APP_SECRET, NUMBER

TELEGRAM_PATH = "/webhooks/telegram/7000000001"
TELEGRAM_SECRET = {"X-Telegram-Bot-Api-Secret-Token": "demo-secret"}


def signature(body: bytes) -> str:
    return "sha256=" + hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()


def text(event: str, said: str, phone: str = "919800000001") -> dict[str, Any]:
    """A message object of Meta's."""
    return {"id": event, "from": phone, "timestamp": "1760000000", "type": "text", "text": {"body": said}}


def envelope(*messages: Any, phone: str = "919800000001", name: str = "Asha") -> dict[str, Any]:
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "9198", "phone_number_id": NUMBER},
        "contacts": [{"profile": {"name": name}, "wa_id": phone}],
        "messages": list(messages),
    }
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}],
    }


async def post(session: aiohttp.ClientSession, address: str, body: Any, **headers: str) -> tuple[int, Any]:
    """A body (as JSON, unless bytes) with its right signature, or the one given."""
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    sent = {"X-Hub-Signature-256": signature(raw)} | {key.replace("_", "-"): value for key, value in headers.items()}
    async with session.post(f"{address}/webhooks/whatsapp", data=io.BytesIO(raw), headers=sent) as answer:
        return answer.status, orjson.loads(await answer.read())
