"""The HTTP API with everything that is wrong: a 4xx that says why, in one shape, and never a fault of ours."""

from typing import Any

import pytest

from tests.harness import Shop

ERROR = {"detail", "code", "timestamp"}
BAD: list[tuple[str, str, dict[str, Any], set[int]]] = [
    ("GET", "/orders?days=abc", {}, {422}),
    ("GET", "/orders?days=0", {}, {422}),
    ("GET", "/orders?days=99999999999999999999999", {}, {422}),
    ("GET", "/orders?page=100001", {}, {422}),
    ("GET", "/orders?status=lost", {}, {422}),
    ("GET", "/orders?nothing=1", {}, {422}),
    ("GET", "/orders/abc", {}, {422}),
    ("GET", "/orders/0", {}, {422}),
    ("GET", "/orders/-1", {}, {422}),
    ("GET", "/orders/9007199254740993", {}, {422}),
    ("GET", "/orders/9007199254740992", {}, {404}),
    ("GET", "/orders/%00", {}, {422, 404, 400}),
    ("GET", "/orders/%ED%A0%80", {}, {422, 404, 400}),
    ("GET", "/nothing", {}, {404}),
    ("DELETE", "/orders", {}, {405}),
    ("POST", "/orders/5/confirm", {}, {404}),
    ("POST", "/orders/5/reject", {"json": {"reason": ["a"]}}, {422}),
    ("POST", "/orders/5/reject", {"json": {"reason": {"a": 1}}}, {422}),
    ("POST", "/orders/5/reject", {"json": {"reason": "a\0b"}}, {404}),
    ("POST", "/orders/5/reject", {"json": {"order": 7, "reason": 1e308}}, {404}),
    ("POST", "/orders/5/reject", {"json": {"why": "x"}}, {422}),
    ("POST", "/orders/5/reject", {"json": []}, {400}),
    ("POST", "/orders/5/reject", {"json": "x"}, {400}),
    ("POST", "/orders/5/reject", {"data": b"null"}, {400}),
    ("POST", "/orders/5/reject", {"data": b"{"}, {400}),
    ("POST", "/orders/5/reject", {"data": b"\xff"}, {400}),
    ("POST", "/orders/5/reject", {"data": b'{"reason": "\\ud800"}'}, {400}),
    ("POST", "/orders/5/reject", {"data": b'{"reason": 1' + b"0" * 5000 + b"}"}, {400, 404, 422}),
]


async def test_every_bad_request_is_answered_in_the_one_shape_of_errors(shop: Shop) -> None:
    for method, path, options, expected in BAD:
        status, said = await shop.api(method, path, **options)
        assert status in expected, (method, path, options, status, said)
        assert set(said) == ERROR, said
        assert said["detail"]


async def test_a_token_is_needed_and_wrong_ones_are_refused_in_any_script(shop: Shop) -> None:
    for token in ("", "Demo", "demo x", "नमस्ते", "x" * 5000):
        status, said = await shop.api("GET", "/orders", token=token)
        assert (status, said["code"], set(said)) == (401, "unauthorized", ERROR)
    async with shop.world.session.get(f"{shop.address}/api/v1/orders") as answer:
        assert answer.status == 401


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
async def test_health_is_told_without_a_token(shop: Shop, path: str) -> None:
    async with shop.world.session.get(shop.address + path) as answer:
        assert answer.status == 200
