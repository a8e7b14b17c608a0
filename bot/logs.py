"""How the log is written: with ids, never with the people whom it is about.

What is logged names rows by their ids; names, numbers and words of customers stay in the books, where `/erase` finds them.
Here is the net below: what looks like a phone number is shortened, whoever wrote it.
"""

import logging
import re

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# A number in its international form, or as many digits standing alone; the ids of accounts stand behind a colon.
_NUMBER = re.compile(r"(?<![\w:/.+-])\+?\d{8,13}(\d\d)(?!\w)|\+\d{5,13}(\d\d)(?!\d)")


class Discreet(logging.Formatter):
    """A formatter that shows of every phone number its last two digits, in tracebacks too."""

    def format(self, record: logging.LogRecord) -> str:
        return discreet(super().format(record))


def discreet(text: str) -> str:
    """`+919800000001` becomes `…01`."""
    return _NUMBER.sub(lambda found: f"…{found.group(1) or found.group(2)}", text)


def open_log(level: int, form: str = FORMAT) -> None:
    """Log to the error stream from now on."""
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet(form))
    logging.basicConfig(level=level, handlers=[handler])
