"""A catalogue typed in a chat: what is clear is read, what is not is given back, nothing is guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.language.matching import CatalogueIndex
from knowledge.language.orders import read_order
from knowledge.loaders.typed_list import Item, Why, as_catalogue, read_typed

CLEAR = (
    ("Masala dosa 110", "Masala dosa", 110_00, "piece"),
    ("Paneer 380/kg", "Paneer", 380_00, "kg"),
    ("1. Idli (3 pc) 70", "Idli (3 pc)", 70_00, "piece"),
    ("• Milk 500 ml 30", "Milk 500 ml", 30_00, "piece"),
    ("Coke 750ml 40", "Coke 750ml", 40_00, "piece"),
    ("Aashirvaad atta 5 kg 260", "Aashirvaad atta 5 kg", 260_00, "piece"),
    ("7up 40", "7up", 40_00, "piece"),
    ("Vitamin D3 ₹120.50", "Vitamin D3", 120_50, "piece"),
    ("Eggs ₹84 dozen", "Eggs", 84_00, "dozen"),
    ("Eggs 84 per dozen", "Eggs", 84_00, "dozen"),
    ("Rasgulla 1,200/kg", "Rasgulla", 1200_00, "kg"),
    ("Thali, full 120", "Thali, full", 120_00, "piece"),
    ("चाय ₹१५", "चाय", 15_00, "piece"),
    ("पनीर ३८०/किलो", "पनीर", 380_00, "kg"),
    ("Chai 15 rupaye", "Chai", 15_00, "piece"),
    ("Chai Rs.15/-", "Chai", 15_00, "piece"),
    ("Chai 15 only", "Chai", 15_00, "piece"),
    ("Chai=15", "Chai", 15_00, "piece"),
    ("Lassi @ 40", "Lassi", 40_00, "piece"),
    ("Haircut (30 min) 250", "Haircut (30 min)", 250_00, "piece"),
    ("Rice Rs 60 per 1 kg", "Rice", 60_00, "kg"),
    ("Samosa 20 a plate", "Samosa", 20_00, "plate"),
    ("Kaju katli Rs 1,100 kilo", "Kaju katli", 1100_00, "kg"),
)
UNCLEAR = (
    ("Samosa", Why.NO_PRICE),
    ("Atta 5 kg", Why.NO_PRICE),
    ("Eggs 84 dozen", Why.NO_PRICE),
    ("Idli 3 pcs", Why.NO_PRICE),
    ("Dosa110", Why.NO_PRICE),
    ("110", Why.NO_TITLE),
    ("2 samosa 20", Why.TWO_NUMBERS),
    ("half 60 full 110", Why.TWO_NUMBERS),
    ("Dosa 100-120", Why.TWO_NUMBERS),
    ("Coffee 20 lemon tea 30", Why.TWO_NUMBERS),
    ("Paneer 95/250g", Why.TWO_NUMBERS),
    ("Chai 12.345", Why.TWO_NUMBERS),
    ("Thread 40/metre", Why.UNIT),
    ("Chai 0", Why.PRICE),
    ("Ring 900000000000", Why.PRICE),
    ("x" * 81 + " 10", Why.LONG),
)


@pytest.mark.parametrize(("line", "title", "price", "unit"), CLEAR)
def test_a_line_in_peoples_own_words_is_read(line: str, title: str, price: int, unit: str) -> None:
    assert read_typed(line, "INR").items == (Item(title, price, unit),)


@pytest.mark.parametrize(("line", "why"), UNCLEAR)
def test_what_can_be_read_in_two_ways_is_given_back(line: str, why: Why) -> None:
    found = read_typed(line, "INR")
    assert not found.items
    assert [(each.text, each.why) for each in found.unclear] == [(line, why)]


def test_several_in_a_line_headings_and_names_that_come_twice() -> None:
    found = read_typed("Snacks:\nChai - Rs 15, Samosa 20 each; Kachori 30\n\nSweets:\nsamosa 25\nJalebi 300/kg", "INR")
    assert found.items == (
        Item("Chai", 15_00, "piece", "snacks"),
        Item("Samosa", 20_00, "piece", "snacks"),
        Item("Kachori", 30_00, "piece", "snacks"),
        Item("Jalebi", 300_00, "kg", "sweets"),
    )
    assert [each.why for each in found.unclear] == [Why.TWICE]
    assert not read_typed("CHAI 20", "INR", found.items).items


def test_a_currency_without_minor_units_takes_no_decimals() -> None:
    assert read_typed("Ramen 900", "JPY").items == (Item("Ramen", 900),)
    assert read_typed("Ramen 900.50", "JPY").unclear[0].why is Why.PRICE


def test_a_typed_list_can_be_ordered_from() -> None:
    found = as_catalogue(read_typed("Masala dosa 110\nPaneer 380/kg\nचाय 15", "INR").items, "Annapurna", "INR")
    assert len(set(found.by_name)) == 3
    assert found.version
    reading = read_order(CatalogueIndex(found), "2 masala dosa and half kg paneer")
    assert [(line.product, str(line.quantity)) for line in reading.lines] == [("masala_dosa", "2"), ("paneer", "0.5")]


WORDS = st.sampled_from(["Masala dosa", "चाय", "Idli (3 pc)", "7up", "Milk 500 ml", "Kaju katli"])
MARKS = st.sampled_from(["{}", "₹{}", "Rs {}", "rs.{}/-", "INR {}", "{}/-", "{} rupaye"])
BETWEEN = st.sampled_from([" ", " - ", ": ", "  ", " = ", " – "])


@given(WORDS, BETWEEN, MARKS, st.integers(1, 99_999), st.sampled_from(["", "/kg", " per plate", "/piece"]))
def test_every_usual_form_of_a_price_is_the_same_price(
    title: str, between: str, mark: str, price: int, unit: str
) -> None:
    found = read_typed(title + between + mark.format(price) + unit, "INR")
    assert [(each.title, each.price) for each in found.items] == [(title, price * 100)], found


@given(st.text(max_size=200))
def test_nothing_that_is_written_breaks_the_reader_or_gets_lost(text: str) -> None:
    found = read_typed(text, "INR")
    assert all(each.title and each.price > 0 for each in found.items)
    assert len({each.title.casefold() for each in found.items}) == len(found.items)
    if any(char.isalnum() for char in text) and ":" not in text:
        assert found.items or found.unclear
