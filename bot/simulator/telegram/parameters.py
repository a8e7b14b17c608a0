"""Parameters of a Bot API call, however they came: query, form, multipart or JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import BodyPartReader, web

from bot.simulator.telegram.errors import bad_request
from bot.simulator.wire import Json


@dataclass(frozen=True, slots=True)
class Upload:
    """A file part: its name, MIME type and bytes."""

    name: str
    mime: str
    data: bytes


@dataclass(slots=True)
class Parameters:
    """Values by name; forms carry JSON as text, so everything is read through these accessors."""

    values: Json = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        return self.values.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        """A value as text."""
        value = self.values.get(name)
        return default if value is None else str(value)

    def whole(self, name: str, default: int = 0) -> int:
        """A value as an integer; what is none counts as the default."""
        try:
            return int(self.values[name])
        except (KeyError, TypeError, ValueError):
            return default

    def number(self, name: str) -> float:
        """A value as a number.

        Raises:
            BotApiError: 400.
        """
        try:
            return float(self.values[name])
        except (KeyError, TypeError, ValueError):
            raise bad_request(f"{name} is empty") from None

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in ("true", "1", "yes")

    def structure(self, name: str) -> Any:
        """A list or an object, parsed when it came as text; None when absent.

        Raises:
            BotApiError: 400, it is no JSON.
        """
        value = self.values.get(name)
        if not isinstance(value, str) or value == "":
            return value or None
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def names(self) -> Iterator[str]:
        yield from self.values


async def parameters_of(request: web.Request) -> Parameters:
    """Read query and body of a Bot API request."""
    found = Parameters(dict(request.query))
    if request.method == "GET":
        return found
    if request.content_type == "application/json":
        body = orjson.loads(await request.read() or b"{}")
        found.values.update(body if isinstance(body, dict) else {})
    elif request.content_type == "application/x-www-form-urlencoded":
        found.values.update(await request.post())
    elif request.content_type == "multipart/form-data":
        await _read_multipart(request, found)
    return found


async def _read_multipart(request: web.Request, found: Parameters) -> None:
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or not part.name:
            continue
        if part.filename is None:
            found.values[part.name] = await part.text()
        else:
            mime = part.headers.get("Content-Type", "application/octet-stream")
            found.uploads[part.name] = Upload(part.filename, mime, bytes(await part.read()))
