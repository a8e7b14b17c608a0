"""Who writes too fast is asked once to wait; who keeps within the limit never is."""

from hypothesis import given
from hypothesis import strategies as st

from storage.rules.pacing import SLACK_US, Rate
from storage.rules.throttle import HOUR_S, MINUTE_S, UNLIMITED, Heavy, Limits, Tempo, Verdict, allowance, heard

SECOND = 1_000_000
START = 1_800_000_000 * SECOND
USUAL = Limits(customer_per_minute=20, customer_per_hour=200, staff_per_minute=60, heavy_per_minute=10)
STEPS = st.lists(st.one_of(st.integers(0, SECOND), st.integers(0, 400 * SECOND)), min_size=1, max_size=300)


def _moments(steps: list[int]) -> list[int]:
    now, found = START, []
    for step in steps:
        now += step
        found.append(now)
    return found


def _verdicts(rates: dict[str, Rate], moments: list[int]) -> list[Verdict]:
    """What becomes of a message at each of these moments; the state goes through the books each time."""
    tempo, found = Tempo(), []
    for now in moments:
        verdict = heard(Tempo.read(tempo.kept), rates, now)
        tempo = verdict.tempo
        found.append(verdict)
    return found


@given(st.integers(1, 60), STEPS)
def test_no_window_lets_more_pass_than_the_burst_and_its_share(count: int, steps: list[int]) -> None:
    moments, rate = _moments(steps), allowance(count, MINUTE_S)
    assert rate is not None
    verdicts = _verdicts({"minute": rate}, moments)
    passed = [now for now, each in zip(moments, verdicts, strict=True) if each.passes]
    for first in range(len(passed)):
        for last in range(first, len(passed)):
            assert last - first + 1 <= rate.burst + (passed[last] - passed[first]) / rate.interval_us


@given(st.integers(1, 40), STEPS)
def test_who_keeps_within_the_limit_is_never_silenced(count: int, steps: list[int]) -> None:
    rate = allowance(count, MINUTE_S)
    assert rate is not None
    within: list[int] = []
    for now in _moments(steps):
        if sum(now - each < MINUTE_S * SECOND for each in within) < count:
            within.append(now)
    assert all(each.passes for each in _verdicts({"minute": rate}, within))


@given(STEPS)
def test_each_silence_is_told_once_and_ends(steps: list[int]) -> None:
    moments, until = _moments(steps), 0
    for now, verdict in zip(moments, _verdicts(USUAL.of_sender(is_member=False), moments), strict=True):
        if verdict.tells:
            assert now >= until, "told again within the silence that was told before"
            until = verdict.tempo.silent_until
            assert now < until <= now + HOUR_S * SECOND
        assert verdict.passes == (now >= until)


def test_silence_lasts_until_a_quarter_is_free_and_no_longer() -> None:
    rates = USUAL.of_sender(is_member=False)
    verdicts = _verdicts(rates, [START] * 23)
    assert [each.passes for each in verdicts] == [True] * 20 + [False] * 3
    assert [each.tells for each in verdicts] == [False] * 20 + [True, False, False]
    last = verdicts[-1].tempo
    assert (last.silent_until, last.missed) == (START + 15 * SECOND, 3)
    assert not heard(last, rates, START + 15 * SECOND - 1).passes
    after = heard(last, rates, START + 15 * SECOND)
    assert (after.passes, after.tempo.missed) == (True, 0)


def test_two_hundred_in_an_hour_are_enough_however_slowly_they_come() -> None:
    moments = [START + at * 4 * SECOND for at in range(300)]
    verdicts = _verdicts(USUAL.of_sender(is_member=False), moments)
    assert 200 <= sum(each.passes for each in verdicts) <= 200 + 300 * 4 / 18
    assert sum(each.tells for each in verdicts) == 1


def test_staff_have_a_limit_of_their_own_and_zero_is_none() -> None:
    assert sum(each.passes for each in _verdicts(USUAL.of_sender(is_member=True), [START] * 100)) == 60
    assert all(each.passes for each in _verdicts(UNLIMITED.of_sender(is_member=False), [START] * 500))
    assert UNLIMITED.of_work(Heavy.MODEL) is None
    assert USUAL.of_work(Heavy.COMMANDS) == allowance(10, MINUTE_S)


def test_a_clock_that_is_set_back_silences_nobody_for_long() -> None:
    rates = USUAL.of_sender(is_member=False)
    silenced = _verdicts(rates, [START] * 21)[-1].tempo
    assert heard(silenced, rates, START - HOUR_S * SECOND - SLACK_US).passes
    assert heard(silenced, {}, START).passes, "a limit that was lifted ends the silence"


def test_what_was_told_is_remembered_until_its_time_is_over() -> None:
    tempo = Tempo().telling("heavy", START + SECOND, START)
    assert Tempo.read(tempo.kept).was_told("heavy", START)
    assert not tempo.was_told("heavy", START + SECOND)
    assert not tempo.was_told("full", START)
    later = tempo.telling("full", START + 9 * SECOND, START + 2 * SECOND)
    assert [name for name, _ in later.told] == ["full"]
