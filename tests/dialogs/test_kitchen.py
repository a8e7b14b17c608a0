"""What is to be made, what goes into the bag, and who brings it."""

from tests.harness import Shop, labels
from tests.ordering import confirms, delivers, to_checkout
from tests.people import NEWCOMER, invitation, person


async def _order_to_deliver(shop: Shop, words: str = "2 aloo paratha and one chai") -> None:
    asha = shop.customer()
    await to_checkout(asha, words)
    await delivers(asha)
    await confirms(asha)
    await asha.expects("Please check your order")
    await asha.says("yes")
    await asha.expects("Thank you")


async def test_an_order_is_made_packed_carried_and_paid_at_the_door(shop: Shop) -> None:
    owner, ravi, asha = shop.owner(), shop.member(), shop.customer()
    await shop.world.post("setup", {"users": [{"id": NEWCOMER, "first_name": "Suresh", "started": True}]})
    code, suresh = await invitation(owner, "rider"), person(shop, NEWCOMER)
    await suresh.says(f"/start {code}")
    await suresh.expects("rider")
    await ravi.says("/kitchen")
    await ravi.expects("Nothing is to be made now")
    await _order_to_deliver(shop)
    await ravi.says("/confirm 101")
    await asha.expects("confirmed")
    await ravi.says("/kitchen")
    shown = await ravi.expects("To be made now", "2 plate Aloo Paratha", "#101")
    assert labels(shown) == ["As a picture"]
    await ravi.taps("As a picture")
    await ravi.expects("here comes the picture")
    await ravi.says("/packing 101")
    await ravi.expects("☐ 2 × Aloo Paratha", "☐ 1 × Adrak Chai")
    await ravi.says("/rider 101 Mohan")
    await ravi.expects("Mohan carries order #101", "not in the team")
    await suresh.says("/rides")
    await suresh.expects("You have nothing to carry now")
    await suresh.says("/delivered 101")
    await suresh.expects("There is no order #101")
    await ravi.says("/rider 101 suresh")
    await ravi.expects("Suresh carries order #101")
    await suresh.expects("🛵 #101", "12 MG Road", "Collect: ₹135", buttons=["Delivered #101"])
    await suresh.says("/orders")
    await suresh.expects("You may not")
    await suresh.taps("Delivered #101")
    await suresh.expects("Order #101 is delivered")
    await asha.expects("complete")
    await asha.expects("We have received ₹135")
    await suresh.says("/delivered 101")
    await suresh.expects("There is no order #101")
    await ravi.says("/unpaid")
    await ravi.expects("Everything is paid")


async def test_what_cannot_be_carried_is_said(shop: Shop) -> None:
    ravi, asha = shop.member(), shop.customer()
    for words, said in (
        ("/rider 999 Suresh", "There is no order #999"),
        ("/rider 101", "/rider 101 Suresh"),
        ("/packing lots", "expected a whole number"),
        ("/delivered 101 much", "There is no order #101"),
        ("/kitchen tea", "expected text or picture"),
    ):
        await ravi.says(words)
        await ravi.expects(said)
    await asha.says("/kitchen")
    await asha.expects("You may not")
