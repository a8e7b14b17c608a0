"""Broken settings and catalogues: every fault by its key, what was found and what is expected; secrets never shown."""

from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.config import ConfigError, load, validate
from bot.demo import demo_config

SECRET = "sk-very-secret-word"
WHATSAPP = {"phone_number_id": "1", "token": SECRET, "app_secret": SECRET, "verify_token": SECRET}
TELEGRAM = {"token": f"123456789:{SECRET}-and-more-of-it", "secret_token": SECRET}


@pytest.mark.parametrize(
    ("raw", "key", "found", "expected"),
    [
        ({"server": {"port": "eighty"}}, "server.port", "'eighty'", "integer"),
        ({"server": {"port": 70000}}, "server.port", "70000", "65535"),
        ({"server": "x"}, "server", "'x'", ""),
        ({"sever": {}}, "sever", "", "no such setting"),
        ({"shop": {"id": "My Shop"}}, "shop.id", "'My Shop'", ""),
        ({"shop": {"timezone": "India"}}, "timezone", "India", "Asia/Kolkata"),
        ({"shop": {"currency": "Rs"}}, "currency", "Rs", "INR"),
        ({"shop": {"language": "xx"}}, "language", "xx", "hi_Latn"),
        (
            {"shop": {"people": [{"name": "A", "telegram_id": 1, "role": "king"}]}},
            "shop.people.0.role",
            "king",
            "owner",
        ),
        ({"shop": {"people": [{"name": "A"}]}}, "shop.people.0.telegram_id", "", "required"),
        ({"shop": {"people": "Asha"}}, "shop.people", "Asha", ""),
        ({"telegram": {"token": "123:x"}}, "telegram.token", "", "BotFather"),
        ({"telegram": {**TELEGRAM, "mode": "carrier pigeon"}}, "telegram.mode", "carrier pigeon", "polling"),
        ({"telegram": {"token": TELEGRAM["token"], "mode": "webhook"}}, "secret_token", "nothing", "secret"),
        ({"telegram": {**TELEGRAM, "mode": "webhook"}}, "server.public_url", "nothing", "https://"),
        ({"whatsapp": {**WHATSAPP, "app_secret": ""}}, "app_secret", "nothing", "secret"),
        ({"whatsapp": {**WHATSAPP, "verify_token": [SECRET]}}, "whatsapp.verify_token", "", "string"),
        ({"whatsapp": {"token": "${NOT_SET}"}}, "whatsapp.token", "NOT_SET is not set", "set it"),
        ({"database": {"url": f"mysql://asha:{SECRET}@x/y"}}, "database.url", "", "sqlite:///"),
        ([], "", "", ""),
        ("text", "", "", ""),
    ],
)
def test_a_fault_is_told_with_its_key_what_was_found_and_what_is_expected(
    raw: Any, key: str, found: str, expected: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        validate(raw, {}, source="config.yaml")
    said = str(caught.value)
    assert said.startswith("config.yaml: ")
    for part in (key, found, expected):
        assert part in said, said
    assert SECRET not in said


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        validate({"server": {"port": -1}, "shop": {"id": "!"}, "nonsense": 1}, {})
    assert len(str(caught.value).splitlines()) == 3


@pytest.mark.parametrize("content", [b"a: [", b"\xff\xfe", b"a: b: c", b"\0", b"!!python/object:os.system {}"])
def test_a_file_that_is_no_yaml_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"config\.yaml"):
        load(path, {})
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "missing.yaml", {})


async def test_a_catalogue_with_broken_rows_keeps_the_shop_closed_and_names_each_fault(tmp_path: Path) -> None:
    menu = tmp_path / "menu.csv"
    menu.write_text("name,title,price\nchai,Chai,15\npoha,Poha,free\nchai,Chai again,20\nroti,Roti,-5\n")
    config = demo_config("http://127.0.0.1:1", tmp_path, port=0)
    config = config.model_copy(update={"shop": config.shop.model_copy(update={"catalogue": str(menu)})})
    app = App(config)
    with pytest.raises(ConfigError) as caught:
        await app.start()
    said = str(caught.value)
    assert all(word in said for word in ("menu.csv", "free", "chai", "-5")), said
    assert sum("row" in line.lower() or "line" in line.lower() for line in said.splitlines()) >= 3, said
    app.books.close()
