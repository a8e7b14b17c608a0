"""JSON in and out of the simulator's own HTTP server."""

from __future__ import annotations

from typing import Any

import orjson
from aiohttp import web

Json = dict[str, Any]

MALFORMED = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What reading a JSON body of the wrong shape raises; the front doors answer it with a 400."""


class BadControl(Exception):
    """A control request that makes no sense; becomes a JSON answer with `error` and extra fields."""

    def __init__(self, message: str, status: int = 400, **extra: object) -> None:
        super().__init__(message)
        self.status = status
        self.answer: Json = {"error": message, **extra}


def answer(data: object, status: int = 200) -> web.Response:
    """A JSON response."""
    return web.Response(body=orjson.dumps(data, default=str), status=status, content_type="application/json")


def parsed_object(raw: bytes) -> Json:
    """A JSON object from the bytes of a body.

    Raises:
        BadControl: not JSON, or not an object.
    """
    try:
        data = orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError as error:
        raise BadControl(f"the body is not JSON: {error}") from None
    if not isinstance(data, dict):
        raise BadControl("the body must be a JSON object")
    return data


async def control_body(request: web.Request) -> Json:
    """The JSON object that was posted to a control route (an empty body counts as `{}`)."""
    return parsed_object(await request.read())


def whole_number(request: web.Request, name: str, default: int = 0) -> int:
    """An integer query parameter.

    Raises:
        BadControl: it is there and no integer.
    """
    text = request.query.get(name)
    if text is None:
        return default
    try:
        return int(text)
    except ValueError:
        raise BadControl(f"{name} must be a whole number, not {text!r}") from None


def waiting_time(request: web.Request) -> float:
    """The `wait` query parameter: seconds of long-polling, at most 60."""
    try:
        return min(float(request.query.get("wait", "0")), 60.0)
    except ValueError:
        raise BadControl("wait must be a number of seconds") from None
