"""Who may open a shop, as the installation says: its operators alone, or its owners without being asked."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo import demo_config
from tests.harness import OWNER, Shop, free_port, open_shop
from tests.people import STRANGER, person, second_owner

pytestmark = pytest.mark.usefixtures("watched")


@pytest.fixture
async def house(request: pytest.FixtureRequest, world_address: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """The demo's shop, of which Meera alone is the operator, under these settings for new ones."""
    config = demo_config(world_address, tmp_path, port=free_port(), mode="webhook")
    said = config.workspaces.model_copy(update=request.param)
    async with open_shop(
        world_address, tmp_path, config.model_copy(update={"workspaces": said, "operators": (OWNER,)})
    ) as shop:
        yield shop


@pytest.mark.parametrize("house", [{"opens": "operators"}], indirect=True)
async def test_where_operators_open_shops_nobody_else_does(house: Shop) -> None:
    bina = await second_owner(house)
    await bina.says("/workspace new Bina Bakes")
    await bina.expects("New shops are opened by the operator of this installation. Please ask them.")
    stranger = person(house, STRANGER)
    await stranger.says("/workspace new Ravi Sweets")
    await stranger.expects("New shops are opened by the operator")
    await house.member().says("/workspace new Third")
    await house.member().expects("own chat with the Telegram bot")
    status, refused = await house.api("POST", "/workspaces/new", json={"name": "By HTTP"})
    assert (status, "Telegram bot" in refused["detail"]) == (422, True)
    await bina.says("/approve bina-bakes")
    await bina.expects("You may not")
    owner = house.owner()
    await owner.says("/workspace new Meera Sweets")
    shown = await owner.expects("Meera Sweets is yours")
    assert "approve" not in shown["text"]
    await owner.says("/workspace all")
    shown = await owner.expects("🟢 Meera Sweets")
    assert "Bina" not in shown["text"]
    assert "Ravi" not in shown["text"]


@pytest.mark.parametrize("house", [{"opens": "owners", "approval": False}], indirect=True)
async def test_without_approval_an_owner_opens_a_shop_at_once_and_its_customers_are_answered(house: Shop) -> None:
    bina = await second_owner(house)
    await bina.says("/workspace new Bina Bakes")
    shown = await bina.expects("Bina Bakes is yours")
    assert "approve" not in shown["text"]
    stranger = person(house, STRANGER)
    await stranger.says("/start shop-bina-bakes")
    await stranger.expects("Welcome to Bina Bakes!")
    await stranger.says("/workspace new Mine Too")
    await stranger.expects("Only those who own a shop here can open another one")
    await house.owner().says("/workspace all")
    await house.owner().expects("🟢 Bina Bakes · bina-bakes", "one person")
    await bina.says("/audit what=open")
    await bina.expects("open workspace", "Bina Bakes")


@pytest.mark.parametrize("house", [{"opens": "anybody", "approval": False}], indirect=True)
async def test_a_stranger_waits_for_an_operator_even_where_owners_do_not(house: Shop) -> None:
    """Who has asked for a shop is its owner; that lets in neither it nor the next one."""
    stranger = person(house, STRANGER)
    await stranger.says("/workspace new Ravi Sweets")
    await stranger.expects("Ravi Sweets is yours", "has to approve it")
    await house.owner().expects("Ravi Sweets", buttons=["Approve"])
    await stranger.says("/workspace new Second")
    await stranger.expects("still waits for the operator's word")
