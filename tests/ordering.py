"""Steps of an order that many stories take, and a shop whose owner has set something."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.harness import Chat, Shop

LATER = timedelta(hours=3)


async def settles(shop: Shop, *settings: str) -> None:
    for words in settings:
        await shop.owner().says(f"/settings {words}")
        await shop.owner().expects(f"{words.split()[0]} is now")


def opening() -> tuple[str, str]:
    """Hours that begin in three hours, and how that time is shown on the same day."""
    begin = datetime.now(ZoneInfo("Asia/Kolkata")) + LATER
    return f"hours daily {begin:%H:%M}-{begin + LATER:%H:%M}", f"{begin:%-I:%M}"


async def to_checkout(chat: Chat, words: str = "2 aloo paratha and one chai") -> None:
    await chat.says(words)
    await chat.expects("Your basket")
    await chat.taps("Place order")


async def picks_up(chat: Chat) -> None:
    """From the question of delivery or pickup to the summary."""
    await chat.expects("Shall we deliver")
    await chat.taps("Pickup")
    await chat.expects("When would you like it")
    await chat.taps("As soon as possible")
    await chat.expects("Anything we should know")
    await chat.taps("No")


async def delivers(chat: Chat, address: str = "12 MG Road, Indiranagar") -> None:
    """From the question of delivery or pickup to the answer to the address."""
    await chat.expects("Shall we deliver")
    await chat.taps("Delivery")
    await chat.expects("Where shall we bring it")
    await chat.says(address)


async def confirms(chat: Chat) -> None:
    """From the question when to the placed order."""
    await chat.expects("When would you like it")
    await chat.taps("As soon as possible")
    await chat.expects("Anything we should know")
    await chat.taps("No")
