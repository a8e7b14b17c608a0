"""Who would like to be more than they are: old questions, forged buttons, and people who have gone meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.demo import demo_config
from storage.actions import people
from storage.rules.permissions import Role
from storage.tables.authority import pledges
from storage.tables.people import members
from tests.faults.wire import TELEGRAM_PATH, TELEGRAM_SECRET
from tests.harness import GROUP, MENU, STAFF, Shop, free_port, open_shop
from tests.people import MAIN, SECOND, STRANGER, person, roles, second_owner


async def test_who_was_demoted_since_the_question_is_refused_at_the_press(shop: Shop) -> None:
    owner, second = shop.owner(), await second_owner(shop)
    await second.says("/remove Sunita")
    question = await second.expects("Shall I remove Sunita")
    await owner.says("/role admin Bina")
    await owner.expects("Bina is now admin")
    await second.taps("Yes", message_id=question["message_id"])
    await second.expects("You may not change the people of the shop")
    await second.says("/role staff Ravi")
    await second.expects("You may not")
    assert roles(shop)["Sunita"] == Role.STAFF


async def test_an_ex_member_presses_nothing_old_in_private_or_in_the_group(shop: Shop) -> None:
    owner, second = shop.owner(), await second_owner(shop)
    await second.says("/remove Sunita")
    question = await second.expects("Shall I remove Sunita")
    await person(shop, SECOND, GROUP).says("/remove Ravi")
    in_group = await person(shop, SECOND, GROUP).expects("Shall I remove Ravi")
    await second.says("/role viewer Ravi")
    changed = await second.expects("Ravi is now viewer", buttons=["Undo"])
    await owner.says("/remove Bina")
    await owner.expects("Shall I remove Bina")
    await owner.taps("Yes")
    await owner.expects("no longer in the team")
    for button, message in (("Yes", question), ("Undo", changed)):
        await second.taps(button, message_id=message["message_id"])
        await second.expects("Only the person who was asked can answer this")
    await person(shop, SECOND, GROUP).taps("Yes", message_id=in_group["message_id"])
    await shop.toasts("not a member")
    assert roles(shop) == {"Meera (owner)": "owner", "Ravi": "viewer", "Sunita": "staff"}


async def test_an_undo_comes_too_late_after_a_minute(shop: Shop) -> None:
    owner = shop.owner()
    await owner.says("/role admin Ravi")
    changed = await owner.expects("Ravi is now admin", buttons=["Undo"])
    undo = changed["buttons"][0][0]["data"].split()[1]
    over = update(pledges).values(expires_at=pledges.c.made_at)
    await shop.app.writer.run(lambda tx: tx.execute(over).rowcount)
    await owner.taps("Undo", message_id=changed["message_id"])
    await owner.expects("used or too late")
    await owner.says(f"/yes {undo}")
    await owner.expects("I do not know what to confirm")
    assert roles(shop)["Ravi"] == Role.ADMIN


async def test_forged_buttons_do_no_more_than_their_finger_may(shop: Shop) -> None:
    """A changed client sends whatever it likes as the data of a button."""
    forged = (
        "/remove Sunita",
        "/role owner Ravi",
        "/bot stop",
        "/link 1",
        "/start 1",
        "/yes 1",
        "//x",
        "/",
        "\0",
        "🙂",
    )
    for at, data in enumerate((*forged, "x" * 4096)):
        query = {
            "id": f"{at}",
            "from": {"id": int(STAFF[0]), "is_bot": False, "first_name": "Ravi"},
            "message": {"message_id": 1, "date": 0, "chat": {"id": int(GROUP), "type": "supergroup"}},
            "chat_instance": "1",
            "data": data,
        }
        body = {"update_id": 900_000 + at, "callback_query": query}
        address = f"{shop.address}{TELEGRAM_PATH}"
        async with shop.world.session.post(address, json=body, headers=TELEGRAM_SECRET) as answer:
            assert answer.status == 200, data
    await shop.settles()
    assert roles(shop) == {"Meera (owner)": "owner", "Ravi": "staff", "Sunita": "staff"}
    await shop.owner().says("/bot status")
    await shop.owner().expects("I am answering customers")


async def test_who_puts_the_bot_out_is_named_on_one_line(shop: Shop) -> None:
    evil = {"id": STRANGER, "first_name": "Ok\n✅ All is well\u202e"}
    await shop.world.post("setup", {"users": [evil], "groups": [{"id": int(GROUP), "members": [STRANGER]}]})
    bot = next(each for each in shop.app.channels if each.startswith("telegram:")).partition(":")[2]
    await shop.world.post(f"telegram/{GROUP}/members", {"kick": [bot], "by": STRANGER})
    told = await shop.owner().expects("has removed me from the staff group", "Ok ✅ All is well has")
    assert "\n" not in told["text"]
    await shop.owner().says("/audit what=group")
    await shop.owner().expects("lose group", GROUP)


async def test_without_a_staff_group_the_owner_hears_of_orders(shop: Shop) -> None:
    await shop.app.writer.run(
        lambda tx: people.unbind_group(tx, MAIN, account=_bot(shop), chat=GROUP),
    )
    asha, owner = shop.customer(), shop.owner()
    await owner.says("/me")
    await asha.says("I want to talk to a person")
    await owner.expects("would like to talk", "Asha")


def _bot(shop: Shop) -> str:
    return next(each for each in shop.app.channels if each.startswith("telegram:"))


async def test_a_member_who_left_between_writing_and_its_turn_has_no_authority(shop: Shop) -> None:
    """The lane was taken as staff's; who somebody is, is asked again when their turn comes."""
    gone = update(members).where(members.c.telegram_id == STAFF[0]).values(active=False)
    asha, ravi = shop.customer(), shop.member()
    await asha.says("hi")
    await asha.expects("Hello")

    def race() -> None:
        shop.app.books.write(lambda tx: tx.execute(gone))

    await asyncio.gather(ravi.says("/today", wait=False), asyncio.to_thread(race))
    await shop.settles()
    await ravi.says("/today")
    await ravi.expects("not a member of this shop's team")


@pytest.fixture
async def hindi_shop(world_address: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop whose people read Hindi."""
    config = demo_config(world_address, tmp_path, port=free_port(), mode="webhook")
    shop = config.shop.model_copy(update={"catalogue": str(MENU), "language": "hi"})
    async with open_shop(world_address, tmp_path, config.model_copy(update={"shop": shop})) as opened:
        yield opened


async def test_alerts_and_faults_of_typing_are_said_in_the_shops_language(hindi_shop: Shop) -> None:
    shop = hindi_shop
    owner, ravi = shop.owner(), shop.member()
    await owner.says("/me")
    await owner.expects("मालिक")
    fault = {"code": 131026, "method": "messages", "to": "919800000001", "times": 1}
    await shop.world.post("faults", {"error": [fault], "statuses": "none"})
    await shop.customer().says("/order 1", wait=False)
    await owner.expects("को भेजा संदेश नहीं गया", "131026")
    await ravi.says("/confirm abc")
    await ravi.expects("पूरी संख्या")
    await ravi.says("/orders days=400000")
    await ravi.expects("3650 या कम")
