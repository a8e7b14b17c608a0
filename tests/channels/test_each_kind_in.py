"""Each kind of thing that somebody may do in a chat, on both platforms, through the whole shop: what is answered."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from storage.queries.inbox import unknown_kinds
from storage.tables.runtime import dead_letters, inbox
from tests.harness import Chat, Shop
from tests.media.samples import DOCUMENT, IMAGE, OGG, PDF, PNG, STICKER, VOICE, WEBP, bytes_of

THANKS = "Thank you, the shop has your file."
Guest = Callable[[Shop], Chat]


def by_whatsapp(shop: Shop) -> Chat:
    return shop.customer()


def by_telegram(shop: Shop) -> Chat:
    return Chat(shop.world, "telegram/5005", {"from": 5005})


@pytest.fixture(params=[by_whatsapp, by_telegram], ids=["whatsapp", "telegram"])
def asha(shop: Shop, request: pytest.FixtureRequest) -> Chat:
    guest: Guest = request.param
    return guest(shop)


@pytest.fixture
async def greeted(asha: Chat) -> dict[str, Any]:
    """After a greeting: the message of the shop that offers the menu."""
    await asha.says("hi")
    await asha.expects("Hello")
    return await asha.expects("Here is our menu")


def id_of(message: dict[str, Any]) -> Any:
    """The platform's id of a message."""
    return message.get("id") or message["message_id"]


def kinds(shop: Shop) -> list[str]:
    return list(shop.app.books.read(lambda tx: tx.execute(select(inbox.c.kind)).scalars().all()))


async def harmless(shop: Shop, asha: Chat, kind: str) -> None:
    """It is kept under its kind, nothing is said of it, and the talk goes on."""
    await asha.hears_nothing(0.3)
    assert kind in kinds(shop)
    await asha.says("1 poha")
    await asha.expects("Your basket", "Poha")
    assert not shop.app.books.read(lambda tx: tx.execute(select(dead_letters.c.error)).all())


async def test_text_rows_and_buttons(asha: Chat, greeted: dict[str, Any]) -> None:
    await asha.taps("Poha")
    await asha.expects("Your basket", "1 × Poha")
    await asha.taps("Place order")
    await asha.expects("Shall we deliver", buttons=["Delivery", "Pickup"])


@pytest.mark.parametrize(
    ("file", "sign", "content", "answer"),
    [
        (IMAGE, "🖼", PNG, THANKS),
        (DOCUMENT, "📎", PDF, THANKS),
        (VOICE, "🎤", OGG, "will listen to it"),
        (STICKER, "🙂", WEBP, ""),
    ],
    ids=["image", "document", "voice", "sticker"],
)
async def test_files(shop: Shop, asha: Chat, file: Any, sign: str, content: bytes, answer: str) -> None:
    await asha.sends(file=file)
    if answer:
        await asha.expects(answer)
    assert await bytes_of(shop.world, await shop.member().expects(sign)) == content


async def test_what_was_written_is_marked_as_read_and_a_file_shows_that_we_write(shop: Shop) -> None:
    """WhatsApp takes read marks and the typing sign; Telegram a typing sign only, of use while a file is fetched."""
    await shop.customer().says("hi")
    await shop.customer().expects("Hello")
    asha = by_telegram(shop)
    await asha.says("hi")
    await asha.expects("Hello")
    await asha.sends(file=DOCUMENT)
    await asha.expects(THANKS)
    calls = (await shop.world.get("log", kind="api", after=0))["log"]
    seen = [call for call in calls if "typing_indicator" in str(call) or "sendChatAction" in str(call)]
    assert [(call["channel"], call["status"]) for call in seen] == [("whatsapp", 200), ("telegram", 200)]


async def test_a_location_before_and_within_an_order(asha: Chat) -> None:
    place = {"latitude": 12.9716, "longitude": 77.5946, "name": "Home", "address": "MG Road"}
    await asha.sends(location=place)
    await asha.expects("Thank you for your location.")
    await asha.says("1 poha")
    await asha.expects("Your basket")
    await asha.taps("Place order")
    await asha.expects("Shall we deliver")
    await asha.taps("Delivery")
    await asha.expects("Where shall we bring it")
    await asha.sends(location=place)
    await asha.expects("When would you like it")


async def test_a_contact(asha: Chat) -> None:
    await asha.sends(contact={"name": "Meena Rao", "phone": "+919845011111"})
    await asha.expects("Thank you for the contact.")


async def test_a_reaction_and_its_taking_back_are_kept_in_silence(
    shop: Shop, asha: Chat, greeted: dict[str, Any]
) -> None:
    for emoji in ("👍", ""):
        await asha.sends(reaction={"to": id_of(greeted), "emoji": emoji})
    await harmless(shop, asha, "reaction")
    assert kinds(shop).count("reaction") == 2


async def test_a_reply_that_quotes_is_read_as_what_it_says(asha: Chat, greeted: dict[str, Any]) -> None:
    await asha.says("2 poha", reply_to=id_of(greeted))
    await asha.expects("Your basket", "2 × Poha")


async def test_an_edited_message_is_kept_and_changes_what_it_said(shop: Shop, asha: Chat) -> None:
    await asha.says("1 poha")
    await asha.expects("Your basket", "1 × Poha")
    mine = id_of((await asha.history())[0])
    await asha.sends(edit={"id": mine, "message_id": mine, "text": "9 poha"})
    await asha.expects("Your basket", "9 × Poha")
    assert "edited" in kinds(shop)
    await asha.says("1 more poha")
    await asha.expects("10 × Poha")


async def test_a_deleted_message_is_kept_in_silence(shop: Shop) -> None:
    """Telegram tells bots of no deletion."""
    asha = shop.customer()
    await asha.says("hi")
    await asha.expects("Here is our menu")
    await asha.sends(delete={"id": id_of((await asha.history())[0])})
    await harmless(shop, asha, "deleted")


async def test_a_native_cart_becomes_the_basket(shop: Shop) -> None:
    asha = shop.customer()
    await asha.sends(cart=[{"product": "poha", "quantity": 2, "price": 1}])
    await asha.expects("Your basket", "2 × Poha")


async def test_a_question_about_a_product_message_and_a_template_button(shop: Shop) -> None:
    asha = shop.customer()
    product = {"catalog_id": "1948", "product_retailer_id": "poha"}
    await asha.sends(text="2 poha", raw={"context": {"from": "919", "id": "wamid.x", "referred_product": product}})
    await asha.expects("Your basket", "2 × Poha")
    await asha.sends(raw={"type": "button", "button": {"payload": "checkout", "text": "Place order"}})
    await asha.expects("Shall we deliver")


@pytest.mark.parametrize(
    "strange",
    [
        {"type": "unsupported", "errors": [{"code": 131051, "title": "Message type unknown"}]},
        {"type": "hologram", "hologram": {"beam": 1}},
        {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": "{}"}}},
    ],
    ids=["unsupported", "new", "form"],
)
async def test_kinds_that_whatsapp_may_add_are_kept_and_counted(shop: Shop, strange: dict[str, Any]) -> None:
    asha = shop.customer()
    await asha.sends(raw=strange)
    await harmless(shop, asha, "unknown")
    assert shop.app.books.read(unknown_kinds) == {f"whatsapp {strange['type']}": 1}


@pytest.mark.parametrize("strange", [{"dice": {"emoji": "🎲", "value": 3}}, {"hologram": {"beam": 1}}])
async def test_kinds_that_telegram_may_add_are_kept_and_counted(shop: Shop, strange: dict[str, Any]) -> None:
    asha = by_telegram(shop)
    await asha.sends(raw=strange)
    await harmless(shop, asha, "unknown")
    assert shop.app.books.read(unknown_kinds) == {f"telegram {next(iter(strange))}": 1}
