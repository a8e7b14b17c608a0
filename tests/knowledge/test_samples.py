"""Each sample is sound, and whatever its goods are called by leads to them."""

import pytest

from knowledge.language.matching import CatalogueIndex
from knowledge.language.orders import read_order
from knowledge.samples import TRADES, sample
from storage.rules.catalogue import Catalogue


def goods(trade: str) -> Catalogue:
    found = sample(trade).catalogue
    assert found is not None
    return found


@pytest.mark.parametrize("trade", TRADES)
def test_sample_loads_without_a_fault(trade: str) -> None:
    file = sample(trade)
    assert (file.faults, file.notes) == ((), ())
    found = goods(trade)
    assert found.currency == "INR"
    assert 25 <= len(found.products) <= 40
    assert all(each.titles.get("hi") and each.category for each in found.products)
    assert all(each.price for each in found.products if each.orderable)
    assert sum(len(each.aliases) for each in found.products) >= 20


@pytest.mark.parametrize("trade", TRADES)
def test_every_name_leads_to_its_product(trade: str) -> None:
    found = goods(trade)
    index = CatalogueIndex(found)
    lost = []
    for product in found.products:
        if not product.orderable:
            continue
        for name in (product.title, product.titles["hi"], *product.aliases):
            lines = read_order(index, name).lines
            if [line.product for line in lines] != [product.name]:
                lost.append((product.name, name, lines, read_order(index, name).unknown))
    assert not lost, lost


def test_no_two_samples_are_mixed_up() -> None:
    assert len({goods(trade).version for trade in TRADES}) == len(TRADES)
    with pytest.raises(KeyError):
        sample("../restaurant")
