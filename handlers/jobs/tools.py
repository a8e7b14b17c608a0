"""What the workers of jobs may use of the world outside, and how it may fail."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from flows.messages import FileRef

Reason = Literal["too_big", "gone", "damaged", "unsupported", "empty", "unreachable"]


class Unfetched(Exception):
    """A file that will not be had, however often one asks; `reason` decides what its sender is told."""

    def __init__(self, reason: Reason, note: str = "") -> None:
        super().__init__(f"{reason}: {note}" if note else reason)
        self.reason: Reason = reason


class NotHeard(Exception):
    """A voice note that will not be written down."""


class NotYet(Exception):
    """It may work later: the job is done again, after `after_s` seconds where the other side named a time."""

    def __init__(self, note: str, after_s: float | None = None) -> None:
        super().__init__(note)
        self.after_s = after_s


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that now lies in the store, under a name and a type that are safe to show. `size` in bytes."""

    sha256: str
    mime: str
    name: str
    size: int


class House(Protocol):
    """The installation's own housekeeping; see `bot.runtime.retention`."""

    async def sweep(self) -> None:
        """Delete the files whose time is over."""
        ...

    async def prune(self) -> None:
        """Delete the history that is older than the house keeps it."""
        ...

    async def forget_files(self, digests: Sequence[str]) -> None:
        """Delete the bytes of these contents (SHA-256) at once, where no workspace holds them any longer."""
        ...


class JobTools(Protocol):
    """Handed to every job: for one task, in the workspace to which it belongs."""

    @property
    def is_last_attempt(self) -> bool:
        """Whether a failure now is for good: then it should come back as a result."""
        ...

    @property
    def most_bytes(self) -> int:
        """The largest file that is taken."""
        ...

    @property
    def keep_days(self) -> int:
        """How long files are kept; 0 is for ever."""
        ...

    @property
    def can_transcribe(self) -> bool: ...

    @property
    def house(self) -> House: ...

    async def fetch(self, account: str, file: FileRef) -> Fetched:
        """Bring a file from the platform into the store. Raises `Unfetched`, `NotYet`."""
        ...

    async def transcribe(self, sha256: str) -> str:
        """The words of a voice note that the workspace holds. Raises `NotHeard`, `NotYet`."""
        ...
