"""A language model of scripted answers: `POST /openai/v1/chat/completions`.

`POST /sim/openai {"answers": [...]}` says what it answers to one question after the other: an object or a list is said as
JSON, a text as it is (nonsense, too), `{"refusal": "..."}` refuses, `{"status": 500}` fails with that status, and
`{"after_ms": 800, "answer": ...}` takes its time. Without one it says `{"lines": []}`.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import orjson
from aiohttp import web

from bot.simulator.wire import Json, answer
from bot.simulator.world import WORLD


async def completions(request: web.Request) -> web.StreamResponse:
    world, started = request.app[WORLD], time.perf_counter()
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    try:
        body = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        return answer(_error("We could not parse the JSON body of your request."), 400)
    if scheme.lower() != "bearer" or (world.openai.key and key.strip() != world.openai.key):
        return answer(_error("Incorrect API key provided."), 401)
    if not isinstance(body, dict) or not body.get("model") or not body.get("messages"):
        return answer(_error("you must provide a model and messages"), 400)
    said = world.openai.answers.pop(0) if world.openai.answers else {"lines": []}
    if isinstance(said, dict) and "after_ms" in said:
        await asyncio.sleep(float(said["after_ms"]) / 1000)
        said = said.get("answer", {"lines": []})
    status = int(said["status"]) if isinstance(said, dict) and "status" in said else 200
    shown = _completion(str(body["model"]), said) if status == 200 else _error("The server had an error.")
    spent = (time.perf_counter() - started) * 1000
    world.journal.api("openai", "POST /v1/chat/completions", status, spent, body, shown.get("error"))
    return answer(shown, status)


def _completion(model: str, said: Any) -> Json:
    refusal = said.get("refusal") if isinstance(said, dict) else None
    content = said if isinstance(said, str) else orjson.dumps(said).decode()
    message: Json = {"role": "assistant", "content": None if refusal else content, "refusal": refusal}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    head = {"id": "chatcmpl-sim", "object": "chat.completion", "created": int(time.time()), "model": model}
    return {**head, "choices": [choice], "usage": usage}


def _error(text: str) -> Json:
    return {"error": {"message": text, "type": "invalid_request_error", "param": None, "code": None}}
