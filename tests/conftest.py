"""One simulator for each test process; a fresh shop for each test that asks for one."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.demo import demo_config
from tests.harness import MENU, Shop, free_port, open_shop, simulator
from tests.postgres import new_database, postgres

__all__ = ["postgres"]


@pytest.fixture(scope="session")
def world_address() -> Iterator[str]:
    with simulator() as address:
        yield address


@pytest.fixture
async def shop(request: pytest.FixtureRequest, world_address: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop that sells tests/menus/tiffin.yaml, with an admin group of two and an owner; on SQLite, or where a test is
    marked with `on_both` on PostgreSQL as well."""
    config = demo_config(world_address, tmp_path, port=free_port(), mode="webhook")
    changed = {"shop": config.shop.model_copy(update={"catalogue": str(MENU), "name": "Annapurna"})}
    if getattr(request, "param", "") == "postgresql":
        server = new_database(request.getfixturevalue("postgres"))
        changed["database"] = config.database.model_copy(update={"url": server})
    config = config.model_copy(update=changed)
    async with open_shop(world_address, tmp_path, config) as opened:
        yield opened
