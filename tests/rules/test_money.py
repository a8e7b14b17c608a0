"""Money by the catalogue alone: lines, rounding, what options add, and quantities that nobody can mean."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import BadInput
from storage.rules.catalogue import Catalogue, Line, OptionGroup, OptionValue, Product
from storage.rules.money import from_thousandths, line_total, priced, to_thousandths, unit_price

SIZE = OptionGroup("size", (OptionValue("half", price=-2000), OptionValue("full")))
TOPPING = OptionGroup(
    "topping", (OptionValue("cheese", price=2500), OptionValue("onion")), multi=True, negatable=True, qualifiable=True
)
PARATHA = Product("paratha", "Paratha", 6000, options=("size", "topping"))
SHAKE = Product("shake", "Shake", 9000, available=False)
DRINK = Product("drink", "Drink", 0, orderable=False)
GOODS = Catalogue("t", "INR", (PARATHA, SHAKE, DRINK), {"size": SIZE, "topping": TOPPING})

quantities = st.decimals(min_value=Decimal("0.001"), max_value=Decimal(100_000), places=3)


@given(st.integers(0, 10**9), quantities)
def test_a_line_is_rounded_half_up_to_the_minor_unit(price: int, quantity: Decimal) -> None:
    exact = Fraction(price) * Fraction(quantity)
    assert line_total(price, quantity) == int(exact + Fraction(1, 2))


@given(quantities)
def test_a_quantity_comes_back_from_the_books_as_it_went_in(quantity: Decimal) -> None:
    assert from_thousandths(to_thousandths(quantity)) == quantity


@given(st.integers(0, 10**6), st.decimals(min_value=Decimal("0.001"), max_value=1000, allow_nan=False))
def test_the_total_is_that_of_the_quantity_that_the_books_keep(price: int, quantity: Decimal) -> None:
    assert line_total(price, quantity) == line_total(price, from_thousandths(to_thousandths(quantity)))


@given(st.decimals() | st.integers(-(10**40), 10**40).map(Decimal))
def test_no_quantity_raises_anything_but_bad_input(quantity: Decimal) -> None:
    try:
        product, price, total = priced(GOODS, Line("paratha", quantity))
    except BadInput:
        assert not (quantity.is_finite() and Decimal("0.0005") <= quantity <= 100_000)
    else:
        assert (product, price) == (PARATHA, 6000)
        assert total >= 0


@pytest.mark.parametrize(
    ("chosen", "price"),
    [
        ({}, 6000),
        ({"size": ("half",)}, 4000),
        ({"topping": ("cheese",)}, 8500),
        ({"topping": ("extra:cheese",)}, 8500),
        ({"topping": ("light:cheese",)}, 6000),
        ({"topping": ("cheese", "onion"), "size": ("half",)}, 6500),
        ({"topping": ("gold",)}, 6000),
        ({"strange": ("cheese",)}, 6000),
    ],
)
def test_options_change_the_price_by_what_the_catalogue_says(chosen: dict[str, tuple[str, ...]], price: int) -> None:
    assert unit_price(GOODS, PARATHA, chosen) == price


def test_a_price_never_falls_below_nothing() -> None:
    cheap = Product("roti", "Roti", 500, options=("size",))
    assert unit_price(GOODS, cheap, {"size": ("half",)}) == 0


@pytest.mark.parametrize("name", ["nothing", "shake", "drink", ""])
def test_what_the_shop_does_not_sell_is_refused_by_name(name: str) -> None:
    with pytest.raises(BadInput):
        priced(GOODS, Line(name))
