"""The arithmetic of pacing: no more than the limit in any span of time, and nearly all of it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.rules.pacing import SLACK_US, Rate, per_minute, per_second

SECOND, MINUTE = 1_000_000, 60_000_000


def _greedy(rate: Rate, moments: list[int]) -> list[int]:
    """When messages pass if one is ready at each of these moments."""
    tat, passed = 0, []
    for now in moments:
        if rate.room(tat, now):
            tat = rate.taken(tat, now)
            passed.append(now)
    return passed


@given(
    st.sampled_from([per_second(80), per_second(30), per_second(1000), per_second(1, 4), per_minute(20, 5)]),
    st.lists(st.integers(0, 3_000_000), min_size=1, max_size=300),
)
def test_no_span_of_time_sees_more_than_the_burst_and_its_share(rate: Rate, steps: list[int]) -> None:
    now, moments = 1_800_000_000 * SECOND, []
    for step in steps:
        now += step
        moments.append(now)
    passed = _greedy(rate, moments)
    for first in range(len(passed)):
        for last in range(first, len(passed)):
            span = passed[last] - passed[first]
            assert last - first + 1 <= rate.burst + span / rate.interval_us


@settings(deadline=None)  # how long it takes says how busy the machine is
@given(st.floats(2, 1000))
def test_a_limit_a_second_is_kept_in_every_second_and_used_to_nine_tenths(limit: float) -> None:
    rate = per_second(limit)
    assert rate is not None
    assert rate.burst + SECOND / rate.interval_us <= limit * 1.05 + 1
    passed = _greedy(rate, list(range(0, 20 * SECOND, 500)))
    assert 0.88 * limit <= len(passed) / 20 <= limit * 0.95 + rate.burst / 20


def test_a_group_never_gets_more_than_twenty_in_a_minute() -> None:
    rate = per_minute(20, 5)
    assert rate is not None
    passed = _greedy(rate, list(range(0, 5 * MINUTE, 100_000)))
    for start in passed:
        assert sum(start <= each < start + MINUTE for each in passed) <= 20


def test_it_opens_when_there_is_room_and_not_before() -> None:
    rate, now = Rate(1000, 3), 5_000_000
    tat = rate.taken(0, now, 3)
    opens = rate.opens_at(tat)
    assert (rate.room(tat, opens - 1), rate.room(tat, opens)) == (0, 1)
    assert rate.room(0, now) == 3


def test_zero_is_no_limit() -> None:
    assert per_second(0) is None
    assert per_minute(0, 5) is None


def test_a_time_that_no_burst_reaches_was_told_by_a_wrong_clock() -> None:
    rate, now = Rate(1000, 3), 50_000_000
    reached = rate.taken(0, now, 3)
    assert rate.room(reached, now) == 0
    assert rate.room(reached, now - SLACK_US) == 0  # its unit came to its turn before, and told the time earlier
    assert rate.room(reached, now - SLACK_US - 1) == 3
    assert rate.taken(reached, now - SLACK_US - 1) == now - SLACK_US - 1 + 1000
