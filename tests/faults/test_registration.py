"""`munshi webhooks` against the platforms: what they print, and the remedy of each fault."""

from typing import Any

import pytest

from bot import registration
from bot.config import Config
from tests.harness import Shop

WABA = "102290129340398"


def _config(shop: Shop, **whatsapp: Any) -> Config:
    base = shop.app.config
    number = base.whatsapp.model_copy(update={"waba_id": WABA} | whatsapp)
    return base.model_copy(update={"whatsapp": number})


async def _run(config: Config, what: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = await registration.run(config, what)
    return code, capsys.readouterr().out


async def test_webhooks_are_set_shown_and_deleted(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    config = _config(shop)
    code, said = await _run(config, "set", capsys)
    assert code == 0, said
    assert f"Meta has checked {shop.address}/webhooks/whatsapp" in said
    code, said = await _run(config, "show", capsys)
    assert code == 0
    assert f"Test App → {shop.address}/webhooks/whatsapp" in said
    assert f"webhook {shop.address}/webhooks/telegram/7000000001, 0 waiting" in said
    assert (await _run(config, "delete", capsys))[0] == 0
    assert "no webhook" in (await _run(config, "show", capsys))[1]


async def test_an_address_that_does_not_answer_is_refused_with_a_remedy(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    config = _config(shop)
    away = config.server.model_copy(update={"public_url": "http://127.0.0.1:9"})
    code, said = await _run(config.model_copy(update={"server": away}), "set", capsys)
    assert code == 1
    assert "Callback verification failed" in said
    assert "start the server first" in said
    code, said = await _run(_config(shop, waba_id=""), "set", capsys)
    assert (code, "WHATSAPP_WABA_ID" in said) == (1, True)
    plain = config.server.model_copy(update={"public_url": "http://shop.example"})
    code, said = await _run(config.model_copy(update={"server": plain}), "set", capsys)
    assert (code, said.count("MUNSHI_PUBLIC_URL")) == (1, 2)
