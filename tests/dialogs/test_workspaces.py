"""Several shops in one house: opened, approved, chosen, closed; each customer, group and tap with its own."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo import STAFF, demo_config
from tests.harness import OWNER, Chat, Shop, free_port, on_both, open_shop
from tests.people import orders_chai

pytestmark = pytest.mark.usefixtures("watched")

CUSTOMER, OTHER_GROUP = 8101, -1001000000777


@pytest.fixture
async def house(world_address: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """The demo's shop; everybody may ask for another one, and an operator decides."""
    config = demo_config(world_address, tmp_path, port=free_port(), mode="webhook")
    opened = config.workspaces.model_copy(update={"opens": "anybody"})
    async with open_shop(world_address, tmp_path, config.model_copy(update={"workspaces": opened})) as shop:
        yield shop


def person(shop: Shop, number: int, chat: int | None = None) -> Chat:
    return Chat(shop.world, f"telegram/{chat or number}", {"from": number, "name": f"P{number}"})


async def opened(shop: Shop, name: str = "Meera Sweets") -> Chat:
    """The owner of the demo's shop opens another one; they talk about it from then on."""
    owner = shop.owner()
    await owner.says(f"/workspace new {name}")
    await owner.expects(f"{name} is yours")
    return owner


@on_both
async def test_an_owner_opens_a_second_shop_and_goes_between_them(shop: Shop) -> None:
    owner = await opened(shop)
    await owner.says("/me")
    await owner.expects("Meera Sweets")
    await owner.says("/workspace")
    await owner.expects("○ 🟢 Annapurna", "● 🟢 Meera Sweets", "start=shop-meera-sweets")
    await owner.taps("Annapurna")
    await owner.expects("We talk about Annapurna now", "owner")
    await owner.says("/workspace switch meera")
    await owner.expects("We talk about Meera Sweets now")
    await owner.says("/workspace settings minimum 200")
    await owner.expects("minimum is now: 200")
    await owner.says("/workspace settings")
    await owner.expects("Settings of Meera Sweets", "minimum: 200")
    await owner.says("/workspace switch nowhere")
    await owner.expects("You work for no shop that is called nowhere")
    await owner.says("/workspace new …")
    await owner.expects("Write the name of the shop behind it")
    await shop.member().says("/workspace new Third")
    await shop.member().expects("Please write this in your own chat with the Telegram bot")


async def test_words_written_behind_a_switch_are_meant_for_the_other_shop(shop: Shop) -> None:
    owner = await opened(shop)
    for each in ("main", "meera-sweets", "main"):
        await owner.says(f"/workspace switch {each}")
        await owner.says("/me")
    for name in ("Annapurna", "Meera Sweets", "Annapurna"):
        await owner.expects(f"We talk about {name} now")
        await owner.expects(f"owner\n{name}")


async def test_a_stranger_asks_for_a_shop_and_the_operator_decides(house: Shop) -> None:
    ravi, operator = person(house, 8201), house.owner()
    await ravi.says("/workspace new Ravi Sweets")
    await ravi.expects("Ravi Sweets is yours", "The operator has to approve it")
    await ravi.says("/workspace new Another")
    await ravi.expects("Ravi Sweets still waits for the operator's word")
    await operator.expects("asks for a shop: Ravi Sweets (ravi-sweets)", buttons=["Approve"])

    guest = person(house, CUSTOMER)
    await guest.says("/start shop-ravi-sweets")
    await guest.expects("This shop has not opened yet")
    await ravi.says("/approve ravi-sweets")
    await ravi.expects("You may not")
    await operator.says("/workspace all")
    await operator.expects("⏳ Ravi Sweets · ravi-sweets · standard")
    await operator.says("/approve ravi-sweets")
    await operator.expects("Ravi Sweets is open. Its owner has been told.")
    await ravi.expects("Ravi Sweets is approved")
    await operator.says("/approve ravi-sweets")
    await operator.expects("is active already")
    await operator.says("/approve nobody")
    await operator.expects("There is no shop nobody here")
    await guest.says("/start shop-ravi-sweets")
    await guest.expects("Welcome to Ravi Sweets!")
    await ravi.says("/audit")
    await ravi.expects("Meera (owner) · workspace active")


async def test_a_shop_is_refused_with_a_reason(house: Shop) -> None:
    asha, operator = person(house, 8202), house.owner()
    await asha.says("/workspace new Free Phones")
    await operator.expects("Free Phones")
    await operator.says("/reject free-phones")
    await operator.expects("Write the reason behind it")
    await operator.says("/reject free-phones we do not sell phones")
    await operator.expects("Free Phones is rejected")
    await asha.expects("Free Phones was not approved: we do not sell phones")


async def test_who_may_open_a_shop_is_said(shop: Shop) -> None:
    ravi = person(shop, int(STAFF[0]))
    await ravi.says("/workspace new Mine")
    await ravi.expects("Only those who own a shop here can open another one")


@on_both
async def test_a_customer_reaches_a_shop_by_its_link_and_stays_with_it(shop: Shop) -> None:
    await opened(shop)
    guest = person(shop, CUSTOMER)
    await guest.says("hello")
    await guest.expects("Welcome to Annapurna")
    await guest.says("/start shop-meera-sweets")
    await guest.expects("Welcome to Meera Sweets!")
    await guest.says("hello")
    await guest.expects("Welcome to Meera Sweets.")
    await guest.says("/start shop-nothing")
    await guest.expects("There is no shop behind this link")
    await guest.says("/start shop-main")
    await guest.expects("Welcome to Annapurna!")


@on_both
async def test_a_button_acts_in_the_shop_that_sent_it(shop: Shop) -> None:
    """Both shops have an order 101, and its card stands in the same chat of their owner."""
    customer, owner = shop.customer(), shop.owner()
    await orders_chai(customer)
    await owner.expects("#101")
    await opened(shop)
    await owner.says("/confirm 101")
    await owner.expects("There is no order #101")
    await owner.taps("Confirm")
    await customer.expects("the shop has confirmed your order #101")
    await owner.expects("🏪 Annapurna\n🟢 #101")


async def test_a_group_belongs_to_the_shop_whose_code_was_written_in_it(shop: Shop) -> None:
    owner = await opened(shop)
    await owner.says("/link")
    code = re.search(r"/link ([0-9a-f]{32})", (await owner.expects("/link "))["text"])
    assert code is not None
    await owner.says("/workspace switch main")
    await owner.expects("Annapurna")
    group = {"id": OTHER_GROUP, "title": "Sweets staff", "members": [int(OWNER)], "administrators": [int(OWNER)]}
    await shop.world.post("setup", {"groups": [group]})
    there = person(shop, int(OWNER), OTHER_GROUP)
    await there.says(f"/link {code[1]}")
    await there.expects("This is now the staff group of Meera Sweets")
    await there.says("/me")
    await there.expects("Meera Sweets")
    await there.says(f"/link {code[1]}")
    await there.expects("not valid any more")


async def test_an_invitation_leads_into_the_shop_that_wrote_it(shop: Shop) -> None:
    owner = await opened(shop)
    await owner.says("/invite staff")
    code = re.search(r"start=([0-9a-f]{32})", (await owner.expects("start="))["text"])
    assert code is not None
    sunita = person(shop, int(STAFF[1]))
    await sunita.says(f"/start {code[1]}")
    await sunita.expects("You are now staff of Meera Sweets")
    await sunita.says("/workspace")
    await sunita.expects("○ 🟢 Annapurna", "● 🟢 Meera Sweets")
    ravi = person(shop, int(STAFF[0]))
    await ravi.says(f"/start {code[1]}")
    await ravi.expects("not valid any more")
    await ravi.says("/me")
    await ravi.expects("staff", "Annapurna")


async def test_a_closed_shop_answers_nobody_and_opens_again(shop: Shop) -> None:
    owner = await opened(shop)
    guest = person(shop, CUSTOMER)
    await guest.says("/start shop-meera-sweets")
    await guest.expects("Welcome to Meera Sweets!")
    await owner.says("/workspace archive")
    await owner.expects("Shall I close Meera Sweets?", buttons=["Yes", "No"])
    await owner.taps("Yes")
    await owner.expects("Meera Sweets is closed. Nothing is deleted.")
    await guest.says("2 samosa")
    await guest.expects("This shop has closed")
    await owner.says("/orders")
    await owner.expects("Meera Sweets is closed. /workspace restore opens it again.")
    await owner.says("/workspace restore")
    await owner.expects("Meera Sweets is open again")
    await owner.says("/workspace restore")
    await owner.expects("is active already")
    await owner.says("/workspace switch main")
    await owner.expects("Annapurna")
    await owner.says("/workspace archive")
    await owner.expects("Shall I close Annapurna?")
    await owner.taps("Yes")
    await owner.expects("the first shop of the installation")


async def test_http_names_the_workspace_in_a_header(shop: Shop) -> None:
    await opened(shop)
    for name, found in (("main", "Annapurna"), ("meera-sweets", "Meera Sweets")):
        headers = {"Authorization": "Bearer demo", "X-Workspace": name}
        async with shop.world.session.get(f"{shop.address}/api/v1/me", headers=headers) as answer:
            assert (await answer.json())["data"]["shop"] == found
    await shop.owner().says("/workspace archive")
    await shop.owner().expects("Shall I close Meera Sweets?")
    await shop.owner().taps("Yes")
    await shop.owner().expects("Meera Sweets is closed")
    headers["X-Workspace"] = "meera-sweets"
    async with shop.world.session.get(f"{shop.address}/api/v1/menu", headers=headers) as answer:
        assert (answer.status, "is closed" in await answer.text()) == (409, True)
    headers["X-Workspace"] = "nowhere"
    async with shop.world.session.get(f"{shop.address}/api/v1/me", headers=headers) as answer:
        assert answer.status == 404
