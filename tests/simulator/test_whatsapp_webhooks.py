"""What the simulator tells the application: signed, shaped as documented, parsed by the real pywa."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from pywa.types import Button, Section, SectionList, SectionRow
from pywa.types.base_update import BaseUpdate
from pywa_async import WhatsApp, types

from .conftest import CUSTOMER, NUMBER, WABA, Receiver, Sim, signature


def parsed(wa: WhatsApp, kind: type[BaseUpdate], receiver: Receiver, n: int = -1) -> Any:
    return kind.from_update(wa, receiver.got[n].body)


async def test_the_address_is_challenged_at_setup(sim: Sim, receiver: Receiver) -> None:
    number = {"phone_number_id": NUMBER, "webhook_url": f"{receiver.url}/whatsapp"}
    assert (await sim.post("/sim/setup", {"whatsapp": [number]}))["whatsapp"][0]["challenge"]["passed"]
    number["webhook_url"] = "http://127.0.0.1:9/closed"
    assert not (await sim.post("/sim/setup", {"whatsapp": [number]}))["whatsapp"][0]["challenge"]["passed"]


async def test_a_text_arrives_signed_and_pywa_reads_it(sim: Sim, receiver: Receiver, wa: WhatsApp) -> None:
    said = await sim.customer(text="2 samosa", name="Asha <b>", id="wamid.fixed", timestamp=1760000000)
    assert said == {"id": "wamid.fixed", "delivered": True, "status": 200}
    webhook = receiver.got[0]
    assert webhook.headers["X-Hub-Signature-256"] == signature(webhook.raw)
    message = parsed(wa, types.Message, receiver)
    assert (message.id, message.text, message.from_user.name) == ("wamid.fixed", "2 samosa", "Asha <b>")
    assert (message.from_user.wa_id, message.timestamp.timestamp()) == (CUSTOMER, 1760000000)
    assert (message.waba_id, message.metadata.phone_number_id) == (WABA, NUMBER)


async def test_taps_find_the_newest_message_that_offers_them(sim: Sim, receiver: Receiver, wa: WhatsApp) -> None:
    await sim.customer(text="hi")
    await wa.send_message(CUSTOMER, "Old", buttons=[Button("Yes", "old-yes")])
    new = await wa.send_message(CUSTOMER, "New", buttons=[Button("Yes", "new-yes"), Button("No", "no")])
    menu = await wa.send_message(
        CUSTOMER, "Menu", buttons=SectionList("See", [Section("Snacks", [SectionRow("Chai", "sku-2", "hot")])])
    )
    await sim.faults(statuses="none")
    await receiver.wait_for(7)
    await sim.customer(tap="Yes")
    button = parsed(wa, types.CallbackButton, receiver)
    assert (button.data, button.reply_to_message.id) == ("new-yes", new.id)
    await sim.customer(tap="sku-2")
    row = parsed(wa, types.CallbackSelection, receiver)
    assert (row.data, row.title, row.description, row.reply_to_message.id) == ("sku-2", "Chai", "hot", menu.id)
    refused = await sim.customer(409, tap="nothing")
    assert {choice["title"] for choice in refused["choices"]} == {"Yes", "No", "Chai"}


async def test_everything_a_customer_can_send_is_read_by_pywa(sim: Sim, receiver: Receiver, wa: WhatsApp) -> None:
    picture = base64.b64encode(b"\xff\xd8jpeg").decode()
    await sim.customer(file={"name": "a.jpg", "mime": "image/jpeg", "base64": picture, "caption": "this one"})
    image = parsed(wa, types.Message, receiver)
    assert (image.caption, await image.image.get_bytes()) == ("this one", b"\xff\xd8jpeg")
    await sim.customer(file={"name": "v.ogg", "mime": "audio/ogg; codecs=opus", "base64": picture})
    assert parsed(wa, types.Message, receiver).voice is not None
    await sim.customer(file={"name": "list.csv", "text": "a,b"})
    assert parsed(wa, types.Message, receiver).document.filename == "list.csv"
    await sim.customer(file={"name": "s.webp", "mime": "image/webp", "base64": picture})
    assert parsed(wa, types.Message, receiver).sticker is not None
    await sim.customer(cart=[{"product": "sku-1", "quantity": 2, "price": 20, "currency": "INR"}])
    order = parsed(wa, types.Message, receiver).order
    assert [(p.sku, p.quantity, p.price, p.currency) for p in order.products] == [("sku-1", 2, 20, "INR")]
    await sim.customer(location={"latitude": 12.9, "longitude": 77.5})
    assert parsed(wa, types.Message, receiver).location.current_location
    await sim.customer(contact={"name": "Ravi K", "phone": "+919800000001"})
    assert parsed(wa, types.Message, receiver).contacts.first_wa_id == "919800000001"


async def test_replies_reactions_edits_and_deletions_are_read_by_pywa(
    sim: Sim, receiver: Receiver, wa: WhatsApp
) -> None:
    said = (await sim.customer(text="2 samosa"))["id"]
    await sim.customer(text="and chai", reply_to=said, forwarded=True)
    reply = parsed(wa, types.Message, receiver)
    assert (reply.reply_to_message.id, reply.reply_to_message.from_user_id, reply.forwarded) == (said, CUSTOMER, True)
    await sim.customer(reaction={"to": said, "emoji": "👍"})
    assert parsed(wa, types.Message, receiver).reaction.emoji == "👍"
    await sim.customer(edit={"id": said, "text": "3 samosa"})
    edited = parsed(wa, types.EditedMessage, receiver)
    assert (edited.original_message_id, edited.message.text) == (said, "3 samosa")
    await sim.customer(delete={"id": said})
    assert parsed(wa, types.DeletedMessage, receiver).original_message_id == said
    first = next(m for m in await sim.seen_by_customer() if m["id"] == said)
    assert (first["text"], first["edited"], first["deleted"]) == ("3 samosa", True, True)


async def test_a_changed_number_and_stopped_marketing_are_told(sim: Sim, receiver: Receiver, wa: WhatsApp) -> None:
    await sim.customer(change_number="919800000009")
    changed = parsed(wa, types.PhoneNumberChange, receiver)
    assert (changed.old_wa_id, changed.new_wa_id) == (CUSTOMER, "919800000009")
    await sim.customer(marketing="stop")
    assert receiver.values()[-1]["user_preferences"][0]["value"] == "stop"


async def test_unknown_things_can_be_played_raw(sim: Sim, receiver: Receiver) -> None:
    await sim.customer(raw={"type": "hologram", "hologram": {"x": 1}})
    assert receiver.items("messages")[-1]["hologram"] == {"x": 1}
    answer = await sim.post("/sim/whatsapp/webhook", {"body": {"object": "nonsense"}})
    assert answer["status"] == 200
    assert receiver.got[-1].headers["X-Hub-Signature-256"] == signature(receiver.got[-1].raw)


async def test_statuses_follow_in_order_and_echo_the_tracker(sim: Sim, receiver: Receiver, wa: WhatsApp) -> None:
    await sim.customer(text="hi")
    sent = await wa.send_message(CUSTOMER, "hello", tracker="outbox-17")
    await receiver.wait_for(3)
    statuses = [parsed(wa, types.MessageStatus, receiver, n) for n in (1, 2)]
    assert [(s.id, s.status.value, s.tracker) for s in statuses] == [
        (sent.id, "sent", "outbox-17"),
        (sent.id, "delivered", "outbox-17"),
    ]
    assert all(r.headers["X-Hub-Signature-256"] == signature(r.raw) for r in receiver.got)
    await sim.post(f"/sim/whatsapp/{CUSTOMER}/read")
    assert parsed(wa, types.MessageStatus, receiver).status.value == "read"


async def test_a_failed_status_has_its_error_and_no_contacts(sim: Sim, receiver: Receiver, wa: WhatsApp) -> None:
    await sim.customer(text="hi")
    await sim.faults(status_failed={"code": 131026})
    sent = await wa.send_message(CUSTOMER, "hello", tracker="outbox-18")
    await receiver.wait_for(2)
    value = receiver.values()[-1]
    status = value["statuses"][0]
    assert "contacts" not in value
    assert (status["id"], status["status"], status["biz_opaque_callback_data"]) == (sent.id, "failed", "outbox-18")
    assert status["errors"][0]["code"] == 131026
    await wa.send_message(CUSTOMER, "once more")
    await receiver.wait_for(4)
    assert receiver.items("statuses")[-1]["status"] == "delivered"


async def test_a_refused_webhook_comes_again(sim: Sim, receiver: Receiver) -> None:
    receiver.statuses = [503, 500]
    assert (await sim.customer(text="hi"))["status"] == 503
    got = await receiver.wait_for(3)
    assert len({r.raw for r in got}) == 1


@pytest.mark.parametrize("level", ["none", "sent", "read"])
async def test_statuses_go_as_far_as_the_plan_says(level: str, sim: Sim, receiver: Receiver, wa: WhatsApp) -> None:
    await sim.customer(text="hi")
    await sim.faults(statuses=level)
    await wa.send_message(CUSTOMER, "hello")
    expected = {"none": [], "sent": ["sent"], "read": ["sent", "delivered", "read"]}[level]
    await receiver.wait_for(1 + len(expected))
    assert [s["status"] for s in receiver.items("statuses")] == expected


async def test_a_new_bsuid_comes_as_a_system_message_without_a_phone(sim: Sim, receiver: Receiver) -> None:
    await sim.customer(text="hi")
    old = receiver.values()[0]["contacts"][0]["user_id"]
    await sim.customer(change_bsuid="IN.4711")
    value = receiver.values()[-1]
    (item,) = value["messages"]
    assert "contacts" not in value
    assert "from" not in item
    assert (item["type"], item["system"]["type"]) == ("system", "user_changed_user_id")
    assert (item["system"]["previous_user_id"], item["system"]["user_id"]) == (old, "IN.4711")
    await sim.customer(text="me again")
    assert receiver.values()[-1]["contacts"][0]["user_id"] == "IN.4711"


async def test_what_the_business_writes_in_its_own_app_is_echoed(sim: Sim, receiver: Receiver) -> None:
    await sim.customer(echo={"text": "We are closed today"})
    (change,) = (c for r in receiver.got for e in r.body["entry"] for c in e["changes"])
    assert change["field"] == "smb_message_echoes"
    (item,) = change["value"]["message_echoes"]
    assert (item["from"], item["to"], item["text"]) == ("918000000001", CUSTOMER, {"body": "We are closed today"})
    (seen,) = await sim.seen_by_customer()
    assert (seen["id"], seen["from"], seen["text"]) == (item["id"], "business", "We are closed today")
    await sim.customer(echo={"file": {"name": "menu.pdf", "text": "%PDF"}})
    assert receiver.items("message_echoes")[-1]["document"]["filename"] == "menu.pdf"
    await sim.customer(echo={"dance": True}, expect=400)
