"""A shop's catalogue from the file its owner made: all of it, or every fault in it.

Formats and column names: JSON, YAML, CSV and XLSX as the README's "Catalogue files" describes them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from babel.numbers import list_currencies

from knowledge.loaders.catalogue_options import check_differences, read_groups, read_option_rows
from knowledge.loaders.catalogue_rows import RawProduct, fingerprint, read_products
from knowledge.loaders.catalogue_sheets import decode_text, parse_csv, read_sheet_products
from knowledge.loaders.catalogue_tree import parse_json, parse_yaml, read_tree_products
from knowledge.loaders.catalogue_workbook import parse_workbook
from knowledge.loaders.faults import Fault, FaultList, describe, quote
from storage.rules.catalogue import Catalogue, OptionGroup

__all__ = ["CatalogueFile", "Fault", "describe", "load_catalogue", "read_catalogue"]

MAX_BYTES = 10 * 1024 * 1024
SUFFIXES = (".json", ".yaml", ".yml", ".csv", ".tsv", ".xlsx")


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """What a file gave: `catalogue` is None as soon as there is one fault; `notes` say what was left out."""

    catalogue: Catalogue | None
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Source:
    stem: str
    currency: str
    groups: Mapping[str, OptionGroup]
    faults: FaultList


def load_catalogue(
    path: Path, currency: str = "INR", option_groups: Mapping[str, OptionGroup] | None = None
) -> CatalogueFile:
    """Reads the file at `path`, its format told by its ending. Never raises: what is wrong is in `faults`.

    `currency` and `option_groups` stand in where the file names none (a CSV cannot).
    """
    faults = FaultList()
    try:
        size = path.stat().st_size
        data = path.read_bytes() if path.is_file() and size <= MAX_BYTES else None
    except (OSError, ValueError) as error:
        faults.add(f"File {path.name}", "", f"it cannot be read ({type(error).__name__})", "a readable file")
        return _result(None, faults)
    if data is None:
        found = f"it is {size:,} bytes" if size > MAX_BYTES else "it is not a file"
        faults.add(f"File {path.name}", "", found, f"a file of at most {MAX_BYTES:,} bytes")
        return _result(None, faults)
    return read_catalogue(data, path.name, currency, option_groups)


def read_catalogue(
    data: bytes, filename: str, currency: str = "INR", option_groups: Mapping[str, OptionGroup] | None = None
) -> CatalogueFile:
    """The same from bytes: an upload. `filename` gives the format and, where the file has none, the name."""
    faults = FaultList()
    path = Path(filename)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        faults.add(f"File {path.name}", "", f"its ending is {quote(path.suffix)}", f"one of {', '.join(SUFFIXES)}")
    elif len(data) > MAX_BYTES:
        faults.add(f"File {path.name}", "", f"it is {len(data):,} bytes", f"at most {MAX_BYTES:,}")
    elif not data.strip():
        faults.add(f"File {path.name}", "", "it is empty", "a catalogue")
    else:
        stem = path.stem.removeprefix("catalogue.") or "catalogue"
        return _result(reader(data, _Source(stem, currency, option_groups or {}, faults)), faults)
    return _result(None, faults)


def _result(catalogue: Catalogue | None, faults: FaultList) -> CatalogueFile:
    if catalogue is not None and not faults.faults:
        catalogue = replace(catalogue, version=fingerprint(catalogue))
        return CatalogueFile(catalogue, (), tuple(faults.notes))
    return CatalogueFile(None, tuple(faults.faults), tuple(faults.notes))


def _read_json(data: bytes, source: _Source) -> Catalogue | None:
    return _read_tree(data, source, parse_json)


def _read_yaml(data: bytes, source: _Source) -> Catalogue | None:
    return _read_tree(data, source, parse_yaml)


def _read_tree(data: bytes, source: _Source, parse: Callable[[str, FaultList], object]) -> Catalogue | None:
    faults = source.faults
    text = decode_text(data, faults)
    tree = parse(text, faults) if text is not None else None
    if faults.faults:
        return None
    if not isinstance(tree, dict):
        faults.add("File", "", quote(tree), "a map with name, currency and products")
        return None
    currency = _read_currency(tree.get("currency"), source)
    groups = {**source.groups, **read_groups(tree.get("option_groups"), currency, faults)}
    name = tree.get("name")
    if name is not None and not isinstance(name, str):
        faults.add("name", "", quote(name), "a text")
    title = name.strip() if isinstance(name, str) else ""
    return _assemble(title or source.stem, currency, read_tree_products(tree, faults), groups, faults)


def _read_currency(value: object, source: _Source) -> str:
    if value is None:
        return source.currency
    code = value.strip().upper() if isinstance(value, str) else ""
    if code not in list_currencies():
        source.faults.add("currency", "", quote(value), "a code of three letters such as INR")
        return source.currency
    return code


def _read_csv(data: bytes, source: _Source) -> Catalogue | None:
    rows = parse_csv(data, source.faults)
    if source.faults.faults:
        return None
    products = read_sheet_products(rows, source.faults)
    return _assemble(source.stem, source.currency, products, source.groups, source.faults)


def _read_xlsx(data: bytes, source: _Source) -> Catalogue | None:
    rows, option_rows = parse_workbook(data, source.faults)
    if not rows:
        if not source.faults.faults:
            source.faults.add("File", "", "its first sheet is empty", "a header and at least one row")
        return None
    groups = {**source.groups, **read_option_rows(option_rows, source.currency, source.faults)}
    products = read_sheet_products(rows, source.faults)
    return _assemble(source.stem, source.currency, products, groups, source.faults)


def _assemble(
    name: str, currency: str, raws: list[RawProduct], groups: Mapping[str, OptionGroup], faults: FaultList
) -> Catalogue:
    products = read_products(raws, groups, currency, faults)
    check_differences(products, groups, faults)
    return Catalogue(name, currency, tuple(product for _, product in products), dict(groups))


_READERS: Mapping[str, Callable[[bytes, _Source], Catalogue | None]] = {
    ".json": _read_json,
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".xlsx": _read_xlsx,
}
