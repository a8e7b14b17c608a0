"""What the stories of identity share: an order for pickup, told in short, and a customer on Telegram."""

from tests.harness import Chat, Shop


async def orders(chat: Chat, text: str = "one chai", number: int = 101) -> None:
    """Up to the thanks, for pickup, as soon as possible."""
    await chat.says(text)
    await chat.expects("Your basket")
    await chat.taps("Place order")
    await chat.expects("deliver")
    await chat.taps("Pickup")
    await chat.expects("When")
    await chat.taps("As soon as possible")
    await chat.expects("Anything")
    await chat.taps("No")
    await chat.expects("Please check")
    await chat.taps("Confirm order")
    await chat.expects("Thank you", f"#{number}")


async def on_telegram(shop: Shop, user: int, name: str) -> Chat:
    """Somebody who is no member of the shop, in their own chat with its bot."""
    await shop.world.post("setup", {"users": [{"id": user, "first_name": name, "started": True}]})
    return Chat(shop.world, f"telegram/{user}", {"from": user})


async def merges(owner: Chat, command: str, *asked: str) -> str:
    """The owner merges and says yes; returns the id for `/unmerge`."""
    await owner.says(command)
    await owner.expects("Shall I merge", *asked)
    await owner.taps("Yes")
    done = await owner.expects("Merged into")
    return str(done["text"]).split("/unmerge ")[1].split()[0]
