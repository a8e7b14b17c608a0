"""The reader of wanted times measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import thread_time
from zoneinfo import ZoneInfo

from knowledge.language.evaluation.cases import TimeCase
from knowledge.language.evaluation.scores import percentile, share
from knowledge.language.when import read_when

ZONE = ZoneInfo("UTC")  # the moments in the files name none, and a day is a day


@dataclass(frozen=True, slots=True)
class TimeOutcome:
    """One case beside the `date` and `time` that were read, empty where none was."""

    case: TimeCase
    date: str
    time: str
    spent: float

    def right(self, slot: str) -> bool:
        return slot not in self.case.expect or self.case.expect[slot] == getattr(self, slot)

    @property
    def exact(self) -> bool:
        return self.right("date") and self.right("time")


def measure_times(cases: Sequence[TimeCase]) -> list[TimeOutcome]:
    """Each case read and judged."""
    return [_measure(case) for case in cases]


def _measure(case: TimeCase) -> TimeOutcome:
    started = thread_time()
    when = read_when(case.text, case.ref.replace(tzinfo=ZONE), case.prev)
    spent = (thread_time() - started) * 1000
    if when is None or when.at is None:
        return TimeOutcome(case, "", "", spent)
    return TimeOutcome(case, when.at.date().isoformat(), when.at.strftime("%H:%M") if when.has_time else "", spent)


def total_times(outcomes: Sequence[TimeOutcome]) -> dict[str, float]:
    """Shares of 1 (each slot over the cases that ask for it), ms a message."""
    spent = sorted(outcome.spent for outcome in outcomes)
    slots = {slot: [each for each in outcomes if slot in each.case.expect] for slot in ("date", "time")}
    return {
        "rows": len(outcomes),
        "right": share(outcome.exact for outcome in outcomes),
        **{slot: share(each.right(slot) for each in asked) for slot, asked in slots.items()},
        "p50_ms": percentile(spent, 50),
        "p95_ms": percentile(spent, 95),
    }
