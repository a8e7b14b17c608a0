"""Catalogue files as owners make them: read whole, or refused with every fault named."""

import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.loaders.catalogue import CatalogueFile, describe, load_catalogue, read_catalogue
from tests.knowledge.menus import BAKERY, PHARMACY

SAMPLE = Path(__file__).parents[2] / "knowledge" / "samples" / "restaurant.yaml"


def read_json(**changes: Any) -> CatalogueFile:
    tree = {"name": "s", "currency": "INR", "products": [{"title": "Tea", "price": 10}], **changes}
    return read_catalogue(json.dumps(tree).encode(), "menu.json")


def read_product(**changes: Any) -> CatalogueFile:
    return read_json(products=[{"title": "Tea", "price": 10, **changes}])


def workbook(*sheets: tuple[str, Any]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_sample_restaurant_is_sound() -> None:
    file = load_catalogue(SAMPLE)
    assert not file.faults
    assert not file.notes
    assert file.catalogue is not None
    assert 25 <= len(file.catalogue.products) <= 30
    assert all({"hi"} <= product.titles.keys() for product in file.catalogue.products)


def test_json_and_yaml_give_the_same() -> None:
    first = read_catalogue(json.dumps(BAKERY).encode(), "a.json").catalogue
    second = read_catalogue(json.dumps(BAKERY).encode(), "b.yaml").catalogue
    assert first is not None
    assert first == second
    assert first.version != read_json().catalogue.version  # type: ignore[union-attr]
    assert first.option_groups["dips"].qualifiable
    assert read_catalogue(PHARMACY.encode(), "p.yml").catalogue is not None


def test_a_sheet_with_its_options_is_read() -> None:
    menu = [
        ["Item", "RATE", "Unit", "Title_hi", "aliases", "options", "colour", "available", "stock"],
        ["Tea", 12.5, "cup", "चाय", "chai|cha", "size", "brown", "yes", 5],
        [None, None, None, None, None, None, None, None, None],
        ["Cake 65", "Rs 1,200/-", "kilo", None, None, None, None, "no", None],
    ]
    options = [
        ["group", "value", "aliases", "price", "multi", "negatable"],
        ["size", "small", "chhoti", None, None, None],
        ["size", "large", "badi|big", 10, None, None],
    ]
    file = read_catalogue(workbook(("Menu", menu), ("Options", options)), "shop.xlsx")
    assert not file.faults
    assert file.notes == ("The column 'colour' is not known and was left out.",)
    assert file.catalogue is not None
    tea, cake = file.catalogue.products
    assert (tea.name, tea.price, tea.unit, tea.aliases, tea.stock) == (
        "tea",
        1250,
        "glass",
        ("chai", "cha"),
        Decimal(5),
    )
    assert (cake.name, cake.price, cake.unit, cake.available) == ("cake_65", 120000, "kg", False)
    assert [value.price for value in file.catalogue.option_groups["size"].values] == [0, 1000]
    assert tea.titles == {"hi": "चाय"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_any_dialect_is_read(encoding: str, delimiter: str) -> None:
    text = delimiter.join(["Name", "MRP", "description"]) + "\r\n" + delimiter.join(['"Crème, brûlée"', "80", "x"])
    file = read_catalogue(text.encode(encoding), "menu.csv")
    assert not file.faults
    assert file.catalogue is not None
    assert file.catalogue.products[0].title == "Crème, brûlée"
    assert file.catalogue.products[0].price == 8000


@pytest.mark.parametrize(
    ("price", "currency", "minor"),
    [(80, "INR", 8000), ("₹ 1,200.50", "INR", 120050), ("Rs 80/-", "INR", 8000), ("1,20,000", "INR", 12000000),
     ("99,50", "INR", 9950), ("८०", "INR", 8000), (80, "JPY", 80), (1.125, "KWD", 1125), (0, "INR", 0)],
)  # fmt: skip
def test_prices_become_minor_units(price: object, currency: str, minor: int) -> None:
    file = read_json(currency=currency, products=[{"title": "Tea", "price": price}])
    assert file.catalogue is not None, file.faults
    assert file.catalogue.products[0].price == minor


@pytest.mark.parametrize(
    "price",
    [
        "abc",
        "",
        None,
        -1,
        "-5",
        float("nan"),
        float("inf"),
        1e12,
        True,
        [],
        {},
        "12/13",
        99.999,
        "1.2.3",
        "9" * 5000,
        "1e5",
    ],
)
def test_a_price_that_is_none_is_named(price: object) -> None:
    file = read_product(price=price)
    assert file.catalogue is None
    assert [fault.field for fault in file.faults] == ["price"]
    assert file.faults[0].where == "Product 1 (Tea)"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "Product 1: title is empty"),
        ({"title": 7}, "title is '7'; expected a text"),
        ({"unit": "plat"}, "(perhaps plate)"),
        ({"unit": "gm"}, "unit is 'gm'; expected one of kg"),
        ({"aliases": "x"}, "aliases is 'x'; expected a list of texts"),
        ({"aliases": [["x"]]}, "aliases is a list; expected a text"),
        ({"titles": ["x"]}, "titles is a list; expected a map"),
        ({"options": ["size"]}, "options is the unknown group 'size'"),
        ({"available": "maybe"}, "available is 'maybe'"),
        ({"stock": -2}, "stock is '-2'"),
        ({"name": {"a": 1}}, "name is a map"),
    ],
)
def test_each_fault_says_what_is_expected(changes: dict[str, object], said: str) -> None:
    file = read_product(**changes)
    assert file.catalogue is None
    assert said in describe(file.faults)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"products": {}}, "products: a map; expected a list"),
        ({"products": []}, "it is empty"),
        ({"products": ["tea", {"title": "Tea", "price": 1}]}, "Product 1: 'tea'"),
        ({"products": [{"name": "t", "title": "A", "price": 1}, {"name": "t", "title": "B", "price": 1}]}, "Product 2 (B): id is 't', as in Product 1 (A)"),
        ({"products": [{"title": "A", "price": 1}, {"title": "a", "price": 1}]}, "title is the same as in Product 1 (A)"),
        ({"option_groups": []}, "option_groups: a list"),
        ({"option_groups": {"size": {"values": {}}}}, "values is empty; expected at least one value"),
        ({"option_groups": {"size": {"values": ["a"]}}}, "values is a list"),
        ({"option_groups": {"size": {"values": {"a": {"price": "x"}}}}}, "price is 'x'"),
        ({"currency": "rupees"}, "currency: 'rupees'"),
        ({"name": 5}, "name: '5'"),
    ],
)  # fmt: skip
def test_faults_of_the_whole_file_are_named(changes: dict[str, object], said: str) -> None:
    file = read_json(**changes)
    assert file.catalogue is None
    assert said in describe(file.faults)


def test_all_faults_are_listed_and_nothing_is_loaded() -> None:
    data = b"title,price,unit\nTea,abc,cup\nPaneer Tikka,10,plat\n,5,kg\nGood,10,kg\n"
    file = read_catalogue(data, "menu.csv")
    assert file.catalogue is None
    assert describe(file.faults).splitlines() == [
        "Row 2 (Tea): price is 'abc'; expected a number such as 120 or 99.50.",
        "Row 3 (Paneer Tikka): unit is 'plat'; expected one of kg, litre, piece, plate, packet, dozen, glass, box, "
        "strip, bottle (perhaps plate).",
        "Row 4: title is empty; expected the product's name.",
    ]
    assert describe(file.faults, limit=1).endswith("… and 2 more.")


def test_ids_from_titles_are_unique() -> None:
    file = read_json(products=[{"title": t, "price": 1} for t in ("Tea!", "Tea", "चाय", "🍕")])
    assert file.catalogue is not None
    assert [product.name for product in file.catalogue.products] == ["tea", "tea_2", "चाय", "item"]


def test_a_discount_goes_not_below_nothing() -> None:
    groups = {"size": {"values": {"half": {"price": -20}, "full": []}}}
    assert read_json(option_groups=groups, products=[{"title": "Tea", "price": 10, "options": ["size"]}]).faults
    assert not read_json(option_groups=groups, products=[{"title": "Tea", "price": 30, "options": ["size"]}]).faults


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "a.json", "it is empty"),
        (b"{}", "a.pdf", "its ending is '.pdf'"),
        (b'{"a": [1,}', "a.json", "Line 1, column 10"),
        (b"\n\xff\xfe\xfa", "a.json", "Line 2"),
        (b"[" * 5000, "a.json", "nested deeper"),
        (b"[" * 5000, "a.yaml", "nested too deeply"),
        (b"a: &x [1]\nb: [*x, *x]", "a.yaml", "Line 2: an alias"),
        (b"a: [1\nb: 2", "a.yaml", "Line 2"),
        (b"a: !!python/object/apply:os.system [id]", "a.yaml", "the YAML is broken"),
        (b'{"name": "a", "name": "b"}', "a.json", "stands twice"),
        (b"name: a\nname: b", "a.yaml", "stands twice"),
        (b"[]", "a.json", "a list; expected a map"),
        (b"title,stock\nTea,1", "a.csv", "the column price"),
        (b"title,price\n", "a.csv", "it has a header only"),
        (b"title,price\nTea,1,200\n", "a.csv", "Row 2: it has 3 cells"),
        (b'title,price\n"Tea,1', "a.csv", "the CSV is broken"),
        (b"title,price,price\nTea,1,2", "a.csv", "stands twice"),
        (b"title,price\nT\0,1", "a.csv", "binary"),
        (b"not a zip", "a.xlsx", "not a readable workbook"),
    ],
)
def test_broken_files_are_refused_in_words(data: bytes, name: str, said: str) -> None:
    file = read_catalogue(data, name)
    assert file.catalogue is None
    assert said in describe(file.faults)


def test_files_that_are_missing_or_huge_are_refused(tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    huge.write_bytes(b" " * (10 * 1024 * 1024 + 1))
    for path in (tmp_path / "none.json", tmp_path, huge):
        file = load_catalogue(path)
        assert file.catalogue is None
        assert len(file.faults) == 1


def test_a_zip_bomb_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 5_000_000)
    assert "unpacks to" in describe(read_catalogue(out.getvalue(), "bomb.xlsx").faults)


def test_a_formula_without_its_result_is_named_by_its_cell() -> None:
    data = workbook(("Menu", [["title", "price"], ["Tea", "=1+1"]]))
    assert "Sheet Menu, cell B2: a formula without its result" in describe(read_catalogue(data, "a.xlsx").faults)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [
    "name",
    "title",
    "titles",
    "aliases",
    "category",
    "unit",
    "price",
    "options",
    "orderable",
    "available",
    "stock",
    "low_stock",
    "photo",
    "tax",
]
PRODUCTS = st.lists(st.dictionaries(st.sampled_from(FIELDS), ANY, max_size=6) | ANY, max_size=3)
GROUPS = st.dictionaries(st.text(max_size=5), ANY | st.fixed_dictionaries({"values": ANY}), max_size=2)


@given(
    st.fixed_dictionaries(
        {"products": PRODUCTS | ANY}, optional={"name": ANY, "currency": ANY, "option_groups": GROUPS | ANY}
    )
    | ANY
)
def test_no_value_breaks_the_loader(tree: object) -> None:
    data = json.dumps(tree).encode()
    for name in ("a.json", "a.yaml"):
        file = read_catalogue(data, name)
        assert (file.catalogue is None) == bool(file.faults)
        assert isinstance(describe(file.faults), str)


@given(st.binary(max_size=300), st.sampled_from(["a.json", "a.yaml", "a.csv", "a.xlsx", "a.tsv"]))
def test_no_bytes_break_the_loader(data: bytes, name: str) -> None:
    file = read_catalogue(data, name)
    assert (file.catalogue is None) == bool(file.faults)
