"""One spelling for every address, and where talk goes when addresses change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.rules.addresses import KINDS, changes, normal, normalised


@pytest.mark.parametrize(
    ("kind", "written", "kept"),
    [
        ("phone", "+91 98000-00001", "+919800000001"),
        ("phone", "919800000001", "+919800000001"),
        ("phone", "0091 9800000001", "+919800000001"),
        ("phone", "+९१९८०००००००१", "+919800000001"),
        ("phone", "unknown", "unknown"),
        ("bsuid", " IN.aB3 ", "IN.aB3"),
        ("lid", "123456:7@lid", "123456"),
        ("lid", "@lid", "@lid"),
        ("telegram", " 42 ", "42"),
        ("email", " Asha@Example.COM ", "asha@example.com"),
    ],
)
def test_spelling(kind: str, written: str, kept: str) -> None:
    assert normal(kind, written) == kept


@given(st.sampled_from(KINDS), st.text())
def test_normalising_twice_is_once_and_never_raises(kind: str, written: str) -> None:
    once = normal(kind, written)
    assert normal(kind, once) == once


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.text())))
def test_what_is_left_is_never_empty_nor_twice(owned: list[tuple[str, str]]) -> None:
    found = normalised(owned)
    assert all(value for _, value in found)
    assert len(set(found)) == len(found)


def test_talk_goes_to_the_new_address_of_the_same_kind_or_to_any() -> None:
    old = [("phone", "+1"), ("bsuid", "A.1")]
    assert changes(old, [("bsuid", "A.2"), ("phone", "+2")]) == {"+1": "+2", "A.1": "A.2"}
    assert changes(old, [("bsuid", "A.2")]) == {"+1": "A.2", "A.1": "A.2"}
    assert changes(old, []) == {}
    assert changes(old, old) == {}
