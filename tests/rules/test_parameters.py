"""Parameters of commands, from chat, JSON and queries: whatever is written, it is understood or refused in words."""

import contextlib
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.parameters import Hint, OrderNumber, Page, Rest, parameters_of, read_mapping, read_text
from storage.errors import BadInput


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def _reject(turn: Any, order: OrderNumber, reason: Rest = "") -> None: ...


def _list(turn: Any, colour: Colour | None = None, days: Annotated[int, Hint(least=1, most=30)] = 7, page: Page = 1):  # type: ignore[no-untyped-def]
    ...


def _pick(turn: Any, size: Literal["big", "small"], name: str = "") -> None: ...


REJECT, LIST, PICK = parameters_of(_reject), parameters_of(_list), parameters_of(_pick)


@pytest.mark.parametrize(
    ("text", "order", "reason"),
    [
        ("101", 101, ""),
        ("#101", 101, ""),
        ("  101   out of\n stock ", 101, "out of stock"),
        ("order=101 closed", 101, "closed"),
        ("101 reason=out of stock", 101, "out of stock"),
        ("reason=late order=5", None, None),
        ("101 price=high", 101, "price=high"),
    ],
)
def test_words_find_their_places(text: str, order: int | None, reason: str | None) -> None:
    if order is None:
        with pytest.raises(BadInput):
            read_text(REJECT, text)
    else:
        assert read_text(REJECT, text) == {"order": order, "reason": reason}


def test_an_optional_word_may_be_left_out_when_a_later_one_fits() -> None:
    assert read_text(LIST, "5") == {"colour": None, "days": 5, "page": 1}
    assert read_text(LIST, "BLUE 5 2") == {"colour": Colour.BLUE, "days": 5, "page": 2}
    assert read_text(LIST, "page=3 red") == {"colour": Colour.RED, "days": 7, "page": 3}
    assert read_text(PICK, "Big me") == {"size": "big", "name": "me"}


@pytest.mark.parametrize(
    ("parameters", "text", "said"),
    [
        (REJECT, "", "order is missing"),
        (REJECT, "abc", "order is “abc”; expected a whole number"),
        (REJECT, "0", "expected 1 or more"),
        (REJECT, "99999999999999999999", "expected a whole number"),
        (REJECT, "१०१", "expected a whole number"),
        (LIST, "green", "colour is “green”; expected red or blue"),
        (LIST, "red 31", "expected 30 or less"),
        (LIST, "red 3 4 5", "what to do with “5”"),
        (PICK, "huge", "expected big or small"),
    ],
)
def test_a_wrong_word_is_named_with_what_was_expected(parameters: Any, text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_text(parameters, text)


@pytest.mark.parametrize(
    ("text", "size", "name"),
    [
        ('big "Asha Devi"', "big", "Asha Devi"),
        ("big “Asha  Devi”", "big", "Asha  Devi"),
        ("„big“ ”Asha” ", "big", "Asha"),
        ('big 5"', "big", '5"'),
        ('big a"b', "big", 'a"b'),
        ('"big" ""', "big", '""'),
    ],
)
def test_words_in_quotes_are_one(text: str, size: str, name: str) -> None:
    assert read_text(PICK, text) == {"size": size, "name": name}


def test_what_was_expected_is_said_in_the_readers_language() -> None:
    spoken = {"{name} is “{found}”; expected {expected}.": "{name}: «{found}», {expected}!", "a whole number": "число"}
    spoken |= {"{number} or less": "≤ {number}", "{one} or {other}": "{one}/{other}"}
    for parameters, text, said in ((REJECT, "abc", "число!"), (LIST, "red 31", "≤ 30!"), (PICK, "huge", "big/small!")):
        with pytest.raises(BadInput) as refused:
            read_text(parameters, text)
        assert refused.value.text(lambda template: spoken.get(template, template)).endswith(said)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
names = st.sampled_from(["order", "reason", "colour", "days", "page", "size", "name", "", "Order"])


# Where nobody has run it before, the table of all letters is made first.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from([REJECT, LIST, PICK]), st.dictionaries(names, anything))
def test_no_json_raises_anything_but_bad_input(parameters: Any, given_: dict[str, Any]) -> None:
    with contextlib.suppress(BadInput):
        _storable(read_mapping(parameters, given_))


@given(st.sampled_from([REJECT, LIST, PICK]), st.text(st.characters()))
def test_no_text_raises_anything_but_bad_input(parameters: Any, text: str) -> None:
    with contextlib.suppress(BadInput):
        _storable(read_text(parameters, text))


def _storable(values: dict[str, Any]) -> None:
    """Whatever was understood can be written into either database."""
    for value in values.values():
        if isinstance(value, str):
            assert "\0" not in value.encode().decode()
        elif isinstance(value, int):
            assert abs(value) <= 2**53


@pytest.mark.parametrize(
    "number", [10**5000, -(10**5000), 2**53 + 1, "1,5", True, "1 e3", b"5", "x" * 40 + "1", " "], ids=range(9)
)
def test_a_number_that_no_order_can_have_is_refused(number: Any) -> None:
    with pytest.raises(BadInput):
        read_mapping(REJECT, {"order": number})


@pytest.mark.parametrize("written", ["T-101", "2611-0101", "INV/26.101", "#a_1"])
def test_an_order_may_be_named_by_its_label(written: str) -> None:
    assert read_text(REJECT, f"{written} too late") == {"order": written, "reason": "too late"}


def test_unknown_names_and_nested_values_are_refused() -> None:
    for given_ in ({"order": 1, "x": 2}, {"order": [1]}, {"order": {"a": 1}}, {"order": None}):
        with pytest.raises(BadInput):
            read_mapping(REJECT, given_)
