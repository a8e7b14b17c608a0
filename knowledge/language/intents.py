"""What a message is for, decided from words in the lexicons."""

from enum import StrEnum


class Intent(StrEnum):
    ORDER = "order"
    AMEND = "amend"
    CANCEL = "cancel"
    STATUS = "status"
    PRICE = "price"
    HOURS = "hours"
    BOOKING = "booking"
    HUMAN = "human"
    COMPLAINT = "complaint"
    THANKS = "thanks"
    GREETING = "greeting"
    MENU = "menu"
    CONFIRM = "confirm"
    DECLINE = "decline"
    STOP = "stop"
    OTHER = "other"


def read_intent(text: str, has_lines: bool = False) -> Intent:
    """The intent of `text`; `has_lines` says that the order reader found goods in it. Never raises."""
    return Intent.ORDER if has_lines else Intent.OTHER
