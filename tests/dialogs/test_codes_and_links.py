"""Codes and links that open a shop's doors: for whom they are meant, once, and nobody else."""

import re
from typing import Any

import pytest

from tests.harness import GROUP, OWNER, STAFF, Shop
from tests.people import NEWCOMER, STRANGER, group_code, invitation, person, roles, second_owner

ELSEWHERE = "-1009000000055"


async def test_codes_that_are_guessed_open_nothing(shop: Shop) -> None:
    await invitation(shop.owner())
    stranger = person(shop, STRANGER)
    for guess in ("0" * 32, "owner", "%' OR 1=1 --", "é" * 64, "1"):
        await stranger.says(f"/start {guess.split()[0]}")
        await stranger.expects("not valid any more")
    assert len(roles(shop)) == 3


@pytest.mark.parametrize("flags", [{"forward": True}, {"via_bot": True}])
async def test_a_code_passed_on_by_others_hands_is_not_used(shop: Shop, flags: dict[str, Any]) -> None:
    secret = await invitation(shop.owner())
    newcomer = person(shop, NEWCOMER)
    await newcomer.says(f"/start {secret}", **flags)
    await newcomer.expects("type it yourself")
    sent = await newcomer.says("hi")
    await newcomer.expects("Hello")
    await newcomer.sends(edit={"message_id": sent["message_id"], "text": f"/start {secret}"})
    await newcomer.expects("edited")
    await newcomer.says(f"/start {secret}")
    await newcomer.expects("You are now staff")


async def test_an_owner_who_tries_their_own_invitation_stays_owner(shop: Shop) -> None:
    owner = shop.owner()
    secret = await invitation(owner, "viewer")
    await owner.says(f"/start {secret}")
    await owner.expects("You are in the team already, as owner")
    newcomer = person(shop, NEWCOMER)
    await newcomer.says(f"/start {secret}")
    await newcomer.expects("You are now viewer")
    await newcomer.says("/confirm 101")
    await newcomer.expects("You may not confirm or reject orders")
    assert "Meera (owner)" in roles(shop)


async def test_who_was_removed_finds_no_way_back_that_was_kept_aside(shop: Shop) -> None:
    owner, second = shop.owner(), await second_owner(shop)
    own = await invitation(second, "admin")
    others = await invitation(owner, "admin")
    await owner.says("/remove Bina")
    await owner.expects("Shall I remove Bina")
    await owner.taps("Yes")
    await owner.expects("no longer in the team")
    for secret in (own, others):
        await second.says(f"/start {secret}")
        await second.expects("not valid any more")
    newcomer = person(shop, NEWCOMER)
    await newcomer.says(f"/start {own}")
    await newcomer.expects("not valid any more")
    assert sorted(roles(shop)) == ["Meera (owner)", "Ravi", "Sunita"]


async def test_a_code_links_one_group_and_only_an_owner_links_it(shop: Shop) -> None:
    await shop.world.post(
        "setup", {"groups": [{"id": int(ELSEWHERE), "title": "Else", "members": [int(OWNER), int(STAFF[0])]}]}
    )
    owner, elsewhere = shop.owner(), person(shop, int(OWNER), ELSEWHERE)
    code = await group_code(owner)
    await owner.says(f"/link {code}")
    await owner.expects("Write this line in your staff group")
    ravi = shop.member(chat=ELSEWHERE)
    await ravi.says(f"/link {code}")
    await ravi.expects("You may not change the people of the shop")
    await elsewhere.says(f"/link {code}")
    await elsewhere.expects("This is now the staff group")
    group = person(shop, int(OWNER), GROUP)
    await group.says(f"/link {code}")
    await group.expects("not valid any more")
    await group.says("/link")
    await group.expects("Write to me in private")
    await group.says("/invite staff")
    await group.expects("ask me for invitations in private")
    stranger = person(shop, STRANGER, ELSEWHERE)
    await stranger.says("/link 123")
    await stranger.expects("not a member of this shop's team")


async def test_an_invitation_over_http_names_the_bot(shop: Shop) -> None:
    status, made = await shop.api("POST", "/invitations", json={"role": "viewer"})
    assert status == 200, made
    assert re.fullmatch(r"https://t\.me/\w+\?start=[0-9a-f]{32}", made["data"]["link"])
    status, refused = await shop.api("POST", "/invitations", json={"role": "owner"})
    assert (status, "admin or staff or viewer" in str(refused)) == (422, True)
    newcomer = person(shop, NEWCOMER)
    await newcomer.says(f"/start {made['data']['code']}")
    await newcomer.expects("You are now viewer")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Kiran\n9999 · owner", "Kiran 9999 · owner · staff · 8002"),
        ("\u202eevil\u2066\u200b", "evil · staff · 8002"),
        ("\u200b\u202e", "8002 · staff · 8002"),
        ("n" * 4096, f"{'n' * 200} · staff · 8002"),
        (str(OWNER), f"{OWNER} · staff · 8002"),
    ],
)
async def test_a_name_stays_on_its_line_and_takes_nobodys_number(shop: Shop, name: str, shown: str) -> None:
    owner = shop.owner()
    secret = await invitation(owner)
    await shop.world.post("setup", {"users": [{"id": NEWCOMER, "first_name": name, "started": True}]})
    newcomer = person(shop, NEWCOMER)
    await newcomer.says(f"/start {secret}")
    await newcomer.expects("You are now staff")
    await owner.says("/members")
    listed = str((await owner.expects("Meera (owner) · owner"))["text"]).splitlines()
    assert (len(listed), shown in listed) == (4, True), listed
    await owner.says(f"/remove {OWNER}")
    await owner.expects("Shall I remove Meera (owner)")
    await owner.says("/audit what=join")
    assert len(str((await owner.expects("join"))["text"]).splitlines()) == 1
