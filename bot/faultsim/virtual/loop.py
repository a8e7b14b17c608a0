"""Time that jumps, and processes that can be stopped at any callback: an event loop without a clock, sockets, threads.

Each callback runs in a context that names the process it belongs to. Of a dead process none runs any more; those of
a frozen one wait until it is woken, in their order, as after SIGSTOP and SIGCONT.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from enum import Enum
from typing import Any

_PROCESS: "ContextVar[Process | None]" = ContextVar("process", default=None)


class Died(BaseException):
    """Ends what was running in a process that has just died; nothing of the runtime catches it."""


class State(Enum):
    ALIVE = 1
    FROZEN = 2
    DEAD = 3


class Stuck(Exception):
    """Nothing is ready and no timer is set: whoever waits would wait for ever."""


class Process:
    """A simulated process: whatever is started in it, and all that this starts, lives and dies with it."""

    def __init__(self, loop: "VirtualLoop", name: str) -> None:
        self._loop, self.name = loop, name
        self.state = State.ALIVE
        self.parked: list[asyncio.Handle] = []
        self._tasks: list[asyncio.Task[Any]] = []

    def start(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        return self._loop.create_task(work, context=self.context())

    def context(self) -> Context:
        """A new context of this process, for a callback."""
        context = copy_context()
        context.run(_PROCESS.set, self)
        return context

    def keep(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.append(task)

    def freeze(self) -> None:
        self.state = State.FROZEN

    def wake(self) -> None:
        self.state = State.ALIVE
        self._loop.resume(self.parked)
        self.parked = []

    def kill(self) -> None:
        """From here on nothing of it runs."""
        self.state = State.DEAD
        self.parked = []

    def bury(self) -> None:
        """Let go of what a dead process was doing. Called from outside of it; what ends there reaches nobody."""
        self.state = State.DEAD
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            if task.done():
                task.cancelled() or task.exception()  # looked at, so that nobody complains of it later
                continue
            setattr(task, "_log_destroy_pending", False)  # noqa: B010  (asyncio's, for exactly this)
            try:
                self.context().run(task.get_coro().close)
            except RuntimeError:
                continue  # it would not end; it has no means to do anything


def present() -> Process | None:
    """The process whose callback is running; None in the world around them."""
    return _PROCESS.get()


class _Call:
    """A callback that asks first whether its process may run."""

    __slots__ = ("args", "callback", "handle")

    def __init__(self, callback: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self.callback, self.args = callback, args
        self.handle: asyncio.Handle | None = None

    def __call__(self) -> None:
        process = _PROCESS.get()
        if process is None or process.state is State.ALIVE:
            try:
                self.callback(*self.args)
            except Died:
                return
        elif process.state is State.FROZEN and self.handle is not None:
            process.parked.append(self.handle)


class _Jump:
    """In the place of a selector: where others would wait for a socket, the time moves on."""

    def __init__(self, loop: "VirtualLoop") -> None:
        self._loop = loop

    def select(self, timeout: float | None) -> list[Any]:
        if timeout is None:
            raise Stuck("nothing is ready and no timer is set")
        self._loop.now_s += timeout
        return []


class VirtualLoop(asyncio.BaseEventLoop):
    """`faults` holds what went wrong in callbacks where nobody was told."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0
        self.faults: list[str] = []
        self._selector = _Jump(self)
        self.set_task_factory(_make_task)
        self.set_exception_handler(_note_fault)

    def time(self) -> float:
        return self.now_s

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        call = _Call(callback, args)
        call.handle = super().call_soon(call, context=context)
        return call.handle

    def call_soon_threadsafe(  # type: ignore[override]
        self, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        return self.call_soon(callback, *args, context=context)

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        call = _Call(callback, args)
        handle = super().call_at(when, call, context=context)
        call.handle = handle
        return handle

    def resume(self, handles: list[asyncio.Handle]) -> None:
        """Let callbacks run that were due while their process was frozen; those cancelled since stay cancelled."""
        self._ready.extend(handles)  # type: ignore[attr-defined]

    def _process_events(self, event_list: list[Any]) -> None:
        """There are no sockets."""

    def _write_to_self(self) -> None:
        """Nobody sleeps."""


def _make_task(loop: asyncio.AbstractEventLoop, coro: Any, context: Context | None = None) -> "asyncio.Task[Any]":
    task: asyncio.Task[Any] = asyncio.Task(coro, loop=loop, context=context)
    process = (context.get(_PROCESS) if context is not None else None) or _PROCESS.get()
    if process is not None:
        process.keep(task)
    return task


def _note_fault(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if isinstance(loop, VirtualLoop) and error is not None and not isinstance(error, Died) and "handle" in context:
        loop.faults.append(f"{type(error).__name__}: {error}")
