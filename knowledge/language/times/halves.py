"""Which half of the day an hour is in, where nobody said "am" or "pm"."""

from knowledge.language.times.clocks import NOON, Clock
from knowledge.language.times.marked import Marked
from knowledge.language.times.proposals import Proposal

EARLIEST, LATEST = 7, 11
MORNING_FROM = 8
SMALL_HOURS = 5


def hours_of(clock: Clock, part: str, days: int | None, proposal: Proposal, marked: Marked) -> list[int]:
    """Hours from the day's midnight that the clock may mean, the likelier first; beyond 24 is the night after."""
    hour = clock.hour
    if clock.settled:
        after_midnight = part == "night" and days is not None and hour == 0
        return [hour + 24 * after_midnight]
    if part:
        return [_hour_in(hour, part)]
    said = {other.hour for other in proposal.clocks if (other.hour - hour) % NOON == 0 and other.minute == clock.minute}
    if len(said) == 1:
        return list(said)
    usual = _usual_half(hour, marked, proposal)
    if usual is not None:
        return [usual]
    if days or (days is None and proposal.is_said):  # an answer speaks of the day that is being settled
        return [hour % NOON + (0 if MORNING_FROM <= hour < NOON else NOON)]
    # Nobody has goods brought at night: only hours from 7 to 11 may be either half.
    return [hour, hour + NOON] if EARLIEST <= hour <= LATEST else [hour % NOON + NOON]


def _hour_in(hour: int, part: str) -> int:
    if part in ("early", "morning"):
        return hour % NOON
    if part == "night":
        return hour % NOON + (NOON if SMALL_HOURS <= hour < NOON else 24)
    if part in ("noon", "afternoon") and hour in (10, 11):
        return hour
    return hour % NOON + NOON


def may_be_either(clock: Clock, part: str, marked: Marked) -> bool:
    """Whether both halves of the day are as good for an hour: nothing that was said tells."""
    bare = not clock.settled and not part and EARLIEST <= clock.hour <= LATEST
    return bare and _half_of_occasion(clock.hour, marked) is None


def _usual_half(hour: int, marked: Marked, proposal: Proposal) -> int | None:
    """The half that the occasion says, or else all times that were proposed."""
    occasion = _half_of_occasion(hour, marked)
    if occasion is None and proposal.part and not proposal.clocks:
        return _hour_in(hour, proposal.part)
    halves = {other.hour >= NOON for other in proposal.clocks if other.settled}
    if occasion is None and len(halves) == 1 and EARLIEST <= hour <= 9:
        return hour + NOON * halves.pop()
    return occasion


def _half_of_occasion(hour: int, marked: Marked) -> int | None:
    """ "dinner at 8" is in the evening, "breakfast at 8" in the morning, "lunch at 11" before noon."""
    if not 4 <= hour <= LATEST:
        return None
    if marked.any("dinner", "evening_out"):
        return hour + NOON
    return hour if marked.any("breakfast") or (hour == LATEST and marked.any("lunch")) else None
