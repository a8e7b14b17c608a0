"""What is usual: clear from the last orders, or not said at all."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from storage.rules.catalogue import Line
from storage.rules.habits import DAY, LOOKED_AT, NEAR_MINUTES, TIMES, usual_basket, usual_choice, usual_minute

LINES = st.builds(
    Line,
    st.sampled_from(["chai", "poha", "dosa"]),
    st.sampled_from([Decimal(1), Decimal(2)]),
    st.sampled_from([{}, {"size": ("half",)}]),
)
BASKETS = st.lists(st.lists(LINES, max_size=3), max_size=9)
CHAI, POHA = Line("chai", Decimal(2)), Line("poha")


@given(BASKETS)
def test_all_that_is_usual_was_ordered_three_times_lately(baskets: list[list[Line]]) -> None:
    recent = [each for each in baskets[:LOOKED_AT] if each]
    usual = usual_basket(baskets)
    for line in usual:
        having = [each for each in recent if any(replace(line, quantity=other.quantity) == other for other in each)]
        assert len(having) >= max(TIMES, 2 * len(recent) / 3)
        assert any(line in each for each in having)
    assert len({(line.product, str(line.options)) for line in usual}) == len(usual)
    assert usual == usual_basket(baskets[:LOOKED_AT])


@given(st.lists(LINES, min_size=1, max_size=3, unique_by=lambda line: (line.product, str(line.options))))
def test_the_same_three_times_is_the_usual(basket: list[Line]) -> None:
    assert sorted(map(str, usual_basket([basket] * 3))) == sorted(map(str, basket))
    assert usual_basket([basket] * 2) == ()


def test_the_amount_that_is_most_common_and_of_equals_the_latest() -> None:
    one = replace(CHAI, quantity=Decimal(1))
    assert usual_basket([[one], [CHAI, POHA], [CHAI]]) == (CHAI,)
    assert usual_basket([[one], [CHAI], [replace(CHAI, quantity=Decimal(3))]]) == (one,)


@given(st.lists(st.none() | st.integers(0, DAY - 1), max_size=9))
def test_a_usual_time_is_near_those_it_was_read_from(wanted: list[int | None]) -> None:
    minute = usual_minute(wanted)
    if minute is not None:
        apart = [min((each - minute) % DAY, (minute - each) % DAY) for each in wanted[:LOOKED_AT] if each is not None]
        assert sum(each <= 2 * NEAR_MINUTES for each in apart) >= TIMES
        assert minute in range(0, DAY, 15)


def test_times_around_midnight_lie_near_each_other() -> None:
    assert usual_minute([DAY - 10, 10, 0]) == 0
    assert usual_minute([18 * 60, 18 * 60 + 20, 18 * 60 - 10, None]) == 18 * 60
    assert usual_minute([18 * 60, 9 * 60, 18 * 60]) is None
    assert usual_minute([18 * 60, 18 * 60, 18 * 60, None, None, None]) is None


def test_a_choice_is_usual_when_it_was_the_same_three_times() -> None:
    half = Line("dosa", options={"size": ("half",)})
    assert usual_choice([half, POHA, half, half], "dosa", "size") == "half"
    assert usual_choice([half, half], "dosa", "size") is None
    assert usual_choice([half, Line("dosa"), half, half], "dosa", "size") is None
