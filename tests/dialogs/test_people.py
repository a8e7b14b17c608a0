"""The people of a shop: the owner's link, the staff group, invitations, roles, and who may not."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo import demo_config
from bot.founding import owner_link
from storage.scope import Scope
from tests.harness import GROUP, MENU, Chat, Shop, free_port, on_both, open_shop

NEW_OWNER, NEWCOMER, STRANGER = 8001, 8002, 8003


@pytest.fixture
async def empty_shop(world_address: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> AsyncIterator[Shop]:
    """A shop at its first start: nobody owns it, and no group is linked. `capfd` hears what is printed from the first."""
    config = demo_config(world_address, tmp_path, port=free_port(), mode="webhook")
    shop = {"catalogue": str(MENU), "name": "Annapurna", "people": (), "admin_group": ""}
    async with open_shop(
        world_address, tmp_path, config.model_copy(update={"shop": config.shop.model_copy(update=shop)})
    ) as opened:
        yield opened


def person(shop: Shop, number: int, chat: int | str | None = None) -> Chat:
    return Chat(shop.world, f"telegram/{chat or number}", {"from": number})


async def printed_link(capfd: pytest.CaptureFixture[str]) -> str:
    """The owner's code from the line that the first start prints."""
    printed = ""
    for _ in range(1000):
        printed += capfd.readouterr().out
        found = re.search(r"start=([0-9a-f]{32})", printed)
        if found is not None:
            return found.group(1)
        await asyncio.sleep(0.05)
    raise AssertionError(f"no link was printed: {printed!r}")


async def test_first_start_makes_an_owner_a_group_and_a_team(
    empty_shop: Shop, capfd: pytest.CaptureFixture[str]
) -> None:
    shop = empty_shop
    secret = await printed_link(capfd)
    owner = person(shop, NEW_OWNER)
    await owner.says(f"/start {secret}")
    welcome = await owner.expects("You are now owner of Annapurna", "/link ")
    code = re.search(r"/link ([0-9a-f]{32})", welcome["text"])
    assert code is not None

    group = person(shop, NEW_OWNER, GROUP)
    await group.says("/orders")
    await group.expects("not linked to a shop")
    await group.says(f"/link {code.group(1)}")
    await group.expects("This is now the staff group of Annapurna")
    await group.says("/orders")
    await group.expects("There are no such orders")

    await owner.says("/invite staff")
    invitation = await owner.expects("invite as staff", "https://t.me/")
    ticket = re.search(r"start=([0-9a-f]{32})", invitation["text"])
    assert ticket is not None
    newcomer = person(shop, NEWCOMER)
    await newcomer.says(f"/start {ticket.group(1)}")
    await newcomer.expects("You are now staff of Annapurna")
    late = person(shop, STRANGER)
    await late.says(f"/start {ticket.group(1)}")
    await late.expects("not valid any more")
    await late.says("/members")
    await late.expects("You may not")

    asha = shop.customer()
    await asha.says("/start " + secret)
    await asha.expects("open this link in your own chat")


async def test_the_owners_link_counts_once_and_a_restart_prints_no_other(
    empty_shop: Shop, capfd: pytest.CaptureFixture[str]
) -> None:
    shop = empty_shop
    secret = await printed_link(capfd)
    owner, stranger = person(shop, NEW_OWNER), person(shop, STRANGER)
    await owner.says(f"/start {secret}")
    await owner.expects("You are now owner of Annapurna")
    for again in (stranger, owner):
        await again.says(f"/start {secret}")
        await again.expects("not valid any more")
    link = await shop.app.writer.run(lambda tx: owner_link(tx, shop.app.config.shop, "bot"))
    assert link is None


async def test_a_second_start_without_an_owner_voids_the_link_before(
    empty_shop: Shop, capfd: pytest.CaptureFixture[str]
) -> None:
    shop = empty_shop
    first = await printed_link(capfd)
    second = await shop.app.writer.run(lambda tx: owner_link(tx, shop.app.config.shop, "bot"))
    assert second is not None
    owner = person(shop, NEW_OWNER)
    await owner.says(f"/start {first}")
    await owner.expects("not valid any more")
    await owner.says(f"/start {second.partition('start=')[2]}")
    await owner.expects("You are now owner of Annapurna")


@on_both
async def test_owner_changes_roles_removes_and_takes_it_back(shop: Shop) -> None:
    owner, ravi = shop.owner(), shop.member()
    await owner.says("/members")
    await owner.expects("Meera (owner) · owner", "Ravi · staff", "Sunita · staff")
    await owner.says("/role admin Ravi")
    changed = await owner.expects("Ravi is now admin", buttons=["Undo"])
    await owner.taps("Undo", message_id=changed["message_id"])
    await owner.expects("Ravi is now staff")
    await owner.says("/remove ravi")
    await owner.expects("Shall I remove Ravi (staff)", buttons=["Yes", "No"])
    await ravi.says("/orders")
    await ravi.expects("There are no such orders")
    await owner.taps("Yes")
    gone = await owner.expects("Ravi is no longer in the team", buttons=["Undo"])
    await ravi.says("/orders")
    await ravi.expects("not a member of this shop's team")
    await owner.taps("Undo", message_id=gone["message_id"])
    await owner.expects("Ravi is in the team again")
    await ravi.says("/orders")
    await ravi.expects("There are no such orders")
    await owner.says("/audit what=remove")
    await owner.expects("Meera (owner) · remove member")


async def test_no_means_no_and_an_answer_counts_once(shop: Shop) -> None:
    owner = shop.owner()
    await owner.says("/remove Sunita")
    question = await owner.expects("Shall I remove Sunita")
    await owner.taps("No")
    await owner.expects("I have done nothing")
    await owner.taps("Yes", message_id=question["message_id"])
    await owner.expects("used or too late")
    await owner.says("/members")
    await owner.expects("Sunita · staff")


async def test_another_person_cannot_answer_my_question(shop: Shop) -> None:
    owner = Chat(shop.world, f"telegram/{GROUP}", {"from": 7001})
    ravi = shop.member()
    await owner.says("/remove Sunita")
    question = await owner.expects("Shall I remove Sunita")
    await ravi.taps("Yes", message_id=question["message_id"])
    await shop.toasts("Only the person who was asked can answer this")
    await shop.settles()
    assert await shop.app.writer.run(lambda tx: _names(tx)) == ["Meera (owner)", "Ravi", "Sunita"]
    await owner.taps("Yes", message_id=question["message_id"])
    await owner.expects("Sunita is no longer in the team")


def _names(tx: object) -> list[str]:
    from storage.queries.people import members_of

    return [each.name for each in members_of(tx, Scope("main"))]  # type: ignore[arg-type]


async def test_a_yes_is_void_when_the_thing_has_changed_since(shop: Shop) -> None:
    owner = shop.owner()
    await owner.says("/remove Sunita")
    question = await owner.expects("Shall I remove Sunita (staff)")
    await owner.says("/role viewer Sunita")
    await owner.expects("Sunita is now viewer")
    await owner.taps("Yes", message_id=question["message_id"])
    await owner.expects("It has changed since I asked")


async def test_staff_may_not_change_people_and_the_last_owner_stays(shop: Shop) -> None:
    ravi, owner = shop.member(), shop.owner()
    for command in ("/invite staff", "/role admin Ravi", "/remove Sunita", "/audit", "/members", "/link"):
        await ravi.says(command)
        await ravi.expects("You may not")
    await owner.says("/role staff Meera")
    await owner.expects("A shop needs an owner")
    await owner.says("/role king Ravi")
    await owner.expects("role is “king”", "Usage: /role")
    await owner.says("/role admin Nobody")
    await owner.expects("There is no member Nobody")
    await owner.says("/restore Ravi")
    await owner.expects("There is no former member Ravi")


async def test_words_to_confirm_or_undo_what_is_not_there(shop: Shop) -> None:
    owner = shop.owner()
    for words in ("/yes 0k3w9d2m", "/no 0k3w9d2m", "/undo 0k3w9d2m"):
        await owner.says(words)
        await owner.expects("I do not know what to confirm")


async def test_me_says_who_i_am(shop: Shop) -> None:
    ravi, asha = shop.member(), shop.customer()
    await ravi.says("/me")
    await ravi.expects("Ravi", "staff", "Annapurna")
    await asha.says("/me")
    await asha.expects("Asha", "+919800000001", "Annapurna")


async def test_over_http_a_removal_waits_for_its_confirmation(shop: Shop) -> None:
    status, asked = await shop.api("DELETE", "/members/Ravi")
    assert (status, asked["code"]) == (409, "confirmation_needed")
    status, done = await shop.api("POST", f"/confirmations/{asked['confirmation']}")
    assert status == 200, done
    assert (await shop.api("GET", "/members"))[1]["data"]["members"][-1]["name"] == "Sunita"
    assert (await shop.api("POST", f"/confirmations/{asked['confirmation']}"))[0] == 409
    assert (await shop.api("POST", f"/undos/{done['data']['undo']}"))[0] == 200
    assert "Ravi" in [each["name"] for each in (await shop.api("GET", "/members"))[1]["data"]["members"]]
    assert (await shop.api("DELETE", "/confirmations/nothing"))[0] == 404
