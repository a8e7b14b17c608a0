"""Labels for what the composition root collects. A label changes nothing when it is imported."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from handlers.jobs.tools import JobTools
from storage.rules.permissions import Permission

F = TypeVar("F", bound=Callable[..., Any])
JobFunction = Callable[[Any, JobTools], Awaitable[Any]]
RecurringFunction = Callable[[JobTools], Awaitable[None]]
R = TypeVar("R", bound=RecurringFunction)
LIMIT_S = 600.0
"""For so long a job may take where its label names nothing else."""


@dataclass(frozen=True, slots=True)
class Work:
    """How a kind of job is done, and after how many seconds it has failed."""

    function: JobFunction
    limit_s: float = LIMIT_S


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before a command destroys something. `version` is the thing's: if it moves, the yes is void."""

    text: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class CommandMark:
    """What a command is called, what it needs, and where it stands over HTTP (`METHOD /path/{parameter}`)."""

    name: str
    permissions: tuple[Permission, ...]
    route: str
    example: str
    asks: Callable[..., Question | None] | None = None
    heavy: bool = False
    for_customers: bool = True


def command(
    name: str,
    *,
    permission: Permission | Sequence[Permission] = (),
    route: str,
    example: str = "",
    asks: Callable[..., Question | None] | None = None,
    heavy: bool = False,
    for_customers: bool = True,
) -> Callable[[F], F]:
    """Label `function(turn, ...) -> View` as the slash-command `/name`. The docstring's first line is its help.

    `permission`: any one of these opens the command (none: everybody); the action behind it asks again.
    `asks`: `function(turn, ...) -> Question` with the same parameters, for what must be confirmed first; None where
    what was given needs no word.
    `heavy`: it is much work, of which a workspace may ask for so much a minute (`limits.heavy_per_minute`).
    `for_customers`: whether those who may give it as customers are told of it, in /help and where a name was misspelled.
    """
    needed = (permission,) if isinstance(permission, Permission) else tuple(permission)

    def label(function: F) -> F:
        mark = CommandMark(name, needed, route, example or f"/{name}", asks, heavy, for_customers)
        function.__munshi_command__ = mark  # type: ignore[attr-defined]
        return function

    return label


def on(fact: type[Any]) -> Callable[[F], F]:
    """Label `function(turn, fact) -> Iterable[Outcome]` as a subscriber of a business fact, told in the same unit."""

    def label(function: F) -> F:
        function.__munshi_on__ = fact  # type: ignore[attr-defined]
        return function

    return label


def job(kind: str, *, limit_s: float = LIMIT_S) -> Callable[[F], F]:
    """Label `async function(payload, tools: JobTools) -> result` as the worker of that kind of job.

    `limit_s`: what takes longer is cancelled and has failed, like any other try.
    """

    def label(function: F) -> F:
        function.__munshi_job__ = (kind, limit_s)  # type: ignore[attr-defined]
        return function

    return label


def result_of(kind: str) -> Callable[[F], F]:
    """Label `function(turn, value) -> Iterable[Outcome]` as what happens when such a job comes back."""

    def label(function: F) -> F:
        function.__munshi_result__ = kind  # type: ignore[attr-defined]
        return function

    return label


def every(expression: str, *, limit_s: float = LIMIT_S) -> Callable[[R], R]:
    """Label `async function(tools: JobTools) -> None` as work that the installation does again and again.

    `expression`: cron's five fields, read in UTC, e.g. `*/10 * * * *`. Each time it is a job: once in all processes, late
    when nobody was there, tried again when it fails. The function's name is the job's. `limit_s`: see `job`.
    """

    def label(function: R) -> R:
        function.__munshi_every__ = (expression, limit_s)  # type: ignore[attr-defined]
        return function

    return label
