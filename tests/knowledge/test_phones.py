"""Numbers as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.language.phones import read_phone, region_of


@pytest.mark.parametrize(
    ("written", "region", "read"),
    [
        ("98000 00001", "IN", "+919800000001"),
        ("098000 00001", "IN", "+919800000001"),
        ("+91 98000-00001", "US", "+919800000001"),
        ("919800000001", "IN", "+919800000001"),
        ("919800000001", None, "+919800000001"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("९८००० ००००१", "IN", "+919800000001"),
        ("101", "IN", None),
        ("#101", "IN", None),
        ("Asha", "IN", None),
        ("room 9800000001", "IN", None),
        ("12345678901234567890", "IN", None),
    ],
)
def test_a_number_is_read_as_it_is_meant_here(written: str, region: str | None, read: str | None) -> None:
    assert read_phone(written, region) == read


def test_the_clock_tells_the_country() -> None:
    assert [region_of(zone) for zone in ("Asia/Kolkata", "Asia/Calcutta", "America/New_York")] == ["IN", "IN", "US"]
    assert [region_of(zone) for zone in ("UTC", "Nowhere/Else", "")] == [None, None, None]


@given(st.text(max_size=60), st.sampled_from(["IN", "US", None]))
def test_reading_never_raises_and_what_is_read_stays(written: str, region: str | None) -> None:
    found = read_phone(written, region)
    assert found is None or read_phone(found, region) == found
