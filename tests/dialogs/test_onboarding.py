"""A new owner is led by chat to a shop that works: in one go, by skipping, by commands, and with nonsense between."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo import demo_config
from storage.clock import utc_now
from tests.books import migrated_database
from tests.harness import GROUP, Shop, free_port, open_shop
from tests.onboarding import NEW_OWNER, bare_config, links_group, person, redeems

on_both = pytest.mark.parametrize("bare", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
async def bare(request: pytest.FixtureRequest, world_address: str, tmp_path: Path) -> AsyncIterator[Shop]:
    config = bare_config(demo_config(world_address, tmp_path, port=free_port(), mode="webhook"))
    if getattr(request, "param", "") == "postgresql":
        server = migrated_database(request.getfixturevalue("postgres"))
        config = config.model_copy(update={"database": config.database.model_copy(update={"url": server})})
    async with open_shop(world_address, tmp_path, config) as opened:
        yield opened


@on_both
async def test_a_new_owner_is_led_the_whole_way(bare: Shop) -> None:
    shop = bare
    owner = await redeems(shop)
    await owner.expects("1/6 · The shop", "Name: My shop", buttons=["Keep it", "Language", "Time zone", "Skip"])
    await owner.says("Annapurna Tiffins")
    await owner.expects("✓ name: Annapurna Tiffins")
    await owner.expects("2/6 · What you sell", "one on each line")
    await owner.says("Masala dosa 110\nPaneer 380/kg\n2 samosa 20")
    await owner.expects("This I could not read", "“2 samosa 20”: I see several numbers")
    await owner.expects("• Paneer — ₹380 / kg", "2 products so far", buttons=["Use these", "Start over", "Skip"])
    await owner.says("Samosa 20 each")
    await owner.expects("3 products so far")
    await owner.taps("Use these")
    await owner.expects("✓ Your shop has 3 products now")
    await owner.expects("3/6 · Opening hours", "Now: always")
    await owner.says("mon-sat 9-21; sun closed")
    await owner.expects("✓ hours: mon-sat 09:00-21:00; sun closed")
    await owner.expects("4/6 · Delivery and pickup")
    await owner.taps("Deliver and pickup")
    await owner.expects("How far do you deliver?")
    await owner.says("5 km")
    await owner.expects("✓ delivery.radius: 5 km")
    await owner.expects("Where is the shop?")
    await owner.sends(location={"latitude": 12.9716, "longitude": 77.5946})
    await owner.expects("✓ location: 12.9716,77.5946")
    await owner.expects("What does a delivery cost?")
    await owner.says("30")
    await owner.expects("✓ delivery.fee: 30")
    await owner.expects("From which value of goods on")
    await owner.taps("From any value")
    shown = await owner.expects("5/6 · Staff group", "/link ")
    await links_group(shop, shown["text"])
    await owner.expects("✓ Your staff group is linked.")
    await owner.expects("6/6 · First order", "start=shop-main", buttons=["Make a test order", "Skip"])
    await owner.taps("Make a test order")
    await owner.expects("Test order #101 is placed", buttons=["Remove it", "Finish"])
    group = person(shop, NEW_OWNER, GROUP)
    await group.expects("🟡 #101", "🧪 A test order", "1 × Masala dosa")
    await group.taps("Confirm")
    await group.expects("🟢 #101")
    await owner.says("/today")
    await owner.expects("No orders today yet.")
    await owner.taps("Remove it")
    await owner.expects("Removed: test order #101.")
    done = await owner.expects("Annapurna Tiffins is ready.", "✓ Opening hours: mon-sat", "start=shop-main")
    assert "○" not in done["text"]
    await group.expects("🧪 Test order #101 was removed.")
    await owner.says("/orders")
    await owner.expects("There are no such orders.")
    await owner.says("/setup")
    await owner.expects("Annapurna Tiffins is ready.")
    customer = shop.customer()
    await customer.says("2 masala dosa")
    await customer.expects("Your basket", "₹220")


async def test_each_step_is_skipped_and_named_with_what_does_it_later(bare: Shop) -> None:
    owner = await redeems(bare)
    for head in ("1/6", "2/6", "3/6", "4/6", "5/6", "6/6"):
        await owner.expects(head)
        if head == "3/6":
            await owner.says("skip")
        else:
            await owner.taps("Skip")
    done = await owner.expects("My shop is ready.")
    for step in ("shop", "catalogue", "hours", "delivery", "group", "order"):
        assert f"skipped. Do it by /setup {step}" in done["text"]
    await owner.says("/setup hours")
    await owner.expects("3/6 · Opening hours")
    await owner.taps("Daily 9 to 21")
    await owner.expects("✓ hours: mon-sun 09:00-21:00")
    await owner.expects("My shop is ready.", "✓ Opening hours: mon-sun 09:00-21:00", "– Staff group: skipped")


async def test_what_commands_have_done_counts_and_a_break_loses_nothing(bare: Shop) -> None:
    owner = await redeems(bare)
    await owner.expects("1/6")
    await owner.taps("Keep it")
    await owner.expects("2/6")
    await owner.says("/settings hours mon-fri 10-18")
    await owner.expects("hours is now")
    await owner.says("/settings pickup off")
    await owner.expects("pickup is now: off")
    await owner.says("/cancel")
    await owner.expects("What is done stays; /setup goes on.")
    await owner.says("Chai 15")
    await owner.expects("I work by commands here")
    await owner.says("/setup")
    await owner.expects(
        "✓ The shop: My shop", "○ What you sell", "✓ Opening hours: mon-fri", "✓ Delivery", "○ Staff group"
    )
    await owner.expects("2/6")
    await owner.taps("Sweets")
    await owner.expects("sweets: 30 products", "Kaju Katli — ₹1,100 / kg", buttons=["Use it", "Something else", "Skip"])
    await owner.taps("Something else")
    await owner.expects("2/6")
    await owner.taps("Salon")
    await owner.expects("salon: 30 products")
    await owner.taps("Use it")
    await owner.expects("✓ Your shop has 30 products now")
    await owner.expects("5/6 · Staff group")
    status, found = await bare.api("POST", "/setup/go")
    assert status == 200
    assert found["data"]["steps"] == {
        "shop": "done",
        "catalogue": "done",
        "hours": "done",
        "delivery": "done",
        "group": "open",
        "order": "open",
    }


async def test_after_days_the_setting_up_is_put_aside_and_goes_on_where_it_stood(bare: Shop) -> None:
    owner = await redeems(bare)
    await owner.expects("1/6")
    await owner.taps("Keep it")
    await owner.expects("2/6")
    await owner.says("Chai 15")
    await owner.expects("One product so far")
    await bare.settles()
    bare.app.books.clock = lambda: utc_now() + timedelta(days=3)
    await owner.expects("I have put the setting up aside. What is done stays; /setup goes on.")
    await owner.says("Coffee 25")
    await owner.expects("I work by commands here")
    await owner.says("/setup")
    await owner.expects("✓ The shop: My shop", "○ What you sell")
    await owner.expects("2/6")
    await owner.says("Chai 15")
    await owner.expects("One product so far")
    await owner.taps("Use these")
    await owner.expects("✓ Your shop has one product now")
    bare.app.books.clock = lambda: utc_now() + timedelta(days=6)
    await owner.expects("I have put the setting up aside")
    await owner.taps("Always open")  # the buttons still stand there
    await owner.expects("I work by commands here")


async def test_nonsense_is_asked_again_and_changes_nothing(bare: Shop) -> None:
    owner = await redeems(bare)
    await owner.expects("1/6")
    for words in ("hello", "???", "what is this?", "a b c d e f g h i j k", "12"):
        await owner.says(words)
        await owner.expects("Please write only the shop's name")
    await owner.taps("Time zone")
    await owner.expects("Which time zone?")
    await owner.says("Bangalore")
    await owner.expects("expected a time zone by its name")
    await owner.taps("Asia/Dubai")
    await owner.expects("✓ timezone: Asia/Dubai")
    await owner.expects("1/6", "Time zone: Asia/Dubai")
    await owner.taps("Language")
    await owner.expects("In which language")
    await owner.taps("Hinglish")
    await owner.expects("✓ language: hi_Latn")
    await owner.expects("1/6", "Naam: My shop")
    await owner.says("/settings language en")
    await owner.expects("language ab ye hai: en")
    await owner.taps("Keep it")
    await owner.expects("2/6")
    await owner.says("you tell me")
    await owner.expects("“you tell me”: I see no price.")
    await owner.expects("Write a name and its price")
    await owner.sends(location={"latitude": 12.9, "longitude": 77.5})
    await owner.expects("2/6")
    await owner.says("back")
    await owner.expects("1/6")
    await owner.taps("Skip")
    await owner.taps("Skip")
    await owner.expects("3/6")
    await owner.says("whenever")
    await owner.expects("hours is “whenever”; expected", "/settings hours")
    await owner.expects("3/6")
    await owner.taps("Always open")
    await owner.expects("4/6")
    await owner.says("by bicycle")
    await owner.expects("Please tap one of the buttons.")
    await owner.taps("Only delivery")
    await owner.expects("How far")
    await owner.says("far")
    await owner.expects("expected a distance")
    await owner.says("560001-560010, 560038")
    await owner.expects("✓ delivery.pins: 560001-560010, 560038")
    await owner.expects("What does a delivery cost?")
    await owner.says("/cancel")
    await owner.says("/setup")
    await owner.expects("○ Delivery and pickup")
    await owner.expects("4/6")
    await owner.taps("Only pickup")
    await owner.expects("5/6")
    await owner.says("done?")
    await owner.expects("Your group is not linked yet.")
