"""Reading JSON of which nothing is certain: each function returns what was meant, or an empty value of the same type.

Platforms add fields, change types and send nulls; a webhook answered with an error comes back for days. So nothing in
here raises, whatever the type.
"""

import hashlib
import json
import math
from typing import Any

import orjson

LONGEST_ID = 512
LONGEST_TEXT = 65_536


def decoded(body: bytes) -> Any:
    """The JSON of a body. Half of a surrogate pair (a name cut off inside an emoji), and bytes that are no UTF-8, become
    the replacement character: orjson refuses the whole body for them, and what is refused comes back for days.

    Raises:
        orjson.JSONDecodeError: it is no JSON.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        mended = _mended(body)
        if mended is None:
            raise
        return mended


def _mended(body: bytes) -> Any:
    """What the standard library reads, with nothing in it that no database can hold; None where it cannot either."""
    try:
        value = json.loads(body.decode("utf-8", "replace"))
        written = json.dumps(value, ensure_ascii=False).encode("utf-16-le", "surrogatepass")
        return orjson.loads(written.decode("utf-16-le", "replace"))
    except (ValueError, RecursionError):
        return None


def mapping(value: Any) -> dict[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; what is no object is left out."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: Any) -> str:
    """The string without NUL (which PostgreSQL cannot hold), or "" for any other type."""
    if not isinstance(value, str):
        return ""
    return value.replace("\0", "")[:LONGEST_TEXT] if "\0" in value or len(value) > LONGEST_TEXT else value


def identifier(value: Any) -> str:
    """An id, which some senders write as a number and some as a string; "" for what cannot be one."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST_ID and "\0" not in value else ""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63:
        return str(value)
    return ""


def whole(value: Any, default: int, least: int, most: int) -> int:
    """A whole number within bounds, also out of a string or a float."""
    if isinstance(value, bool):
        return default
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return default
    return max(least, min(number, most))


def degrees(value: Any, bound: float) -> float | None:
    """A latitude or longitude, or nothing when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and abs(number) <= bound else None


def storable(value: Any) -> Any:
    """The value as the books can hold it: without NUL characters, and not nested beyond what a JSON column takes."""
    try:
        written = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
    except (TypeError, ValueError, RecursionError):
        return {"unreadable": repr(type(value).__name__)}
    return _without_nul(value) if b"\\u0000" in written else value


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, dict):
        return {str(key).replace("\0", ""): _without_nul(item) for key, item in value.items()}
    return [_without_nul(item) for item in value] if isinstance(value, list) else value


def fingerprint(value: Any) -> str:
    """A stable id for content that brought none: the same content has the same id, whatever the order of its keys."""
    try:
        written = orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    except (TypeError, ValueError, RecursionError):
        written = _rough(value)
    return "sha256:" + hashlib.sha256(written).hexdigest()


def _rough(value: Any) -> bytes:
    try:
        return repr(value).encode("utf-8", "surrogatepass")
    except RecursionError:
        return b"too deep"
