"""Staff, strangers and half-strangers in the group: who is refused is told in a sentence what to do."""

import asyncio
from typing import Any

import pytest

from tests.harness import GROUP, Chat, Shop


async def _placed(shop: Shop, phone: str = "919800000001") -> Chat:
    """An order of one chai for pickup, and who placed it."""
    asha = shop.customer(phone)
    await asha.says("1 chai")
    await asha.expects("Your basket")
    await asha.taps("Place order")
    for said in ("pickup", "now", "no"):
        await asha.says(said)
    await asha.expects("Please check")
    await asha.taps("Confirm order")
    await asha.expects("Thank you")
    return asha


async def _toasts(shop: Shop) -> list[str]:
    found = (await shop.world.get(f"telegram/{GROUP}/answers", after=0))["answers"]
    return [each.get("text") or "" for each in found]


async def _toast(shop: Shop, part: str) -> None:
    async with asyncio.timeout(60):
        while not any(part in each for each in await _toasts(shop)):
            await asyncio.sleep(0.05)


async def test_a_command_that_does_not_exist_names_the_nearest(shop: Shop) -> None:
    ravi = shop.member()
    await ravi.says("/confrim 101")
    await ravi.expects("There is no command /confrim", "/confirm")
    await ravi.says("/zzzzzz")
    await ravi.expects("There is no command /zzzzzz", "/help")
    await ravi.says("/")
    await ravi.expects("There is no command /")


async def test_wrong_arguments_are_answered_with_usage_and_example(shop: Shop) -> None:
    ravi = shop.member()
    for said, fault in (
        ("/confirm", "order is missing"),
        ("/confirm abc", "order is “abc”; expected a whole number"),
        ("/confirm 101 102", "“102”"),
    ):
        await ravi.says(said)
        await ravi.expects(fault, "Usage: /confirm ORDER", "Example: /confirm 101")
    await ravi.says("/orders days=400000")
    await ravi.expects("3650 or less", "Usage: /orders")
    await ravi.says("/confirm\n101")
    await ravi.expects("There is no order #101")


async def test_unknown_orders_and_wrong_states_say_what_can_be_done(shop: Shop) -> None:
    ravi = shop.member()
    await _placed(shop)
    await ravi.says("/confirm 999")
    await ravi.expects("There is no order #999", "/orders")
    await ravi.says("/complete 101")
    await ravi.expects("Order #101 is", "confirmed, rejected, cancelled")
    await ravi.says("/confirm 101")
    await ravi.says("/out 101")
    await ravi.expects("Order #101 is confirmed", "cannot become")


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        ({"anonymous": True}, "anonymous administrator"),
        ({"channel_post": True}, "not from channels"),
        ({"forward": True}, "forwarded"),
        ({"via_bot": True}, "another bot"),
    ],
)
async def test_a_command_of_doubtful_origin_is_refused_in_a_sentence(
    shop: Shop, flags: dict[str, Any], sentence: str
) -> None:
    ravi = shop.member()
    await _placed(shop)
    await ravi.expects("🟡 #101")
    await ravi.says("/confirm 101", **flags)
    await ravi.expects(sentence)
    await ravi.says("just talk", **flags)
    await asyncio.sleep(0.5)
    assert [each["text"] for each in await ravi.news(wait_s=0) if each["text"] != "just talk"] == []
    assert (await shop.api("GET", "/orders/101"))[1]["data"]["status"] == "pending"


async def test_an_edited_command_is_not_carried_out(shop: Shop) -> None:
    ravi = shop.member()
    await _placed(shop)
    await ravi.expects("🟡 #101")
    sent = await ravi.says("/order 101")
    await ravi.expects("🟡 #101")
    await ravi.sends(edit={"message_id": sent["message_id"], "text": "/confirm 101"})
    await ravi.expects("edited")
    assert (await shop.api("GET", "/orders/101"))[1]["data"]["status"] == "pending"


async def test_a_stranger_in_the_group_can_neither_write_nor_press(shop: Shop) -> None:
    ravi = shop.member()
    await _placed(shop)
    await ravi.expects("🟡 #101")
    stranger = Chat(shop.world, f"telegram/{GROUP}", {"from": 555})
    await stranger.says("hello everybody")
    await stranger.says("/confirm 101")
    await ravi.expects("not a member of this shop's team")
    await stranger.taps("Confirm")
    await _toast(shop, "not a member")
    assert (await shop.api("GET", "/orders/101"))[1]["data"]["status"] == "pending"


async def test_two_tap_at_once_and_one_is_told(shop: Shop) -> None:
    ravi, sunita = shop.member(0), shop.member(1)
    asha = await _placed(shop)
    await ravi.expects("🟡 #101")
    await asyncio.gather(ravi.taps("Confirm"), sunita.taps("Confirm"))
    await asha.expects("confirmed your order #101")
    await _toast(shop, "is now confirmed")
    await _toast(shop, "cannot become")
    await asha.hears_nothing()
    events = (await shop.api("GET", "/orders/101"))[1]["data"]["events"]
    assert [event["new"] for event in events] == ["pending", "confirmed"]


async def test_group_talk_is_left_alone(shop: Shop) -> None:
    ravi = shop.member()
    for said in ("2 chai for table four", "//note to self", "hello /confirm 101"):
        await ravi.says(said)
    await ravi.hears_nothing()
