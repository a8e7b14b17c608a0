"""Phone numbers as people write them, in the one spelling of the books: "98000 00001" in India is "+919800000001"."""

from babel.core import get_global
from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_possible_number, parse

FEWEST_DIGITS, LONGEST = 6, 40
NOWHERE, WORLD = "ZZ", "001"


def region_of(timezone: str) -> str | None:
    """The country in which numbers without a country's code are meant: that of the shop's clock ("Asia/Kolkata": IN)."""
    name = get_global("zone_aliases").get(timezone, timezone)
    found: str = get_global("zone_territories").get(name, NOWHERE)
    return None if found in (NOWHERE, WORLD) else found


def read_phone(written: str, region: str | None) -> str | None:
    """The number in E.164, or None for what is none. `region`: see `region_of`; without it the country's code is needed."""
    bare = written.strip()
    if len(bare) > LONGEST or sum(letter.isdecimal() for letter in bare) < FEWEST_DIGITS:
        return None
    if any(letter.isalpha() for letter in bare):
        return None
    for candidate in (bare, f"+{bare.lstrip('+')}"):
        try:
            number = parse(candidate, region)
        except NumberParseException:
            continue
        if is_possible_number(number):
            return format_number(number, PhoneNumberFormat.E164)
    return None
