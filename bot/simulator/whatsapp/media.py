"""Media of the Graph API: upload, look up, download with the token, delete."""

from __future__ import annotations

from aiohttp import BodyPartReader, web

from bot.simulator.whatsapp.errors import bad_parameter, unknown_object
from bot.simulator.whatsapp.state import MEDIA_URL_S, UPLOADED_MEDIA_S, Media
from bot.simulator.wire import Json
from bot.simulator.world import World

MEGABYTE = 1024 * 1024
LIMITS = {
    "image": 5 * MEGABYTE,
    "audio": 16 * MEGABYTE,
    "video": 16 * MEGABYTE,
    "sticker": MEGABYTE // 2,
    "document": 100 * MEGABYTE,
}
TYPES = {
    **dict.fromkeys(("image/jpeg", "image/png"), "image"),
    **dict.fromkeys(("audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg", "audio/opus"), "audio"),
    **dict.fromkeys(("video/mp4", "video/3gpp"), "video"),
    "image/webp": "sticker",
    **dict.fromkeys(
        (
            "text/plain",
            "text/csv",
            "application/pdf",
            "application/msword",
            "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
        "document",
    ),
}
"""MIME type -> kind whose size limit holds."""


async def upload(world: World, request: web.Request) -> Json:
    """Take a multipart upload (`messaging_product`, `file`, `type`) and answer with its id.

    Raises:
        GraphError: 100 for a missing field, a type that WhatsApp does not take, or a file over its limit.
    """
    if not request.content_type.startswith("multipart/"):
        raise bad_parameter("The parameter file is required.")
    fields: dict[str, str] = {}
    data, name, mime = None, "file", ""
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        if part.name == "file":
            data = bytes(await part.read())
            name, mime = part.filename or name, part.headers.get("Content-Type", "")
        elif part.name:
            fields[part.name] = await part.text()
    if fields.get("messaging_product") != "whatsapp":
        raise bad_parameter("The parameter messaging_product is required.")
    if data is None:
        raise bad_parameter("The parameter file is required.")
    mime = (fields.get("type") or mime).strip()
    _check(mime, len(data))
    media = world.whatsapp.store(data, mime, name, world.now() + UPLOADED_MEDIA_S)
    return {"id": media.id}


def _check(mime: str, size: int) -> None:
    kind = TYPES.get(mime.partition(";")[0])
    if kind is None:
        raise bad_parameter(
            f"Param file must be a file with one of the following types: {', '.join(TYPES)}. "
            f"Received file of type '{mime}'."
        )
    if size > LIMITS[kind]:
        raise bad_parameter(f"Param file must be at most {LIMITS[kind]} bytes long for {kind} media.")
    if size == 0:
        raise bad_parameter("Param file must not be empty.")


def find(world: World, media_id: str) -> Media:
    """A media object that has not expired.

    Raises:
        GraphError: 100/33.
    """
    media = world.whatsapp.media.get(media_id)
    if media is None or media.expires < world.now():
        raise unknown_object(media_id)
    return media


def describe(world: World, request: web.Request, media: Media) -> Json:
    """The answer to `GET /{media_id}`; the address in it lives five minutes."""
    media.url_expires = world.now() + MEDIA_URL_S
    base = f"{request.scheme}://{request.host}/graph/{request.match_info['version']}"
    return {
        "messaging_product": "whatsapp",
        "url": f"{base}/attachments/?mid={media.id}&ext={int(media.url_expires)}&hash={media.sha256[:16]}",
        "mime_type": media.mime,
        "sha256": media.sha256,
        "file_size": len(media.data),
        "id": media.id,
    }


def download(world: World, request: web.Request) -> web.Response:
    """The bytes behind a media address; 404 once the address is older than five minutes."""
    media = world.whatsapp.media.get(request.query.get("mid", ""))
    fits = media is not None and request.query.get("hash") == media.sha256[:16]
    if media is None or not fits or float(request.query.get("ext", "0")) < int(world.now()):
        return web.Response(status=404, text="Not found")
    headers = {"Content-Disposition": f"attachment; filename={media.id}"}
    return web.Response(body=media.data, headers={**headers, "Content-Type": media.mime})
