"""A catalogue as people type it in a chat: "Masala dosa 110", "Paneer 380/kg", "Chai - Rs 15, Samosa 20 each".

Nothing is guessed: a part that can be read in two ways is given back with the reason, for its writer to write anew.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from knowledge.language.lexicon import lexicon
from knowledge.loaders.catalogue_rows import fingerprint, make_name
from knowledge.loaders.catalogue_values import Place, read_price
from knowledge.loaders.faults import FaultList
from storage.rules.catalogue import UNITS, Catalogue, Product
from storage.rules.text import one_line

MOST_TITLE = 80
MOST_PART = 300
"""Characters in which a name and its price fit; the patterns take the square of a length."""
_BULLET = re.compile(r"^\s*(?:[-–—•*·●▪➤>✅]+\s*|\d{1,3}\s*[.)]\s+)+")
_MONEY = r"(?:₹|\b(?:rs|inr|rupees?|rupaye?|rupaiya|rupay)\b\.?|रुपये|रुपए|रु\.?)"
_NUMBER = r"(?:\d{1,3}(?:,\d{2,3})*,\d{3}|\d+)(?:\.\d{1,2})?"
# The price at the end: a mark before or behind it or none, and then perhaps for what.
_PRICE = re.compile(
    rf"(?P<sep>[\s:=@–—-]|^)\s*(?P<before>{_MONEY})?\s*(?P<number>{_NUMBER})\s*(?P<behind>/[-=]|{_MONEY})?(?:\s*/-)?"
    r"\s*(?:(?P<per>/|\bper\b|\ba\b|\bfor\b|\bka\b|\bki\b)?\s*(?:1\s*|ek\s+|one\s+)?(?P<unit>(?!only\b)[^\s\d/.,()]+)\.?)?\s*(?:only)?\s*[.!]?$",
    re.IGNORECASE,
)
_SIZE = re.compile(r"(?<![\w.,])\d+(?:\.\d+)?\s*-?\s*(?P<unit>[^\W\d_]+)\b", re.IGNORECASE)
_SIZES = frozenset(
    {"mg", "mcg", "cm", "mm", "inch", "in", "min", "mins", "minutes", "hr", "hour", "hours", "in1", "gb"}
)
_BARE = re.compile(r"(?<![^\s(/+-])\d+(?:[.,]\d+)?(?![^\s)/+,-])")
_PARENTHESES = re.compile(r"\([^)]*\)")
_HEADING = re.compile(r"^[^\d,;]{1,40}:$")


class Why(StrEnum):
    """Why a part was not read; each is a sentence for its writer."""

    NO_PRICE = "I see no price."
    NO_TITLE = "I see no name."
    TWO_NUMBERS = "I see several numbers and do not know which one is the price."
    UNIT = "I do not know what the price is for: I sell by kg, litre, piece, plate, packet, dozen, glass, box, strip or bottle."
    PRICE = "This cannot be a price."
    TWICE = "This name stands in the list already."
    LONG = "The name is too long."


@dataclass(frozen=True, slots=True)
class Item:
    """One product; `price` for one `unit`, in minor units."""

    title: str
    price: int
    unit: str = "piece"
    category: str = ""


@dataclass(frozen=True, slots=True)
class Unclear:
    """A part as it was written, and why it was not read."""

    text: str
    why: Why


@dataclass(frozen=True, slots=True)
class TypedList:
    items: tuple[Item, ...]
    unclear: tuple[Unclear, ...]


def read_typed(text: str, currency: str, known: Iterable[Item] = ()) -> TypedList:
    """The products that `text` names, one a line or several parted by commas; a line such as "Snacks:" heads a category.

    `known`: what was written before; a name among them is not taken twice.
    """
    items: list[Item] = []
    unclear: list[Unclear] = []
    taken = {each.title.casefold() for each in known}
    category = ""
    for line in text.splitlines():
        plain = _BULLET.sub("", _digits(one_line(line, " ")))
        if _HEADING.fullmatch(plain):
            category = plain[:-1].strip().casefold()
            continue
        for part in _parts(plain, currency):
            read = _read_part(part, currency, category)
            if isinstance(read, Item) and read.title.casefold() in taken:
                read = Unclear(part, Why.TWICE)
            if isinstance(read, Unclear):
                unclear.append(read)
                continue
            taken.add(read.title.casefold())
            items.append(read)
    return TypedList(tuple(items), tuple(unclear))


def as_catalogue(items: Iterable[Item], name: str, currency: str) -> Catalogue:
    """The list as a catalogue, with an id for each product."""
    products: list[Product] = []
    taken: set[str] = set()
    for item in items:
        product = Product(make_name(item.title, taken), item.title, item.price, item.unit, item.category)
        taken.add(product.name)
        products.append(product)
    found = Catalogue(name, currency, tuple(products))
    return Catalogue(name, currency, tuple(products), version=fingerprint(found))


def _digits(text: str) -> str:
    """Digits of any script as 0-9."""
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def _parts(line: str, currency: str) -> list[str]:
    """A line in parts where each of them has a price of its own; else the line as it is ("Thali, full 120")."""
    if not line:
        return []
    parts = [part.strip() for part in re.split(r"[;|]|(?<!\d),|,(?!\d)", line)]
    parts = [part for part in parts if part]
    if len(parts) > 1 and all(isinstance(_read_part(part, currency, ""), Item) for part in parts):
        return parts
    whole = _read_part(line, currency, "")
    priced = [part for part in parts if re.search(r"\d", part)]
    return parts if len(parts) > 1 and isinstance(whole, Unclear) and len(priced) > 1 else [line]


def _read_part(part: str, currency: str, category: str) -> Item | Unclear:
    if len(part) > MOST_PART:
        return Unclear(part, Why.LONG)
    found = _PRICE.search(part)
    if found is None:
        return Unclear(part, Why.TWO_NUMBERS if len(re.findall(_NUMBER, part)) > 1 else Why.NO_PRICE)
    marked = bool(found["before"] or found["behind"])
    unit = lexicon().units.get((found["unit"] or "piece").casefold(), found["unit"] or "")
    if found["unit"] and not found["per"] and not marked and unit != "piece":
        return Unclear(part, Why.NO_PRICE)  # "Atta 5 kg" says how much of it there is
    if unit not in UNITS:
        return Unclear(part, Why.UNIT if found["per"] or marked else Why.NO_PRICE)
    if found["unit"] and not found["per"] and not marked and found["unit"].casefold() not in ("each", "ea"):
        return Unclear(part, Why.NO_PRICE)  # "Idli 3 pcs"
    title = part[: found.start()].strip(" \t:=@–—-,.")
    return _item(part, title, found, unit, category, currency)


def _item(part: str, title: str, found: re.Match[str], unit: str, category: str, currency: str) -> Item | Unclear:
    if not any(char.isalpha() for char in title):
        return Unclear(part, Why.TWO_NUMBERS if re.search(r"\d", title) else Why.NO_TITLE)
    if _has_loose_number(title):
        return Unclear(part, Why.TWO_NUMBERS)
    if found["sep"] in "-–—" and part[: found.start()].rstrip()[-1:].isdigit():
        return Unclear(part, Why.TWO_NUMBERS)
    if len(title) > MOST_TITLE:
        return Unclear(part, Why.LONG)
    faults = FaultList()
    price = read_price(Place(part, faults), "price", found["number"], currency)
    return Unclear(part, Why.PRICE) if faults.faults or price == 0 else Item(title, price, unit, category)


def _has_loose_number(title: str) -> bool:
    """Whether a title holds a number that is neither in parentheses, nor a size ("500 ml"), nor part of a word ("7up")."""
    bare = _SIZE.sub(lambda size: " " if _is_size(size["unit"]) else size.group(), _PARENTHESES.sub(" ", title))
    return bool(_BARE.search(bare) or re.search(rf"{_MONEY}\s*\d", bare, re.IGNORECASE))


def _is_size(word: str) -> bool:
    return word.casefold() in lexicon().units or word.casefold() in _SIZES
