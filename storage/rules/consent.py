"""Whether somebody wants to hear of more than their orders. Pure: what they said last counts, whatever it was before."""

from collections.abc import Iterable
from enum import StrEnum


class Consent(StrEnum):
    UNKNOWN = "unknown"
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


def consent(said: Iterable[bool]) -> Consent:
    """`said`: each yes and no to offers, the newest first."""
    last = next(iter(said), None)
    if last is None:
        return Consent.UNKNOWN
    return Consent.GIVEN if last else Consent.WITHDRAWN
