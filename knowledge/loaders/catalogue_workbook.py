"""XLSX catalogues: the archive is checked before anything in it is unpacked, then read row by row."""

import io
import re
import warnings
import zipfile
from typing import Any

from knowledge.loaders.catalogue_options import SHEET_COLUMNS
from knowledge.loaders.catalogue_sheets import MAX_ROWS, SheetRow, read_table
from knowledge.loaders.faults import FaultList

MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 100
MAX_COLUMNS = 64
CELL_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")


def check_archive(data: bytes, faults: FaultList) -> bool:
    """True for an archive that unpacks to a bearable size and declares no entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            if unpacked > min(MAX_UNPACKED, max(MAX_RATIO * len(data), 1)):
                faults.add("File", "", f"it unpacks to {unpacked:,} bytes", "an ordinary workbook")
                return False
            return _has_plain_parts(archive, faults)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        faults.add("File", "", "it is not a readable workbook (damaged, or with a password)", "an .xlsx file")
        return False


def _has_plain_parts(archive: zipfile.ZipFile, faults: FaultList) -> bool:
    for member in archive.infolist():
        with archive.open(member) as part:
            if b"<!DOCTYPE" in part.read(1024):
                faults.add("File", "", "it declares entities", "a workbook saved by a spreadsheet program")
                return False
    return True


def parse_workbook(data: bytes, faults: FaultList) -> tuple[list[SheetRow], list[tuple[int, dict[str, object]]]]:
    """Rows of the first sheet, and the table of the sheet `options` where there is one; empty after a fault."""
    if not check_archive(data, faults):
        return [], []
    try:
        return _read_sheets(data, faults)
    except Exception as error:  # openpyxl raises anything on damaged XML; the file's owner needs one sentence
        faults.add("File", "", f"the workbook is damaged ({type(error).__name__})", "an .xlsx file")
        return [], []


def _read_sheets(data: bytes, faults: FaultList) -> tuple[list[SheetRow], list[tuple[int, dict[str, object]]]]:
    book = _open(data, values=True)
    try:
        sheets = [sheet for sheet in book.worksheets if sheet.title.strip().casefold() != "options"]
        named = [sheet for sheet in book.worksheets if sheet.title.strip().casefold() == "options"]
        if not sheets:
            faults.add("File", "", "it has no sheet of products", "the products on the first sheet")
            return [], []
        rows = _read_rows(sheets[0], faults)
        option_rows = _read_rows(named[0], faults) if named else []
        _check_formulas(data, {sheets[0].title: rows, **({named[0].title: option_rows} if named else {})}, faults)
    finally:
        book.close()
    if not any(any(cell is not None for cell in row.cells) for row in option_rows):
        return rows, []
    return rows, read_table(option_rows, SHEET_COLUMNS, ("group", "value"), faults)


def _open(data: bytes, values: bool) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # extensions that openpyxl does not know are of no interest here
        import openpyxl  # here, since most starts read no workbook

        return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values, keep_links=False)


def _read_rows(sheet: Any, faults: FaultList) -> list[SheetRow]:
    sheet.reset_dimensions()
    rows = []
    found = sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS, values_only=True)
    for number, cells in enumerate(found, start=1):
        rows.append(SheetRow(number, cells))
        for column, cell in enumerate(cells, start=1):
            if cell in CELL_ERRORS:
                place = f"Sheet {sheet.title}, cell {_cell_name(column, number)}"
                faults.add(place, "", f"the error {cell}", "a value")
    return rows


def _check_formulas(data: bytes, sheets: dict[str, list[SheetRow]], faults: FaultList) -> None:
    if not _has_formulas(data):
        return
    book = _open(data, values=False)
    for title, rows in sheets.items():
        book[title].reset_dimensions()
        written = book[title].iter_rows(max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS, values_only=True)
        for row, cells in zip(rows, written, strict=False):
            for column, (value, raw) in enumerate(zip(row.cells, cells, strict=False), start=1):
                if value is None and raw is not None:
                    place = f"Sheet {title}, cell {_cell_name(column, row.number)}"
                    found = "a formula without its result"
                    faults.add(place, "", found, "the value itself (or save the file in a spreadsheet program)")
    book.close()


def _has_formulas(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return any(re.search(rb"<f[ >/]", archive.read(name)) for name in names)


def _cell_name(column: int, row: int) -> str:
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return f"{name}{row}"
