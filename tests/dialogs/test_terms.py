"""What a shop's settings make of orders: fee, taxes, minimum, numbers, and words of its own."""

import pytest

from tests.harness import Shop, labels, on_both
from tests.ordering import confirms, delivers, opening, picks_up, settles, to_checkout


@on_both
async def test_fee_and_taxes_are_shown_and_paid_by_everybody_alike(shop: Shop) -> None:
    asha, ravi = shop.customer(), shop.member()
    await settles(shop, "delivery.fee 30", "delivery.free_above 500", "tax CGST 2.5, SGST 2.5 added")
    await to_checkout(asha)
    await delivers(asha)
    await confirms(asha)
    await asha.expects(
        "1 × Adrak Chai — ₹15\nGoods ₹135\nDelivery ₹30\nCGST 2.5% ₹4.13\nSGST 2.5% ₹4.13\nTotal ₹173.26"
    )
    await asha.says("yes")
    await asha.expects("Thank you", "#101", "₹173.26")
    await ravi.expects("🟡 #101", "Delivery ₹30", "SGST 2.5% ₹4.13", "Total ₹173.26")
    found = (await shop.api("GET", "/orders/101"))[1]["data"]
    assert (found["goods"], found["total"]) == (13500, 17326)
    assert found["charges"][1] == {
        "kind": "tax",
        "title": "CGST",
        "rate": "2.5",
        "amount": 413,
        "included": False,
    }
    await ravi.says("/today")
    await ravi.expects("Orders today: 1, ₹173.26")
    await asha.says("/order 101")
    await asha.expects("Goods ₹135", "Total ₹173.26")


async def test_included_taxes_change_no_price_and_a_large_delivery_is_free(shop: Shop) -> None:
    asha = shop.customer()
    await settles(shop, "delivery.fee 30", "delivery.free_above 135", "tax GST 5 included")
    await to_checkout(asha)
    await delivers(asha)
    await confirms(asha)
    shown = await asha.expects("Goods ₹135\nDelivery: free\nTotal ₹135\nIncluded: GST 5% ₹6.43")
    assert "Included" in shown["text"]


async def test_what_changes_between_summary_and_yes_is_shown_again(shop: Shop) -> None:
    asha = shop.customer()
    await to_checkout(asha)
    await delivers(asha)
    await confirms(asha)
    await asha.expects("Total ₹135")
    await settles(shop, "delivery.fee 30")
    await asha.says("yes")
    await asha.expects("Something has changed")
    await asha.expects("Delivery ₹30", "Total ₹165")
    await asha.says("yes")
    await asha.expects("Thank you", "₹165")


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("tax GST 5 added", "GST 5% ₹6.75"),
        ("minimum 200", "Our minimum for deliveries is ₹200; this is ₹135."),
        ("delivery off", "We do not deliver"),
        ("delivery.pins 560001", "six-digit PIN code"),
    ],
)
async def test_no_yes_counts_for_terms_that_were_not_seen(shop: Shop, setting: str, told: str) -> None:
    asha = shop.customer()
    await to_checkout(asha)
    await delivers(asha)
    await confirms(asha)
    await asha.expects("Total ₹135")
    await settles(shop, setting)
    await asha.taps("Confirm order")
    await asha.expects(told)
    assert (await shop.api("GET", "/orders"))[1]["data"]["count"] == 0


async def test_below_the_minimum_a_delivery_is_refused_and_a_pickup_is_not(shop: Shop) -> None:
    asha = shop.customer()
    await settles(shop, "minimum 200")
    await to_checkout(asha)
    await asha.expects("Shall we deliver")
    await asha.taps("Delivery")
    await asha.expects("Our minimum for deliveries is ₹200; this is ₹135.")
    await picks_up(asha)
    await asha.expects("Please check", "Total ₹135")


async def test_a_minimum_for_all_keeps_the_basket_until_it_is_full_enough(shop: Shop) -> None:
    asha = shop.customer()
    await settles(shop, "minimum 200", "minimum.for all")
    await to_checkout(asha)
    await asha.expects("Our minimum is ₹200; this is ₹135.", buttons=["Add more"])
    await to_checkout(asha, "one veg thali")
    await asha.expects("Shall we deliver")


@on_both
async def test_orders_are_numbered_as_the_shop_writes_them(shop: Shop) -> None:
    asha, ravi = shop.customer(), shop.member()
    await settles(shop, "number_format T-{number:04}")
    await to_checkout(asha)
    await picks_up(asha)
    await asha.expects("Please check")
    await asha.taps("Confirm order")
    await asha.expects("Your order T-0101 for ₹135")
    await ravi.expects("🟡 T-0101")
    for said in ("T-0101", "t-0101", "101", "#101"):
        await ravi.says(f"/order {said}")
        await ravi.expects("🟡 T-0101")
    await ravi.says("/order T-0102")
    await ravi.expects("There is no order T-0102.")
    await ravi.says("/confirm T-0101")
    await ravi.expects("Order T-0101 is now confirmed")
    await asha.expects("confirmed your order T-0101")
    await ravi.says("/orders")
    listed = await ravi.expects("T-0101 · Asha")
    assert labels(listed) == ["T-0101"]
    assert (await shop.api("GET", "/orders/T-0101"))[1]["data"]["label"] == "T-0101"
    await settles(shop, "number_format default")
    await ravi.says("/order T-0101")
    await ravi.expects("🟢 T-0101")
    binod = shop.customer("919800000002", "Binod")
    await binod.says("/cancel T-0101")
    await binod.expects("There is no order T-0101.")


async def test_the_shops_own_greeting_and_receipt(shop: Shop) -> None:
    asha = shop.customer()
    await settles(shop, "greeting Namaste {name}, this is {shop}!", "receipt GSTIN 29ABCDE1234F1Z5\nThank you!")
    await asha.says("hi")
    await asha.expects("Namaste Asha, this is Annapurna!")
    await to_checkout(asha)
    await picks_up(asha)
    await asha.expects("Please check")
    await asha.taps("Confirm order")
    await asha.expects("Your order #101", "\n\nGSTIN 29ABCDE1234F1Z5\nThank you!")


async def test_languages_that_are_not_offered_are_answered_in_the_shops(shop: Shop) -> None:
    asha = shop.customer()
    await asha.says("do chai chahiye bhaiya")
    await asha.expects("Aapka cart")
    await settles(shop, "languages en")
    await asha.says("ek aloo paratha bhi chahiye bhaiya")
    await asha.expects("Your basket")


async def test_a_hinglish_customer_reads_why_and_when(shop: Shop) -> None:
    asha = shop.customer()
    hours, opens = opening()
    await settles(shop, hours, "minimum 200", "delivery.fee 30")
    await asha.says("do aloo paratha chahiye bhaiya")
    await asha.expects("Aapka cart")
    await asha.taps("Order karein")
    await asha.expects("Delivery kar dein")
    await asha.taps("Delivery")
    await asha.expects("Delivery ke liye kam se kam ₹200 ka order chahiye; ye ₹120 ka hai.")
    await asha.taps("Khud le jaenge")
    asked = await asha.expects("Shop abhi band hai.", "Khulne ka time", opens)
    assert labels(asked) == ["Khulte hi"]
