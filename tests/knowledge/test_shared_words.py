"""Words that hold for several goods, and changes that may mean several lines."""

from decimal import Decimal

import pytest

from knowledge.language.basket import apply_reading
from knowledge.language.intents import Intent, read_intent
from knowledge.language.orders import read_order
from storage.rules.catalogue import Line
from tests.knowledge.menus import bakery, cafe

PLAIN, SWEET = Line("coffee", Decimal(1)), Line("coffee", Decimal(2), {"sugar": ("less_sugar",)})


def after(text: str, *basket: Line) -> list[tuple[str, float, dict[str, tuple[str, ...]]]]:
    lines = apply_reading(basket, read_order(cafe(), text, basket))
    return [(line.product, float(line.quantity), dict(line.options)) for line in lines]


@pytest.mark.parametrize("text", ["masala and rava dosa", "1 masala aur 1 rava dosa", "dosa masala and rava"])
def test_a_head_is_shared(text: str) -> None:
    assert after(text) == [("dosa_masala", 1, {}), ("dosa_rava", 1, {})]


def test_a_beginning_of_a_name_beside_other_goods_is_asked() -> None:
    reading = read_order(cafe(), "masala and chai")
    assert [line.product for line in reading.lines] == ["tea"]
    assert [unknown.surface for unknown in reading.unknown] == ["masala"]


@pytest.mark.parametrize(
    "text",
    ["3 coffee, one less sugar", "3 coffee, one of them less sugar"],
)
def test_a_line_is_taken_apart(text: str) -> None:
    assert sorted(after(text), key=str) == [("coffee", 1, {"sugar": ("less_sugar",)}), ("coffee", 2, {})]


def test_what_is_said_of_all_may_come_first() -> None:
    found = read_order(bakery(), "dono me cheese, 2 patty 1 sandwich")
    assert [dict(line.options) for line in found.lines] == [{"dips": ("cheese",)}] * 2


def test_removal_that_fits_several_lines_takes_none() -> None:
    assert len(after("coffee hata do", PLAIN, SWEET)) == 2
    assert after("less sugar wali coffee hata do", PLAIN, SWEET) == [("coffee", 1, {})]
    assert after("coffee hata do", PLAIN) == []


@pytest.mark.parametrize("text", ["change coffee to tea", "swap the coffee for tea", "coffee ki jagah chai kar do"])
def test_goods_are_turned_into_others_with_their_amount(text: str) -> None:
    assert after(text, Line("coffee", Decimal(2))) == [("tea", 2, {})]


@pytest.mark.parametrize("text", ["2 coffee bhjeo", "2 cofee snd", "kripya 2 coffee daall do"])
def test_a_slip_of_the_thumb_changes_nothing(text: str) -> None:
    reading = read_order(cafe(), text)
    assert [(line.product, float(line.quantity)) for line in reading.lines] == [("coffee", 2)]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("coffee hai?", Intent.AVAILABILITY),
        ("idli hai kya", Intent.AVAILABILITY),
        ("is masala dosa available", Intent.AVAILABILITY),
        ("आज इडली है क्या", Intent.AVAILABILITY),
        ("coffee hai kya? ho to 2 bhej dena", Intent.ORDER),
        ("wahi jo kal bheja tha", Intent.REPEAT),
        ("same as last time please", Intent.REPEAT),
        ("kya kya milta hai", Intent.MENU),
    ],
)
def test_questions_for_goods_and_for_the_last_order(text: str, intent: Intent) -> None:
    assert read_intent(text, not read_order(cafe(), text).is_empty) is intent


@pytest.mark.parametrize("text", ["ஃபில்டர் காபி 2", "ದೋ ಕಾಫಿ 2", "कॉफ़ी 2"])
def test_names_are_met_across_scripts(text: str) -> None:
    assert ("coffee", Decimal(2)) in {(line.product, line.quantity) for line in read_order(cafe(), text).lines}
