"""Where a shop delivers, and what who lives elsewhere can do."""

import pytest

from tests.harness import Shop, labels
from tests.ordering import confirms, delivers, settles, to_checkout

KITCHEN = {"latitude": 12.9716, "longitude": 77.5946}
FAR = {"latitude": 13.0827, "longitude": 80.2707}


async def test_pin_codes_decide_where_the_shop_delivers(shop: Shop) -> None:
    asha = shop.customer()
    await settles(shop, "delivery.pins 560001-560010, 560038")
    await to_checkout(asha)
    await delivers(asha)
    await asha.expects("six-digit PIN code", buttons=["Pickup"])
    await asha.says("560 099")
    await asha.expects("We do not deliver there.")
    await asha.expects("Where shall we bring it", buttons=["Pickup"])
    await asha.says("12 MG Road, Indiranagar")
    await asha.expects("six-digit PIN code")
    await asha.says("560038")
    await confirms(asha)
    await asha.expects("Delivery to 12 MG Road, Indiranagar, 560038")


@pytest.mark.parametrize("said", ["the pin is 560 038", "५६००३८", "Pincode: 560038."])
async def test_the_answer_to_the_pin_code_is_no_new_address(shop: Shop, said: str) -> None:
    asha, ravi = shop.customer(), shop.member()
    await settles(shop, "delivery.pins 560038")
    await to_checkout(asha)
    await delivers(asha, "12 MG Road, Indiranagar")
    await asha.expects("Please add the six-digit PIN code")
    await asha.says(said)
    await confirms(asha)
    await asha.expects("Delivery to 12 MG Road, Indiranagar, ", said)
    await asha.taps("Confirm order")
    await ravi.expects("🟡 #101", "12 MG Road, Indiranagar, ")


async def test_outside_the_radius_pickup_is_offered(shop: Shop) -> None:
    asha = shop.customer()
    await settles(shop, "location 12.9716,77.5946", "delivery.radius 5 km")
    await asha.says("one chai")
    await asha.expects("Your basket")
    await asha.sends(location=FAR)
    await asha.expects("We do not deliver there.")
    await asha.taps("Place order")
    await delivers(asha)
    await asha.expects("Please send your location")
    await asha.sends(location=FAR)
    await asha.expects("We do not deliver there.")
    await asha.expects("Where shall we bring it")
    await asha.taps("Pickup")
    await confirms(asha)
    await asha.expects("Pickup at the shop")


async def test_a_location_stays_beside_the_address_that_was_written(shop: Shop) -> None:
    asha = shop.customer()
    await settles(shop, "location 12.9716,77.5946", "delivery.radius 5 km")
    await to_checkout(asha)
    await delivers(asha)
    await asha.expects("Please send your location")
    await asha.sends(location=KITCHEN)
    await confirms(asha)
    await asha.expects("Delivery to 12 MG Road")
    await asha.says("yes")
    await asha.expects("Thank you")
    await shop.member().expects("🟡 #101", "12 MG Road", "maps.google.com")


async def test_outside_the_area_a_person_may_decide(shop: Shop) -> None:
    asha, ravi = shop.customer(), shop.member()
    await settles(shop, "delivery.pins 560001", "delivery.outside ask")
    await to_checkout(asha)
    await delivers(asha, "12 Anna Salai, Chennai 600002")
    await confirms(asha)
    await asha.expects("may be outside the area")
    await asha.expects("Please check")
    await asha.says("yes")
    await asha.expects("Thank you")
    await ravi.expects("🟡 #101", "Chennai 600002", "Perhaps outside the area")
    assert (await shop.api("GET", "/orders/101"))[1]["data"]["events"][0]["cause"] == "placed outside the delivery area"


async def test_a_shop_that_only_lets_pick_up_asks_for_no_address(shop: Shop) -> None:
    asha = shop.customer()
    await settles(shop, "delivery off")
    await asha.says("one chai")
    await asha.expects("Your basket")
    await asha.sends(location=KITCHEN)
    await asha.expects("We do not deliver; please pick your order up.")
    await asha.taps("Place order")
    await confirms(asha)
    await asha.expects("Pickup at the shop")
    await asha.taps("Change")
    rows = await asha.expects("What would you like to change?")
    assert "Delivery or pickup" not in labels(rows)


async def test_who_says_delivery_to_a_shop_without_is_told(shop: Shop) -> None:
    asha = shop.customer()
    await settles(shop, "delivery off")
    await asha.says("one chai")
    await asha.expects("Your basket")
    await asha.says("delivery")
    await asha.expects("We do not deliver; please pick your order up.")
    await asha.expects("When would you like it")
