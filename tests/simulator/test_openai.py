"""The OpenAI-compatible peer: what it hears, whom it refuses, and the weather over it."""

from __future__ import annotations

from typing import Any

from aiohttp import FormData

from .conftest import Sim

KEY = {"Authorization": "Bearer sk-test"}


async def transcribe(sim: Sim, name: str = "voice.ogg", headers: Any = KEY, data: bytes = b"OggS", **more: str) -> Any:
    form = FormData()
    form.add_field("file", data, filename=name, content_type="audio/ogg")
    for key, value in {"model": "whisper-1", **more}.items():
        form.add_field(key, value)
    address = f"{sim.base}/openai/v1/audio/transcriptions"
    async with sim.session.post(address, data=form, headers=headers) as response:
        return response.status, await (response.json() if "json" in response.content_type else response.text())


async def test_the_name_of_the_file_tells_what_is_said_in_it(sim: Sim) -> None:
    assert await transcribe(sim, "2_masala_dosa.txt.ogg") == (200, {"text": "2 masala dosa"})
    assert await transcribe(sim, "दो_चाय.txt.ogg") == (200, {"text": "दो चाय"})


async def test_a_text_that_was_set_is_heard_in_every_file(sim: Sim) -> None:
    await sim.post("/sim/openai", {"transcript": "3 idli"})
    assert await transcribe(sim, "2_dosa.txt.ogg") == (200, {"text": "3 idli"})
    assert await transcribe(sim, response_format="text") == (200, "3 idli\n")
    status, full = await transcribe(sim, response_format="verbose_json", language="hi")
    assert (status, full["text"], full["language"]) == (200, "3 idli", "hi")
    await sim.post("/sim/openai", {"transcript": None})
    assert await transcribe(sim, "2_dosa.txt.ogg") == (200, {"text": "2 dosa"})


async def test_without_the_right_key_nothing_is_heard(sim: Sim) -> None:
    assert (await transcribe(sim, headers={}))[0] == 401
    await sim.post("/sim/openai", {"key": "sk-other"})
    status, body = await transcribe(sim)
    assert (status, body["error"]["code"]) == (401, "invalid_api_key")


async def test_a_request_that_lacks_something_is_refused_as_openai_does(sim: Sim) -> None:
    for kwargs in ({"data": b""}, {"name": "voice"}, {"model": ""}, {"response_format": "srtx"}):
        status, body = await transcribe(sim, **kwargs)  # type: ignore[arg-type]
        assert (status, body["error"]["type"]) == (400, "invalid_request_error")
    await sim.post("/sim/openai", {"voice": "?"}, expect=400)


async def test_the_weather_reaches_the_model_too(sim: Sim) -> None:
    await sim.faults(error_500=1)
    assert (await transcribe(sim))[0] == 500
    await sim.faults(throttle=1)
    assert (await transcribe(sim))[0] == 429
    await sim.faults(error={"channel": "openai", "code": 503})
    assert [(await transcribe(sim))[0] for _ in range(2)] == [503, 200]
    (*_, last) = (await sim.get("/sim/log?channel=openai"))["log"]
    assert (last["path"], last["body"]["file"]) == ("POST /v1/audio/transcriptions", "voice.ogg <4 bytes>")
