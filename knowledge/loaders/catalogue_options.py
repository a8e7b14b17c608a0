"""Option groups of a catalogue: what a customer may choose, and what each choice costs."""

from collections.abc import Mapping

from knowledge.loaders.catalogue_values import Place, is_blank, read_flag, read_price, read_text, read_texts
from knowledge.loaders.faults import FaultList, quote
from storage.rules.catalogue import OptionGroup, OptionValue, Product

GROUP_KEYS = ("multi", "negatable", "qualifiable")
SHEET_COLUMNS = ("group", "value", "aliases", "price", *GROUP_KEYS)


def read_groups(raw: object, currency: str, faults: FaultList) -> dict[str, OptionGroup]:
    """`{group: {"multi", "negatable", "qualifiable", "values": {id: [alias…] | {"aliases", "price"}}}}`."""
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        faults.add("option_groups", "", quote(raw), "a map from group names to their values")
        return {}
    groups = {}
    for name, body in raw.items():
        group = _read_group(name, body, currency, faults)
        if group is not None:
            groups[group.name] = group
    return groups


def _read_group(raw_name: object, body: object, currency: str, faults: FaultList) -> OptionGroup | None:
    place = Place(f"Option group {quote(raw_name)}", faults)
    name = read_text(place, "name", raw_name)
    if not isinstance(body, dict):
        faults.add(place.where, "", quote(body), "a map with 'values'")
        return None
    for key in sorted(map(str, body.keys() - {*GROUP_KEYS, "values"})):
        faults.note(f"{place.where}: '{key}' is not known and was left out.")
    flags = {key: read_flag(place, key, body.get(key), False) for key in GROUP_KEYS}
    values = _read_values(place, body.get("values"), currency)
    return OptionGroup(name, values, **flags) if name and values else None


def _read_values(place: Place, raw: object, currency: str) -> tuple[OptionValue, ...]:
    if not isinstance(raw, dict):
        place.faults.add(place.where, "values", quote(raw), "a map from value ids to lists of aliases")
        return ()
    if not raw:
        place.faults.add(place.where, "values", "empty", "at least one value")
    found = (_read_value(place, key, body, currency) for key, body in raw.items())
    return tuple(value for value in found if value is not None)


def _read_value(place: Place, raw_id: object, body: object, currency: str) -> OptionValue | None:
    here = Place(f"{place.where}, value {quote(raw_id)}", place.faults)
    value_id = str(raw_id) if isinstance(raw_id, int) and not isinstance(raw_id, bool) else raw_id
    identity = read_text(here, "id", value_id)
    if not identity:
        here.faults.add(here.where, "id", quote(raw_id), "a text that names the value")
        return None
    if not isinstance(body, dict):
        return OptionValue(identity, read_texts(here, "aliases", body))
    for key in sorted(map(str, body.keys() - {"aliases", "price"})):
        here.faults.note(f"{here.where}: '{key}' is not known and was left out.")
    raw_price = body.get("price")
    price = 0 if raw_price is None else read_price(here, "price", raw_price, currency, signed=True)
    return OptionValue(identity, read_texts(here, "aliases", body.get("aliases")), price)


def read_option_rows(
    rows: list[tuple[int, dict[str, object]]], currency: str, faults: FaultList
) -> dict[str, OptionGroup]:
    """Rows of the sheet `options` (number, cells by column), one value a row, to groups in order of appearance."""
    values: dict[str, dict[str, OptionValue]] = {}
    flags: dict[str, dict[str, bool]] = {}
    for number, cells in rows:
        place = Place(f"Sheet options, row {number}", faults, loose=True)
        group, value = read_text(place, "group", cells.get("group")), _read_row_value(place, cells, currency)
        if not group:
            faults.add(place.where, "group", "empty", "the name of an option group")
        elif value is not None and value.id in values.setdefault(group, {}):
            faults.add(place.where, "value", f"{quote(value.id)} a second time", f"one row a value in {group}")
        elif value is not None:
            values[group][value.id] = value
            marks = flags.setdefault(group, dict.fromkeys(GROUP_KEYS, False))
            for key in GROUP_KEYS:
                marks[key] |= read_flag(place, key, cells.get(key), False)
    return {g: OptionGroup(g, tuple(found.values()), **flags[g]) for g, found in values.items() if found}


def _read_row_value(place: Place, cells: Mapping[str, object], currency: str) -> OptionValue | None:
    identity = read_text(place, "value", cells.get("value"))
    if not identity:
        place.faults.add(place.where, "value", "empty", "the name of a value")
        return None
    raw_price = cells.get("price")
    price = 0 if is_blank(raw_price) else read_price(place, "price", raw_price, currency, signed=True)
    return OptionValue(identity, read_texts(place, "aliases", cells.get("aliases")), price)


def check_differences(
    products: list[tuple[str, Product]], groups: Mapping[str, OptionGroup], faults: FaultList
) -> None:
    """No choice of options may bring a product below nothing: `products` are (where, product)."""
    for where, product in products:
        lowest = 0
        for group in (groups[name] for name in product.options if name in groups):
            below = [value.price for value in group.values if value.price < 0]
            lowest += (sum(below) if group.multi else min(below)) if below else 0
        if product.price and product.price + lowest < 0:
            faults.add(where, "price", "below 0 with its cheapest options", "price differences that leave 0 or more")
