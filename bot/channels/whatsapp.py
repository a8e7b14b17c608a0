"""WhatsApp: one business number on Meta's Cloud API, through pywa."""

import hashlib
import hmac
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pywa_async.client import WhatsApp as Pywa

from bot.channels import whatsapp_contents, whatsapp_inbound, whatsapp_outbound
from bot.channels.base import Refused, SendError, Split, Transient, Unknown
from bot.channels.json_values import identifier, items, mapping, text, whole
from bot.channels.media import Located, allowed, media_error
from bot.channels.transport import Transport
from bot.channels.uploads import found_file
from bot.channels.whatsapp_session import GraphSession
from flows.messages import File, FileRef, Inbound, Reply
from handlers.jobs.tools import Unfetched
from storage.rules.pacing import Pace, Rate, per_second

PAIR_INTERVAL_US, PAIR_BURST = 6_000_000, 40
IMAGE_BYTES = 5 * 1024 * 1024
MEDIA_BYTES = 16 * 1024 * 1024
STICKER_BYTES, MOVING_STICKER_BYTES = 100 * 1024, 500 * 1024
DOCUMENT_BYTES = 100 * 1024 * 1024
MEDIA_HOSTS = ("lookaside.fbsbx.com", "*.whatsapp.net", "*.fbcdn.net")
"""Where Meta keeps files, besides the Graph API's own host."""

_MEDIA_ID = re.compile(r"[A-Za-z0-9_-]+")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WhatsAppSettings:
    """A number's credentials; its secrets are not shown. `version` is the Graph API's, without the v."""

    phone_number_id: str
    token: str = field(repr=False)
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    base_url: str = "https://graph.facebook.com"
    version: str = "26.0"
    waba_id: str = ""
    read_marks: bool = True
    per_second: float = 80
    pair_limit: bool = True

    @property
    def pace(self) -> Pace:
        """Meta's limits: of the number, and of each pair of number and customer (one in 6 s, 45 at once)."""
        pair = Rate(PAIR_INTERVAL_US, PAIR_BURST) if self.pair_limit else None
        return Pace(per_second(self.per_second), lambda recipient: pair)


class WhatsApp:
    """The channel of one phone number. `data` is the folder under which the paths of `File` lie."""

    platform = "whatsapp"

    def __init__(self, settings: WhatsAppSettings, transport: Transport, data: Path = Path()) -> None:
        self.settings = settings
        self.account = f"whatsapp:{settings.phone_number_id}"
        self.pace = settings.pace
        self.phone = ""
        self._data = data
        session: Any = GraphSession(transport)
        # pywa's own senders resolve the recipient by guesses (an unknown form becomes a group) and raise KeyError after
        # sending when the answer lacks a contact; its API layer below them does neither, and costs half.
        pywa = Pywa(
            phone_id=settings.phone_number_id,
            token=settings.token,
            session=session,
            api_version=settings.version,
            validate_updates=False,
        )
        session.base_url = f"{settings.base_url.rstrip('/')}/v{settings.version}"
        self._api = pywa.api

    def verify(self, body: bytes, header: str | None) -> bool:
        """True when `X-Hub-Signature-256` is the signature of these very bytes. Never raises."""
        if not self.settings.app_secret or not header:
            return False
        scheme, _, given = header.strip().partition("=")
        expected = hmac.new(self.settings.app_secret.encode(), body, hashlib.sha256).hexdigest()
        sent = given.lower().encode("utf-8", "surrogateescape")
        return scheme.lower() == "sha256" and hmac.compare_digest(sent, expected.encode())

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """What to answer to Meta's GET, or nothing when it does not know our verify token."""
        expected = self.settings.verify_token.encode()
        given = str(query.get("hub.verify_token", "")).encode("utf-8", "surrogateescape")
        if not expected or query.get("hub.mode") != "subscribe" or not hmac.compare_digest(given, expected):
            return None
        return query.get("hub.challenge")

    def split(self, body: Any) -> Split:
        return whatsapp_inbound.split(self.account, body)

    def read(self, payload: Any) -> Inbound:
        return whatsapp_contents.read(payload)

    def fit(self, reply: Reply, recipient: str) -> list[Reply]:
        return whatsapp_outbound.fit(reply, recipient)

    def codes(self, reply: Reply, recipient: str) -> dict[str, str]:
        return whatsapp_outbound.codes(reply, recipient)

    async def send(self, recipient: str, reply: Reply, *, reference: int, edits: str | None, shop: str = "") -> str:
        """Send one fitted reply; a reaction's id is that of its message. WhatsApp lets businesses edit nothing, so `edits`
        makes a new message."""
        if not recipient:
            raise Refused("no_recipient", "There is nobody to send to")
        kind, media = await self._uploaded(reply.file) if reply.file else ("", None)
        kind, content = whatsapp_outbound.message(reply, media, kind)
        answer = await self._api.send_message(
            sender=self.settings.phone_number_id,
            **whatsapp_outbound.addressee(recipient),
            typ=kind,
            msg=content,
            reply_to_message_id=reply.quote or None,
            biz_opaque_callback_data=whatsapp_outbound.tracker(reference),
        )
        sent = next(iter(items(mapping(answer).get("messages"))), {})
        message_id = identifier(sent.get("id"))
        if not message_id:
            raise Unknown("no_id", "The answer names no message")
        return reply.reaction.message if reply.reaction else message_id

    async def _uploaded(self, file: File) -> tuple[str, dict[str, Any]]:
        """Upload a file; returns the message type that carries it and its media object."""
        path, size = found_file(self._data, file)
        kind = whatsapp_outbound.media_kind(file.mime)
        if size > _most_bytes(kind, path):
            kind = "document"
        if size > DOCUMENT_BYTES:
            raise Refused("too_big", f"The file {file.name!r} has more than {DOCUMENT_BYTES} bytes")
        mime = whatsapp_outbound.upload_type(kind, file.mime)
        try:
            with path.open("rb") as content:
                answer = await self._api.upload_media(
                    phone_id=self.settings.phone_number_id, media=content, mime_type=mime, filename=file.name
                )
        except Unknown as error:  # an upload that broke off has shown nobody anything
            raise Transient(error.code, error.text) from None
        media = {"id": identifier(mapping(answer).get("id"))}
        return kind, {**media, "filename": file.name} if kind == "document" else media

    async def locate(self, file: FileRef) -> Located:
        """Where Meta keeps a file for the next five minutes. Raises `Unfetched`, `NotYet`."""
        if not _MEDIA_ID.fullmatch(file.id):  # it becomes a path: no other object of the account is asked for
            raise Unfetched("unsupported", "the id of the file is none")
        try:
            answer = mapping(await self._api.get_media_url(file.id))
        except SendError as error:
            raise media_error(error) from None
        return Located(
            allowed(text(answer.get("url")), self.settings.base_url, MEDIA_HOSTS),
            {"Authorization": f"Bearer {self.settings.token}"},
            sha256=text(answer.get("sha256")),
            mime=text(answer.get("mime_type")),
            size=whole(answer.get("file_size"), default=0, least=0, most=1 << 40),
        )

    async def acknowledge(self, inbound: Inbound, toast: str) -> None:
        """Mark the message as read, and show that we are writing for up to 25 seconds."""
        if not self.settings.read_marks or not inbound.message_id or not inbound.private:
            return
        try:
            await self._api.set_indicator(self.settings.phone_number_id, inbound.message_id, "text")
        except SendError as error:
            log.info("A read mark was not taken: %s", error)

    async def check(self) -> str:
        """The number (which is known as `phone` from then on), its name and state. Raises `SendError`."""
        fields = ("display_phone_number", "verified_name", "quality_rating", "status")
        answer = mapping(await self._api.get_business_phone_number(self.settings.phone_number_id, fields))
        self.phone = re.sub(r"\D", "", identifier(answer.get(fields[0])))
        words = [identifier(answer.get(name)) for name in fields]
        return f"WhatsApp {', '.join(word for word in words if word)}"

    async def set_webhook(self, url: str) -> None:
        """Have the account's events sent to `url`, which Meta first challenges. Raises `SendError`."""
        await self._api.set_waba_alternate_callback_url(self.settings.waba_id, url, self.settings.verify_token)

    async def webhooks(self) -> list[tuple[str, str]]:
        """The subscribed apps, each with its own address; "" is that of the App Dashboard. Raises `SendError`."""
        answer = mapping(await self._api.get_waba_subscribed_apps(self.settings.waba_id))
        names = ((app, mapping(app.get("whatsapp_business_api_data"))) for app in items(answer.get("data")))
        return [(text(name.get("name")), text(app.get("override_callback_uri"))) for app, name in names]

    async def delete_webhook(self) -> None:
        """Take the address of `set_webhook` back; the App Dashboard's is used again. Raises `SendError`."""
        await self._api.delete_waba_alternate_callback_url(self.settings.waba_id)

    async def start(self) -> None:
        """Refuse to serve a webhook that anybody could write to."""
        missing = [name for name in ("token", "app_secret", "verify_token") if not getattr(self.settings, name)]
        if missing:
            raise ValueError(f"The WhatsApp number {self.settings.phone_number_id} has no {', '.join(missing)}.")

    async def close(self) -> None:
        """Nothing of our own is open; the transport is closed by whoever made it."""


def _most_bytes(kind: str, path: Path) -> int:
    """How large a file may be to go out as a message of this kind. A sticker that moves says so in its header."""
    if kind != "sticker":
        return {"image": IMAGE_BYTES, "audio": MEDIA_BYTES, "video": MEDIA_BYTES}.get(kind, DOCUMENT_BYTES)
    with path.open("rb") as content:
        header = content.read(21)
    moving = header[12:16] == b"VP8X" and len(header) == 21 and header[20] & 2
    return MOVING_STICKER_BYTES if moving else STICKER_BYTES
