"""Small files of each kind, as a person would send them, and what the simulator shows of files."""

import base64
import hashlib
from pathlib import Path
from typing import Any

from tests.harness import World

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PDF = b"%PDF-1.7\nthe list of a wedding"
OGG = b"OggS\0\2 a voice"
WEBP = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0"


def attached(content: bytes, name: str, mime: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "mime": mime, "base64": base64.b64encode(content).decode(), **more}


IMAGE = attached(PNG, "cake.png", "image/png")
DOCUMENT = attached(PDF, "list.pdf", "application/pdf")
VOICE = attached(OGG, "voice.ogg", "audio/ogg", kind="voice")
STICKER = attached(WEBP, "smile.webp", "image/webp", kind="sticker")


async def bytes_of(world: World, message: dict[str, Any]) -> bytes:
    """The bytes of a file that stands in a chat."""
    async with world.session.get(world.address + message["file"]["url"]) as answer:
        return await answer.read()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def files_under(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
