"""CSV and XLSX catalogues: bytes to rows of cells, headers in any order, case and common naming."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.loaders.catalogue_rows import RawProduct
from knowledge.loaders.catalogue_values import is_blank
from knowledge.loaders.faults import FaultList, quote

MAX_ROWS = 50_000
COLUMNS = [
    "id",
    "title",
    "title_hi",
    "title_kn",
    "title_ta",
    "title_pa",
    "aliases",
    "category",
    "unit",
    "price",
    "options",
    "available",
    "stock",
    "low_stock",
    "description",
    "photo",
]
SYNONYMS = {
    "title": ("name", "item", "product", "item_name", "product_name", "dish"),
    "price": ("rate", "mrp", "cost", "price_inr", "selling_price"),
    "id": ("sku", "code", "item_code", "name"),
    "aliases": ("alias", "other_names"),
    "unit": ("uom",),
    "options": ("option_groups",),
    "photo": ("image", "picture"),
}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """`number` as a spreadsheet shows it (the header is 1); `cells` as typed."""

    number: int
    cells: Sequence[object]


def parse_csv(data: bytes, faults: FaultList) -> list[SheetRow]:
    """Rows of a CSV in UTF-8 (with or without mark) or cp1252, parted by comma, semicolon or tab."""
    text = decode_text(data, faults, fallback="cp1252")
    if text is None:
        return []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_guess_delimiter(text), strict=True)
    rows: list[SheetRow] = []
    try:
        for cells in reader:
            rows.append(SheetRow(len(rows) + 1, cells))
    except csv.Error as error:
        faults.add(f"Line {reader.line_num}", "", f"the CSV is broken: {error}", "quotes that are closed")
    return rows


def decode_text(data: bytes, faults: FaultList, fallback: str = "") -> str | None:
    """UTF-8 text, else text in `fallback`; None after a fault that names the first wrong byte."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        try:
            text = data.decode(fallback) if fallback and encoding == "utf-8-sig" else ""
        except UnicodeDecodeError:
            text = ""
        if not text:
            line = data[: error.start].count(b"\n") + 1
            faults.add(f"Line {line}", "", f"the byte at {error.start} is not UTF-8", "a file saved as UTF-8")
            return None
    if "\0" in text:
        faults.add("File", "", "it holds binary data", "a text file saved as UTF-8")
        return None
    return text


def _guess_delimiter(text: str) -> str:
    header = re.sub(r'"[^"]*"', "", next((line for line in text.splitlines() if line.strip()), ""))
    return max(",;\t", key=header.count)


def map_columns(header: Sequence[object], known: Sequence[str], faults: FaultList) -> dict[int, str]:
    """Column position to known name; the first of several claims wins, the rest is noted and left out."""
    names = {i: _column_key(cell) for i, cell in enumerate(header) if not is_blank(cell)}
    mapped = {i: name for i, name in names.items() if name in known}
    for target, synonyms in SYNONYMS.items():  # the title before the id: both may be called "name"
        for synonym in synonyms if target in known and target not in mapped.values() else ():
            free = next((i for i, name in names.items() if name == synonym and i not in mapped), None)
            if free is not None:
                mapped[free] = target
                break
    for i, name in list(mapped.items()):
        if next(j for j, other in mapped.items() if other == name) != i:
            faults.add("Header", "", f"the column {quote(header[i])} stands twice", "each column once")
    for i in names.keys() - mapped.keys():
        faults.note(f"The column {quote(header[i])} is not known and was left out.")
    return mapped


def _column_key(cell: object) -> str:
    return "_".join(re.findall(r"[^\W_]+", str(cell).casefold()))


def read_table(
    rows: Iterable[SheetRow], known: Sequence[str], required: Sequence[str], faults: FaultList
) -> list[tuple[int, dict[str, object]]]:
    """(row number, cells by column name) of the rows that hold anything; `required` columns must be in the header."""
    filled = [row for row in rows if not all(is_blank(cell) for cell in row.cells)]
    if not filled:
        faults.add("File", "", "it has no rows", "a header and at least one row")
        return []
    header = filled[0].cells
    mapped = map_columns(header, known, faults)
    missing = [name for name in required if name not in mapped.values()]
    if missing:
        shown = ", ".join(str(cell)[:30] for cell in header if not is_blank(cell))[:200]
        faults.add("Header", "", f"the columns are {shown}", f"the column {' and '.join(missing)} among them")
        return []
    return [(row.number, _named_cells(row, len(header), mapped, faults)) for row in filled[1:]]


def _named_cells(row: SheetRow, width: int, mapped: dict[int, str], faults: FaultList) -> dict[str, object]:
    if any(not is_blank(cell) for cell in row.cells[width:]):
        faults.add(
            f"Row {row.number}",
            "",
            f"it has {len(row.cells)} cells",
            f"at most {width}, as in the header (a text with a comma needs quotes around it)",
        )
    return {name: row.cells[i] for i, name in mapped.items() if i < len(row.cells)}


def read_sheet_products(rows: Iterable[SheetRow], faults: FaultList) -> list[RawProduct]:
    """Raw products of a sheet's rows; `title_hi` and its like are gathered under `titles`."""
    table = read_table(rows, COLUMNS, ("title", "price"), faults)
    if len(table) > MAX_ROWS:
        faults.add("File", "", f"it has {len(table)} rows", f"at most {MAX_ROWS}")
        return []
    if not table and not faults.faults:
        faults.add("File", "", "it has a header only", "at least one product below it")
    return [RawProduct(f"Row {number}", _as_values(cells), loose=True) for number, cells in table]


def _as_values(cells: dict[str, object]) -> dict[str, object]:
    values = {name: cell for name, cell in cells.items() if not name.startswith("title_") and not is_blank(cell)}
    titles = {name[6:]: cell for name, cell in cells.items() if name.startswith("title_") and not is_blank(cell)}
    return {"title": "", **values, "titles": titles}
