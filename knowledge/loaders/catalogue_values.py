"""Single cells of a catalogue: prices, units, flags, amounts and texts, each read or named as a fault."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from babel.numbers import get_currency_precision
from rapidfuzz import fuzz, process

from knowledge.language.lexicon import lexicon
from knowledge.loaders.faults import FaultList, quote
from storage.rules.catalogue import UNITS

MAX_PRICE = Decimal(100_000_000)  # major units; beyond this it is a telephone number in the wrong column
MAX_STOCK = Decimal(1_000_000_000)
MAX_TEXT = 2_000
PRICE_EXAMPLE = "a number such as 120 or 99.50"
MONEY_MARKS = re.compile(r"₹|/-|/=|\b(?:rs|inr|rupees?|only)\b\.?", re.IGNORECASE)
GROUPED = re.compile(r"-?\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?")
DECIMAL_COMMA = re.compile(r"-?\d+,\d{1,2}")
TRUE_WORDS = frozenset({"true", "yes", "y", "1", "on", "x", "✓", "haan", "हाँ"})
FALSE_WORDS = frozenset({"false", "no", "n", "0", "off", "nahi", "नहीं"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where values are read: `where` names the row or product, `loose` says that cells hold text only (sheets)."""

    where: str
    faults: FaultList
    loose: bool = False


def is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def read_number(value: object) -> Decimal | None:
    """A finite number from a number or a text such as "₹ 1,200.50" or "Rs 80/-"; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        number = Decimal(_plain_digits(value) if isinstance(value, str) else str(value))
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None


def _plain_digits(text: str) -> str:
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text[:60])
    bare = MONEY_MARKS.sub(" ", digits).strip().replace("\u00a0", "")
    if GROUPED.fullmatch(bare):
        return bare.replace(",", "")
    if DECIMAL_COMMA.fullmatch(bare):
        return bare.replace(",", ".")
    return bare if re.fullmatch(r"[-+]?(\d+(\.\d*)?|\.\d+)", bare) else "not a number"


def read_price(place: Place, field: str, value: object, currency: str, signed: bool = False) -> int:
    """Major units as written to integer minor units of `currency`; 0 after a fault. `signed` allows differences."""
    number = read_number(value)
    if number is None:
        place.faults.add(place.where, field, quote(value), PRICE_EXAMPLE)
    elif number < 0 and not signed:
        place.faults.add(place.where, field, quote(value), "a price of 0 or more")
    elif abs(number) > MAX_PRICE:
        place.faults.add(place.where, field, quote(value), f"a price of at most {MAX_PRICE:,}")
    else:
        return _minor_units(place, field, number, currency)
    return 0


def _minor_units(place: Place, field: str, number: Decimal, currency: str) -> int:
    digits = get_currency_precision(currency)
    minor = number.scaleb(digits)
    if minor != minor.to_integral_value():
        places = f"at most {digits} decimals" if digits else "no decimals"
        place.faults.add(place.where, field, quote(number), f"{places} in {currency}")
        return 0
    return int(minor)


def read_amount(place: Place, field: str, value: object) -> Decimal | None:
    """A stock level in the product's unit: a finite number >= 0; None when blank or at fault."""
    if is_blank(value):
        return None
    number = read_number(value)
    if number is None or not 0 <= number <= MAX_STOCK:
        place.faults.add(place.where, field, quote(value), "a number of 0 or more, such as 25 or 2.5")
        return None
    return number


def read_text(place: Place, field: str, value: object) -> str:
    """Text without surrounding blanks; numbers count as text in sheets only."""
    if value is None:
        return ""
    if place.loose and isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        value = f"{value:g}" if isinstance(value, float) else str(value)
    if not isinstance(value, str):
        place.faults.add(place.where, field, quote(value), "a text")
        return ""
    text = " ".join(value.split())
    if len(text) > MAX_TEXT:
        place.faults.add(place.where, field, f"{len(text)} characters long", f"at most {MAX_TEXT}")
        return ""
    return text


def read_texts(place: Place, field: str, value: object) -> tuple[str, ...]:
    """A list of texts; in sheets one cell parted by `|`. Blanks and repetitions fall away."""
    if value is None:
        return ()
    if place.loose and not isinstance(value, list):
        value = read_text(place, field, value).split("|")
    if not isinstance(value, list):
        place.faults.add(place.where, field, quote(value), "a list of texts")
        return ()
    texts = [read_text(place, field, item) for item in value]
    return tuple(dict.fromkeys(text for text in texts if text))


def read_flag(place: Place, field: str, value: object, default: bool) -> bool:
    """true/false, in sheets also yes/no, 1/0; `default` when blank."""
    if is_blank(value):
        return default
    if isinstance(value, bool):
        return value
    if place.loose or isinstance(value, str):
        word = str(value).strip().casefold().removesuffix(".0")
        if word in TRUE_WORDS | FALSE_WORDS:
            return word in TRUE_WORDS
    place.faults.add(place.where, field, quote(value), "yes or no" if place.loose else "true or false")
    return default


def read_unit(place: Place, value: object) -> str:
    """One of `UNITS`, from any word for it ("kilo", "ltr", "pcs"); "piece" when blank or at fault."""
    word = read_text(place, "unit", value).casefold().rstrip(".")
    if not word:
        return "piece"
    unit = lexicon().units.get(word, word)
    if unit in UNITS:
        return unit
    place.faults.add(place.where, "unit", quote(value), _expected_unit(word))
    return "piece"


def _expected_unit(word: str) -> str:
    words = {name: unit for name, unit in lexicon().units.items() if unit in UNITS}
    near = process.extractOne(word, words.keys(), scorer=fuzz.ratio, score_cutoff=60)
    hint = f" (perhaps {words[near[0]]})" if near else ""
    return f"one of {', '.join(UNITS)}{hint}"
