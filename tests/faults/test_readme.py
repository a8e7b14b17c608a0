"""What the README shows of `munshi check` and `munshi webhooks` is what they print, played in the README's own order."""

import itertools
import re
from pathlib import Path

import pytest

from bot.demo import GROUP, NUMBER
from tests.faults.checking import HOME, TELEGRAM, WHATSAPP, WRONG_BOT, Desk
from tests.harness import Shop, free_port


def _shown() -> list[str]:
    """Each run of output lines in the README's fenced blocks: those with ✓ or ✗, and the remedies below them."""
    text = (HOME / "README.md").read_text("utf-8")
    blocks = re.split(r"^ *```.*\n", text, flags=re.M)[1::2]
    runs = [itertools.groupby(block.splitlines(), lambda line: line.strip()[:1] in ("✓", "✗", "→")) for block in blocks]
    return ["\n".join(line.strip() for line in lines) for run in runs for is_output, lines in run if is_output]


async def test_every_output_in_the_readme_is_what_is_printed(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "desk"
    folder.mkdir()
    desk = Desk(shop, folder, monkeypatch, capsys)
    await _nothing_yet(desk)
    await _a_number(desk)
    await _a_bot(desk)
    printed = "\n".join(line.strip() for line in desk.seen)
    shown = _shown()
    assert len(shown) > 10
    assert not [run for run in shown if run not in printed], printed


async def _nothing_yet(desk: Desk) -> None:
    await desk.checks()
    await desk.checks(WHATSAPP_PHONE_NUMBER_ID=NUMBER)
    await desk.checks(MUNSHI_PUBLIC_URL=desk.shop.address, MUNSHI_PORT="8000")
    await desk.checks(MUNSHI_PUBLIC_URL="https://shop.example", MUNSHI_PORT=str(free_port()))


async def _a_number(desk: Desk) -> None:
    await desk.shop.world.post("setup", {"whatsapp": [{"phone_number_id": NUMBER, "subscribed": False}]})
    await desk.checks(**(WHATSAPP | {"WHATSAPP_TOKEN": "EAAwrong"}))
    await desk.shop.world.post("faults", {"error": {"channel": "whatsapp", "code": 200, "method": "phone_number"}})
    await desk.checks(**WHATSAPP)
    await desk.checks(**WHATSAPP, **desk.public)
    await desk.checks(**(WHATSAPP | {"WHATSAPP_VERIFY_TOKEN": "another"}), **desk.public)
    await desk.webhooks("set", **WHATSAPP, **desk.public)
    await desk.checks(**WHATSAPP, **desk.public)
    await desk.webhooks("show", **WHATSAPP, **desk.public)


async def _a_bot(desk: Desk) -> None:
    await desk.checks(TELEGRAM_BOT_TOKEN=WRONG_BOT)
    await desk.checks(**TELEGRAM)  # the demo's shop has set a webhook
    await desk.webhooks("delete", **TELEGRAM)
    await desk.checks(**TELEGRAM)
    await desk.shop.world.post("setup", {"groups": [{"id": int(GROUP), "bot": "member"}]})
    await desk.checks(**TELEGRAM, MUNSHI_ADMIN_GROUP=GROUP)
    hooked = {"TELEGRAM_MODE": "webhook", "TELEGRAM_SECRET_TOKEN": "a-word-of-ours"}
    await desk.webhooks("set", **TELEGRAM, **desk.public, **hooked)
    await desk.checks(**TELEGRAM, **desk.public, **hooked)
