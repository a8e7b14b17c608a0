"""Orders changed, taken back, put away and opened again by staff: what they read, and what the customer reads."""

from datetime import timedelta

from sqlalchemy import update

from storage.tables.orders import order_events
from tests.harness import Chat, Shop, labels, on_both
from tests.ordering import confirms, delivers, settles, to_checkout


async def _placed(shop: Shop) -> Chat:
    """An order of two parathas and a chai to MG Road, and who placed it."""
    asha = shop.customer()
    await to_checkout(asha)
    await delivers(asha)
    await confirms(asha)
    await asha.expects("Please check")
    await asha.taps("Confirm order")
    await asha.expects("Thank you", "#101")
    await shop.member().expects("🟡 #101")
    return asha


@on_both
async def test_items_address_time_and_note_are_changed_and_everybody_sees_it(shop: Shop) -> None:
    await settles(shop, "delivery.fee 30", "tax GST 5 added")
    asha = await _placed(shop)
    ravi, owner = shop.member(), shop.owner()
    await ravi.says("/edit 101 +2 chai, -1 paratha")
    await ravi.expects("Order #101 is changed. Total ₹141.75", buttons=["Undo"])  # 60 + 45 + 30, and 5 %
    await ravi.expects("🟡 #101", "1 × Aloo Paratha", "3 × Adrak Chai", "✏️ changed")
    await asha.expects("Your order #101 was changed", "3 × Adrak Chai — ₹45", "Total ₹141.75")
    await owner.expects("🟡 #101", "3 × Adrak Chai")
    for words, seen in (
        ("address 4 Park Street, Flat 2", "Delivery to 4 Park Street, Flat 2"),
        ("note ring twice 🔔", "Note: ring twice 🔔"),
        ("time tomorrow 7:30 pm", "7:30"),
        ("pickup", "Pickup at the shop"),
    ):
        await ravi.says(f"/edit 101 {words}")
        await asha.expects("was changed", seen)
    status, found = await shop.api("GET", "/orders/101")
    assert (status, found["data"]["version"], found["data"]["total"]) == (200, 6, 11025)
    status, found = await shop.api("PUT", "/orders/101", json={"change": "make the chai 1"})
    assert (status, found["data"]["goods"]) == (200, 7500)


async def test_a_change_is_taken_back_with_its_prices(shop: Shop) -> None:
    asha, ravi = await _placed(shop), shop.member()
    await ravi.says("/edit 101 no chai")
    await ravi.expects("Order #101 is changed. Total ₹120", buttons=["Undo"])
    await ravi.taps("Undo")
    await shop.toasts("Order #101 is as it was before.")
    await asha.expects("was changed", "1 × Adrak Chai", "Total ₹135")
    await ravi.says("/revert 101 2")
    await ravi.expects("Somebody else has just changed order #101")


async def test_without_words_it_asks(shop: Shop) -> None:
    asha, owner = await _placed(shop), shop.owner()
    await owner.says("/edit 101")
    await owner.expects("What would you like to change?", buttons=["Items", "Address", "Time", "Note", "Stop"])
    await owner.taps("Items")
    await owner.expects("Write the items", buttons=["Stop"])
    await owner.says("one pizza")
    await owner.expects("I did not find “pizza”")
    await owner.says("remove the chai")
    await owner.expects("Order #101 is changed.")
    await asha.expects("was changed", "Total ₹120")
    await owner.says("/edit 101")
    await owner.expects("What would you like to change?")
    await shop.member().says("/edit 101 +1 chai")
    await asha.expects("was changed", "Total ₹135")
    await owner.taps("Note")
    await owner.expects("Write the new note")
    await owner.says("hot")
    await owner.expects("Somebody else has just changed order #101. Please look again.")
    await owner.taps("Stop")
    await owner.expects("stopped here")


async def test_what_cannot_be_changed_is_refused_with_the_reason(shop: Shop) -> None:
    await settles(shop, "minimum 100", "delivery.pins 560001")
    asha, ravi = shop.customer(), shop.member()
    await to_checkout(asha)
    await delivers(asha, "12 MG Road 560001")
    await confirms(asha)
    await asha.expects("Please check")
    await asha.taps("Confirm order")
    await ravi.expects("🟡 #101")
    for words, refused in (
        ("101", "What would you like to change?"),
        ("999 +1 chai", "There is no order #999"),
        ("101 +1 pizza", "I did not find “pizza”"),
        ("101 thali", "can be several things: Veg Thali, Special Thali"),
        ("101 +1 mango shake", "Mango Shake is not available"),
        ("101 time someday", "Please write only the time"),
        ("101 address x", "I need a little more"),
        ("101 address 1 Far Away Road 999999", "We do not deliver there."),
        ("101 items -1 paratha", "This is less than the least that we can take."),
        ("101 note none", "Order #101 is like that already."),
        ("abc", "Usage: /edit ORDER"),
    ):
        await ravi.says(f"/edit {words}")
        await ravi.expects(refused)
    await asha.says("/edit 101 +1 chai")
    await asha.expects("You may not change orders")
    for step in ("/confirm 101", "/ready 101"):
        await ravi.says(step)
    await ravi.expects("📦 #101")
    await ravi.says("/edit 101 +1 chai")
    await ravi.expects("Order #101 is ready; the items cannot be changed any more.")
    await ravi.says("/complete 101")
    await ravi.expects("✅ #101")
    await ravi.says("/edit 101")
    await ravi.expects("Order #101 is completed already.")


@on_both
async def test_a_slip_is_taken_back_within_a_minute_by_whoever_made_it(shop: Shop) -> None:
    asha, ravi, sita = await _placed(shop), shop.member(), shop.member(1)
    await ravi.expects("🟡 #101")
    await ravi.taps("Reject")
    await ravi.expects("Why?")
    await ravi.taps("too busy now")
    await asha.expects("Sorry", "too busy now")
    card = await ravi.expects("❌ #101")
    assert labels(card) == ["Undo"]
    await sita.says("/takeback 101")
    await sita.expects("Only Ravi can take this back.")
    await ravi.taps("Undo")
    await shop.toasts("Taken back: order #101 is waiting for the shop again.")
    await asha.expects(
        "A correction: your order #101 is waiting for the shop.", buttons=["Order status", "Cancel order"]
    )
    await ravi.expects("🟡 #101", buttons=["Confirm", "Reject", "Cancel"])
    await ravi.says("/takeback 101")
    await ravi.expects("There is nothing to take back of order #101.")
    await ravi.says("/confirm 101")
    await ravi.expects("Order #101 is now confirmed.", buttons=["Undo"])
    await _minutes_pass(shop)
    await ravi.taps("Undo")
    await shop.toasts("That was more than a minute ago")
    status, found = await shop.api("GET", "/orders/101")
    steps = [(each["old"], each["new"], each["cause"]) for each in found["data"]["events"]]
    assert status == 200
    assert steps[1:] == [
        ("pending", "rejected", "too busy now"),
        ("rejected", "pending", "taken back"),
        ("pending", "confirmed", ""),
    ]


async def _minutes_pass(shop: Shop) -> None:
    """What was done lies two minutes back."""
    await shop.app.writer.run(lambda tx: tx.execute(update(order_events).values(at=tx.now - timedelta(minutes=2))))


async def test_a_customer_takes_back_their_own_cancelling(shop: Shop) -> None:
    asha = await _placed(shop)
    await asha.says("/cancel 101")
    await asha.expects("Order #101 is now cancelled", buttons=["Undo"])
    await asha.taps("Undo")
    await asha.expects("A correction: your order #101 is waiting for the shop.")
    await shop.member().expects("🟡 #101")
    binod = shop.customer("919800000002", "Binod")
    await binod.says("/takeback 101")
    await binod.expects("There is no order #101")


async def test_an_order_is_deleted_brought_back_and_opened_again(shop: Shop) -> None:
    asha, ravi, owner = await _placed(shop), shop.member(), shop.owner()
    await ravi.says("/delete 101")
    await ravi.expects("You may not delete orders here")
    await owner.says("/delete 101")
    await owner.expects("Shall I delete order #101 of Asha, ₹135?")
    await owner.taps("Yes")
    await owner.expects("Order #101 is pending. Complete or cancel it first.")
    await ravi.says("/cancel 101 they called")
    await ravi.expects("🚫 #101")
    await owner.says("/delete 101")
    await owner.expects("Shall I delete")
    await owner.taps("Yes")
    await owner.expects("Order #101 is deleted. /undelete 101 brings it back.", buttons=["Undo"])
    await ravi.expects("🗑 Order #101 was deleted.")
    for said, answer in (
        ("/order 101", "There is no order #101"),
        ("/reopen 101", "There is no order #101"),
        ("/delete 101", "There is no order #101"),
        ("/undelete 999", "There is no"),
        ("/undelete 101", "Order #101 is back."),
        ("/undelete 101", "There is no deleted order #101."),
        ("/reopen 101", "Order #101 is open again."),
        ("/reopen 101", "Order #101 is pending; it cannot become pending."),
    ):
        await owner.says(said)
        await owner.expects(answer)
    await asha.expects("Your order #101 is open again")
    await ravi.says("/reopen 101")
    await ravi.expects("You may not reopen orders")
