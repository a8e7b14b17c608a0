"""The page: served without outside assets, under a policy that runs no inline script; files stay in a sandbox."""

from __future__ import annotations

import re

from .conftest import CUSTOMER, GROUP, Sim


async def test_the_pages_load_nothing_from_elsewhere(sim: Sim) -> None:
    for path in ("/", f"/chat/whatsapp/{CUSTOMER}", f"/chat/telegram/{GROUP}"):
        async with sim.session.get(sim.base + path) as response:
            page = await response.text()
            assert response.status == 200
            assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        assert not re.search(r"https?://", page)
        for asset in re.findall(r'(?:src|href)="(/pages/[^"]+)"', page):
            async with sim.session.get(sim.base + asset) as response:
                assert response.status == 200
                assert "innerHTML" not in await response.text()


async def test_the_list_of_chats_has_their_last_words(sim: Sim) -> None:
    await sim.customer(text="<script>alert(1)</script>", name="<b>Asha</b>")
    await sim.staff(text="/orders")
    group, customer = (await sim.get("/sim/chats"))["chats"][:2]
    assert (group["channel"], group["title"], group["text"]) == ("telegram", "Kitchen", "/orders")
    assert (customer["title"], customer["text"]) == ("<b>Asha</b>", "<script>alert(1)</script>")


async def test_a_hostile_file_is_shown_in_a_sandbox(sim: Sim) -> None:
    await sim.customer(file={"name": "x.html", "mime": "text/html", "text": "<script>alert(1)</script>"})
    address = (await sim.seen_by_customer())[0]["file"]["url"]
    async with sim.session.get(sim.base + address) as response:
        assert response.headers["Content-Security-Policy"] == "sandbox"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
