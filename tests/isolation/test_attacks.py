"""Attacks by hand, through the wire: what is guessed, passed on, remembered or tapped late reaches no other shop."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.demo import STAFF, demo_config
from storage.actions import people
from storage.actors import system_actor
from storage.rules.permissions import Role
from storage.scope import Scope
from storage.tables.authority import audit, pledges
from tests.harness import GROUP, OWNER, Chat, Shop, free_port, on_both, open_shop
from tests.isolation.neighbours import BEENA, GUEST, SWEETS, bot_of, person, rows, statuses, stock
from tests.people import orders_chai

pytestmark = pytest.mark.usefixtures("watched")
SECOND_GROUP = -1001000000888


@on_both
async def test_what_is_guessed_of_another_shop_is_not_there(two: Shop) -> None:
    """Its order, its pledge, its failure: Beena writes the very ids."""
    await orders_chai(two.customer())
    owner = two.owner()
    await owner.says("/remove Ravi")
    await owner.expects("Shall I remove Ravi")
    pledge = rows(two, pledges, "main")[-1].id
    beena = person(two, BEENA)
    for written, answered in (
        ("/order 101", "There is no order #101"),
        ("/confirm 101", "There is no order #101"),
        (f"/yes {pledge}", "I do not know what to confirm"),
        (f"/undo {pledge}", "I do not know what to confirm"),
        ("/unmerge 01abc", "There is no merge"),
        ("/retry 1", "There is no #1 among what failed"),
        ("/merge #101 +919800000001", "There is no contact"),
    ):
        await beena.says(written)
        await beena.expects(answered)
    assert statuses(two) == ["pending"]
    await owner.taps("Yes")
    await owner.expects("Ravi is no longer in the team")


async def test_over_http_the_header_holds_every_id_to_its_shop(two: Shop) -> None:
    await orders_chai(two.customer())
    _, asked = await two.api("DELETE", "/members/Ravi")
    headers = {"Authorization": "Bearer demo", "X-Workspace": SWEETS}
    for method, path in (
        ("GET", "/orders/101"),
        ("POST", "/orders/101/confirm"),
        ("POST", f"/confirmations/{asked['confirmation']}"),
    ):
        async with two.world.session.request(method, f"{two.address}/api/v1{path}", headers=headers) as answer:
            assert answer.status == 404, path
    assert statuses(two) == ["pending"]


ODD = {
    "": "Annapurna",
    "   ": "Annapurna",
    f"  {SWEETS} ": "Meera Sweets",
    SWEETS.upper(): "",
    "Meera Sweets": "",
    f"main,{SWEETS}": "",
    "main' OR '1'='1": "",
    "%": "",
    "*": "",
    "x" * 4000: "",
    "ಮುನ್ಶಿ": "",
}


async def test_an_odd_name_in_the_header_opens_no_other_shop(two: Shop) -> None:
    for name, shop in ODD.items():
        headers = {"Authorization": "Bearer demo", "X-Workspace": name}
        async with two.world.session.get(f"{two.address}/api/v1/me", headers=headers) as answer:
            assert answer.status == (200 if shop else 404), name
            assert not shop or (await answer.json())["data"]["shop"] == shop


async def test_a_code_of_one_shop_makes_nobody_anything_in_another(two: Shop) -> None:
    """An invitation and a group's code lead into the shop that wrote them, wherever they are written; once."""
    owner = two.owner()
    await owner.says("/invite staff")
    code = re.search(r"start=([0-9a-f]{32})", (await owner.expects("start="))["text"])
    assert code is not None
    beena = person(two, BEENA)
    await beena.says(f"/start {code[1]}")
    await beena.expects("You are now staff of Annapurna")
    await owner.says("/link")
    linking = re.search(r"/link ([0-9a-f]{32})", (await owner.expects("/link "))["text"])
    assert linking is not None
    await two.world.post("setup", {"groups": [_group([BEENA])]})
    there = person(two, BEENA, SECOND_GROUP)
    await there.says(f"/link {linking[1]}")  # she is an admin of the other shop, and staff of this one
    await there.expects("You may not")
    await there.says("/orders")
    await there.expects("This group is not linked to a shop")


def _group(members: list[int]) -> dict[str, Any]:
    return {"id": SECOND_GROUP, "title": "Sweets", "members": [int(OWNER), *members], "administrators": [int(OWNER)]}


@on_both
async def test_a_card_that_was_left_in_a_group_does_not_act_in_the_shop_that_has_it_now(two: Shop) -> None:
    """The group worked for Annapurna, whose order 101 stands there with its buttons; Meera Sweets has an order 101 too."""
    customer, group = two.customer(), two.member()
    await orders_chai(customer)
    await group.expects("#101")
    main = Scope("main")
    bot = bot_of(two)
    await two.app.writer.run(lambda tx: people.unbind_group(tx, main, account=bot, chat=GROUP))
    sweets = system_actor(Scope(SWEETS))
    await two.app.writer.run(lambda tx: people.bind_group(tx, account=bot, chat=GROUP, kind="admin", actor=sweets))
    mine = Chat(two.world, f"telegram/{GROUP}", {"from": int(OWNER)}, rests=two.settles)
    await mine.taps("Confirm")
    await two.toasts("This group is not linked to a shop")
    assert statuses(two) == ["pending"]
    assert not statuses(two, SWEETS)


async def test_whoever_was_removed_here_still_works_there_and_only_there(two: Shop) -> None:
    boss = system_actor(Scope(SWEETS))
    who = {"name": "Ravi", "role": Role.STAFF, "telegram_id": STAFF[0]}
    await two.app.writer.run(lambda tx: people.add_member(tx, **who, actor=boss))
    await orders_chai(two.customer())
    ravi, owner = person(two, int(STAFF[0])), two.owner()
    await ravi.says("/workspace switch main")
    await ravi.expects("We talk about Annapurna")
    await owner.says("/remove Ravi")
    await owner.expects("Shall I remove Ravi")
    await owner.taps("Yes")
    await owner.expects("no longer in the team")
    await ravi.says("/confirm 101")
    await ravi.expects("You may not")
    await two.member().says("/confirm 101")
    await two.member().expects("You are not a member of this shop's team")
    await ravi.says("/workspace switch meera")
    await ravi.expects("We talk about Meera Sweets now", "staff")
    await ravi.says("/confirm 101")
    await ravi.expects("There is no order #101")
    assert statuses(two) == ["pending"]


async def test_an_old_button_of_the_first_shop_orders_nothing_in_the_second(two: Shop) -> None:
    guest = person(two, GUEST)
    await guest.says("2 chai")
    await guest.expects("Adrak Chai")
    await guest.says(f"/start shop-{SWEETS}")
    await guest.expects("Welcome to Meera Sweets!")
    await guest.taps("Place order")
    await guest.expects("pick it up")  # of Annapurna, where the basket is
    assert not statuses(two, SWEETS)
    await guest.says("hello")
    await guest.expects("Welcome to Meera Sweets")


async def test_equal_cards_of_two_shops_in_one_chat_act_each_in_its_own(two: Shop) -> None:
    """The owner of both has no group for the second; the first one's customers write to its number."""
    bot = bot_of(two)
    await two.app.writer.run(lambda tx: people.unbind_group(tx, Scope("main"), account=bot, chat=GROUP))
    owner = two.owner()
    await orders_chai(two.customer())
    first = await owner.expects("#101")
    await stock(two)
    guest = person(two, GUEST)
    await guest.says(f"/start shop-{SWEETS}")
    await guest.expects("Welcome to Meera Sweets!")
    await orders_chai(guest)
    second = await owner.expects("#101")
    assert first["n"] != second["n"]
    await owner.taps("Confirm")  # the last one
    await guest.expects("the shop has confirmed your order #101")
    assert (statuses(two), statuses(two, SWEETS)) == (["pending"], ["confirmed"])
    await owner.taps("Confirm", message_id=first["message_id"])
    await two.customer().expects("the shop has confirmed your order #101")
    assert statuses(two) == ["confirmed"]


async def test_a_tap_behind_a_switch_acts_where_its_message_stands(two: Shop) -> None:
    """All of it has come in before any of it is handled: the words follow the switch, the tap does not."""
    owner = two.owner()
    await owner.says("/remove Ravi")
    await owner.expects("Shall I remove Ravi")
    await two.app.lanes.stop()
    await owner.says("/workspace switch meera")
    await owner.taps("No")
    await owner.says("/me")
    two.app.lanes._stopping = False
    two.app._serve(two.app.lanes.serve())
    await owner.expects("We talk about Meera Sweets now")
    await owner.expects("nothing")
    await owner.expects("Meera Sweets")
    used = [row.used_at for row in rows(two, pledges, "main")]
    assert used
    assert all(used)


async def test_a_closed_shop_is_reached_by_no_code_button_or_link(two: Shop) -> None:
    owner, guest = two.owner(), person(two, GUEST)
    await guest.says(f"/start shop-{SWEETS}")
    await guest.expects("Welcome to Meera Sweets!")
    await owner.says("/workspace switch meera")
    await owner.expects("We talk about Meera Sweets")
    await owner.says("/workspace archive")
    await owner.expects("Shall I close Meera Sweets?")
    await owner.taps("Yes")
    await owner.expects("is closed")
    for words in (f"/start shop-{SWEETS}", "hello", "/orders", "2 chai"):
        await guest.says(words)
        await guest.expects("This shop has closed")
    assert not statuses(two, SWEETS)
    beena = person(two, BEENA)
    await beena.says("/members")
    await beena.expects("Meera Sweets is closed")
    await guest.says("/start shop-main")
    await guest.expects("Welcome to Annapurna!")


@pytest.fixture
async def asking(world_address: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """A house in which anybody may ask for a shop."""
    config = demo_config(world_address, tmp_path, port=free_port(), mode="webhook")
    opened = config.workspaces.model_copy(update={"opens": "anybody"})
    async with open_shop(world_address, tmp_path, config.model_copy(update={"workspaces": opened})) as shop:
        yield shop


async def test_who_waits_for_a_shop_rules_only_there(asking: Shop) -> None:
    """The owner of a shop that is not approved is an owner, but of that one."""
    ravi = person(asking, 8201)
    await ravi.says("/workspace new Ravi Sweets")
    await ravi.expects("Ravi Sweets is yours")
    await ravi.says("/members")
    shown = await ravi.expects("owner")
    assert "Meera" not in shown["text"]
    for words in ("/approve ravi-sweets", "/workspace all", "/workspace reject main because"):
        await ravi.says(words)
        await ravi.expects("You may not")
    await ravi.says("/workspace switch main")
    await ravi.expects("You work for no shop that is called main")
    assert all(row.actor_name != "Ravi" for row in rows(asking, audit, "main"))
