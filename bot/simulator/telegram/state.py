"""What the Telegram side of the world holds: bots, people, chats, messages, files, callback queries."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field

from bot.simulator.pace import Pace
from bot.simulator.timeline import Counter, Entry, Timeline
from bot.simulator.wire import Json

PRESENT = ("creator", "administrator", "member", "restricted")
ANONYMOUS_ADMIN: Json = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
CHANNEL_ROBOT: Json = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
EPOCH = 1_700_000_000


@dataclass(slots=True)
class Update:
    """One update on its way to a bot; `lane` is the queue in which Telegram keeps it in order."""

    id: int
    lane: str
    body: Json
    answer: asyncio.Future[int] | None = None


@dataclass(slots=True)
class Hook:
    """A webhook as set by `setWebhook`."""

    url: str
    secret: str = ""
    max_connections: int = 40
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(40))


@dataclass(slots=True)
class Account:
    """A bot. Update ids grow from the time of day, so that a restarted world never says one twice."""

    token: str
    id: int
    username: str
    name: str
    hook: Hook | None = None
    allowed: list[str] | None = None
    pending: dict[int, Update] = field(default_factory=dict)
    lanes: dict[str, deque[Update]] = field(default_factory=dict)
    poller: asyncio.Future[str] | None = None
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    last_error: tuple[int, str] | None = None
    serial: int = field(default_factory=lambda: (int(time.time()) - EPOCH) * 10)

    @property
    def user(self) -> Json:
        """The bot as a User object."""
        return {"id": self.id, "is_bot": True, "first_name": self.name, "username": self.username}


@dataclass(slots=True)
class User:
    """A person."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = None

    @property
    def user(self) -> Json:
        """The person as a User object."""
        view: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.username:
            view["username"] = self.username
        if self.language_code:
            view["language_code"] = self.language_code
        return view


@dataclass(slots=True, kw_only=True)
class Message(Entry):
    """One message of a chat; `data` is the Bot API's Message object."""

    data: Json
    edited: bool = False
    deleted: bool = False
    reactions: list[Json] = field(default_factory=list)
    keyboard: Json | None = None

    @property
    def id(self) -> int:
        return int(self.data["message_id"])

    @property
    def author(self) -> int:
        return int((self.data.get("from") or {}).get("id", 0))


@dataclass(slots=True)
class Chat:
    """A private chat of one bot with one person, or a group or channel. `members`: user id -> status."""

    id: int
    type: str
    timeline: Timeline[Message]
    title: str = ""
    username: str | None = None
    members: dict[int, str] = field(default_factory=dict)
    forum: bool = False
    topics: dict[int, Json] = field(default_factory=dict)
    migrated_to: int | None = None
    started: bool = False
    blocked: bool = False
    pinned: list[int] = field(default_factory=list)
    answers: list[Json] = field(default_factory=list)
    actions: list[Json] = field(default_factory=list)
    serial: int = field(default_factory=lambda: int(time.time()) - EPOCH)

    @property
    def group(self) -> bool:
        return self.type in ("group", "supergroup")

    def next_message_id(self) -> int:
        self.serial += 1
        return self.serial

    def message(self, message_id: object) -> Message | None:
        """A message that is there (not deleted)."""
        found = self.timeline.entries.get(str(message_id))
        return found if found is not None and not found.deleted else None


@dataclass(slots=True)
class StoredFile:
    """A file on Telegram's servers; `owner` is the bot whose file_id this is (None: anybody's)."""

    id: str
    kind: str
    name: str
    mime: str
    data: bytes
    owner: int | None = None

    @property
    def path(self) -> str:
        folder = {"photo": "photos", "voice": "voice", "video": "videos"}.get(self.kind, "documents")
        suffix = f".{self.name.rsplit('.', 1)[1]}" if "." in self.name else ""
        return f"{folder}/{self.id}{suffix}"


@dataclass(slots=True)
class Query:
    """A pressed button that waits for `answerCallbackQuery`."""

    account_id: int
    chat: Chat
    user_id: int
    at: float
    answered: bool = False


@dataclass(slots=True)
class TelegramWorld:
    """Everything of Telegram. Private chats belong to a bot and a person, groups to everybody."""

    counter: Counter
    accounts: dict[str, Account] = field(default_factory=dict)
    users: dict[int, User] = field(default_factory=dict)
    groups: dict[int, Chat] = field(default_factory=dict)
    private: dict[tuple[int, int], Chat] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    queries: dict[str, Query] = field(default_factory=dict)
    overall_pace: Pace = field(default_factory=lambda: Pace(30, 30))
    chat_pace: Pace = field(default_factory=lambda: Pace(1, 5))
    group_pace: Pace = field(default_factory=lambda: Pace(20 / 60, 20))
    serial: int = field(default_factory=lambda: time.time_ns() // 1000)

    def next_serial(self) -> int:
        self.serial += 1
        return self.serial

    def user(self, user_id: int) -> User:
        """A person, made on first mention."""
        return self.users.setdefault(user_id, User(user_id, f"User {user_id}"))

    def private_chat(self, account: Account, user_id: int) -> Chat:
        """The private chat of a bot and a person, made on first mention."""
        key = (account.id, user_id)
        found = self.private.get(key)
        if found is None:
            found = self.private[key] = Chat(user_id, "private", Timeline(self.counter))
        return found

    def account(self, name: object = None) -> Account | None:
        """A bot by username or token; the first one when no name is given."""
        if not name:
            return next(iter(self.accounts.values()), None)
        wanted = str(name).lstrip("@").lower()
        return next((a for a in self.accounts.values() if wanted in (a.username.lower(), a.token.lower())), None)

    def keep(self, chat: Chat, data: Json) -> Message:
        """Write a message into its chat."""
        message = Message(data=data, keyboard=data.pop("sim_keyboard", None))
        chat.timeline.add(str(data["message_id"]), message)
        return message

    def store(self, kind: str, name: str, mime: str, data: bytes, owner: int | None) -> StoredFile:
        """Keep a file and give it a file_id."""
        file = StoredFile(f"BQACAgUAAx{self.next_serial():x}", kind, name, mime, data, owner)
        self.files[file.id] = file
        return file
