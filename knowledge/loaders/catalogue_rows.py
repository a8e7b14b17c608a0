"""From raw products (dicts of any content) to products of a catalogue, every fault named by its place."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from rapidfuzz import fuzz, process

from knowledge.loaders.catalogue_values import (
    Place,
    is_blank,
    read_amount,
    read_flag,
    read_price,
    read_text,
    read_texts,
    read_unit,
)
from knowledge.loaders.faults import FaultList, quote
from storage.rules.catalogue import Catalogue, OptionGroup, Product

MAX_ID = 80
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(?:[_-][A-Za-z]{2,4})?")
PRODUCT_KEYS = frozenset(
    [
        "name",
        "id",
        "title",
        "titles",
        "aliases",
        "category",
        "unit",
        "price",
        "options",
        "orderable",
        "generic",
        "description",
        "available",
        "stock",
        "low_stock",
        "photo",
        "tax",
    ]
)


@dataclass(frozen=True, slots=True)
class RawProduct:
    """One product as found: `label` is "Row 7" or "Product 3"; `loose` when its cells come from a sheet."""

    label: str
    values: Mapping[str, object]
    loose: bool = False

    def place(self, faults: FaultList) -> Place:
        title = self.values.get("title") or self.values.get("name") or self.values.get("id")
        shown = f" ({quote(title)[1:-1]})" if isinstance(title, str) and title.strip() else ""
        return Place(self.label + shown, faults, self.loose)


def read_products(
    raws: Iterable[RawProduct], groups: Mapping[str, OptionGroup], currency: str, faults: FaultList
) -> list[tuple[str, Product]]:
    """(where, product) for every raw product, ids unique; broken ones are in `faults`, their values are not to be used."""
    found: list[tuple[str, Product]] = []
    seen: dict[str, str] = {}
    titled: dict[str, str] = {}
    for raw in raws:
        place = raw.place(faults)
        product = _read_product(place, raw, groups, currency)
        name = _settle_name(place, product, seen, titled)
        seen[name] = place.where
        found.append((place.where, _rename(product, name)))
    return found


def _read_product(place: Place, raw: RawProduct, groups: Mapping[str, OptionGroup], currency: str) -> Product:
    values = raw.values
    orderable = read_flag(place, "orderable", values.get("orderable"), True)
    title = _read_title(place, values)
    return Product(
        name=_read_name(place, values),
        title=title,
        price=_read_product_price(place, values.get("price"), currency, orderable),
        unit=read_unit(place, values.get("unit")),
        category=read_text(place, "category", values.get("category")),
        aliases=read_texts(place, "aliases", values.get("aliases")),
        options=_read_options(place, values.get("options"), groups),
        orderable=orderable,
        generic=read_flag(place, "generic", values.get("generic"), False),
        titles=_read_titles(place, values.get("titles")),
        description=read_text(place, "description", values.get("description")),
        available=read_flag(place, "available", values.get("available"), True),
        stock=read_amount(place, "stock", values.get("stock")),
        low_stock=read_amount(place, "low_stock", values.get("low_stock")),
        photo=read_text(place, "photo", values.get("photo")),
        tax=_read_tax(place, values.get("tax")),
    )


def _read_name(place: Place, values: Mapping[str, object]) -> str:
    raw = values.get("name", values.get("id"))
    number = isinstance(raw, int) and not isinstance(raw, bool)
    name = read_text(place, "name", str(raw) if number else raw)
    if len(name) > MAX_ID:
        place.faults.add(place.where, "name", f"{len(name)} characters long", f"an id of at most {MAX_ID}")
    return name[:MAX_ID]


def _read_title(place: Place, values: Mapping[str, object]) -> str:
    if "title" in values:
        before = len(place.faults.faults)
        title = read_text(place, "title", values["title"])
        if not title and len(place.faults.faults) == before:
            place.faults.add(place.where, "title", "empty", "the product's name")
        return title
    name = values.get("name")
    if isinstance(name, str) and name.strip():
        return " ".join(name.replace("_", " ").split())
    place.faults.add(place.where, "title", "missing", "the product's name")
    return ""


def _read_product_price(place: Place, value: object, currency: str, orderable: bool) -> int:
    if is_blank(value):
        if orderable:
            place.faults.add(place.where, "price", "missing", "a number such as 120 or 99.50")
        return 0
    return read_price(place, "price", value, currency)


def _read_options(place: Place, value: object, groups: Mapping[str, OptionGroup]) -> tuple[str, ...]:
    names = read_texts(place, "options", value)
    for name in names:
        if name not in groups:
            near = process.extractOne(name, groups.keys(), scorer=fuzz.ratio, score_cutoff=60)
            known = f"one of {', '.join(groups)}" if groups else "a group that the file defines"
            hint = f" (perhaps {near[0]})" if near else ""
            place.faults.add(place.where, "options", f"the unknown group {quote(name)}", known + hint)
    return names


def _read_titles(place: Place, value: object) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        place.faults.add(place.where, "titles", quote(value), "a map from languages to titles")
        return {}
    titles = {}
    for language, raw in value.items():
        if not (isinstance(language, str) and LANGUAGE_CODE.fullmatch(language)):
            place.faults.add(place.where, "titles", f"for {quote(language)}", "a language such as hi or kn")
        elif text := read_text(place, f"titles.{language}", raw):
            titles[language] = text
    return titles


def _read_tax(place: Place, value: object) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return read_text(place, "tax", str(value) if number else value)


def _settle_name(place: Place, product: Product, seen: dict[str, str], titled: dict[str, str]) -> str:
    if product.name:
        if product.name in seen:
            place.faults.add(
                place.where, "id", f"{quote(product.name)}, as in {seen[product.name]}", "an id of its own"
            )
        return product.name
    folded = product.title.casefold()
    if folded and folded in titled:
        place.faults.add(
            place.where, "title", f"the same as in {titled[folded]}", "different titles, or an id for each"
        )
    titled.setdefault(folded, place.where)
    return make_name(product.title, seen)


def make_name(title: str, taken: Iterable[str]) -> str:
    """An id from a title: letters and digits of any script, `_` between words, a number behind where taken."""
    used = set(taken)
    kept = (c if unicodedata.category(c)[0] in "LMN" else " " for c in unicodedata.normalize("NFKC", title))
    base = "_".join("".join(kept).casefold().split())[: MAX_ID - 8] or "item"
    name, number = base, 2
    while name in used:
        name, number = f"{base}_{number}", number + 1
    return name


def _rename(product: Product, name: str) -> Product:
    fields = {key: getattr(product, key) for key in Product.__dataclass_fields__}
    return Product(**{**fields, "name": name})


def fingerprint(catalogue: Catalogue) -> str:
    """Twelve hex digits that change with anything in the catalogue but its name's version."""
    content = {
        "name": catalogue.name,
        "currency": catalogue.currency,
        "products": [asdict(product) for product in catalogue.products],
        "groups": {name: asdict(group) for name, group in catalogue.option_groups.items()},
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]
