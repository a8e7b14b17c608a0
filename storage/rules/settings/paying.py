"""How a shop is paid, as it is typed."""

import re

from storage.rules.payments import Method
from storage.rules.settings.kinds import NONE, Kind, Unfit, plain_reader, to_say

_UPI = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,99}@[A-Za-z][A-Za-z0-9]{1,63}")


def _read_methods(words: str) -> tuple[str, ...]:
    named = [each for each in re.split(r"[,\s]+", words.strip().casefold()) if each]
    if not named or not set(named) <= set(Method):
        raise Unfit
    return tuple(dict.fromkeys(named))


def _read_upi(words: str) -> str:
    words = words.strip()
    if words.casefold() in (NONE, ""):
        return ""
    if not _UPI.fullmatch(words):
        raise Unfit
    return words


METHODS = Kind(plain_reader(_read_methods), ", ".join, to_say("some of cash, upi, bank, card"))
UPI = Kind(plain_reader(_read_upi), lambda value: value or NONE, to_say("a UPI id such as name@bank, or none"))
