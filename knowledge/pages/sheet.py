"""A sheet of rows, drawn as PDF or as a picture, in every script that we speak: shaped by HarfBuzz, with fonts that are
installed as a package. Only the fonts of scripts that occur are loaded.
"""

import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

import pypdfium2
from fpdf import FPDF
from fpdf.enums import TextMode, XPos, YPos

Style = Literal["title", "head", "row", "small", "total"]
SIZES: dict[Style, float] = {"title": 18, "head": 12, "row": 10.5, "small": 9, "total": 12}
BOLD = ("title", "head", "total")
STROKE = 0.012
LINE = 1.45
"""Height of a line for one of its size: vowel signs of Kannada and Tamil reach far down."""
MM = 25.4 / 72
MOST_ROWS, MOST_TEXT = 300, 500
GAP = 3.0
SCALE = 2.5
MARGIN = 12.0
_FONTS = {
    "deva": ("NotoSansDevanagari", "\u0900-\u097f\ua8e0-\ua8ff"),
    "knda": ("NotoSansKannada", "\u0c80-\u0cff"),
    "taml": ("NotoSansTamil", "\u0b80-\u0bff"),
    "guru": ("NotoSansGurmukhi", "\u0a00-\u0a7f"),
    "telu": ("NotoSansTelugu", "\u0c00-\u0c7f"),
    "beng": ("NotoSansBengali", "\u0980-\u09ff"),
    "gujr": ("NotoSansGujarati", "\u0a80-\u0aff"),
    "mlym": ("NotoSansMalayalam", "\u0d00-\u0d7f"),
}
_EMOJI = re.compile("[\u2190-\u2bff\U0001f000-\U0001faff]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: words at the left, and perhaps at the right; a `rule` above it."""

    left: str
    right: str = ""
    style: Style = "row"
    rule: bool = False


class Sheet:
    """Rows below each other on pages of that size in millimetres."""

    def __init__(self, rows: Sequence[Row], width: float, height: float) -> None:
        self._pdf = FPDF(format=(width, height))
        self._pdf.set_margins(MARGIN, MARGIN)
        self._pdf.set_auto_page_break(True, MARGIN)
        shown = [Row(_clean(each.left), _clean(each.right), each.style, each.rule) for each in rows[:MOST_ROWS]]
        self._load_fonts("".join(each.left + each.right for each in shown))
        self._pdf.add_page()
        for each in shown:
            self._draw(each)

    def _load_fonts(self, text: str) -> None:
        folder = files("manimgx_fonts")
        self._pdf.add_font("latin", "", str(folder / "NotoSans[wght].ttf"))
        wanted = {name: font for name, (font, letters) in _FONTS.items() if re.search(f"[{letters}]", text)}
        if _EMOJI.search(text):
            wanted["emoji"] = "NotoEmoji"
        for name, font in wanted.items():
            self._pdf.add_font(name, "", str(folder / f"{font}[wght].ttf"))
        self._pdf.set_fallback_fonts(list(wanted), exact_match=False)
        self._pdf.set_text_shaping(True)

    def _draw(self, row: Row) -> None:
        pdf, size = self._pdf, SIZES[row.style]
        self._begin(size)
        height = size * LINE * MM
        if row.rule:
            pdf.line(MARGIN, pdf.get_y() + 1, pdf.w - MARGIN, pdf.get_y() + 1)
            pdf.set_y(pdf.get_y() + 2)
        if row.style in BOLD:  # an instance of the fonts in bold takes seconds; a line around the letters does as well
            with pdf.local_context(text_mode=TextMode.FILL_STROKE, line_width=size * STROKE):
                self._write(row, height)
        else:
            self._write(row, height)

    def _begin(self, size: float) -> None:
        """Behind words of another script the page still has their font: fpdf2 names ours anew only where it changes."""
        self._pdf.set_font("latin", "", size + 1)
        self._pdf.set_font("latin", "", size)

    def _write(self, row: Row, height: float) -> None:
        pdf = self._pdf
        if row.left or not row.right:
            self._words(row, height)
        if row.right:
            self._begin(SIZES[row.style])
            pdf.set_xy(MARGIN, pdf.get_y() - height if row.left else pdf.get_y())
            pdf.cell(pdf.epw, height, row.right, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _words(self, row: Row, height: float) -> None:
        """As many lines as they need, beside what stands at the right."""
        pdf = self._pdf
        room = pdf.epw - (pdf.get_string_width(row.right) + GAP if row.right else 0)
        pdf.multi_cell(max(room, 30), height, row.left or " ", align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def pdf(self) -> bytes:
        """The file; after that nothing more can be drawn."""
        made = bytes(self._pdf.output())
        self.close()
        return made

    def close(self) -> None:
        """Let go of the files of the fonts."""
        for font in self._pdf.fonts.values():
            font.ttfont.close()  # type: ignore[union-attr]

    def png(self) -> bytes:
        """The first page as a picture, as tall as what stands on it."""
        bottom = min(self._pdf.get_y() + MARGIN, self._pdf.h)
        document = pypdfium2.PdfDocument(self.pdf())
        picture = document[0].render(scale=SCALE).to_pil()
        tall = picture.height if self._pdf.page > 1 else round(picture.height * bottom / self._pdf.h)
        made = io.BytesIO()
        picture.crop((0, 0, picture.width, tall)).convert("L").save(made, "PNG", optimize=True)
        document.close()
        return made.getvalue()


def _clean(text: str) -> str:
    """Without what turns the direction of writing or has no shape; joiners stay, since scripts need them."""
    kept = (each for each in text[:MOST_TEXT] if unicodedata.category(each)[0] != "C" or each in "\u200c\u200d")
    return " ".join("".join(kept).split())
