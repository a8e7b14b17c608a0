"""What the WhatsApp side of the world holds: numbers, people, chats, messages, media, templates."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import time
from dataclasses import dataclass, field

from bot.simulator.pace import Pace
from bot.simulator.timeline import Counter, Entry, Timeline
from bot.simulator.wire import Json

WINDOW_S = 24 * 3600
UPLOADED_MEDIA_S = 30 * 86400
RECEIVED_MEDIA_S = 7 * 86400
MEDIA_URL_S = 300


@dataclass(slots=True)
class Event:
    """One thing to tell the application about: an item of `value.messages`, `value.statuses` or another field.

    `answer` is set to the HTTP status of the first webhook that carries it.
    """

    number: Number
    kind: str
    item: Json
    contact: Json | None = None
    answer: asyncio.Future[int] | None = None


@dataclass(slots=True)
class Feed:
    """Events of a number that are gathered to be shuffled or batched."""

    waiting: list[Event] = field(default_factory=list)
    timer: asyncio.TimerHandle | None = None


@dataclass(slots=True)
class Number:
    """A business phone number with its app: where its webhooks go and how they are signed."""

    phone_number_id: str
    display_phone_number: str = ""
    waba_id: str = ""
    token: str = ""
    app_secret: str = ""
    verify_token: str = ""
    webhook_url: str = ""
    verified_name: str = "Test Shop"
    quality_rating: str = "GREEN"
    feed: Feed = field(default_factory=Feed)
    subscribed: bool = True


@dataclass(slots=True)
class Person:
    """A WhatsApp user. `hidden`: uses a username, so that webhooks carry no phone."""

    phone: str
    name: str
    bsuid: str
    username: str | None = None
    hidden: bool = False


@dataclass(slots=True, kw_only=True)
class Message(Entry):
    """One message of a chat. `raw` is the Graph API's object: as received in a webhook, or as sent to us."""

    id: str
    sender: str
    number_id: str
    type: str
    raw: Json
    at: float
    author: str = ""
    status: str = ""
    reply_to: str | None = None
    tracker: str | None = None
    edited: bool = False
    deleted: bool = False
    failure: int | None = None


@dataclass(slots=True)
class Chat:
    """A conversation with one phone, or a group; `heard` is when each number last heard from the customer."""

    key: str
    timeline: Timeline[Message]
    heard: dict[str, float] = field(default_factory=dict)
    group: Group | None = None


@dataclass(slots=True)
class Group:
    """A WhatsApp group: its participants are phones (at most 8 besides the business)."""

    id: str
    subject: str
    participants: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Media:
    """A stored file; times are the simulator's clock."""

    id: str
    data: bytes
    mime: str
    name: str
    sha256: str
    expires: float
    url_expires: float = 0.0


@dataclass(slots=True)
class WhatsAppWorld:
    """Everything of WhatsApp. Ids grow from the time of day: a restarted world never says one twice."""

    counter: Counter
    numbers: dict[str, Number] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    chats: dict[str, Chat] = field(default_factory=dict)
    chat_of: dict[str, str] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    templates: dict[str, list[Json]] = field(default_factory=dict)
    by_bsuid: dict[str, str] = field(default_factory=dict)
    number_pace: Pace = field(default_factory=lambda: Pace(80, 80))
    pair_pace: Pace = field(default_factory=lambda: Pace(1 / 6, 45))
    serial: int = field(default_factory=lambda: time.time_ns() // 1000)

    def next_serial(self) -> int:
        self.serial += 1
        return self.serial

    def new_wamid(self, phone: str) -> str:
        """A message id of the real form: base64 of a frame with the phone and a serial."""
        digits = phone.encode()[:40]
        serial = f"{self.next_serial():020X}".encode()
        frame = b"\x1c\x18" + bytes([len(digits)]) + digits + b"\x15\x02\x00\x11\x18\x14" + serial + b"\x00"
        return "wamid." + base64.b64encode(frame).decode()

    def new_object_id(self) -> str:
        """A numeric Graph object id (media, templates)."""
        return str(self.next_serial())

    def person(self, phone: str) -> Person:
        """The user of a phone, made on first mention with a name and a business-scoped id of their own."""
        found = self.people.get(phone)
        if found is None:
            digest = int.from_bytes(hashlib.sha256(phone.encode()).digest()[:8], "big")
            found = Person(phone, f"Customer {phone[-4:]}", f"IN.{digest:020d}")
            self.people[phone] = found
            self.by_bsuid[found.bsuid] = phone
        return found

    def rename_bsuid(self, person: Person, bsuid: str) -> None:
        """Give a person another business-scoped id (it changes with the phone number)."""
        self.by_bsuid.pop(person.bsuid, None)
        person.bsuid = bsuid
        self.by_bsuid[bsuid] = person.phone

    def chat(self, key: str) -> Chat:
        """The chat of a phone or group id, made on first mention."""
        found = self.chats.get(key)
        if found is None:
            found = self.chats[key] = Chat(key, Timeline(self.counter))
        return found

    def keep(self, chat: Chat, message: Message) -> None:
        """Write a message into its chat."""
        chat.timeline.add(message.id, message)
        self.chat_of[message.id] = chat.key

    def message(self, wamid: str) -> Message | None:
        """A message by its id, wherever it was said."""
        key = self.chat_of.get(wamid)
        return self.chats[key].timeline.entries.get(wamid) if key in self.chats else None

    def store(self, data: bytes, mime: str, name: str, expires: float) -> Media:
        """Keep a file and give it a media id."""
        media = Media(self.new_object_id(), data, mime, name, hashlib.sha256(data).hexdigest(), expires)
        self.media[media.id] = media
        return media
