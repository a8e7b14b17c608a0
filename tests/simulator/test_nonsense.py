"""Requests of the wrong shape get a 400 in the platform's form, never a 500."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import BOT_TOKEN, CUSTOMER, GROUP, NUMBER, TOKEN, Sim

MESSAGE = {"messaging_product": "whatsapp", "to": CUSTOMER}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"{}",
        {**MESSAGE, "type": "text"},
        {**MESSAGE, "type": "text", "text": "plain"},
        {**MESSAGE, "type": "text", "text": {"body": 5}},
        {**MESSAGE, "type": "hologram"},
        {**MESSAGE, "type": ["text"]},
        {**MESSAGE, "type": "interactive", "interactive": {"type": "button", "body": "x", "action": {"buttons": [1]}}},
        {**MESSAGE, "type": "interactive", "interactive": {"type": "list", "body": {"text": "x"}, "action": 5}},
        {**MESSAGE, "type": "location", "location": {"latitude": "north", "longitude": 1}},
        {**MESSAGE, "type": "image", "image": {"id": "unknown"}},
        {**MESSAGE, "to": "my friend", "type": "text", "text": {"body": "x"}},
        {**MESSAGE, "context": "x", "type": "text", "text": {"body": "x"}},
    ],
)
async def test_a_malformed_message_is_refused_as_meta_refuses(body: Any, sim: Sim) -> None:
    await sim.customer(text="hi")
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    kind = "data" if isinstance(body, bytes) else "json"
    url = f"{sim.base}/graph/v26.0/{NUMBER}/messages"
    async with sim.session.post(url, headers=headers, **{kind: body}) as response:
        assert response.status == 400
        assert (await response.json())["error"]["code"] in (100, 131008, 131009)


@pytest.mark.parametrize(
    ("method", "body", "status"),
    [
        ("sendMessage", {}, 400),
        ("sendMessage", {"chat_id": GROUP, "text": "x", "reply_markup": "{"}, 400),
        ("sendMessage", {"chat_id": GROUP, "text": "x", "reply_markup": {"inline_keyboard": "x"}}, 400),
        ("sendMessage", {"chat_id": GROUP, "text": "x", "reply_parameters": 5}, 400),
        ("sendLocation", {"chat_id": GROUP, "latitude": "north"}, 400),
        ("sendPhoto", {"chat_id": GROUP}, 400),
        ("danceTango", {}, 404),
    ],
)
async def test_a_malformed_call_is_refused_as_telegram_refuses(method: str, body: Any, status: int, sim: Sim) -> None:
    async with sim.session.post(f"{sim.base}/telegram/bot{BOT_TOKEN}/{method}", json=body) as response:
        assert response.status == status
        assert (await response.json())["ok"] is False


async def test_a_malformed_order_to_the_simulator_is_explained(sim: Sim) -> None:
    assert "say one of" in (await sim.customer(400))["error"]
    assert "malformed" in (await sim.customer(400, cart=[{"quantity": "two"}]))["error"]
    assert "unknown key" in (await sim.post("/sim/setup", {"whatsap": []}, expect=400))["error"]
    assert "phone number" in (await sim.post("/sim/whatsapp/me/say", {"text": "x"}, expect=400))["error"]
