"""What an operator does to a shop stands in that shop's own audit log."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage.rules.permissions import OPERATING
from storage.tables.authority import audit
from storage.tables.people import workspaces
from tests.isolation.alike import BOT, GROUP, OPERATOR
from tests.isolation.machine import new_books
from tests.isolation.town import REGISTRY, Town

# What each command that opens to operators is written with, how the shop stands before, and in whose log it is found.
# A command that only shows something leaves none.
DEEDS: dict[str, list[tuple[str, str, tuple[str, ...]]]] = {
    "approve": [("/approve beta", "pending", ("beta",))],
    "reject": [("/reject beta we sell no phones", "pending", ("beta",))],
    "plan": [
        ("/plan limit beta members 9", "active", ("beta",)),
        ("/plan limit standard members 40", "active", ("alpha", "beta", "home")),
        ("/plan beta unlimited", "active", ("beta",)),
        ("/plan new small", "active", ("home",)),
    ],
    "backup": [("/backup", "active", ("home",))],
}
ELSEWHERE = {
    "workspace": "reject and approve by their own names; what is opened is tested in tests/dialogs/test_workspaces.py",
}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    opened = Town(new_books(tmp_path), tmp_path)
    yield opened
    opened.close()


def operating() -> set[str]:
    """The commands that an operator may give whatever they are in the shop."""
    return {name for name, each in REGISTRY.commands.items() if set(each.mark.permissions) & OPERATING}


def test_every_command_of_operators_is_looked_at() -> None:
    """Who makes a new one writes down what it is given, or where it is tested."""
    assert operating() <= set(DEEDS) | set(ELSEWHERE), operating()
    assert set(DEEDS) <= set(REGISTRY.commands)


@pytest.mark.parametrize("deed", [each for deeds in DEEDS.values() for each in deeds], ids=lambda deed: deed[0])
def test_what_an_operator_does_stands_in_the_log_of_the_shop(
    town: Town, deed: tuple[str, str, tuple[str, ...]]
) -> None:
    words, state, shops = deed
    town.books.write(lambda tx: tx.execute(workspaces.update().where(workspaces.c.id == "beta").values(state=state)))
    before = {shop: entries(town, shop) for shop in ("alpha", "beta", "home")}
    town.takes(BOT, town.telegram(OPERATOR, OPERATOR, text=words))
    for shop in before:
        new = [each for each in entries(town, shop) if each not in before[shop]]
        assert len(new) == (1 if shop in shops else 0), (shop, town.sends())
        assert all(row.actor_name.startswith("Omar") for row in new)


def test_an_operator_is_a_stranger_in_the_group_of_a_shop(town: Town) -> None:
    before = entries(town, "alpha")
    town.takes(BOT, town.telegram(OPERATOR, GROUP["alpha"], text="/plan limit beta members 9"))
    assert entries(town, "alpha") == before
    said = [row.payload["text"] for row in town.sends()]
    assert any("You are not a member of this shop's team" in text for text in said)


def entries(town: Town, shop: str) -> list[Any]:
    chosen = select(audit).where(audit.c.workspace_id == shop).order_by(audit.c.id)
    return town.books.read(lambda tx: list(tx.execute(chosen)))
