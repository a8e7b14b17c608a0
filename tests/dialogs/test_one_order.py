"""The main job: one order from a WhatsApp message to the staff group and back."""

from tests.harness import Shop, labels, on_both


async def _orders(shop: Shop, text: str = "2 aloo paratha and one chai") -> None:
    """Asha orders for pickup, up to the last question."""
    asha = shop.customer()
    await asha.says(text)
    await asha.expects("Your basket")
    await asha.taps("Place order")
    await asha.expects("deliver")
    await asha.taps("Pickup")
    await asha.expects("When")
    await asha.taps("As soon as possible")
    await asha.expects("Anything")
    await asha.taps("No")
    await asha.expects("Please check")
    await asha.taps("Confirm order")
    await asha.expects("Thank you", "#101")


async def test_greeting_shows_the_menu_as_a_list(shop: Shop) -> None:
    asha = shop.customer()
    await asha.says("hi")
    await asha.expects("Hello Asha", "Annapurna")
    menu = await asha.expects("Here is our menu")
    assert "Veg Thali" in labels(menu)
    assert "Mango Shake" not in labels(menu)


@on_both
async def test_order_travels_to_the_staff_group_and_back(shop: Shop) -> None:
    asha, ravi, owner = shop.customer(), shop.member(), shop.owner()
    await owner.says("/start")
    await owner.expects("What you can do here")
    await asha.says("2 aloo paratha and one chai")
    await asha.expects(
        "2 × Aloo Paratha — ₹120",
        "1 × Adrak Chai — ₹15",
        "Total ₹135",
        buttons=["Place order", "Add more", "Empty basket"],
    )
    await asha.taps("Place order")
    await asha.expects("Shall we deliver", buttons=["Delivery", "Pickup"])
    await asha.taps("Delivery")
    await asha.expects("Where shall we bring it")
    await asha.says("12 MG Road, Indiranagar")
    await asha.expects("When would you like it")
    await asha.taps("As soon as possible")
    await asha.expects("Anything we should know")
    await asha.says("ring the bell twice")
    await asha.expects(
        "Total ₹135", "Delivery to 12 MG Road", "ring the bell twice", buttons=["Confirm order", "Change", "Cancel"]
    )
    await asha.says("yes")
    await asha.expects("Thank you", "#101", "₹135")

    card = await ravi.expects("🟡 #101", "Asha", "2 × Aloo Paratha", "12 MG Road", "ring the bell twice")
    assert labels(card) == ["Confirm", "Reject", "Cancel"]
    await owner.expects("🟡 #101")
    await ravi.taps("Confirm")
    await asha.expects("confirmed your order #101")
    changed = await ravi.expects("🟢 #101", "Ravi")
    assert changed["message_id"] == card["message_id"]
    await owner.expects("🟢 #101")

    for tap, news, sign in (
        ("Preparing", "being prepared", "🍳"),
        ("Ready", "ready", "📦"),
        ("Out for delivery", "on its way", "🛵"),
        ("Complete", "complete", "✅"),
    ):
        await ravi.taps(tap)
        await asha.expects("#101", news)
        await ravi.expects(sign)
    assert len([each for each in await ravi.history() if "#101" in (each.get("text") or "")]) == 1


async def test_reject_asks_the_reason_and_the_customer_hears_it(shop: Shop) -> None:
    ravi, asha = shop.member(), shop.customer()
    await _orders(shop)
    await ravi.expects("🟡 #101")
    await ravi.taps("Reject")
    await ravi.expects("Why?", buttons=["out of stock", "we are closed", "too far away", "too busy now"])
    await ravi.taps("out of stock")
    await asha.expects("Sorry", "#101", "out of stock")
    await ravi.expects("❌ #101", "out of stock")


async def test_reject_by_command_with_a_reason_in_words(shop: Shop) -> None:
    ravi, asha = shop.member(), shop.customer()
    await _orders(shop)
    await ravi.says("/reject #101 the cook is ill")
    await ravi.expects("Order #101 is now rejected")
    await asha.expects("the cook is ill")


async def test_customer_cancels_until_it_is_being_prepared(shop: Shop) -> None:
    asha, ravi = shop.customer(), shop.member()
    await _orders(shop)
    await asha.says("/cancel 101")
    await asha.expects("Order #101 is now cancelled")
    await ravi.expects("🚫 #101")
    await asha.says("/cancel 101")
    told = await asha.expects("Order #101")
    assert told["text"] == "Order #101 is cancelled already."
    await asha.says("2 chai")
    await asha.expects("Your basket")


async def test_customer_cannot_cancel_what_is_being_prepared(shop: Shop) -> None:
    asha, ravi = shop.customer(), shop.member()
    await _orders(shop)
    await ravi.says("/confirm 101")
    await ravi.says("/preparing 101")
    await asha.expects("being prepared")
    await asha.says("/cancel 101")
    await asha.expects("already preparing", "call the shop")


async def test_status_is_told_on_request(shop: Shop) -> None:
    asha = shop.customer()
    await _orders(shop)
    await asha.says("where is my order?")
    await asha.expects("#101", "waiting for the shop", "2 × Aloo Paratha")


async def test_one_customer_cannot_see_or_cancel_anothers_order(shop: Shop) -> None:
    await _orders(shop)
    binod = shop.customer("919800000002", "Binod")
    for number in (101, 999):  # a number that is somebody else's is told nowhere from one that is nobody's
        for command in ("order", "cancel"):
            await binod.says(f"/{command} {number}")
            said = await binod.expects(f"#{number}")
            assert said["text"] == f"There is no order #{number}. /orders lists what there is."
    await binod.says("/confirm 101")
    await binod.expects("You may not")


async def test_today_and_orders_show_what_happened(shop: Shop) -> None:
    ravi = shop.member()
    await _orders(shop)
    await ravi.says("/today")
    await ravi.expects("Orders today: 1, ₹135", "2 × Aloo Paratha")
    await ravi.says("/orders pending")
    await ravi.expects("#101 · Asha · ₹135")
    await ravi.says("/orders completed")
    await ravi.expects("There are no such orders")
    await ravi.says("/order 101")
    await ravi.expects("🟡 #101", buttons=["Confirm", "Reject", "Cancel"])


@on_both
async def test_the_same_words_over_http(shop: Shop) -> None:
    await _orders(shop)
    status, found = await shop.api("GET", "/orders/101")
    assert (status, found["data"]["total"], found["data"]["customer"]["name"]) == (200, 13500, "Asha")
    assert (await shop.api("POST", "/orders/101/confirm"))[0] == 200
    await shop.customer().expects("confirmed your order #101")
    status, refused = await shop.api("POST", "/orders/101/confirm")
    assert (status, refused["code"]) == (409, "conflict")
    assert (await shop.api("GET", "/orders/999"))[0] == 404
    assert (await shop.api("GET", "/orders/101", token="wrong"))[0] == 401


async def test_over_http_a_rejection_without_a_reason_is_refused_and_nothing_is_done(shop: Shop) -> None:
    await _orders(shop)
    status, refused = await shop.api("POST", "/orders/101/reject")
    assert (status, refused["code"]) == (422, "reason_needed")
    assert "out of stock" in refused["choices"]
    assert (await shop.api("GET", "/orders/101"))[1]["data"]["status"] == "pending"
