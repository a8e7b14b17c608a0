"""The limits of plans as they are typed: what is shown can be typed again, and nothing else is taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import BadInput
from storage.rules.limits import MEGABYTE, RANGES, Limit, Limits, limit_named, limits_in, plan_name, value_of, written

LIMITS = st.sampled_from(list(Limit))


@given(LIMITS, st.data())
def test_what_is_shown_can_be_typed_again(limit: Limit, data: st.DataObject) -> None:
    least, most = RANGES[limit]
    value = data.draw(st.one_of(st.none(), st.integers(least, most)))
    if limit is Limit.FILE and value is not None:
        value -= value % 1024
    assert value_of(limit, written(limit, value)) == value


@given(LIMITS, st.text(max_size=30))
def test_whatever_is_written_gives_a_value_in_its_range_or_a_sentence(limit: Limit, said: str) -> None:
    try:
        value = value_of(limit, said)
    except BadInput:
        return
    assert value is None or RANGES[limit][0] <= value <= RANGES[limit][1]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("10 MB", 10 * MEGABYTE),
        ("10mb", 10 * MEGABYTE),
        ("10", 10 * MEGABYTE),
        ("512 kB", MEGABYTE // 2),
        ("None", None),
    ],
)
def test_sizes_are_read_as_people_write_them(said: str, meant: int | None) -> None:
    assert value_of(Limit.FILE, said) == meant


@pytest.mark.parametrize("said", ["", "-1", "0", "1.5", "many", "25 people", "१०", "1e3", "99999999999"])
def test_members_are_a_whole_number(said: str) -> None:
    with pytest.raises(BadInput, match=r"members is .* expected a whole number from 1 to 10000, or none"):
        value_of(Limit.MEMBERS, said)


def test_a_shops_own_limit_goes_before_its_plan() -> None:
    plan = {"numbers": 2, "members": 25, "conversations": 200}
    assert limits_in(plan, {}) == Limits(2, 25, 200)
    assert limits_in(plan, {"members": 40, "conversations": None}) == Limits(2, 40, None)
    assert limits_in(None, {"members": 3, "colour": "red"}) == Limits(members=3)


def test_limits_and_plans_are_named() -> None:
    assert limit_named(" File ") is Limit.FILE
    for name in ("colour", ""):
        with pytest.raises(BadInput, match="numbers, members, conversations, file"):
            limit_named(name)
    assert plan_name(" Pro-2 ") == "pro-2"
    for name in ("", "list", "unlimited", "2nd", "a b", "x" * 31):
        with pytest.raises(BadInput):
            plan_name(name)
