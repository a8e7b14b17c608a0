"""Who has no business with a shop tries all the same; and customers with a basket in two shops at once."""

from pathlib import Path

import pytest

from bot.demo import STAFF, demo_config
from handlers.closed import SENTENCES
from handlers.commands.workspaces import SIGN
from storage.rules.workspaces import FOLLOWS, State
from tests.dialogs.test_workspaces import CUSTOMER, house, opened, person
from tests.harness import Shop, free_port, labels, on_both, open_shop

__all__ = ["house"]


@pytest.mark.parametrize(
    "said",
    [
        "/settings",
        "/settings minimum 1",
        "/set minimum 1",
        "/workspace settings minimum 1",
        "/workspace all",
        "/workspace archive",
        "/workspace restore",
        "/workspace approve main",
        "/workspace reject main no",
        "/approve main",
        "/reject main no",
    ],
)
async def test_a_customer_changes_nothing_by_command(shop: Shop, said: str) -> None:
    asha = shop.customer()
    before = (await shop.api("GET", "/settings"))[1]["data"]
    await asha.says(said)
    answer = await asha.expects("")
    assert any(word in answer["text"] for word in ("You may not", "There is no order", "is active already"))
    await asha.says("/me")
    await asha.expects("Annapurna")
    assert (await shop.api("GET", "/settings"))[1]["data"] == before


async def test_customers_are_told_of_the_commands_that_are_theirs(shop: Shop) -> None:
    asha, owner = shop.customer(), shop.owner()
    await asha.says("/help")
    told = (await asha.expects("/menu"))["text"]
    assert "/workspace" not in told
    await asha.says("/workspaces")
    assert "/workspace " not in (await asha.expects("There is no command /workspaces"))["text"].replace("?", " ")
    await owner.says("/help")
    await owner.expects("/workspace")


async def test_who_was_refused_is_told_so_and_not_how_to_open_it(house: Shop) -> None:
    asha, operator = person(house, 8202), house.owner()
    await asha.says("/workspace new <b>Free</b> \u202ePhones")
    await operator.expects("asks for a shop: <b>Free</b> Phones (b-free-b-phones)")
    await operator.says("/reject b-free-b-phones no")
    await asha.expects("was not approved: no")
    await asha.says("/orders")
    await asha.expects("This shop has not opened.")
    await asha.says("/workspace restore")
    await asha.expects("is rejected already")
    await asha.says("/workspace new Cheap Phones")
    await asha.expects("was not approved. You can ask for another shop tomorrow.")


def test_each_state_of_a_shop_has_its_sign_and_its_sentence() -> None:
    """Whoever adds one is told here what customers have to read."""
    assert set(SIGN) == set(State)
    assert set(SENTENCES) == set(State) - {State.ACTIVE}
    assert {new for _, new in FOLLOWS} | {old for old, _ in FOLLOWS} == set(State)


async def test_a_shops_link_in_a_group_leads_nowhere(shop: Shop) -> None:
    await opened(shop)
    ravi = shop.member()
    await ravi.says("/start shop-meera-sweets")
    await ravi.expects("Please open this link in your own chat")
    await ravi.says("/me")
    await ravi.expects("staff\nAnnapurna")


@on_both
async def test_an_operator_does_not_open_what_its_owner_has_closed(shop: Shop) -> None:
    owner = await opened(shop, "Main")
    await owner.says("/workspace archive")
    await owner.expects("Shall I close Main?")
    await owner.taps("Yes")
    await owner.expects("Main is closed. Nothing is deleted.")
    await owner.says("/workspace")
    await owner.expects("● 🗄 Main")
    await owner.taps("Annapurna")
    await owner.expects("We talk about Annapurna now")
    await owner.says("/approve main-2")
    await owner.expects("Main is archived already")
    await owner.says("/workspace switch main-2")
    await owner.expects("We talk about Main now")


@on_both
async def test_two_baskets_in_two_shops_do_not_mix(shop: Shop) -> None:
    """One customer, one chat with the shared bot, an order begun in each shop."""
    owner, guest = await opened(shop), person(shop, CUSTOMER)
    await owner.says("/settings delivery.fee 40")
    await owner.expects("delivery.fee is now: 40")
    await guest.says("/start shop-main")
    await guest.expects("Welcome to Annapurna!")
    await guest.says("2 chai")
    await guest.expects("Your basket", "2 × Adrak Chai")
    await guest.says("/start shop-meera-sweets")
    await guest.expects("Welcome to Meera Sweets!")
    await guest.says("basket")
    answer = await guest.expects("")
    assert "Chai" not in answer["text"]
    await guest.says("/start shop-main")
    await guest.expects("Welcome to Annapurna!")
    await guest.says("one more chai")
    shown = await guest.expects("Your basket", "3 × Adrak Chai")
    assert "Place order" in labels(shown)
    await guest.taps("Place order")
    await guest.expects("Shall we deliver")
    await guest.taps("Delivery")
    await guest.expects("Where shall we bring it")
    await guest.says("/start shop-meera-sweets")
    await guest.expects("Welcome to Meera Sweets!")
    await guest.says("/start shop-main")
    await guest.expects("Welcome to Annapurna!")
    await guest.says("12 MG Road, Indiranagar")
    await guest.expects("When would you like it")


async def test_the_operators_of_the_configuration_decide_and_no_owner_does(world_address: str, tmp_path: Path) -> None:
    config = demo_config(world_address, tmp_path, port=free_port(), mode="webhook")
    opened = config.workspaces.model_copy(update={"opens": "anybody"})
    changed = {"workspaces": opened, "operators": (STAFF[1],)}
    async with open_shop(world_address, tmp_path, config.model_copy(update=changed)) as shop:
        ravi, operator, owner = person(shop, 8201), person(shop, int(STAFF[1])), shop.owner()
        await operator.says("/me")
        await operator.expects("staff\nSwad Corner")
        await ravi.says("/workspace new Ravi Sweets")
        await operator.expects("asks for a shop: Ravi Sweets (ravi-sweets)", buttons=["Approve"])
        await owner.says("/approve ravi-sweets")
        await owner.expects("You may not")
        await operator.taps("Approve")
        await ravi.expects("Ravi Sweets is approved")
