"""`/audit [who] [what] [days]`: who did what, and of which only some is shown."""

from storage.actions import audit
from storage.actors import Actor
from storage.rules.permissions import Role
from storage.scope import Scope
from storage.tx import Tx
from tests.harness import Shop


def _note(tx: Tx, name: str, action: str, thing: str) -> None:
    audit.note(tx, action, thing, Actor(Scope("main"), "member", name, Role.ADMIN, name))


async def test_it_is_narrowed_by_who_what_and_days(shop: Shop) -> None:
    owner = shop.owner()
    for name, action in (("Ravi", "change price"), ("Sunita", "stop bot"), ("Sunita", "change price")):
        await shop.app.writer.run(lambda tx, n=name, a=action: _note(tx, n, a, "chai"))
    await owner.says("/audit who=sun what=price")
    shown = await owner.expects("Sunita · change price · chai")
    assert "Ravi" not in shown["text"]
    assert "stop bot" not in shown["text"]
    await owner.says("/audit Ravi")
    shown = await owner.expects("Ravi · change price")
    assert "Sunita" not in shown["text"]
    status, answer = await shop.api("GET", "/audit?who=Sunita&days=1")
    assert status == 200
    assert [each["action"] for each in answer["data"]["entries"]] == ["change price", "stop bot"]


async def test_what_is_left_out_is_said(shop: Shop) -> None:
    owner = shop.owner()
    for number in range(21):
        await shop.app.writer.run(lambda tx, n=number: _note(tx, "Ravi", "change price", f"thing {n:02}"))
    await owner.says("/audit what=price")
    shown = await owner.expects("thing 20", "thing 01", "These are the newest 20.")
    assert "thing 00" not in shown["text"]


async def test_bad_ways_of_asking(shop: Shop) -> None:
    owner, ravi = shop.owner(), shop.member()
    await owner.says("/audit who=Nobody")
    await owner.expects("Nothing of that kind in these days.")
    await owner.says("/audit days=0")
    await owner.expects("days", "Usage: /audit [WHO] [WHAT] [days=7]")
    await owner.says("/audit days=soon")
    await owner.expects("Usage: /audit")
    await owner.says("/audit who=%")
    await owner.expects("Nothing of that kind")
    await ravi.says("/audit")
    await ravi.expects("You may not see the audit log", "owner")
