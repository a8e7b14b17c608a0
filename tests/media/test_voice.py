"""Voice notes written down: taken as if typed, shown for correction, never a command; and when nobody can."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo import demo_config
from tests.harness import MENU, Chat, Shop, free_port, open_shop
from tests.media.samples import OGG, VOICE, attached, bytes_of

LISTENS = "Somebody at the shop will listen to it."


@pytest.fixture
async def shop(world_address: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """The shop of the other tests, with an endpoint that hears."""
    config = demo_config(world_address, tmp_path, port=free_port(), mode="webhook", hears=True)
    config = config.model_copy(
        update={"shop": config.shop.model_copy(update={"catalogue": str(MENU), "name": "Annapurna"})}
    )
    async with open_shop(world_address, tmp_path, config) as opened:
        yield opened


async def hears(shop: Shop, words: str) -> None:
    await shop.world.post("openai", {"transcript": words})


async def test_spoken_order_becomes_a_basket(shop: Shop) -> None:
    asha, ravi = shop.customer(), shop.member()
    await hears(shop, " 2 aloo\n paratha ")
    await asha.sends(file=VOICE)
    await asha.expects("I heard: “2 aloo paratha”", buttons=["Not right"])
    await asha.expects("Your basket", "2 × Aloo Paratha")
    shown = await ravi.expects("🎤 Asha +919800000001: “2 aloo paratha”")
    assert shown["file"]["kind"] == "voice"
    assert await bytes_of(shop.world, shown) == OGG
    await asha.taps("Place order")
    await asha.expects("Shall we deliver")


async def test_the_simulator_of_the_demo_hears_the_name_of_the_file(shop: Shop) -> None:
    asha = shop.customer()
    await asha.sends(file=attached(OGG, "2_aloo_paratha.txt.ogg", "audio/ogg", kind="voice"))
    await asha.expects("I heard: “2 aloo paratha”")


async def test_a_customer_of_telegram_is_heard_and_may_take_it_back(shop: Shop) -> None:
    lila = Chat(shop.world, "telegram/5005", {"from": 5005})
    await hears(shop, "2 aloo paratha")
    await lila.sends(file=VOICE)
    await lila.expects("I heard: “2 aloo paratha”", buttons=["Not right"])
    await lila.expects("Your basket", "2 × Aloo Paratha")
    await lila.taps("Not right")
    await lila.expects("Sorry! Please write it.")
    await lila.says("1 chai")
    assert "Paratha" not in (await lila.expects("Your basket", "Chai"))["text"]


async def test_spoken_answers_carry_a_checkout_on(shop: Shop) -> None:
    asha = shop.customer()
    await asha.says("2 aloo paratha")
    await asha.expects("Your basket")
    await asha.taps("Place order")
    await asha.expects("Shall we deliver")
    await hears(shop, "pickup")
    await asha.sends(file=VOICE)
    await asha.expects("I heard: “pickup”")
    await asha.expects("When would you like it")
    await asha.says("7 pm")
    await asha.expects("Anything we should know")


async def speaks(shop: Shop, chat: Chat, words: str) -> str:
    """A voice note that is heard as these words; returns what its button sends back."""
    await hears(shop, words)
    await chat.sends(file=VOICE)
    heard = await chat.expects(f"I heard: “{words}”")
    return str(heard["buttons"][0]["id"])


async def test_not_right_takes_back_what_was_heard_and_asks_for_it_in_writing(shop: Shop) -> None:
    asha, binod = shop.customer(), shop.customer("919800000002", "Binod")
    await speaks(shop, asha, "2 aloo paratha")
    await asha.expects("Your basket")
    await asha.taps("Not right")
    await asha.expects("Sorry! Please write it.")
    await asha.says("1 chai")
    shown = await asha.expects("Your basket", "Chai")
    assert "Paratha" not in shown["text"]
    await speaks(shop, binod, "hello")
    await binod.expects("Hello Binod")
    await binod.taps("Not right")
    await binod.expects("Sorry! Please write it.")


async def test_not_right_leaves_what_was_in_the_basket_before(shop: Shop) -> None:
    asha = shop.customer()
    await asha.says("1 chai")
    await asha.expects("Your basket")
    await speaks(shop, asha, "2 aloo paratha")
    await asha.expects("Your basket", "Paratha")
    await asha.taps("Not right")
    await asha.expects("Sorry! Please write it.")
    shown = await asha.expects("Your basket", "1 × ")
    assert "Paratha" not in shown["text"]
    await asha.taps("Not right")  # a second time there is nothing to take back
    await asha.expects("check below")
    assert "Paratha" not in (await asha.expects("Your basket"))["text"]


async def test_not_right_goes_back_to_the_question_of_a_checkout(shop: Shop) -> None:
    asha = shop.customer()
    await asha.says("2 aloo paratha")
    await asha.expects("Your basket")
    await asha.taps("Place order")
    await asha.expects("Shall we deliver")
    await speaks(shop, asha, "pickup")
    await asha.expects("When would you like it")
    await asha.taps("Not right")
    await asha.expects("Sorry! Please write it.")
    await asha.expects("Shall we deliver")
    await asha.says("delivery")
    await asha.expects("Where shall we bring it")


async def test_not_right_takes_nothing_back_once_something_else_has_changed(shop: Shop) -> None:
    asha = shop.customer()
    first = await speaks(shop, asha, "2 aloo paratha")
    await asha.expects("Your basket")
    await asha.says("1 chai")
    await asha.expects("Your basket", "Chai")
    await asha.taps("Not right")
    await asha.expects("Sorry! Please write it, and check below")
    await asha.expects("Paratha", "Chai")
    await speaks(shop, asha, "3 chai")
    await asha.expects("Your basket")
    await asha.taps(first)  # the button of the first voice note does not take the second one back
    await asha.expects("check below")
    assert await asha.expects("Paratha", "Chai")


async def test_not_right_brings_no_placed_order_back_for_a_second_one(shop: Shop) -> None:
    asha = shop.customer()
    for said, answer in (("2 aloo paratha", "Your basket"), ("place order", "deliver"), ("pickup", "When")):
        await asha.says(said)
        await asha.expects(answer)
    for said, answer in (("now", "Anything we should know"), ("no", "Please check")):
        await asha.says(said)
        await asha.expects(answer)
    await speaks(shop, asha, "yes")
    await asha.expects("#101")
    await asha.taps("Not right")
    await asha.expects("Sorry! Please write it.")
    await asha.says("yes")
    await shop.settles()
    assert "#102" not in str(await asha.history())


async def test_language_of_what_was_said_is_answered(shop: Shop) -> None:
    asha = shop.customer()
    await hears(shop, "नमस्ते, मुझे दो आलू पराठा चाहिए")
    await asha.sends(file=VOICE)
    await asha.expects("नमस्ते, मुझे दो आलू पराठा चाहिए")
    basket = await asha.expects("2 × ")
    assert "Your basket" not in basket["text"]


@pytest.mark.parametrize("words", ["/confirm 101", "/cancel 101", "/bot stop", "//note"])
async def test_transcript_is_never_a_command(shop: Shop, words: str) -> None:
    asha, ravi = shop.customer(), shop.member()
    await hears(shop, words)
    await asha.sends(file=VOICE)
    await asha.expects(f"I heard: “{words}”")
    await ravi.expects("🎤 Asha")
    for each in await asha.news(wait_s=0.3):
        assert not any(word in str(each["text"]) for word in ("You may not", "#101", "There is no command"))


async def test_server_errors_and_throttling_are_waited_out(shop: Shop) -> None:
    rules = [{"channel": "openai", "method": "transcriptions", "code": code, "times": 1} for code in (500, 429)]
    await hears(shop, "menu")
    await shop.world.post("faults", {"error": rules})
    asha = shop.customer()
    await asha.sends(file=VOICE)
    await asha.expects("I heard: “menu”")


async def test_endpoint_that_refuses_leaves_it_to_people(shop: Shop) -> None:
    asha, ravi = shop.customer(), shop.member()
    await shop.world.post("openai", {"transcript": "2 aloo paratha", "key": "sk-another"})
    await asha.sends(file=VOICE)
    await asha.expects(LISTENS)
    assert await bytes_of(shop.world, await ravi.expects("🎤 Asha")) == OGG
    await asha.hears_nothing(0.2)


async def test_endpoint_that_stays_down_leaves_it_to_people(shop: Shop) -> None:
    rule = {"channel": "openai", "method": "transcriptions", "code": 503, "times": 3}
    await shop.world.post("faults", {"error": rule})
    await shop.customer().sends(file=VOICE)
    await shop.customer().expects(LISTENS)


async def test_silence_is_left_to_people(shop: Shop) -> None:
    await hears(shop, "  ")
    await shop.customer().sends(file=VOICE)
    await shop.customer().expects(LISTENS)
    await shop.member().expects("🎤 Asha")
