"""WhatsApp sends on the real wire, against the simulator that refuses what Meta refuses."""

import logging
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import LineDown, Refused, TokenRefused, Transient, Unknown
from bot.channels.transport import Transport
from bot.channels.whatsapp import WhatsApp, WhatsAppSettings
from flows.messages import Button, Choice, File, Inbound, Location, Reply, Row, Section
from tests.channels.conftest import NUMBER, PHONE, World, whatsapp_settings

TO = f"+{PHONE}"


async def send_all(channel: WhatsApp, reply: Reply, to: str = TO) -> list[str]:
    return [await channel.send(to, part, reference=7, edits=None) for part in channel.fit(reply, to)]


async def test_a_text_arrives_with_the_outbox_reference(world: World, whatsapp: WhatsApp) -> None:
    sent = await whatsapp.send(TO, Reply("Namaste"), reference=41, edits=None)
    [message] = await world.whatsapp_messages()
    assert message["id"] == sent
    assert message["text"] == "Namaste"
    assert message["raw"]["biz_opaque_callback_data"] == "munshi:41"


async def test_buttons_and_a_list_arrive(world: World, whatsapp: WhatsApp) -> None:
    await send_all(whatsapp, Reply("Sure?", buttons=(Button("Yes", "yes"), Button("No", "no"))))
    rows = tuple(Row(f"Dish {n}", f"dish {n}", f"Rs {n}") for n in range(10))
    await send_all(whatsapp, Reply("Our menu", choice=Choice("Menu", (Section("Main", rows),))))
    yes_no, menu = await world.whatsapp_messages()
    assert [button["title"] for button in yes_no["buttons"]] == ["Yes", "No"]
    assert menu["list"]["button"] == "Menu"
    assert len(menu["list"]["sections"][0]["rows"]) == 10


async def test_a_tap_comes_back_as_the_data_of_the_button(world: World, whatsapp: WhatsApp) -> None:
    await send_all(whatsapp, Reply("Sure?", buttons=(Button("Yes", "go"), Button("Again", "go"))))
    await world.post(f"/sim/whatsapp/{PHONE}/say", {"tap": "Again"})
    found = await world.get(f"/sim/whatsapp/{PHONE}/messages?after=0")
    body = {"entry": [{"changes": [{"field": "messages", "value": {"messages": [found["messages"][-1]["raw"]]}}]}]}
    [arrival] = whatsapp.split(body).arrivals
    inbound = whatsapp.read(arrival.payload)
    assert (inbound.kind, inbound.data, inbound.text) == ("tap", "go", "Again")


async def test_files_and_places_arrive(world: World, whatsapp: WhatsApp, tmp_path: Path) -> None:
    (tmp_path / "menu.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "dosa.png").write_bytes(b"\x89PNG")
    await send_all(whatsapp, Reply("The menu", file=File("menu.pdf", "application/pdf", "Menu.pdf")))
    picture = File("dosa.png", "image/png", "dosa.png")
    await send_all(whatsapp, Reply("Dosa?", file=picture, buttons=(Button("Yes", "yes"),)))
    await send_all(whatsapp, Reply("", location=Location(12.97, 77.59, "Tulsi Corner", "MG Road")))
    menu, dosa, place = await world.whatsapp_messages()
    assert (menu["type"], menu["text"], menu["file"]["name"]) == ("document", "The menu", "Menu.pdf")
    assert dosa["raw"]["interactive"]["header"]["type"] == "image"
    assert place["location"]["name"] == "Tulsi Corner"


async def test_a_group_gets_typed_codes_and_links(world: World, whatsapp: WhatsApp) -> None:
    group = "Y2FwaV9ncm91cA"
    reply = Reply("Order 12", buttons=(Button("Confirm", "/confirm 12"), Button("Later", "later")))
    await send_all(whatsapp, reply, group)
    await send_all(whatsapp, Reply("", location=Location(12.97, 77.59, "Tulsi Corner")), group)
    message, place = await world.whatsapp_messages(group)
    assert message["text"] == "Order 12\n\n1. Confirm (/confirm 12)\n2. Later"
    assert place["text"] == "Tulsi Corner\nhttps://maps.google.com/?q=12.970000,77.590000"
    assert whatsapp.codes(reply, group) == {"1": "/confirm 12", "2": "later"}


async def test_a_customer_without_a_phone_is_answered_by_their_scoped_id(world: World, whatsapp: WhatsApp) -> None:
    said = {"text": "hi", "hide_phone": True, "bsuid": "IN.12ab34"}
    await world.post(f"/sim/whatsapp/{PHONE}/say", said)
    await send_all(whatsapp, Reply("Namaste"), "IN.12ab34")
    assert (await world.whatsapp_messages())[0]["text"] == "Namaste"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (190, TokenRefused),
        (131031, TokenRefused),
        (131026, Refused),
        (130472, Refused),
        (131047, Refused),
        (131049, Refused),
        (131050, Refused),
        (132001, Refused),
        (132015, Refused),
        (100, Refused),
        (131000, Transient),
        (131016, Transient),
        (2, Transient),
        (133004, Transient),
        (130429, Transient),
        (80007, Transient),
        (4, Transient),
        (131048, Transient),
        (131056, Transient),
    ],
)
async def test_each_refusal_is_known_by_its_code(
    world: World, whatsapp: WhatsApp, code: int, kind: type[Exception]
) -> None:
    await world.post("/sim/faults", {"window": "off", "error": {"code": code, "method": "messages"}})
    with pytest.raises(kind) as refusal:
        await send_all(whatsapp, Reply("hi"))
    assert refusal.value.code == str(code)  # type: ignore[attr-defined]


async def test_a_lost_answer_is_unknown_and_no_server_is_transient(world: World, whatsapp: WhatsApp) -> None:
    await world.post("/sim/faults", {"window": "off", "drop_reply": 1})
    with pytest.raises(Unknown):
        await send_all(whatsapp, Reply("hi"))
    assert len(await world.whatsapp_messages()) == 1
    transport = Transport()
    nobody = WhatsApp(whatsapp_settings("http://127.0.0.1:9"), transport)
    with pytest.raises(LineDown):
        await send_all(nobody, Reply("hi"))
    await transport.close()


async def test_a_slow_answer_is_unknown(world: World) -> None:
    await world.post("/sim/faults", {"window": "off", "latency_ms": [400, 400]})
    transport = Transport(total_s=0.1)
    with pytest.raises(Unknown):
        await send_all(WhatsApp(whatsapp_settings(world.url), transport), Reply("hi"))
    await transport.close()


async def test_server_errors_with_and_without_json_are_transient(world: World, whatsapp: WhatsApp) -> None:
    await world.post("/sim/faults", {"window": "off", "error_500": 1})
    for _ in range(8):
        with pytest.raises(Transient):
            await send_all(whatsapp, Reply("hi"))


async def test_a_read_mark_and_the_typing_sign_go_out(world: World, whatsapp: WhatsApp) -> None:
    said = await world.post(f"/sim/whatsapp/{PHONE}/say", {"text": "hi"})
    await whatsapp.acknowledge(Inbound("text", TO, TO, True, message_id=said["id"]), "")
    await whatsapp.acknowledge(Inbound("text", TO, TO, True, message_id="wamid.nobody"), "")
    log = (await world.get("/sim/log?kind=api&channel=whatsapp"))["log"]
    assert [record["status"] for record in log] == [200, 400]


async def test_check_names_the_number_or_says_that_the_token_is_refused(world: World, whatsapp: WhatsApp) -> None:
    assert "15550783881" in await whatsapp.check()
    settings: Any = whatsapp_settings(world.url)
    transport = Transport()
    wrong = WhatsAppSettings(NUMBER, "wrong", settings.app_secret, settings.verify_token, settings.base_url)
    with pytest.raises(TokenRefused):
        await WhatsApp(wrong, transport).check()
    await transport.close()


async def test_a_file_outside_the_data_folder_is_refused(whatsapp: WhatsApp) -> None:
    with pytest.raises(Refused):
        await send_all(whatsapp, Reply("", file=File("../../etc/passwd", "text/plain", "passwd.txt")))


async def test_no_secret_is_ever_logged(world: World, whatsapp: WhatsApp, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await send_all(whatsapp, Reply("hi"))
    await world.post("/sim/faults", {"error": {"code": 190, "method": "messages"}})
    with pytest.raises(TokenRefused) as refusal:
        await send_all(whatsapp, Reply("hi"))
    assert "planted" not in caplog.text + repr(refusal.value) + repr(whatsapp.settings)
