"""By what a person is known in text that speaks of them: names, numbers, addresses, their own words. Pure."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

LEAST_ADDRESS, LEAST_TEXT, LEAST_DIGITS = 5, 8, 8
NATIONAL = 10
"""So many digits of a phone number are written without the country's."""


class Traces:
    """Everything by which one person can be recognised. Whatever is too short to mean anybody is left out.

    A name is found as whole words in either case, a phone number however it is grouped, all else as it stands.
    """

    def __init__(self, names: Iterable[str], addresses: Iterable[str], texts: Iterable[str] = ()) -> None:
        spoken = sorted({name.strip() for name in names if len(name.strip()) > 1})
        known = {value for value in addresses if len(value) >= LEAST_ADDRESS}
        self._tails = sorted({tail for value in known if (tail := _tail(value))})
        said = {text.strip() for text in texts if len(text.strip()) >= LEAST_TEXT}
        self._exact = sorted(known | said)
        self._names = [re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE) for name in spoken]

    def __len__(self) -> int:
        """How many things are looked for."""
        return len(self._exact) + len(self._tails) + len(self._names)

    def found_in(self, value: Any, *, names: bool = True) -> bool:
        """Whether anything in a value (of JSON) speaks of them; `names`: by name too."""
        return any(self._is_said(text, names) for text in _leaves(value))

    def _is_said(self, text: str, names: bool) -> bool:
        if any(each in text for each in self._exact):
            return True
        digits = re.sub(r"\D", "", text) if self._tails and len(text) < 200 else ""
        if any(tail in digits or tail in text for tail in self._tails):
            return True
        return names and any(name.search(text) for name in self._names)


def _tail(value: str) -> str:
    """The digits of a phone number as people write it in the country; "" for what is no number."""
    digits = value.removeprefix("+")
    if not digits.isascii() or not digits.isdigit() or len(digits) < LEAST_DIGITS:
        return ""
    return digits[-NATIONAL:]


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield str(key)
            yield from _leaves(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _leaves(each)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
