"""The installation's settings: `config.yaml`, with `${VARIABLE}` or `${VARIABLE:-default}` filled from the environment.

Every fault is told with the key, what was found and what is expected; nothing starts with a half-understood file.
"""

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

import yaml
from babel.numbers import list_currencies
from pydantic import BaseModel, Field, SecretStr, ValidationError, field_validator, model_validator

from bot.config_sections import Backup, Files, Keeping, Section
from flows.texts import LANGUAGES
from storage.rules.permissions import Role

_VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)(?::-([^}]*))?\}")
Port = Annotated[int, Field(ge=0, le=65535)]


class ConfigError(Exception):
    """The configuration cannot be used; the text has one line for each fault."""


_time_zones = cache(available_timezones)  # it walks through all their files, a twentieth of a second long


class Server(Section):
    """Where we listen. `public_url` is how the platforms reach us (for webhooks); `api_token` opens the HTTP API."""

    host: str = "127.0.0.1"
    port: Port = 8000
    public_url: str = ""
    api_token: SecretStr = SecretStr("")


class Database(Section):
    url: str = "sqlite:///data/munshi.db"

    @field_validator("url")
    @classmethod
    def _known(cls, url: str) -> str:
        if not url.startswith(("sqlite:///", "postgresql+psycopg://", "postgresql://")):
            raise ValueError("sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME")
        return url.replace("postgresql://", "postgresql+psycopg://", 1)


class Person(Section):
    name: str
    telegram_id: str
    role: Role = Role.STAFF

    @field_validator("telegram_id", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        return str(value) if isinstance(value, int) else value


class Shop(Section):
    """The first workspace, copied into the books at first start; from then on chat changes it."""

    id: str = Field("main", pattern=r"^[a-z0-9][a-z0-9-]{0,30}$")
    name: str = "My shop"
    timezone: str = "Asia/Kolkata"
    currency: str = "INR"
    language: str = "en"
    catalogue: str = ""
    admin_group: str = ""
    people: tuple[Person, ...] = ()

    @field_validator("admin_group", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        return str(value) if isinstance(value, int) else value

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.timezone not in _time_zones():
            raise ValueError(f"timezone: a name such as Asia/Kolkata, found {self.timezone!r}")
        if self.currency not in list_currencies():
            raise ValueError(f"currency: a code such as INR, found {self.currency!r}")
        if self.language not in LANGUAGES:
            raise ValueError(f"language: one of {', '.join(LANGUAGES)}, found {self.language!r}")
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class WhatsAppNumber(Section):
    """A number of the WhatsApp Cloud API; off while `phone_number_id` is empty.

    `per_second`: messages that Meta lets this number send (80; up to 1,000 once raised; 20 for a coexistence number; 0:
    not paced). `pair_limit`: Meta's limit for each single customer is kept too.
    """

    phone_number_id: str = ""
    token: SecretStr = SecretStr("")
    app_secret: SecretStr = SecretStr("")
    verify_token: SecretStr = SecretStr("")
    waba_id: str = ""
    base_url: str = "https://graph.facebook.com"
    version: str = "26.0"
    read_marks: bool = True
    per_second: float = Field(80, ge=0, le=1000)
    pair_limit: bool = True

    @field_validator("phone_number_id", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        return str(value) if isinstance(value, int) else value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.phone_number_id:
            _need_secrets(self, "token", "app_secret", "verify_token")
        return self

    @property
    def is_on(self) -> bool:
        return bool(self.phone_number_id)


class TelegramBot(Section):
    """The installation's bot; off while `token` is empty. `polling` needs no public address.

    Messages that Telegram lets a bot send: over all chats, in one chat, in one group (0: not paced).
    """

    token: SecretStr = SecretStr("")
    mode: Literal["polling", "webhook"] = "polling"
    secret_token: SecretStr = SecretStr("")
    base_url: str = "https://api.telegram.org"
    per_second: float = Field(30, ge=0, le=1000)
    per_second_in_chat: float = Field(1, ge=0, le=30)
    per_minute_in_group: float = Field(20, ge=0, le=1000)

    @field_validator("token")
    @classmethod
    def _shaped(cls, token: SecretStr) -> SecretStr:
        if token.get_secret_value() and not re.fullmatch(r"\d+:[\w-]{20,}", token.get_secret_value(), re.ASCII):
            raise ValueError("a token as BotFather gives it, 123456789:AA…")
        return token

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.is_on and self.mode == "webhook":
            _need_secrets(self, "secret_token")
        return self

    @property
    def is_on(self) -> bool:
        return bool(self.token.get_secret_value())


class Transcription(Section):
    """An OpenAI-compatible endpoint that writes down voice notes; off while `base_url` is empty."""

    base_url: str = ""
    api_key: SecretStr = SecretStr("")
    model: str = "whisper-1"
    language: str = ""

    @field_validator("base_url")
    @classmethod
    def _address(cls, url: str) -> str:
        if url and not url.startswith(("https://", "http://")):
            raise ValueError("an address such as https://api.openai.com/v1")
        return url.rstrip("/")

    @property
    def is_on(self) -> bool:
        return bool(self.base_url)


class Config(Section):
    server: Server = Server()
    database: Database = Database()
    shop: Shop = Shop()
    whatsapp: WhatsAppNumber = WhatsAppNumber()
    telegram: TelegramBot = TelegramBot()
    files: Files = Files()
    keep: Keeping = Keeping()
    backup: Backup = Backup()
    transcription: Transcription = Transcription()

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.telegram.is_on and self.telegram.mode == "webhook" and not self.server.public_url.startswith("http"):
            raise ValueError("server.public_url: an https:// address, since telegram.mode is webhook; found nothing")
        return self


def _need_secrets(section: BaseModel, *names: str) -> None:
    missing = [name for name in names if not getattr(section, name).get_secret_value()]
    if missing:
        raise ValueError(f"{', '.join(missing)}: a secret (a webhook is never served without it), found nothing")


def load(path: Path, environment: Mapping[str, str] | None = None) -> Config:
    """Read and check a configuration file. Raises `ConfigError`; paths inside are relative to the file's folder."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); expected a configuration file") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: byte {error.start} is not UTF-8 text") from error
    try:
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: {error}") from error
    return validate(raw, os.environ if environment is None else environment, source=str(path))


def validate(raw: Any, environment: Mapping[str, str], source: str = "config") -> Config:
    """The configuration in a decoded file. Raises `ConfigError` with a line for each fault."""
    missing: list[str] = []
    filled = _fill(raw if raw is not None else {}, environment, missing, "")
    if missing:
        raise ConfigError("\n".join(f"{source}: {line}" for line in missing))
    try:
        return Config.model_validate(filled)
    except ValidationError as error:
        lines = [_line(fault, filled) for fault in error.errors(include_url=False)]
        raise ConfigError("\n".join(f"{source}: {line}" for line in lines)) from None


def _fill(value: Any, environment: Mapping[str, str], missing: list[str], key: str) -> Any:
    """Replace the variables in every string."""
    if isinstance(value, dict):
        return {name: _fill(each, environment, missing, f"{key}.{name}".strip(".")) for name, each in value.items()}
    if isinstance(value, list):
        return [_fill(each, environment, missing, f"{key}.{at}") for at, each in enumerate(value)]
    if not isinstance(value, str):
        return value

    def replaced(match: re.Match[str]) -> str:
        name, default = match.group(1), match.group(2)
        found = environment.get(name) or default
        if found is None:
            missing.append(f"{key}: the environment variable {name} is not set; set it, or write the value here")
            return ""
        return found

    return _VARIABLE.sub(replaced, value)


def _line(fault: Any, raw: Any) -> str:
    """ "server.port: found 'eighty'; expected a valid integer…" with secrets left out."""
    path = fault["loc"]
    key = ".".join(map(str, path)) or "the file"
    message = str(fault["msg"]).removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        return f"{key}: there is no such setting; remove it or check its spelling"
    found = _found(raw, path)
    secret = any(word in str(path[-1:]) for word in ("token", "secret", "url", "key"))
    shown = "something else" if secret else repr(found)[:80]
    if fault["type"] == "value_error" and isinstance(found, dict | None.__class__):
        return f"{key}: expected {message}" if path else f"expected {message}"
    return f"{key}: found {shown}; expected {message[0].lower()}{message[1:]}"


def _found(raw: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        try:
            raw = raw[part]
        except (KeyError, IndexError, TypeError):
            return None
    return raw
