"""Where nothing can be tapped a number is typed: in a WhatsApp group, by the person who was asked."""

import pytest

from bot.demo import NUMBER
from flows.messages import Button, Reply
from storage.actions.people import add_member, bind_group
from storage.actors import Actor
from storage.queries.people import members_of
from storage.rules.permissions import Role
from storage.scope import Scope
from storage.tx import Tx
from tests.harness import Chat, Shop

TEAM, MEERA, RAVI = "Y2FwaV9ncm91cA", "919811111111", "919822222222"
SCOPE = Scope("main")


@pytest.fixture
async def group(shop: Shop) -> Chat:
    """A WhatsApp group that is the shop's, with two of its owners: no command binds one yet, so it is written by hand."""
    found = {"id": TEAM, "subject": "Team", "participants": [MEERA, RAVI]}
    await shop.world.post("setup", {"whatsapp_groups": [found]})
    await shop.world.post("faults", {"window": "off"})

    def bind(tx: Tx) -> None:
        owner = Actor(SCOPE, "token", "test", Role.OWNER, "test")
        for phone in (MEERA, RAVI):
            add_member(tx, name=phone, role=Role.OWNER, telegram_id=f"+{phone}", actor=owner)
        bind_group(tx, account=f"whatsapp:{NUMBER}", chat=TEAM, kind="team", actor=owner)

    shop.app.books.write(bind)
    return Chat(shop.world, f"whatsapp/{TEAM}")


async def writes(shop: Shop, phone: str, text: str) -> None:
    await shop.world.post(f"whatsapp/{phone}/say", {"text": text, "group": TEAM})
    await shop.settles()


def team(shop: Shop) -> set[str]:
    return {each.name for each in shop.app.books.read(lambda tx: members_of(tx, SCOPE))}


async def test_a_typed_number_is_the_choice_of_the_person_who_was_asked(shop: Shop, group: Chat) -> None:
    await writes(shop, MEERA, "/remove Sunita")
    asked = await group.expects("Sunita", "1. Yes (/yes ", "2. No (/no ")
    assert not asked["buttons"]
    await writes(shop, RAVI, "1")  # asked nothing, so his number means nothing
    assert "Sunita" in team(shop)
    await writes(shop, MEERA, " 1. ")
    await group.expects("Sunita")
    assert "Sunita" not in team(shop)


async def test_a_number_counts_once_and_only_for_the_last_question(shop: Shop, group: Chat) -> None:
    await writes(shop, MEERA, "/remove Sunita")
    await group.expects("1. Yes")
    await writes(shop, MEERA, "/me")
    await group.expects(MEERA)
    await writes(shop, MEERA, "1")
    await writes(shop, MEERA, "/remove Sunita")
    await group.expects("1. Yes")
    await writes(shop, MEERA, "3")
    await writes(shop, MEERA, "२")  # in any digits
    await group.expects("I have done nothing")
    await writes(shop, MEERA, "1")
    assert "Sunita" in team(shop)


async def test_what_is_numbered_is_what_can_be_typed(shop: Shop) -> None:
    many = Reply("Which?", buttons=tuple(Button(f"Option {n}", f"option {n}") for n in range(1, 13)))
    for account, channel in shop.app.channels.items():
        codes = channel.codes(many, "+919800000001")
        assert codes.get("12") == ("option 12" if account.startswith("whatsapp:") else None)
