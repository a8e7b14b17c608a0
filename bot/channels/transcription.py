"""Voice notes written down by an OpenAI-compatible endpoint: one call, over the transport that all channels share."""

import logging
import re
from dataclasses import dataclass, field

import aiohttp
import orjson

from bot.channels.json_values import mapping, text
from bot.channels.transport import Answer, Lost, Transport, Unreachable
from handlers.jobs.tools import NotHeard, NotYet

ANSWER_S = 60.0
LONGEST_TRANSCRIPT = 4000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TranscriptionSettings:
    """`base_url` is what stands before `/audio/transcriptions`; `language` is a hint such as "hi", or ""."""

    base_url: str
    api_key: str = field(repr=False)
    model: str
    language: str = ""


class Transcriber:
    """`POST {base_url}/audio/transcriptions`."""

    def __init__(self, settings: TranscriptionSettings, transport: Transport) -> None:
        self._settings, self._transport = settings, transport

    async def transcribe(self, content: bytes, name: str, mime: str) -> str:
        """What is said in a recording, at most 4,000 characters; "" where nothing is said.

        Raises:
            NotYet: throttled, broken or out of reach just now.
            NotHeard: refused for good.
        """
        form = aiohttp.FormData()
        form.add_field("file", content, filename=name, content_type=mime)
        form.add_field("model", self._settings.model)
        form.add_field("response_format", "json")
        if self._settings.language:
            form.add_field("language", self._settings.language)
        headers = {"Authorization": f"Bearer {self._settings.api_key}"} if self._settings.api_key else {}
        url = f"{self._settings.base_url}/audio/transcriptions"
        try:
            answer = await self._transport.request("POST", url, headers=headers, data=form, total_s=ANSWER_S)
        except (Unreachable, Lost) as error:
            raise NotYet(str(error)) from None
        return _heard(answer)


def _heard(answer: Answer) -> str:
    try:
        said = mapping(orjson.loads(answer.body))
    except orjson.JSONDecodeError:
        said = {}
    if answer.status in (408, 425, 429) or answer.status >= 500:
        raise NotYet(f"HTTP {answer.status}: {_reason(said)}")
    if answer.status != 200 or not isinstance(said.get("text"), str):
        raise NotHeard(f"HTTP {answer.status}: {_reason(said)}")
    words = re.sub(r"\s+", " ", text(said["text"])).strip()
    return words[:LONGEST_TRANSCRIPT]


def _reason(said: dict[str, object]) -> str:
    return text(mapping(said.get("error")).get("message"))[:300] or "no reason given"
