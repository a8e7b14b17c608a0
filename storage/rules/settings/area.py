"""Where a shop delivers: within a distance of its place, or to PIN codes. Distances in metres."""

import re
import unicodedata
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

from storage.rules.settings.kinds import NONE, Kind, Unfit, to_say

EARTH_M = 6_371_009
MOST_RANGES = 200
Place = tuple[float, float]
Pins = tuple[tuple[int, int], ...]
_RANGE = re.compile(r"([1-9]\d{2})\s?(\d{3})(?:\s*(?:-|–|to)\s*([1-9]\d{2})\s?(\d{3}))?")
_IN_ADDRESS = re.compile(r"(?<!\d)([1-9]\d{2})\s?(\d{3})(?!\d)")


class Standing(StrEnum):
    """How a place stands to the area; unknown where it does not say enough."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    NO_PIN = "no pin"
    NO_LOCATION = "no location"


def distance(one: Place, other: Place) -> float:
    """Metres between two places (degrees north, degrees east), along a great circle (haversine)."""
    (north, east), (other_north, other_east) = ([radians(each) for each in place] for place in (one, other))
    half = sin((other_north - north) / 2) ** 2 + cos(north) * cos(other_north) * sin((other_east - east) / 2) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(half)))


def pins_in(address: str) -> tuple[int, ...]:
    """The six-digit PIN codes of an address, in any script's digits, written together or as “560 038”."""
    return tuple(int(first + last) for first, last in _IN_ADDRESS.findall(_plain_digits(address)))


def is_pin_alone(text: str) -> bool:
    """Whether this tells a PIN code and no other number, as who was asked for one writes ("the pin is 560038")."""
    rest, found = _IN_ADDRESS.subn("", _plain_digits(text))
    return found > 0 and not re.search(r"\d", rest)


def _plain_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def standing(
    *, shop: Place | None, radius: int | None, pins: Pins | None, place: Place | None, address: str
) -> Standing:
    """Whether the shop delivers there. One proof is enough: a place within the radius, or only PIN codes of the list."""
    by_radius = shop is not None and radius is not None
    if not by_radius and pins is None:
        return Standing.INSIDE
    written = pins_in(address) if pins is not None else ()
    if pins is not None and written and all(any(low <= pin <= high for low, high in pins) for pin in written):
        return Standing.INSIDE
    if shop is not None and radius is not None and place is not None:
        return Standing.INSIDE if distance(shop, place) <= radius else Standing.OUTSIDE
    if written:
        return Standing.OUTSIDE
    return Standing.NO_LOCATION if pins is None else Standing.NO_PIN


def _read_pins(written: str) -> Pins:
    """Sorted, and each code once: ranges that touch become one. Spelled as in addresses, `pins_in`."""
    ranges = []
    for part in filter(None, (each.strip() for each in re.split(r"[,;\n]", _plain_digits(written)))):
        match = _RANGE.fullmatch(part)
        if match is None:
            raise Unfit
        first, rest, last, end = match.groups()
        low, high = int(first + rest), int((last or first) + (end or rest))
        if low > high:
            raise Unfit
        ranges.append((low, high))
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    if not 0 < len(found) <= MOST_RANGES:
        raise Unfit
    return tuple(found)


def read_pins(words: str, present: Pins | None) -> Pins | None:
    """All PIN codes; with a `+` before them those that are there stay. Raises `Unfit`."""
    words = words.strip()
    if words.casefold() == NONE:
        return None
    before = show_pins(present) if words.startswith("+") and present else ""
    return _read_pins(f"{before},{words.lstrip('+')}")


def show_pins(pins: Pins | None) -> str:
    if pins is None:
        return NONE
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in pins)


PINS = Kind(read_pins, show_pins, to_say("PIN codes of six digits and ranges of them, or none"))
