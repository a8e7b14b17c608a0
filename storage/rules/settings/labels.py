"""Order numbers as a shop writes them: the format, and which numbers a written label may mean."""

import re
from collections.abc import Iterator
from datetime import date

from storage.rules.settings.kinds import Kind, Unfit, plain_reader, to_say

DEFAULT_FORMAT = "#{number}"
MOST_LABEL = 40
MOST_DIGITS = 15
_FIELD = re.compile(r"\{(number|yyyy|yy|mm|dd)(?::0?([1-9]))?\}")
_LITERAL = re.compile(r"[A-Za-z0-9#./_-]*")


def _read_format(written: str) -> str:
    """Letters, digits and # . / _ - around `{number}` and parts of the date. Raises `Unfit`."""
    fields = list(_FIELD.finditer(written))
    literals = _FIELD.sub("", written)
    numbers = [each for each in fields if each[1] == "number"]
    padded = [each for each in fields if each[1] != "number" and each[2]]
    if len(numbers) != 1 or padded or not _LITERAL.fullmatch(literals):
        raise Unfit
    if not re.search(r"[A-Za-z#./_-]", literals) or len(literals) > 20 or len(fields) > 5:
        raise Unfit  # digits alone would be taken for another order's plain number
    return written


def label(written: str, number: int, on: date) -> str:
    """The label of an order that is placed on that day, by the shop's calendar."""

    def filled(field: re.Match[str]) -> str:
        if field[1] == "number":
            return str(number).zfill(int(field[2] or 0))
        return {"yyyy": f"{on.year:04}", "yy": f"{on.year % 100:02}", "mm": f"{on.month:02}", "dd": f"{on.day:02}"}[
            field[1]
        ]

    return _FIELD.sub(filled, written)


def numbers_in(said_label: str) -> tuple[int, ...]:
    """Every number that a label may hold: the books know orders by their numbers, and compare the label then."""
    return tuple(sorted(set(_numbers(said_label[:MOST_LABEL]))))


def _numbers(text: str) -> Iterator[int]:
    for run in re.findall(r"[0-9]+", text):
        for start in range(len(run)):
            for end in range(start + 1, min(start + MOST_DIGITS, len(run)) + 1):
                yield int(run[start:end])


FORMAT = Kind(
    plain_reader(_read_format),
    str,
    to_say("{{number}} with letters, # - . / _ and perhaps {{yy}}, {{mm}}, {{dd}} around it"),
)
