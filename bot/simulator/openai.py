"""An OpenAI-compatible peer: `POST /openai/v1/audio/transcriptions`, and `/sim/openai` to say what it hears.

What it answers, the first that is there: the text set by `POST /sim/openai {"transcript": "2 idli"}`; what stands
before `.txt` in the file's name (`2_masala_dosa.txt.ogg` is "2 masala dosa"), or in the name under which somebody in
the simulated world sent these very bytes (voice notes have no names); a fixed sentence. Any bearer key will do
unless `{"key": "sk-..."}` was set. Faults: latency_ms, error_500, throttle, drop_reply, and `error` with the channel
"openai" and the method "transcriptions", whose `code` is then the HTTP status.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from urllib.parse import unquote

from aiohttp import BodyPartReader, web

from bot.simulator.completions import completions
from bot.simulator.wire import MALFORMED, BadControl, Json, answer, control_body
from bot.simulator.world import WORLD, World

LARGEST = 25 * 1024 * 1024
_FORMATS = ("json", "text", "verbose_json")
_TYPES = {400: "invalid_request_error", 401: "invalid_request_error", 413: "invalid_request_error", 429: "requests"}
UNHEARD = "hello"
"""What the peer hears when nobody told it anything."""


class Refusal(Exception):
    """An error in OpenAI's own shape."""

    def __init__(self, http: int, message: str, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.http = http
        kind = _TYPES.get(http, "server_error" if http >= 500 else "invalid_request_error")
        self.body: Json = {"error": {"message": message, "type": kind, "param": param, "code": code}}


@dataclass(slots=True)
class Upload:
    """The form of a transcription request."""

    fields: dict[str, str]
    name: str = ""
    data: bytes | None = None

    @property
    def size(self) -> int:
        """In bytes; -1 where there is no file."""
        return -1 if self.data is None else len(self.data)


async def transcriptions(request: web.Request) -> web.StreamResponse:
    """`POST /openai/v1/audio/transcriptions`: multipart `file`, `model`, `language`?, `prompt`?, `response_format`?."""
    world, started = request.app[WORLD], time.perf_counter()
    upload, error = Upload({}), None
    try:
        _check_key(world, request)
        upload = await _form(request)
        await _weather(world)
        response = _heard(world, upload)
    except Refusal as refusal:
        error = refusal.body
        response = answer(error, refusal.http)
        if refusal.http == 429:
            response.headers["Retry-After"] = str(world.faults.retry_after)
    except MALFORMED as trouble:
        error = Refusal(400, f"Could not parse multipart form: {trouble}").body
        response = answer(error, 400)
    spent = (time.perf_counter() - started) * 1000
    body = {**upload.fields, "file": f"{upload.name} <{max(upload.size, 0)} bytes>"}
    path = f"POST {request.path.removeprefix('/openai')}"
    world.journal.api("openai", path, response.status, spent, body, error and error["error"])
    if world.faults.happens(world.faults.drop_reply) and request.transport is not None:
        request.transport.close()
    return response


def _check_key(world: World, request: web.Request) -> None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise Refusal(401, "You didn't provide an API key.")
    if world.openai.key and key.strip() != world.openai.key:
        raise Refusal(401, "Incorrect API key provided.", "invalid_api_key")


async def _form(request: web.Request) -> Upload:
    if not request.content_type.startswith("multipart/"):
        raise Refusal(400, "Invalid content type: multipart/form-data is needed.")
    upload = Upload({})
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or not part.name:
            continue
        if part.name == "file":
            upload.name, upload.data = unquote(part.filename or ""), bytes(await part.read())
        else:
            upload.fields[part.name] = await part.text()
    return upload


async def _weather(world: World) -> None:
    faults = world.faults
    pause = faults.seconds(faults.latency_ms)
    if pause:
        await asyncio.sleep(pause)
    rule = faults.ordered_error("openai", "transcriptions", "") if faults.error else None
    if rule is not None:
        raise Refusal(rule.http or rule.code, rule.description or rule.details or "An error was ordered.")
    if faults.happens(faults.throttle):
        raise Refusal(429, "Rate limit reached for requests", "rate_limit_exceeded")
    if faults.happens(faults.error_500):
        raise Refusal(500, "The server had an error while processing your request. Sorry about that!")


def _heard(world: World, upload: Upload) -> web.Response:
    if upload.size < 0:
        raise Refusal(400, "'file' is a required property", param="file")
    if not upload.fields.get("model"):
        raise Refusal(400, "you must provide a model parameter", param="model")
    if upload.size == 0 or "." not in upload.name:
        raise Refusal(400, "Invalid file format.", param="file")
    if upload.size > LARGEST:
        raise Refusal(413, f"Maximum content size limit ({LARGEST}) exceeded ({upload.size} bytes read)")
    shape = upload.fields.get("response_format") or "json"
    if shape not in _FORMATS:
        raise Refusal(400, f"response_format must be one of {', '.join(_FORMATS)}", param="response_format")
    text = world.openai.transcript
    if text is None:
        hidden, mark, _ = _name(world, upload).rpartition(".txt")
        text = hidden.replace("_", " ").strip() if mark else UNHEARD
    if shape == "text":
        return web.Response(text=f"{text}\n")
    if shape == "json":
        return answer({"text": text})
    language = upload.fields.get("language") or "en"
    return answer({"task": "transcribe", "language": language, "duration": 1.0, "text": text, "segments": []})


def _name(world: World, upload: Upload) -> str:
    """The name that tells what is said: the upload's own, or the last under which the same bytes were sent."""
    sent = [(each.name, each.data) for each in world.whatsapp.media.values()]
    sent += [(each.name, each.data) for each in world.telegram.files.values()]
    names = [upload.name, *(name for name, data in reversed(sent) if data == upload.data)]
    return next((name for name in names if ".txt" in name), upload.name)


async def setting(request: web.Request) -> web.Response:
    """`POST /sim/openai {"transcript": text | null, "key": text | null, "answers": [...]}`: what is heard, the only key that
    opens, and what the model says next (see `completions`)."""
    world, body = request.app[WORLD], await control_body(request)
    unknown = [key for key in body if key not in ("transcript", "key", "answers")]
    if unknown:
        raise BadControl(f"unknown key {unknown[0]!r}", known=["transcript", "key", "answers"])
    if "answers" in body:
        if not isinstance(body["answers"], list):
            raise BadControl("answers is a list")
        world.openai.answers = body["answers"]
    if "transcript" in body:
        world.openai.transcript = None if body["transcript"] is None else str(body["transcript"])
    if "key" in body:
        world.openai.key = str(body["key"] or "")
    return answer({"transcript": world.openai.transcript, "key_set": bool(world.openai.key)})


ROUTES = (
    web.post("/openai/v1/chat/completions", completions),
    web.post("/openai/v1/audio/transcriptions", transcriptions),
    web.post("/sim/openai", setting),
)
