"""Numbers of several shops at one address: each body is signed by the app of the number that it speaks for."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.config import ConfigError, validate
from bot.demo import APP_SECRET, NUMBER, demo_config
from storage.actions.people import found_workspace
from tests.faults.wire import envelope, text
from tests.harness import Shop, free_port, open_shop

SECOND, SECRET = "106540352249999", "another-app-secret"
KEYS = {"token": "EAAanother", "app_secret": SECRET, "verify_token": "word", "workspace": "sweets"}


@pytest.fixture
async def two_numbers(world_address: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """The demo's shop, opened anew with a number of a second shop that was founded meanwhile."""
    config = demo_config(world_address, tmp_path, port=free_port(), mode="webhook")
    words = {"timezone": "Asia/Kolkata", "currency": "INR", "language": "en"}
    async with open_shop(world_address, tmp_path, config) as shop:
        await shop.app.writer.run(lambda tx: found_workspace(tx, "sweets", name="Sweets", **words))
    raw = config.model_dump() | {"numbers": [KEYS | {"phone_number_id": SECOND}]}
    async with open_shop(world_address, tmp_path, type(config).model_validate(raw)) as shop:
        yield shop


async def sends(shop: Shop, number: str, secret: str) -> int:
    body = envelope(text(f"wamid.{number}.{secret}", "hello"))
    for change in body["entry"][0]["changes"]:
        change["value"]["metadata"]["phone_number_id"] = number
    raw = orjson.dumps(body)
    signed = {"X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()}
    async with shop.world.session.post(f"{shop.address}/webhooks/whatsapp", data=raw, headers=signed) as answer:
        return answer.status


async def test_each_number_speaks_for_its_own_shop(two_numbers: Shop) -> None:
    shop = two_numbers
    assert await sends(shop, SECOND, SECRET) == 200
    assert await sends(shop, NUMBER, APP_SECRET) == 200
    found: dict[str, Any] = {}
    for workspace in ("main", "sweets"):
        headers = {"Authorization": "Bearer demo", "X-Workspace": workspace}
        async with shop.world.session.get(f"{shop.address}/api/v1/me", headers=headers) as answer:
            found[workspace] = (await answer.json())["data"]["shop"]
    assert found == {"main": "Swad Corner", "sweets": "Sweets"}
    homes = shop.app.books.read(
        lambda tx: tx.connection.exec_driver_sql(
            "SELECT account_id, workspace_id FROM inbox WHERE account_id LIKE 'whatsapp:%'"
        ).all()
    )
    assert set(homes) == {(f"whatsapp:{NUMBER}", "main"), (f"whatsapp:{SECOND}", "sweets")}


async def test_an_app_says_nothing_in_the_name_of_another_shops_number(two_numbers: Shop) -> None:
    assert await sends(two_numbers, NUMBER, SECRET) == 401
    assert await sends(two_numbers, SECOND, APP_SECRET) == 401
    assert await sends(two_numbers, NUMBER, "no secret of ours") == 401


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ({"workspace": "sweets"}, "phone_number_id"),
        (KEYS | {"phone_number_id": NUMBER}, "each phone_number_id once"),
        ({"phone_number_id": SECOND, "token": "x", "app_secret": "y", "verify_token": "z"}, "workspace"),
    ],
)
def test_a_number_that_cannot_be_used_is_named(number: dict[str, str], said: str) -> None:
    first = {"phone_number_id": NUMBER, "token": "t", "app_secret": "s", "verify_token": "v"}
    with pytest.raises(ConfigError, match=said):
        validate({"whatsapp": first, "numbers": [number]}, {})
