"""The installation's settings: `config.yaml`, with `${VARIABLE}` or `${VARIABLE:-default}` filled from the environment.

Every fault is told with the key, what was found and what is expected; nothing starts with a half-understood file.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import ValidationError, field_validator, model_validator

from bot.config_accounts import (
    Database,
    FurtherNumber,
    LanguageModel,
    Server,
    Shop,
    TelegramBot,
    Transcription,
    WhatsAppNumber,
    Workspaces,
)
from bot.config_sections import Backup, Files, Keeping, Pacing, Section
from storage.rules.throttle import Limits
from storage.rules.workspaces import House

_VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)(?::-([^}]*))?\}")


class ConfigError(Exception):
    """The configuration cannot be used; the text has one line for each fault."""


class Config(Section):
    operators: tuple[str, ...] = ()
    workspaces: Workspaces = Workspaces()
    server: Server = Server()
    database: Database = Database()
    shop: Shop = Shop()
    whatsapp: WhatsAppNumber = WhatsAppNumber()
    numbers: tuple[FurtherNumber, ...] = ()
    telegram: TelegramBot = TelegramBot()
    files: Files = Files()
    keep: Keeping = Keeping()
    limits: Pacing = Pacing()
    backup: Backup = Backup()
    transcription: Transcription = Transcription()
    model: LanguageModel = LanguageModel()

    @field_validator("operators", mode="before")
    @classmethod
    def _as_texts(cls, value: object) -> object:
        return [str(each) if isinstance(each, int) else each for each in value] if isinstance(value, list) else value

    @property
    def all_numbers(self) -> dict[str, WhatsAppNumber]:
        """Every WhatsApp number by its account, the first workspace's first."""
        found = [self.whatsapp] if self.whatsapp.is_on else []
        return {f"whatsapp:{each.phone_number_id}": each for each in (*found, *self.numbers)}

    @property
    def house(self) -> House:
        """What the engine needs to know of it."""
        said = self.workspaces
        limits = Limits(**self.limits.model_dump())
        who = (self.shop.id, frozenset(self.operators), said.opens, said.approval, said.most)
        return House(*who, limits, self.model.is_on)

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if len(self.all_numbers) < len(self.numbers) + self.whatsapp.is_on:
            raise ValueError("numbers: each phone_number_id once")
        if self.telegram.is_on and self.telegram.mode == "webhook" and not self.server.public_url.startswith("http"):
            raise ValueError("server.public_url: an https:// address, since telegram.mode is webhook; found nothing")
        return self


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
