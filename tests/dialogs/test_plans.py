"""What a shop may have: shown to its people, changed by the operator, and kept where it is decided."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, update

from bot.demo import STAFF, demo_config
from storage.tables.people import conversations
from storage.tables.runtime import inbox
from storage.tx import Tx
from tests.harness import MENU, Chat, Shop, free_port, on_both, open_shop


@pytest.fixture
async def house(world_address: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop on the standard plan, in a house that somebody else runs."""
    config = demo_config(world_address, tmp_path, port=free_port(), mode="webhook")
    shop = config.shop.model_copy(update={"plan": "standard", "catalogue": str(MENU), "name": "Annapurna"})
    changed = {"shop": shop, "operators": (STAFF[1],)}
    async with open_shop(world_address, tmp_path, config.model_copy(update=changed)) as opened:
        yield opened


def operator(shop: Shop) -> Chat:
    return Chat(shop.world, f"telegram/{STAFF[1]}", {"from": int(STAFF[1])}, rests=shop.settles)


async def limits(shop: Shop, **values: int | str) -> None:
    """The operator gives the shop limits of its own."""
    boss = operator(shop)
    for word, value in values.items():
        await boss.says(f"/plan limit main {word} {value}")
        await boss.expects(f"Annapurna: {word} is now {value}")


async def test_the_owner_sees_the_plan_and_what_is_used_and_changes_nothing(house: Shop) -> None:
    owner, ravi = house.owner(), house.member()
    await house.customer().says("hi")
    await house.customer().expects("Hello Asha")
    await owner.says("/plan")
    await owner.expects(
        "Annapurna has the plan standard", "numbers 1 of 2", "members 3 of 25", "conversations 1 of 200"
    )
    await owner.says("/plan limit standard members 40")
    await owner.expects("You may not change plans and limits")
    for text in ("/plan list", "/plan main", "/plan main unlimited", "/plan new pro"):
        await owner.says(text)
        await owner.expects("You may not change plans and limits")
    await ravi.says("/plan")
    await ravi.expects("You may not")


async def test_the_operator_makes_plans_changes_limits_and_each_shop_has_it_in_its_log(house: Shop) -> None:
    boss, owner = operator(house), house.owner()
    await boss.says("/plan list")
    await boss.expects(
        "standard: numbers 2, members 25, conversations 200, file 10 MB · one shop", "unlimited: numbers none"
    )
    await boss.says("/plan new pro")
    await boss.expects("The plan pro is there")
    await boss.says("/plan new pro")
    await boss.expects("There is a plan pro already")
    await boss.says("/plan limit pro members 40")
    await boss.expects("pro: members is now 40 (before: 25)")
    await boss.says("/plan main pro")
    await boss.expects("Annapurna is on the plan pro now")
    await owner.expects("Your shop is on the plan pro now (before: standard)")
    await boss.says("/plan limit pro file 512 kB")
    await boss.expects("pro: file is now 512 kB (before: 10 MB)")
    await boss.taps("Back to 10 MB")
    await boss.expects("pro: file is now 10 MB (before: 512 kB)")
    await boss.says("/plan limit main numbers 3")
    await boss.expects("Annapurna: numbers is now 3 (before: 2)")
    await boss.says("/plan main")
    await boss.expects("numbers 1 of 3 (WhatsApp numbers) · for this shop alone", "members 3 of 40")
    await boss.taps("Back to 2")
    await boss.expects("Annapurna: numbers is now 2 (before: 3)")
    await boss.says("/plan main")
    shown = await boss.expects("numbers 1 of 2")
    assert "for this shop alone" not in shown["text"]  # the plan has the word again
    await owner.says("/audit")
    await owner.expects(
        "change plan · plan: standard → pro", "change limit · pro.file_bytes: 10 MB → 512 kB", "numbers: 2 → 3"
    )


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/plan limit standard", "Write a plan or a shop, the limit, and its value"),
        (
            "/plan limit standard colour 3",
            "There is no limit “colour”. There are: numbers, members, conversations, file.",
        ),
        ("/plan limit standard members many", "members is “many”; expected a whole number from 1 to 10000, or none."),
        ("/plan limit standard file 1 GB", "expected a size from 1 kB to 100 MB, or none."),
        ("/plan limit nowhere members 3", "There is no plan and no shop nowhere"),
        ("/plan limit unlimited members 3", "The plan unlimited has no limits"),
        ("/plan nowhere pro", "There is no plan pro"),
        ("/plan nowhere unlimited", "There is no shop nowhere here"),
        ("/plan main standard", "Annapurna is on the plan standard already"),
        ("/plan nowhere", "There is no shop nowhere here"),
        ("/plan new main", "A shop is called main"),
        ("/plan new list", "A plan is named by small letters"),
        ("/plan new pro nothing", "There is no plan nothing"),
    ],
)
async def test_what_cannot_be_is_said(house: Shop, said: str, answer: str) -> None:
    await operator(house).says(said)
    await operator(house).expects(answer)


async def _invitation(owner: Chat) -> str:
    await owner.says("/invite staff")
    found = re.search(r"start=([0-9a-f]{32})", (await owner.expects("start="))["text"])
    assert found is not None
    return found[1]


async def test_a_full_team_takes_nobody_until_there_is_room(house: Shop) -> None:
    owner = house.owner()
    code = await _invitation(owner)
    await limits(house, members=3)
    kiran = Chat(house.world, "telegram/8301", {"from": 8301, "name": "Kiran"}, rests=house.settles)
    await kiran.says(f"/start {code}")
    await kiran.expects("The team is full at the moment. Please tell the owner")
    await owner.says("/invite staff")
    await owner.expects("There is room for 3 people in the team, and all of it is taken. /remove takes somebody out.")
    await owner.says("/remove Ravi")
    await owner.expects("Ravi")
    await owner.taps("Yes")
    await owner.expects("Ravi is no longer in the team")
    await kiran.says(f"/start {code}")
    await kiran.expects("You are now staff of Annapurna")
    await owner.says("/restore Ravi")
    await owner.expects("There is room for 3 people in the team")


async def test_a_file_beyond_the_plan_is_refused_with_the_plans_size(house: Shop) -> None:
    await limits(house, file="2 kB")
    asha = house.customer()
    await asha.sends(file={"kind": "document", "name": "list.pdf", "mime": "application/pdf", "size": 4096})
    await asha.expects("I can take up to 2 kB")
    await asha.sends(file={"kind": "document", "name": "short.pdf", "mime": "application/pdf", "size": 1024})
    await asha.expects("the shop has your file")


async def _a_day_later(shop: Shop, name: str) -> None:
    """That customer's last message lies a day back."""

    def unit(tx: Tx) -> None:
        row = tx.execute(select(inbox.c.contact_id).where(inbox.c.contact_id.is_not(None)).order_by(inbox.c.id)).first()
        assert row is not None, name
        of = conversations.c.contact_id == row.contact_id
        talk = tx.execute(select(conversations.c.last_inbound_at).where(of)).scalar_one()
        moved = talk.replace(year=talk.year - 1)
        tx.execute(update(conversations).where(of).values(last_inbound_at=moved))

    await shop.app.writer.run(unit)


async def test_beyond_the_open_conversations_who_is_new_is_left_to_people(house: Shop) -> None:
    await limits(house, conversations=2)
    asha, binod, chand = (
        house.customer(f"91980000000{at}", name) for at, name in enumerate(("Asha", "Binod", "Chand"))
    )
    owner, ravi = house.owner(), house.member()
    await asha.says("hi")
    await asha.expects("Hello Asha")
    await binod.says("2 chai")
    await binod.expects("2 × Adrak Chai")
    await owner.expects("⚠️ 2 of 2 conversations of the last 24 hours are taken")
    await chand.says("दो चाय भेज दीजिए")
    await chand.expects("अभी Annapurna को बहुत लोग लिख रहे हैं")
    await ravi.expects("🙋 Chand +919800000002 waits for a person", "दो चाय भेज दीजिए")
    await chand.says("hello?")
    await chand.hears_nothing()
    await owner.hears_nothing()
    await binod.taps("Place order")
    await binod.expects("Shall we deliver")
    await asha.says("menu")
    await house.settles()
    await _a_day_later(house, "Asha")
    await chand.says("2 chai")
    await chand.expects("2 × अदरक चाय")
    await asha.says("hi")
    await asha.expects("Many people are writing to Annapurna just now")


async def test_the_owner_hears_at_four_fifths_once(house: Shop) -> None:
    await limits(house, conversations=5)
    owner = house.owner()
    for at in range(4):
        guest = house.customer(f"91980000001{at}", f"Guest {at}")
        await guest.says("hi")
        await guest.expects("Hello")
    await owner.expects("⚠️ 4 of 5 conversations")


@on_both
async def test_the_plan_costs_an_open_conversation_no_statement(shop: Shop) -> None:
    """The same message on the plan without limits and on the standard one."""
    asha, owner = shop.customer(), shop.owner()
    await asha.says("hi")
    await asha.expects("Hello Asha")
    seen: list[str] = []
    counts: list[int] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if "conversations" in statement or "plans" in statement or "quotas" in statement:
            seen.append(statement)

    for plan in ("standard", "unlimited"):
        await owner.says(f"/plan main {plan}")
        await owner.expects(f"on the plan {plan} now")
        await shop.settles()
        event.listen(shop.app.books.engine, "before_cursor_execute", note)
        await asha.says("hi")
        await asha.expects("Hello Asha")
        event.remove(shop.app.books.engine, "before_cursor_execute", note)
        counts.append(len(seen))
        seen.clear()
    assert counts[0] == counts[1] == 2, "read with the turn, and written with it"


async def test_over_http_the_token_runs_the_house(house: Shop) -> None:
    status, answer = await house.api(
        "POST", "/plan", json={"action": "limit", "name": "main", "limit": "members", "value": "7"}
    )
    assert (status, answer["data"]["value"], answer["data"]["was"]) == (200, "7", "25")
    status, answer = await house.api("POST", "/plan")
    assert (status, answer["data"]["limits"]["members"], answer["data"]["used"]["members"]) == (200, 7, 3)
