"""The real pywa client sends; the customer sees it, and Meta's refusals arrive as pywa's exceptions."""

from __future__ import annotations

import httpx
import pytest
from pywa import errors
from pywa.types import Button, Contact, Section, SectionList, SectionRow
from pywa_async import WhatsApp

from .conftest import CUSTOMER, NUMBER, WABA, Sim


async def test_text_buttons_and_list_reach_the_customer(sim: Sim, wa: WhatsApp) -> None:
    await sim.customer(text="hi")
    sent = await wa.send_message(CUSTOMER, "Namaste!")
    await wa.send_message(CUSTOMER, "Confirm?", buttons=[Button("Yes", "yes"), Button("No", "no")], footer="Total 40")
    rows = [SectionRow("Samosa", "sku-1", "Rs 20"), SectionRow("Chai", "sku-2")]
    await wa.send_message(CUSTOMER, "Our menu", header="Menu", buttons=SectionList("See", [Section("Snacks", rows)]))
    _, text, buttons, menu = await sim.seen_by_customer()
    assert (text["id"], text["text"], text["from"]) == (sent.id, "Namaste!", "business")
    assert buttons["buttons"] == [{"id": "yes", "title": "Yes"}, {"id": "no", "title": "No"}]
    assert buttons["footer"] == "Total 40"
    assert menu["list"]["button"] == "See"
    assert menu["list"]["sections"][0]["rows"][0] == {"id": "sku-1", "title": "Samosa", "description": "Rs 20"}
    assert menu["header"] == "Menu"


async def test_location_contact_reaction_and_quote_are_shown(sim: Sim, wa: WhatsApp) -> None:
    asked = (await sim.customer(text="where are you?"))["id"]
    await wa.send_location(CUSTOMER, 12.97, 77.59, name="Shop", address="MG Road")
    card = Contact(name=Contact.Name(formatted_name="Ravi", first_name="Ravi"), phones=[Contact.Phone(phone="+9198")])
    await wa.send_contact(CUSTOMER, card)
    await wa.send_reaction(CUSTOMER, "👍", asked)
    await wa.send_message(CUSTOMER, "Here", reply_to_message_id=asked)
    _, place, contact, reaction, quote = await sim.seen_by_customer()
    assert place["location"]["latitude"] == 12.97
    assert contact["contacts"][0]["name"]["formatted_name"] == "Ravi"
    assert reaction["reaction"] == {"message_id": asked, "emoji": "👍"}
    assert quote["reply_to"] == asked


async def test_files_go_up_and_come_down_with_the_token_only(sim: Sim, wa: WhatsApp) -> None:
    await sim.customer(text="bill?")
    sent = await wa.send_document(
        CUSTOMER, b"%PDF-1.7 bill", filename="bill.pdf", caption="Your bill", mime_type="application/pdf"
    )
    bill = (await sim.seen_by_customer())[-1]
    assert (bill["id"], bill["file"]["name"], bill["text"]) == (sent.id, "bill.pdf", "Your bill")
    url = await wa.get_media_url(bill["file"]["id"])
    assert (url.mime_type, url.file_size) == ("application/pdf", 13)
    assert await url.get_bytes() == b"%PDF-1.7 bill"
    async with httpx.AsyncClient(verify=False) as stranger:  # noqa: S501
        assert (await stranger.get(url.url)).status_code == 401


async def test_a_media_address_dies_after_five_minutes_and_a_deleted_file_is_gone(sim: Sim, wa: WhatsApp) -> None:
    media = await wa.upload_media(b"\x89PNG", mime_type="image/png", filename="a.png")
    url = await wa.get_media_url(media.id)
    await sim.faults(clock_offset_s=301)
    with pytest.raises(httpx.HTTPStatusError):
        await url.get_bytes()
    await wa.delete_media(media.id)
    with pytest.raises(errors.WhatsAppError) as refused:
        await wa.get_media_url(media.id)
    assert (refused.value.code, refused.value.subcode) == (100, 33)


async def test_what_meta_refuses_is_refused_in_its_words(sim: Sim, wa: WhatsApp) -> None:
    await sim.customer(text="hi")
    yes = [Button(f"B{n}", f"b{n}") for n in range(4)]
    rows = [SectionRow(f"Row {n}", f"r{n}") for n in range(12)]
    cases = [
        ({"text": "x" * 4097}, 100, "text['body'] must be at most 4096"),
        ({"text": "ok", "buttons": yes}, 131009, "Max allowed buttons: 3"),
        ({"text": "x" * 1025, "buttons": yes[:1]}, 131009, "Max length: 1024"),
        ({"text": "ok", "buttons": [Button("t" * 21, "a")]}, 131009, "Button title length"),
        ({"text": "ok", "buttons": [Button("a", "same"), Button("b", "same")]}, 131009, "Duplicate button ids"),
        ({"text": "ok", "buttons": SectionList("See", [Section("S", rows)])}, 131009, "max allowed count: 10"),
        ({"text": "ok", "buttons": SectionList("t" * 21, [Section("S", rows[:1])])}, 131009, "Max length is 20"),
        ({"text": "ok", "buttons": yes[:1], "header": "h" * 61}, 131009, "Header text"),
        ({"text": " "}, 131009, "empty"),
    ]
    for wanted, code, words in cases:
        with pytest.raises(errors.WhatsAppError) as refused:
            await wa.send_message(CUSTOMER, **wanted)
        assert refused.value.code == code, wanted
        assert words in f"{refused.value.message} {refused.value.details}"
        assert refused.value.fbtrace_id
        assert refused.value.status_code == 400
    assert len(await sim.seen_by_customer()) == 1


async def test_outside_the_window_only_a_template_passes(sim: Sim, wa: WhatsApp) -> None:
    with pytest.raises(errors.ReEngagementMessage):
        await wa.send_message(CUSTOMER, "hello stranger")
    await sim.customer(text="hi")
    await wa.send_message(CUSTOMER, "hello")
    await sim.faults(clock_offset_s=24 * 3600 + 1)
    with pytest.raises(errors.ReEngagementMessage):
        await wa.send_message(CUSTOMER, "still there?")
    await wa.api.send_message(NUMBER, CUSTOMER, None, "individual", "template", _template("offer", "Asha"))
    assert (await sim.seen_by_customer())[-1]["text"] == "[offer] Asha"


def _template(name: str, *values: str) -> dict[str, object]:
    parameters = [{"type": "text", "text": value} for value in values]
    components = [{"type": "body", "parameters": parameters}] if values else []
    return {"name": name, "language": {"code": "en"}, "components": components}


async def test_defined_templates_are_checked_and_filled_in(sim: Sim, wa: WhatsApp) -> None:
    body = {
        "type": "BODY",
        "text": "Hello {{1}}, your order {{2}} is ready.",
        "example": {"body_text": [["Asha", "17"]]},
    }
    await wa.api.create_template(WABA, {"name": "ready", "language": "en", "category": "UTILITY", "components": [body]})
    assert [t.name for t in await wa.get_templates()] == ["ready"]

    async def send(template: dict[str, object]) -> None:
        await wa.api.send_message(NUMBER, CUSTOMER, None, "individual", "template", template)

    await send(_template("ready", "Asha", "17"))
    assert (await sim.seen_by_customer())[-1]["text"] == "Hello Asha, your order 17 is ready."
    with pytest.raises(errors.TemplateParamCountMismatch):
        await send(_template("ready", "Asha"))
    with pytest.raises(errors.TemplateNotExists):
        await send(_template("unknown"))


async def test_a_bad_token_and_a_foreign_number_are_refused(sim: Sim, wa: WhatsApp) -> None:
    await sim.customer(text="hi")
    with pytest.raises(errors.WhatsAppError) as unknown:
        await wa.send_message(CUSTOMER, "hi", sender="555")
    assert (unknown.value.code, unknown.value.subcode) == (100, 33)
    wa.api._session.headers["Authorization"] = "Bearer wrong"
    with pytest.raises(errors.ExpiredAccessToken) as refused:
        await wa.send_message(CUSTOMER, "hi")
    assert refused.value.status_code == 401


async def test_read_marks_typing_and_the_numbers_health(sim: Sim, wa: WhatsApp) -> None:
    asked = (await sim.customer(text="hi"))["id"]
    await wa.mark_message_as_read(asked)
    assert (await sim.seen_by_customer())[0]["status"] == "read"
    await wa.indicate_typing(asked)
    assert (await sim.seen_by_customer())[0]["status"] == "typing"
    health = await wa.get_business_phone_number()
    assert (health.verified_name, health.quality_rating) == ("Sharma Chaat", "GREEN")


async def test_groups_take_text_but_no_buttons(sim: Sim, wa: WhatsApp) -> None:
    await sim.post(
        "/sim/setup", {"whatsapp_groups": [{"id": "Z3JvdXA", "subject": "Team", "participants": [CUSTOMER]}]}
    )
    await sim.customer(text="hello all", group="Z3JvdXA")
    await wa.send_message("Z3JvdXA", "Type YES to confirm")
    with pytest.raises(errors.UnsupportedMessageType):
        await wa.send_message("Z3JvdXA", "Confirm?", buttons=[Button("Yes", "yes")])
    said = (await sim.get("/sim/whatsapp/Z3JvdXA/messages"))["messages"]
    assert [m["text"] for m in said] == ["hello all", "Type YES to confirm"]


async def test_a_customer_without_a_phone_is_written_to_by_their_id(sim: Sim, wa: WhatsApp) -> None:
    await sim.customer(text="hi", bsuid="IN.555", hide_phone=True, username="asha")
    sent = await wa.send_message("IN.555", "hello")
    assert (await sim.seen_by_customer())[-1]["id"] == sent.id
