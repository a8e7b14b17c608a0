"""Two contacts that are one person are merged by people, and parted again exactly."""

from tests.harness import Shop
from tests.identity.stories import merges, on_telegram, orders


async def _two(shop: Shop) -> None:
    await orders(shop.customer(), number=101)
    await orders(shop.customer("919800000002", "Asha at work"), "2 chai", number=102)
    await shop.owner().says("/me")


async def test_orders_of_both_stand_under_one_and_part_again(shop: Shop) -> None:
    await _two(shop)
    home, work, owner = shop.customer(), shop.customer("919800000002", "Asha at work"), shop.owner()
    merge = await merges(owner, "/merge 9800000001 #102", "Asha +919800000001", "orders: 1")
    await home.says("/orders")
    await home.expects("Orders: 2", "#101", "#102")
    await work.says("/order 101")
    await work.expects("#101")
    await work.says("/cancel 102")
    await work.expects("Order #102 is now cancelled")
    await owner.says("/merges")
    await owner.expects("+919800000002", merge, buttons=["Part 1"])
    await owner.says(f"/unmerge {merge}")
    await owner.expects("are two contacts again")
    await home.says("/orders")
    await home.expects("Orders: 1", "#101")
    await owner.says("/order 101")
    await owner.expects("#101", "Asha +919800000001")
    await work.says("/order 101")
    await work.expects("There is no order #101")
    await owner.says(f"/unmerge {merge}")
    await owner.expects("undone already")


async def test_undo_button_parts_them(shop: Shop) -> None:
    await _two(shop)
    work, owner = shop.customer("919800000002", "Asha at work"), shop.owner()
    await merges(owner, "/merge 9800000001 9800000002")
    await owner.taps("Undo")
    await owner.expects("are two contacts again")
    await work.says("/order 101")
    await work.expects("There is no order #101")


async def test_news_goes_where_a_merged_customer_was_last_heard(shop: Shop) -> None:
    asha, owner, ravi = shop.customer(), shop.owner(), shop.member()
    await owner.says("/me")
    on_tg = await on_telegram(shop, 4242, "Asha R")
    await orders(asha)
    await on_tg.says("hi")
    await on_tg.expects("Hello Asha R")
    merge = await merges(owner, "/merge 9800000001 4242", "Asha R (no number)")
    await on_tg.says("where is my order?")
    await on_tg.expects("#101", "waiting")
    await ravi.says("/confirm 101")
    await on_tg.expects("confirmed your order #101")
    await asha.hears_nothing()
    await asha.says("thanks")
    await asha.expects("You are welcome")
    await ravi.says("/preparing 101")
    await asha.expects("being prepared")
    await on_tg.says("thanks")
    await on_tg.expects("You are welcome")
    await owner.says(f"/unmerge {merge}")
    await owner.expects("are two contacts again")
    await ravi.says("/ready 101")
    await asha.expects("#101 is ready")
    await on_tg.hears_nothing()


async def test_parting_says_what_is_in_the_way(shop: Shop) -> None:
    await _two(shop)
    work, owner, ravi = shop.customer("919800000002", "Asha at work"), shop.owner(), shop.member()
    merge = await merges(owner, "/merge 9800000001 9800000002")
    await work.sends(change_number="919800000007")
    await ravi.expects("has a new number")
    await owner.says(f"/unmerge {merge}")
    await owner.expects("+919800000002 came with this merge and has been given up since")


async def test_merging_refuses_what_makes_no_sense(shop: Shop) -> None:
    await _two(shop)
    owner, ravi = shop.owner(), shop.member()
    await ravi.says("/merge 9800000001 9800000002")
    await ravi.expects("You may not merge contacts here")
    await owner.says("/merge 9800000001 #101")
    await owner.expects("one contact already")
    await owner.says("/merge 9800000001 Nobody At All")
    await owner.expects("There is no contact Nobody At All")
    await owner.says("/merge 9800000001")
    await owner.expects("other is missing", "Usage: /merge KEEP OTHER")
    await owner.says("/unmerge nothing")
    await owner.expects("There is no merge nothing")
    await owner.says("/merges")
    await owner.expects("No contacts are merged")


async def test_a_suggestion_is_merged_by_its_button(shop: Shop) -> None:
    asha, binod, owner = shop.customer(), shop.customer("919800000002", "Binod"), shop.member()
    owner.person["from"] = 7001
    await orders(asha)
    await binod.says("hi")
    await binod.expects("Hello Binod")
    await asha.sends(change_number="919800000002")
    await owner.expects("may be one person")
    await owner.taps("Merge")
    await owner.expects("Shall I merge", "orders: 1")
    await owner.taps("Yes")
    await owner.expects("Merged into")
    await binod.says("where is my order?")
    await binod.expects("#101")


async def test_a_name_of_several_words_stands_in_quotes(shop: Shop) -> None:
    await orders(shop.customer(name="Asha Devi"), number=101)
    await orders(shop.customer("919800000002", "Asha Devi Work"), "2 chai", number=102)
    owner = shop.owner()
    await merges(owner, "/merge “Asha Devi” Asha Devi Work", "Asha Devi Work +919800000002 [orders: 1]")
    await owner.says('/merge "Asha Devi" #102')
    await owner.expects("one contact already")


async def test_a_yes_is_void_when_either_has_ordered_or_moved_since(shop: Shop) -> None:
    await _two(shop)
    work, owner, ravi = shop.customer("919800000002", "Asha at work"), shop.owner(), shop.member()
    await owner.says("/merge 9800000001 9800000002")
    first = await owner.expects("Shall I merge", "orders: 1")
    await orders(work, "one chai", number=103)
    await owner.taps("Yes", message_id=first["message_id"])
    await owner.expects("It has changed since I asked")
    await owner.says("/merge 9800000001 9800000002")
    second = await owner.expects("Shall I merge", "orders: 2")
    await work.sends(change_number="919800000007")
    await ravi.expects("has a new number")
    await owner.taps("Yes", message_id=second["message_id"])
    await owner.expects("There is no contact 9800000002")
    await owner.says("/merges")
    await owner.expects("No contacts are merged")


async def test_a_suggestion_says_who_may_merge_and_refuses_others_with_a_word(shop: Shop) -> None:
    asha, binod, ravi = shop.customer(), shop.customer("919800000002", "Binod"), shop.member()
    for one in (asha, binod):
        await one.says("hi")
        await one.expects("Hello")
    await asha.sends(change_number="919800000002")
    await ravi.expects("may be one person", "one of these: owner, admin", buttons=["Merge"])
    await ravi.taps("Merge")
    await shop.toasts("You may not merge contacts here")
    await shop.owner().says("/merges")
    await shop.owner().expects("No contacts are merged")
