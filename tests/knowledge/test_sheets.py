"""What is drawn can be read in every script: letters are joined and put where they belong."""

import pypdfium2
import pytest

from knowledge.pages.sheet import Row, Sheet

WORDS = {
    "deva": "क्षत्रिय प्रार्थना श्री हिन्दी",
    "knda": "ಕ್ಷೇತ್ರ ಪ್ರಾರ್ಥನೆ ಸ್ತ್ರೀ",
    "taml": "ஸ்ரீ க்ஷ கொடுத்தது",
    "guru": "ਪ੍ਰਾਰਥਨਾ ਸ੍ਰੀ ਪੰਜਾਬੀ",
}


@pytest.mark.parametrize("script", WORDS)
def test_letters_are_shaped(script: str) -> None:
    """Conjuncts take less room than their letters would one by one: in a font without shaping they are as many glyphs."""
    words, rows = (
        WORDS[script],
        [Row(WORDS[script], "₹1,23,456.50", "title"), Row(WORDS[script]), Row("Latin behind it")],
    )
    document = pypdfium2.PdfDocument(Sheet(rows, 210, 297).pdf())
    text = document[0].get_textpage().get_text_bounded()
    assert "1,23,456.50" in text
    assert "Latin behind it" in text
    document.close()
    sheet = Sheet(rows, 210, 297)
    sheet._pdf.set_font("latin", "", 12)
    shaped = sheet._pdf.get_string_width(words)
    sheet._pdf.set_text_shaping(False)
    assert 0 < shaped < sheet._pdf.get_string_width(words) * 0.98
    sheet.close()


def test_hostile_words_are_only_words() -> None:
    rows = [Row("\u202e<b>*bold*</b> __x__ " * 80, "9" * 600), Row("😀\0\x1b[31m"), Row("", "")] * 120
    assert Sheet(rows, 110, 297).pdf().startswith(b"%PDF")
    assert Sheet([Row("a", "b")], 110, 1500).png().startswith(b"\x89PNG")
