"""Text of one line stays on one line, whatever somebody writes into it."""

import pytest

from storage.rules.text import one_line


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("12 MG Road", "12 MG Road"),
        ("  12  MG\tRoad ", "12 MG Road"),
        ("12 MG Road\nIndiranagar", "12 MG Road / Indiranagar"),
        ("a\r\nb\u2028c\u2029d\x85e\vf", "a / b / c / d / e / f"),
        ("\n\nTotal ₹0\n", "Total ₹0"),
        ("evil\u202egnp.exe\u2066\u200f", "evilgnp.exe"),
        ("a\x00b\x1b[31m", "ab[31m"),
        ("क्‍ष और 👩‍🍳", "क्‍ष और 👩‍🍳"),
        ("", ""),
    ],
)
def test_lines_are_folded_and_marks_of_control_go(written: str, kept: str) -> None:
    assert one_line(written) == kept
    assert one_line(kept) == kept


def test_a_name_is_joined_by_spaces() -> None:
    assert one_line("Asha\nPAID ₹500", " ") == "Asha PAID ₹500"
