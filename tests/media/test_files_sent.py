"""Files on their way from a customer to the staff, over the real wire of both platforms."""

from pathlib import Path
from typing import Any

import pytest

from tests.harness import BOT_TOKEN, GROUP, OWNER, STAFF, Chat, Shop, on_both
from tests.media.samples import (
    DOCUMENT,
    IMAGE,
    OGG,
    PDF,
    PNG,
    STICKER,
    VOICE,
    WEBP,
    attached,
    bytes_of,
    digest,
    files_under,
)

THANKS = "Thank you, the shop has your file."
STRANGER = "5005"


@on_both
async def test_document_reaches_the_staff_byte_for_byte(shop: Shop, tmp_path: Path) -> None:
    asha, ravi = shop.customer(), shop.member()
    await asha.sends(file=DOCUMENT, caption="for Sunday")
    await asha.expects(THANKS)
    shown = await ravi.expects("📎 Asha +919800000001: for Sunday")
    assert (shown["file"]["kind"], shown["file"]["name"]) == ("document", "list.pdf")
    assert await bytes_of(shop.world, shown) == PDF
    kept = digest(PDF)
    assert (tmp_path / "files" / kept[:2] / kept[2:]).read_bytes() == PDF


@pytest.mark.parametrize(
    ("file", "sign", "kind", "content"),
    [(IMAGE, "🖼", "photo", PNG), (VOICE, "🎤", "voice", OGG), (STICKER, "🙂", "photo", WEBP)],
    ids=["image", "voice", "sticker"],
)
async def test_each_kind_is_shown_as_what_it_is(
    shop: Shop, file: dict[str, Any], sign: str, kind: str, content: bytes
) -> None:
    asha, ravi = shop.customer(), shop.member()
    await asha.sends(file=file)
    shown = await ravi.expects(f"{sign} Asha")
    assert shown["file"]["kind"] == kind
    assert await bytes_of(shop.world, shown) == content
    if kind == "voice":
        await asha.expects("Somebody at the shop will listen")
    elif file is STICKER:
        await asha.hears_nothing()


async def test_what_is_called_a_picture_and_is_none_still_reaches_the_staff(shop: Shop) -> None:
    await shop.customer().sends(file=attached(b"MZ\x90 not a picture", "cat.jpg", "image/jpeg"))
    shown = await shop.member().expects("🖼 Asha")
    assert shown["file"]["kind"] == "document"


async def test_customer_on_telegram_sends_a_file_too(shop: Shop) -> None:
    guest = Chat(shop.world, f"telegram/{STRANGER}", {"from": int(STRANGER)})
    await guest.sends(file=DOCUMENT)
    await guest.expects(THANKS)
    assert await bytes_of(shop.world, await shop.member().expects("📎")) == PDF


async def test_files_in_a_hurry_are_thanked_for_once(shop: Shop) -> None:
    asha, ravi = shop.customer(), shop.member()
    for name in ("one", "two", "three"):
        await asha.sends(file=attached(name.encode(), f"{name}.txt", "text/plain"))
    names = {(await ravi.expects("📎 Asha"))["file"]["name"] for _ in range(3)}
    assert names == {"one.txt", "two.txt", "three.txt"}
    await asha.expects(THANKS)
    await asha.hears_nothing()


async def test_file_in_the_middle_of_a_checkout_breaks_nothing(shop: Shop) -> None:
    asha = shop.customer()
    await asha.says("2 aloo paratha")
    await asha.expects("Your basket")
    await asha.taps("Place order")
    await asha.expects("Shall we deliver")
    await asha.sends(file=IMAGE)
    await asha.expects(THANKS)
    await asha.expects("Shall we deliver", buttons=["Delivery", "Pickup"])
    await asha.taps("Pickup")
    await asha.expects("When would you like it")
    await asha.sends(file=STICKER)
    await asha.says("7 pm")
    await asha.expects("Anything we should know")


async def test_staff_are_told_in_private_only_that_it_is_kept(shop: Shop) -> None:
    ravi = shop.member(chat=STAFF[0])
    await ravi.sends(file=DOCUMENT)
    await ravi.expects("Kept.")
    await shop.member().sends(file=IMAGE)
    await shop.member().hears_nothing()


async def test_hostile_name_becomes_a_harmless_one(shop: Shop, tmp_path: Path) -> None:
    await shop.customer().sends(file=attached(PDF, "../../x", "application/pdf"))
    shown = await shop.member().expects("📎 Asha")
    assert shown["file"]["name"] == "x.pdf"
    assert not [path for path in files_under(tmp_path) if path.name.startswith("x")]


@pytest.mark.parametrize("name", ["बिल नवंबर.pdf", 'a "good" bill (1).pdf', "100% & more.pdf", "rechnung_äöü.pdf"])
async def test_name_reaches_the_staff_as_the_customer_wrote_it(shop: Shop, name: str) -> None:
    ravi = shop.member()
    await shop.customer().sends(file={"name": name, "mime": "application/pdf", "text": "%PDF-1.4 a bill"})
    shown = await ravi.expects("Asha")
    assert shown["file"]["name"] == name


async def test_over_the_cap_is_refused_politely(shop: Shop, tmp_path: Path) -> None:
    asha = shop.customer()
    await asha.sends(file={"name": "film.pdf", "mime": "application/pdf", "size": 11 * 1024 * 1024})
    await asha.expects("Your file is too big for me: I can take up to 10 MB.")
    await shop.member().hears_nothing(0.2)
    assert not files_under(tmp_path / "files")


async def test_over_twenty_megabytes_on_telegram_is_not_even_asked_for(shop: Shop) -> None:
    guest = Chat(shop.world, f"telegram/{STRANGER}", {"from": int(STRANGER)})
    await guest.sends(file={"name": "film.mp4", "mime": "video/mp4", "size": 21 * 1024 * 1024})
    await guest.expects("Your file is too big for me")
    assert "getFile" not in str(await shop.world.get("log", after=0))


async def _raw(shop: Shop, media_id: str, sha256: str = "") -> None:
    content = {"id": media_id, "mime_type": "application/pdf", "filename": "a.pdf"}
    content |= {"sha256": sha256} if sha256 else {}
    await shop.customer().sends(raw={"type": "document", "document": content})


async def test_expired_file_is_asked_for_again(shop: Shop) -> None:
    await _raw(shop, "1999999999999999")
    await shop.customer().expects("I could not get your file: it is no longer there. Please send it again.")


async def test_wrong_sha_is_not_kept(shop: Shop, tmp_path: Path) -> None:
    asha = shop.customer()
    await asha.sends(file=DOCUMENT)
    await asha.expects(THANKS)
    sent = next(each for each in await asha.history() if each.get("file"))
    await _raw(shop, sent["file"]["id"], "0" * 64)
    await asha.expects("Your file arrived damaged.")


async def test_server_errors_are_waited_out(shop: Shop) -> None:
    rules = [
        {"channel": "whatsapp", "method": method, "code": 131000, "http": 500, "times": 1}
        for method in ("media_url", "media_download")
    ]
    await shop.world.post("faults", {"error": rules})
    asha = shop.customer()
    await asha.sends(file=DOCUMENT)
    await asha.expects(THANKS)
    assert await bytes_of(shop.world, await shop.member().expects("📎 Asha")) == PDF


async def test_no_token_stands_in_what_was_stored(shop: Shop, tmp_path: Path) -> None:
    guest = Chat(shop.world, f"telegram/{STRANGER}", {"from": int(STRANGER)})
    await guest.sends(file=DOCUMENT)
    await guest.expects(THANKS)
    await shop.settles()
    token = shop.app.config.telegram.token.get_secret_value().encode()
    assert not [path for path in files_under(tmp_path) if token in path.read_bytes()]


async def test_without_a_staff_group_the_owner_sees_the_file(shop: Shop) -> None:
    bot = BOT_TOKEN.partition(":")[0]
    await shop.world.post(f"telegram/{GROUP}/members", {"kick": [bot], "by": int(OWNER)})
    await shop.owner().expects("has removed me from the staff group")
    await shop.customer().sends(file=DOCUMENT, caption="for Sunday")
    shown = await shop.owner().expects("📎 Asha +919800000001: for Sunday")
    assert await bytes_of(shop.world, shown) == PDF


@pytest.mark.parametrize(
    ("file", "method", "reason"),
    [(IMAGE, "sendPhoto", "PHOTO_INVALID_DIMENSIONS"), (VOICE, "sendVoice", "VOICE_MESSAGES_FORBIDDEN")],
    ids=["long-screenshot", "no-voice-notes"],
)
async def test_what_telegram_does_not_take_as_media_reaches_the_staff_as_a_document(
    shop: Shop, file: dict[str, Any], method: str, reason: str
) -> None:
    rule = {"channel": "telegram", "method": method, "code": 400, "description": f"Bad Request: {reason}"}
    await shop.world.post("faults", {"error": [{**rule, "times": None}]})
    await shop.customer().sends(file=file)
    shown = await shop.member().expects("Asha")
    assert shown["file"]["kind"] == "document"
