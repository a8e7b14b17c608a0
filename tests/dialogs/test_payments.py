"""From the choice of a way to pay to the money and the receipt."""

import base64
import io

import pypdfium2
from PIL import Image

from tests.harness import Shop, labels, on_both
from tests.ordering import picks_up, settles, to_checkout
from tests.people import orders_chai


def _picture() -> str:
    made = io.BytesIO()
    Image.new("RGB", (64, 48), "white").save(made, "PNG")
    return base64.b64encode(made.getvalue()).decode()


async def _orders_by_upi(shop: Shop) -> None:
    asha = shop.customer()
    await settles(shop, "payments upi, cash", "payments.upi annapurna@okbank")
    await to_checkout(asha)
    await picks_up(asha)
    await asha.expects("How would you like to pay?", buttons=["UPI", "Cash"])
    await asha.taps("UPI")
    await asha.expects("Please check your order")
    await asha.says("yes")
    await asha.expects("Thank you", "#101")


@on_both
async def test_an_order_is_paid_by_upi_proved_by_a_picture_and_receipted(shop: Shop) -> None:
    asha, ravi = shop.customer(), shop.member()
    await _orders_by_upi(shop)
    await ravi.says("/confirm 101")
    asked = await asha.expects("Please pay ₹135 for order #101 by UPI to annapurna@okbank", "am=135.00", "cu=INR")
    assert "tn=Order%20%23101" in asked["text"]
    assert asked["file"]["mime"] == "image/png"
    await asha.sends(file={"base64": _picture(), "name": "paid.png", "mime": "image/png"}, text="done <b>")
    await asha.expects("The shop looks whether your payment for order #101 has come")
    shown = await ravi.expects("💳 Asha sent this as a proof that ₹135 was paid for order #101", "done <b>")
    assert labels(shown) == ["It has come", "It has not"]
    await ravi.taps("It has come")
    await ravi.expects("#101 · paid · ₹135 / ₹135")
    await asha.expects("We have received ₹135 for your order #101")
    await ravi.taps("It has not")
    await shop.toasts("Somebody has said already")
    await ravi.says("/unpaid")
    await ravi.expects("Everything is paid")
    await asha.says("/receipt 101")
    await asha.expects("One moment, here comes the receipt")
    given = await asha.expects("R-0001 · #101")
    assert given["file"]["mime"] == "application/pdf"
    async with shop.world.session.get(f"{shop.world.address}{given['file']['url']}") as answer:
        text = pypdfium2.PdfDocument(await answer.read())[0].get_textpage().get_text_bounded()
    assert "Annapurna" in text
    assert "135" in text
    await ravi.says("/receipt 101")
    await ravi.expects("R-0001")


async def test_parts_too_much_and_what_is_still_due_are_said(shop: Shop) -> None:
    asha, binod, ravi = shop.customer(), shop.customer("919800000002", "Binod"), shop.member()
    await orders_chai(asha)
    for words, said in (
        ("/unpaid", "Unpaid: 1, ₹30 in all"),
        ("/paid 101 cash 10", "Still due: ₹20"),
        ("/unpaid", "Unpaid: 1, ₹20 in all"),
        ("/paid 101 25.50", "₹5.50 more than was due"),
        ("/paid 101", "Nothing is due for order #101"),
        ("/paid 101 cash 0", "This is no amount that can be paid"),
        ("/paid 101 cash -5", "-5 is no amount"),
        ("/paid 101 shells 5", "I do not know what to do with"),
        ("/paid 999", "There is no order #999"),
        ("/paid", "/paid 101 upi 260"),
        ("/receipt 999", "There is no order #999"),
        ("/proof nothing yes", "There is no such payment"),
        ("/proof nothing perhaps", "expected yes or no"),
    ):
        await ravi.says(words)
        await ravi.expects(said)
    await binod.says("hi")
    await binod.expects("Here is our menu")
    await binod.says("/receipt 101")
    await binod.expects("There is no order #101")
    await binod.says("/pay 101")
    await binod.expects("There is no order #101")
    await asha.says("/paid 101")
    await asha.expects("You may not take payments here")
    status, found = await shop.api("GET", "/orders/101/pay")
    assert (status, found["data"]["payment"], found["data"]["paid"]) == (200, "overpaid", 3550)


async def test_a_confirmed_order_brings_its_receipt_where_the_shop_wants_that(shop: Shop) -> None:
    asha, ravi = shop.customer(), shop.member()
    await settles(shop, "payments.pdf on", "tax CGST 2.5, SGST 2.5 included", "payments bank", "payments.bank A/c 123")
    await orders_chai(asha)
    await ravi.says("/confirm 101")
    await asha.expects("Please pay ₹30 for order #101", "A/c 123")
    await asha.expects("R-0001 · #101")
