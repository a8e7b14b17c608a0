"""Only this machine's programs and the page itself may speak to the simulator."""

from __future__ import annotations

import pytest

from .conftest import Sim

OTHERS = (
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "http://localhost.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Host": "evil.example"},
    {"Host": "127.0.0.1.evil.example"},
    {"Host": "192.168.1.7:8080"},
    {"Host": "["},
    {"Host": ""},
)


@pytest.mark.parametrize("headers", OTHERS, ids=str)
async def test_another_sites_page_can_neither_say_nor_read_anything(sim: Sim, headers: dict[str, str]) -> None:
    said = {**headers, "Content-Type": "text/plain"}
    async with sim.session.post(
        f"{sim.base}/sim/whatsapp/919800000001/say", data=b'{"text": "hi"}', headers=said
    ) as response:
        assert response.status in (400, 403)
    for path in ("/sim/chats", "/sim/events?after=0", "/sim/log", "/graph/v26.0/1", "/pages/main.js"):
        async with sim.session.get(sim.base + path, headers=headers) as response:
            assert response.status in (400, 403), path
            assert "Access-Control-Allow-Origin" not in response.headers
    assert not (await sim.get("/sim/events?after=0"))["events"]


async def test_the_page_itself_and_programs_are_welcome(sim: Sim) -> None:
    port = sim.base.rpartition(":")[2]
    for headers in ({"Origin": sim.base, "Sec-Fetch-Site": "same-origin"}, {}, {"Host": f"localhost:{port}"}):
        async with sim.session.get(f"{sim.base}/sim/chats", headers=headers) as response:
            assert response.status == 200, headers
    async with sim.session.get(f"{sim.base}/", headers={"Sec-Fetch-Site": "cross-site"}) as response:
        assert response.status == 200  # a link to the page
