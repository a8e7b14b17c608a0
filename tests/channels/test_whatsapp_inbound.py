"""What WhatsApp sends us: taken apart completely, understood where it can be, and never a crash."""

import hashlib
import hmac
import time
from dataclasses import asdict
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.transport import Transport
from bot.channels.whatsapp import WhatsApp
from bot.channels.whatsapp_contents import read
from bot.channels.whatsapp_inbound import split
from flows.messages import CartItem, FileRef, Inbound, Location
from tests.channels.conftest import whatsapp_settings
from tests.channels.samples import JSON_VALUES, WHATSAPP, damaged, whatsapp_body, whatsapp_message

OURS = "whatsapp:106540352242922"


def understood(name: str) -> Inbound:
    [arrival] = split("whatsapp:other", whatsapp_body(WHATSAPP[name])).arrivals
    return read(arrival.payload)


def test_a_text_knows_its_sender_by_phone_and_by_scoped_id() -> None:
    [arrival] = split("whatsapp:other", whatsapp_body(WHATSAPP["text"])).arrivals
    assert (arrival.account, arrival.event_id, arrival.kind) == (OURS, "wamid.text", "text")
    assert (arrival.chat, arrival.private) == ("+919812345678", True)
    assert arrival.sender is not None
    assert arrival.sender.addresses == (("phone", "+919812345678"), ("bsuid", "IN.13491208"))
    assert arrival.sender.name == "Ravi"
    inbound = read(arrival.payload)
    assert (inbound.text, inbound.user, inbound.reply_to) == ("2 masala dosa", "+919812345678", "wamid.before")


def test_a_sender_without_a_phone_is_known_by_the_scoped_id() -> None:
    message = {key: value for key, value in WHATSAPP["text"].items() if key != "from"}
    contacts = [{"profile": {"username": "ravi"}, "user_id": "IN.13491208"}]
    [arrival] = split(OURS, whatsapp_body(message, contacts=contacts)).arrivals
    assert arrival.sender is not None
    assert arrival.sender.addresses == (("bsuid", "IN.13491208"),)
    assert (arrival.chat, arrival.sender.name) == ("IN.13491208", "ravi")


def test_a_contact_without_a_scoped_id_is_not_dropped() -> None:
    message = {key: value for key, value in WHATSAPP["text"].items() if key != "from_user_id"}
    contacts = [{"profile": {"name": "Ravi"}, "wa_id": "919812345678"}]
    [arrival] = split(OURS, whatsapp_body(message, contacts=contacts)).arrivals
    assert arrival.sender is not None
    assert arrival.sender.addresses == (("phone", "+919812345678"),)


@pytest.mark.parametrize(
    ("name", "data"), [("button_reply", "/confirm 12"), ("list_reply", "dosa"), ("button", "/reorder 12")]
)
def test_a_tap_carries_the_data_of_what_was_tapped(name: str, data: str) -> None:
    assert (understood(name).kind, understood(name).data) == ("tap", data)


def test_a_cart_has_its_lines_and_note_but_no_prices() -> None:
    cart = understood("order")
    assert (cart.kind, cart.text) == ("cart", "less spicy")
    assert cart.cart == (CartItem("dosa", 2), CartItem("idli", 3))


def test_a_place_and_files_are_understood() -> None:
    assert understood("location").location == Location(12.97, 77.59, "Home", "MG Road")
    assert understood("image").file == FileRef("9001", "image", "image/jpeg", sha256="abc")
    assert understood("image").text == "this"
    assert understood("voice").file == FileRef("9002", "voice", "audio/ogg; codecs=opus")
    assert understood("document").file == FileRef("9003", "document", "application/pdf", "menu.pdf")
    assert understood("sticker").kind == "file"


def test_what_is_not_said_in_words_is_understood_too() -> None:
    assert understood("contacts").value == [{"name": "Meena", "phones": ["+91 98"]}]
    assert (understood("reaction").text, understood("reaction").reply_to) == ("👍", "wamid.before")
    edited = understood("edit")
    assert (edited.kind, edited.text, edited.message_id) == ("edited", "3 masala dosa", "wamid.before")
    assert (understood("revoke").kind, understood("revoke").message_id) == ("deleted", "wamid.before")


def test_a_changed_number_names_the_old_and_the_new() -> None:
    assert understood("system").value == {
        "type": "user_changed_number",
        "phone": "+919800000001",
        "bsuid": "IN.2",
        "old_phone": "+919812345678",
        "old_bsuid": "IN.13491208",
    }


@pytest.mark.parametrize("name", ["unsupported", "flow"])
def test_an_unknown_kind_is_kept(name: str) -> None:
    assert understood(name).kind == "unknown"
    assert understood(name).message_id == WHATSAPP[name]["id"]


def test_a_group_message_belongs_to_the_group() -> None:
    [arrival] = split(OURS, whatsapp_body(WHATSAPP["text"] | {"group_id": "Y2Fw"})).arrivals
    assert (arrival.chat, arrival.private) == ("Y2Fw", False)
    assert (read(arrival.payload).chat, read(arrival.payload).user) == ("Y2Fw", "+919812345678")


def test_a_forwarded_message_is_marked() -> None:
    message = WHATSAPP["text"] | {"context": {"forwarded": True}}
    [arrival] = split(OURS, whatsapp_body(message)).arrivals
    assert read(arrival.payload).refusal == "forwarded"


def status(said: Any, **more: Any) -> dict[str, Any]:
    return {"id": "wamid.ours", "status": said, "timestamp": "1", "recipient_id": "9198", **more}


def test_statuses_become_receipts_also_without_contacts() -> None:
    error = {"code": 131026, "title": "Message undeliverable", "error_data": {"details": "Not on WhatsApp"}}
    statuses = [
        status("delivered", biz_opaque_callback_data="munshi:41"),
        status("failed", errors=[error]),
        status("read", biz_opaque_callback_data="somebody else's"),
        status("warning"),
    ]
    body = whatsapp_body()
    body["entry"][0]["changes"][0]["value"] = {
        "metadata": {"phone_number_id": "106540352242922"},
        "statuses": statuses,
    }
    found = split("whatsapp:other", body)
    delivered, failed, seen = found.receipts
    assert (delivered.account, delivered.reference, delivered.status) == (OURS, 41, "delivered")
    assert failed.error == "131026: Message undeliverable/Not on WhatsApp"
    assert (seen.reference, seen.status) == (None, "read")
    assert [arrival.kind for arrival in found.arrivals] == ["unknown"]


def test_a_body_of_a_thousand_messages_is_taken_apart_quickly_and_in_order() -> None:
    bodies = [whatsapp_body(whatsapp_message("text", {"body": str(n)}, id=f"wamid.{n}")) for n in range(1000)]
    body = {"entry": [{"changes": [change]} for one in bodies for change in one["entry"][0]["changes"]]}
    spent = []
    for _ in range(5):  # a machine at work on something else makes some of them slow
        started = time.process_time()
        arrivals = split(OURS, body).arrivals
        spent.append(time.process_time() - started)
    assert min(spent) < 0.3
    assert [arrival.event_id for arrival in arrivals] == [f"wamid.{n}" for n in range(1000)]


def test_several_messages_of_several_people_in_one_value_keep_their_own_names() -> None:
    other = {"profile": {"name": "Meena"}, "wa_id": "919800000002", "user_id": "IN.2"}
    ravi = {"profile": {"name": "Ravi"}, "wa_id": "919812345678", "user_id": "IN.13491208"}
    second = whatsapp_message("text", {"body": "b"}, id="wamid.b") | {"from": "919800000002", "from_user_id": "IN.2"}
    arrivals = split(OURS, whatsapp_body(WHATSAPP["text"], second, contacts=[other, ravi])).arrivals
    assert [arrival.sender.name for arrival in arrivals if arrival.sender] == ["Ravi", "Meena"]


def test_other_fields_and_strange_bodies_are_kept_under_a_stable_id() -> None:
    one = {"entry": [{"id": "1", "changes": [{"field": "account_update", "value": {"event": "X", "a": 1}}]}]}
    same = {"entry": [{"changes": [{"value": {"a": 1, "event": "X"}, "field": "account_update"}], "id": "1"}]}
    [first], [second] = split(OURS, one).arrivals, split(OURS, same).arrivals
    assert (first.kind, first.event_id) == ("unknown", second.event_id)
    strange: list[Any] = [
        None,
        7,
        "x",
        [],
        {},
        {"entry": 1},
        {"entry": [{}]},
        {"entry": [{"changes": [{"value": None}]}]},
    ]
    for body in strange:
        assert [arrival.kind for arrival in split(OURS, body).arrivals] == ["unknown"]


def deep(levels: int) -> Any:
    value: Any = "bottom"
    for _ in range(levels):
        value = [value]
    return value


def test_what_no_database_can_hold_is_made_storable() -> None:
    message = WHATSAPP["text"] | {"text": {"body": "a\0b"}, "new": {"x\0": ["\0"]}}
    [arrival] = split(OURS, whatsapp_body(message)).arrivals
    assert b"\\u0000" not in orjson.dumps(arrival.payload)
    assert read(arrival.payload).text == "ab"
    [arrival] = split(OURS, whatsapp_body(WHATSAPP["text"] | {"new": deep(900)})).arrivals
    orjson.dumps(arrival.payload)


def check(inbound: Inbound) -> None:
    """Everything is of its type, and can be written down."""
    fields = asdict(inbound)
    for name in ("user", "chat", "message_id", "name", "text", "data", "reply_to", "thread", "callback", "refusal"):
        assert isinstance(fields[name], str)
    orjson.dumps(fields)


@given(damaged([whatsapp_body(message) for message in WHATSAPP.values()]))
def test_no_damage_to_a_body_makes_it_crash(body: Any) -> None:
    found = split(OURS, body)
    for arrival in found.arrivals:
        assert isinstance(arrival.event_id, str)
        assert arrival.event_id
        orjson.dumps(arrival.payload)
        check(read(arrival.payload))
    assert all(receipt.status in ("sent", "delivered", "read", "failed") for receipt in found.receipts)


@given(damaged([status("failed", errors=[{"code": 1, "title": "x", "error_data": {"details": "y"}}])]), JSON_VALUES)
def test_no_damage_to_a_status_makes_it_crash(said: Any, payload: Any) -> None:
    split(OURS, whatsapp_body(statuses=[said], messages=None))
    check(read(payload))
    check(read({"message": payload, "contact": payload}))


@pytest.fixture
def channel() -> WhatsApp:
    return WhatsApp(whatsapp_settings("http://127.0.0.1:9"), Transport())


def signed(body: bytes, key: bytes = b"planted-secret") -> str:
    return hmac.new(key, body, hashlib.sha256).hexdigest()


def test_only_the_signature_of_these_bytes_passes(channel: WhatsApp) -> None:
    body = b'{"entry":[]}'
    assert channel.verify(body, f"sha256={signed(body)}")
    assert channel.verify(body, f"sha256={signed(body).upper()}")
    for wrong in (None, "", "sha256=", signed(body), f"sha1={signed(body)}", f"sha256={signed(body + b' ')}"):
        assert not channel.verify(body, wrong)
    assert not channel.verify(body, f"sha256={signed(body, b'other')}")


@given(st.binary(max_size=64), st.text())
def test_no_signature_header_makes_it_crash(body: bytes, header: str) -> None:
    channel = WhatsApp(whatsapp_settings("http://127.0.0.1:9"), Transport())
    assert not channel.verify(body, header)
    assert not channel.verify(body, f"sha256={header}")
    assert channel.challenge({"hub.mode": "subscribe", "hub.verify_token": header, "hub.challenge": "1"}) is None


def test_the_challenge_is_answered_to_who_knows_the_token(channel: WhatsApp) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "planted-verify", "hub.challenge": "1158201444"}
    assert channel.challenge(query) == "1158201444"
    assert channel.challenge(query | {"hub.mode": "other"}) is None
    assert channel.challenge(query | {"hub.verify_token": "påløst"}) is None
    assert channel.challenge({}) is None


def test_the_settings_do_not_show_their_secrets(channel: WhatsApp) -> None:
    assert "planted" not in repr(channel.settings)
