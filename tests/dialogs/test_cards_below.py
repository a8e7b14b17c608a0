"""What is written is answered below it, also by a card that stands further up already."""

from tests.harness import Chat, Shop


async def test_a_written_word_brings_the_basket_below_it(shop: Shop) -> None:
    lila = Chat(shop.world, "telegram/5005", {"from": 5005})
    await lila.says("2 chai")
    first = await lila.expects("Your basket", "2 × Adrak Chai")
    await lila.says("1 aloo paratha")
    second = await lila.expects("Your basket", "1 × Aloo Paratha")
    await lila.says("basket")
    third = await lila.expects("Your basket", "2 × Adrak Chai")
    assert len({each["message_id"] for each in (first, second, third)}) == 3
