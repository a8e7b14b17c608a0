"""What a workspace may have: the names of the limits, what they mean, and how they are written in chat."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from storage.errors import BadInput

STANDARD = "standard"
UNLIMITED = "unlimited"
"""The plan that limits nothing; it stands in no table."""
OPEN_FOR = timedelta(hours=24)
"""For so long after a customer's last message their conversation counts as open."""
ALERT_PERCENT = 80
KILOBYTE, MEGABYTE = 1024, 1024 * 1024
MOST_NAME = 30


class Limit(StrEnum):
    """As the plans keep them."""

    NUMBERS = "numbers"
    MEMBERS = "members"
    CONVERSATIONS = "conversations"
    FILE = "file_bytes"


WORDS: Mapping[str, Limit] = {
    "numbers": Limit.NUMBERS,
    "members": Limit.MEMBERS,
    "conversations": Limit.CONVERSATIONS,
    "file": Limit.FILE,
}
"""As they are typed."""
MEANS: Mapping[Limit, str] = {
    Limit.NUMBERS: "WhatsApp numbers",
    Limit.MEMBERS: "members of the team",
    Limit.CONVERSATIONS: "conversations of the last 24 hours",
    Limit.FILE: "size of a file",
}
RANGES: Mapping[Limit, tuple[int, int]] = {
    Limit.NUMBERS: (0, 1_000),
    Limit.MEMBERS: (1, 10_000),
    Limit.CONVERSATIONS: (1, 10_000_000),
    Limit.FILE: (KILOBYTE, 100 * MEGABYTE),
}
NONE = ("none", "unlimited")
_SIZE = re.compile(r"(\d{1,9})\s*(kb|mb|)", re.ASCII | re.IGNORECASE)
_NAME = re.compile(r"[a-z][a-z0-9-]*")
TAKEN = frozenset({"list", "new", "limit", UNLIMITED})


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds for one workspace; None is no limit."""

    numbers: int | None = None
    members: int | None = None
    conversations: int | None = None
    file_bytes: int | None = None

    def of(self, limit: Limit) -> int | None:
        value: int | None = getattr(self, limit.value)
        return value


def limits_in(*layers: Mapping[str, Any] | None) -> Limits:
    """The limits of a plan, and what goes before it: of each limit the last layer that names it has the word."""
    found: dict[str, int | None] = {}
    for layer in layers:
        found |= {name: value for name, value in (layer or {}).items() if name in set(Limit)}
    return Limits(**found)


def limit_named(word: str) -> Limit:
    """Raises `BadInput`."""
    found = WORDS.get(word.strip().casefold())
    if found is None:
        raise BadInput(
            "There is no limit “{name}”. There are: {names}.", name=word.strip()[:40], names=", ".join(WORDS)
        )
    return found


def value_of(limit: Limit, written: str) -> int | None:
    """What `25`, `10 MB`, `512 kB` or `none` mean; a bare number of a file's size is in MB. Raises `BadInput`."""
    said = " ".join(written.split()).casefold()
    if said in NONE:
        return None
    least, most = RANGES[limit]
    if limit is Limit.FILE:
        match = _SIZE.fullmatch(said)
        value = int(match[1]) * (KILOBYTE if match[2] == "kb" else MEGABYTE) if match else -1
        expected = BadInput("a size from {least} to {most}, or none", least=size(least), most=size(most))
    else:
        value = int(said) if re.fullmatch(r"\d{1,9}", said, re.ASCII) else -1
        expected = BadInput("a whole number from {least} to {most}, or none", least=least, most=most)
    if not least <= value <= most:
        name = next(word for word, each in WORDS.items() if each is limit)
        raise BadInput("{name} is “{found}”; expected {expected}.", name=name, found=written[:60], expected=expected)
    return value


def written(limit: Limit, value: int | None) -> str:
    """As it is typed, so that it can be typed again."""
    if value is None:
        return NONE[0]
    return size(value) if limit is Limit.FILE else str(value)


def size(count: int) -> str:
    """Bytes as people write them: 10 MB, 512 kB; what is between, by whole kilobytes."""
    return f"{count // MEGABYTE} MB" if count >= MEGABYTE and count % MEGABYTE == 0 else f"{count // KILOBYTE} kB"


def plan_name(written: str) -> str:
    """A name that a plan may have. Raises `BadInput`."""
    name = written.strip().casefold()
    if not _NAME.fullmatch(name) or len(name) > MOST_NAME or name in TAKEN:
        raise BadInput("A plan is named by small letters, digits and hyphens, such as pro-2.")
    return name
