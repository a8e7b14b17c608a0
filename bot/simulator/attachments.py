"""Files that somebody attaches in a control request."""

from __future__ import annotations

import base64
import binascii
import mimetypes
from pathlib import Path
from typing import Any

from bot.simulator.wire import BadControl


def file_from(value: Any) -> tuple[str, str, bytes]:
    """Name, MIME type and bytes of {"name"?, "mime"?, "base64" | "path" | "text" | "size" (that many zero bytes)}.

    Raises:
        BadControl: no bytes, a path that cannot be read, or base64 that is none.
    """
    if not isinstance(value, dict):
        raise BadControl("file must be an object with base64, path, text or size")
    try:
        if "path" in value:
            path = Path(str(value["path"]))
            data, name = path.read_bytes(), str(value.get("name") or path.name)
        elif "text" in value:
            data, name = str(value["text"]).encode(), str(value.get("name") or "file.txt")
        elif "size" in value:
            data, name = bytes(int(value["size"])), str(value.get("name") or "file.bin")
        else:
            data, name = base64.b64decode(value["base64"], validate=True), str(value.get("name") or "file")
    except (KeyError, OSError, binascii.Error) as error:
        raise BadControl(f"cannot read the file: {error}") from None
    mime = value.get("mime") or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return name, str(mime), data
