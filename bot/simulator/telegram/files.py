"""Files of the Bot API: uploads, file_ids, `getFile` and the download."""

from __future__ import annotations

import mimetypes
from typing import Any

from aiohttp import web

from bot.simulator.telegram.errors import BotApiError, bad_request
from bot.simulator.telegram.parameters import Parameters
from bot.simulator.telegram.state import Account, StoredFile
from bot.simulator.wire import Json
from bot.simulator.world import WORLD, World

MEGABYTE = 1024 * 1024
DOWNLOAD = 20 * MEGABYTE
UPLOAD = 50 * MEGABYTE
PHOTO = 10 * MEGABYTE
KINDS = ("photo", "document", "voice", "audio", "video", "animation", "video_note", "sticker")
_MIME = {
    "photo": "image/jpeg",
    "voice": "audio/ogg",
    "audio": "audio/mpeg",
    "video": "video/mp4",
    "sticker": "image/webp",
}


def file_of(world: World, account: Account, p: Parameters, kind: str, value: Any) -> StoredFile:
    """The file that a send method names: uploaded, attach://part, file_id or address.

    Raises:
        BotApiError: 400 for nothing or an unknown id, 413 for more than 50 MB (10 MB for a photo).
    """
    name = str(value or "")
    part = name.removeprefix("attach://") if name.startswith("attach://") else kind
    upload = p.uploads.get(part)
    if upload is not None:
        if len(upload.data) > (PHOTO if kind == "photo" else UPLOAD):
            raise BotApiError(413)
        if not upload.data:
            raise bad_request("file must be non-empty")
        return world.telegram.store(kind, upload.name, upload.mime, upload.data, account.id)
    if not name:
        raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")
    if name.startswith(("http://", "https://")):
        mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return world.telegram.store(kind, name.rsplit("/", 1)[-1], mime, b"", account.id)
    return known_file(world, account, name)


def known_file(world: World, account: Account, file_id: str) -> StoredFile:
    """A file by its id, which belongs to one bot.

    Raises:
        BotApiError: 400.
    """
    file = world.telegram.files.get(file_id)
    if file is None or file.owner not in (None, account.id):
        raise bad_request("wrong file identifier/HTTP URL specified")
    return file


def file_object(file: StoredFile, kind: str) -> Any:
    """The object that stands in a message for a file of this kind; a photo is a list of sizes."""
    base: Json = {"file_id": file.id, "file_unique_id": f"AQ{file.id[-12:]}", "file_size": len(file.data)}
    mime = file.mime if file.mime != "application/octet-stream" else _MIME.get(kind, file.mime)
    match kind:
        case "photo":
            return [{**base, "width": 640, "height": 480}]
        case "voice":
            return {**base, "duration": 1, "mime_type": mime}
        case "audio":
            return {**base, "duration": 1, "mime_type": mime, "file_name": file.name}
        case "video" | "animation":
            return {**base, "width": 640, "height": 480, "duration": 1, "mime_type": mime, "file_name": file.name}
        case "video_note":
            return {**base, "length": 240, "duration": 1}
        case "sticker":
            shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
            return {**base, **shape}
        case _:
            return {**base, "file_name": file.name, "mime_type": mime}


def get_file(world: World, account: Account, p: Parameters) -> Json:
    """`getFile`: up to 20 MB."""
    file = world.telegram.files.get(p.text("file_id"))
    if file is None or file.owner not in (None, account.id):
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(file.data) > DOWNLOAD:
        raise bad_request("file is too big")
    unique = f"AQ{file.id[-12:]}"
    return {"file_id": file.id, "file_unique_id": unique, "file_size": len(file.data), "file_path": file.path}


async def download(request: web.Request) -> web.Response:
    """`GET /telegram/file/bot{token}/{path}`: the bytes; 404 for a wrong token or path."""
    world = request.app[WORLD]
    account = world.telegram.accounts.get(request.match_info["token"])
    wanted = request.match_info["path"].rsplit("/", 1)[-1].partition(".")[0]
    file = world.telegram.files.get(wanted)
    if account is None or file is None or file.owner not in (None, account.id):
        return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
    return web.Response(body=file.data, content_type="application/octet-stream")
