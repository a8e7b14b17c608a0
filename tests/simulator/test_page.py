"""The page: served whole from here, under a policy that runs no inline script; strangers' words are never markup."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from .conftest import Sim

PAGES = files("bot.simulator").joinpath("pages")
NAMES = sorted(item.name for item in PAGES.iterdir())
TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript"}
MARKUP = (
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "eval(",
    "new Function",
    "DOMParser",
    "srcdoc",
)


async def test_the_page_and_all_that_it_loads_are_served_with_types_and_policy(sim: Sim) -> None:
    pending, seen = ["/"], set()
    while pending:
        path = pending.pop()
        seen.add(path)
        async with sim.session.get(sim.base + path) as response:
            text = await response.text()
            assert response.status == 200, path
            policy = response.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "script-src 'self';" in policy
            assert "unsafe" not in policy
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.content_type == TYPES[path.rpartition(".")[2] if "." in path else "html"]
        found = re.findall(r'(?:src|href)="(/pages/[^"]+)"', text)
        found += [f"/pages/{name}" for name in re.findall(r'from "\./([^"]+)"', text)]
        pending += [path for path in found if path not in seen and path not in pending]
    assert {f"/pages/{name}" for name in NAMES} <= seen | {"/pages/index.html"}


async def test_only_the_pages_own_files_are_served(sim: Sim) -> None:
    for path in ("/pages/page.py", "/pages/..%2fpage.py", "/pages/__init__.py", "/pages/"):
        async with sim.session.get(sim.base + path) as response:
            assert response.status == 404, path


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_loaded_from_elsewhere_and_no_words_become_markup(name: str) -> None:
    text = PAGES.joinpath(name).read_text("utf-8")
    assert not re.search(r"(?:src|href|import|from|url\(|@import)\s*=?\s*[\"'(]*(?:https?:)?//", text)
    assert not [word for word in MARKUP if word in text]
    if name.endswith(".html"):
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", text)


async def test_hostile_words_leave_the_interface_as_data(sim: Sim) -> None:
    await sim.customer(text="<script>alert(1)</script>", name="<img src=x onerror=alert(1)>")
    await sim.staff(text="/orders")
    group, customer = (await sim.get("/sim/chats"))["chats"][:2]
    assert (group["channel"], group["title"], group["text"]) == ("telegram", "Kitchen", "/orders")
    assert (customer["title"], customer["text"]) == ("<img src=x onerror=alert(1)>", "<script>alert(1)</script>")
    for path in ("/sim/chats", "/sim/events?after=0"):
        async with sim.session.get(sim.base + path) as response:
            assert response.content_type == "application/json"
    async with sim.session.get(sim.base + "/") as response:
        assert "onerror" not in await response.text()


async def test_a_hostile_file_is_shown_in_a_sandbox(sim: Sim) -> None:
    await sim.customer(file={"name": "x.html", "mime": "text/html", "text": "<script>alert(1)</script>"})
    address = (await sim.seen_by_customer())[0]["file"]["url"]
    async with sim.session.get(sim.base + address) as response:
        assert response.headers["Content-Security-Policy"] == "sandbox"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
