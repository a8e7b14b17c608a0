"""One simulator for each test process; a fresh shop for each test that asks for one."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.demo import demo_config
from tests.books import migrated_database
from tests.harness import MENU, Shop, free_port, open_shop, simulator
from tests.isolation.watching import Watch, watching
from tests.postgres import postgres

__all__ = ["postgres"]

# How long an example takes says how busy the machine is. MUNSHI_EXAMPLES=1000 looks for longer.
EXAMPLES = int(os.environ.get("MUNSHI_EXAMPLES", "40"))
settings.register_profile("patient", max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

LONGEST = (
    "runtime/test_kills.py",
    "runtime/test_outages.py",
    "runtime/test_killed.py",
    "runtime/test_roles.py",
    "runtime/test_replicas.py",
    "runtime/test_wakes.py",
    "runtime/test_simulation.py",
)


MEMORY = Path("/dev/shm")
"""Where Linux keeps files in memory."""


def pytest_configure() -> None:
    """What tests write need not outlive them: it lies in memory where the system offers that, and none waits for a disk.

    The commits are the same; TMPDIR chooses another place.
    """
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, so that the last thing to end is a short one."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get("/".join(item.path.parts[-2:]), len(places)))


@pytest.fixture
def watched() -> Iterator[Watch]:
    """While this test runs, no statement may touch a business table without naming its workspace."""
    with watching() as watch:
        yield watch
    assert not watch.escapes, watch.escapes


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
        server = migrated_database(request.getfixturevalue("postgres"))
        changed["database"] = config.database.model_copy(update={"url": server})
    config = config.model_copy(update=changed)
    async with open_shop(world_address, tmp_path, config) as opened:
        yield opened
