"""What the Graph API's refusals mean for a message, by their code.

Source: developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes. Throttling may arrive as
HTTP 400, so the code decides and the status only where there is no code. pywa's own errors are passed by: its
`WhatsAppError.from_dict` fails on an error without `code` or `message`, and has no class for a third of the codes.
"""

from typing import Any

import orjson

from bot.channels.base import Refused, SendError, ServerFault, Throttled, TokenRefused, Transient

THROTTLED = frozenset({4, 80007, 130429, 131048, 131064, 133016})
"""The whole number sends too much."""

PAIR = 131056
"""Too much to one recipient, which slows down nobody else: back off 4, 16, 64 … s, as Meta asks."""
PAIR_GROWTH = 4

PASSING = frozenset({1, 2, 131000, 131016, 131057, 133000, 133004})
ACCOUNT = frozenset({0, 10, 190, 200, 368, 131005, 131031, 131045, 133010})
"""The token, the app's permission, or the number itself is refused: no message of this account will pass."""


def send_error(status: int, body: bytes) -> SendError:
    """The error for an HTTP status of 400 or more and whatever came with it."""
    error = _error_object(body)
    code = _whole_number(error.get("code"))
    if code is None:
        return _by_status(status, _said(error) or f"HTTP {status} without a reason")
    if code in ACCOUNT:
        return TokenRefused(str(code), _said(error))
    if code in THROTTLED:
        return Throttled(str(code), _said(error))
    if code == PAIR:
        return Transient(str(code), _said(error), growth=PAIR_GROWTH)
    if code in PASSING or error.get("is_transient") is True:
        return (ServerFault if status >= 500 else Transient)(str(code), _said(error))
    return Refused(str(code), _said(error))


def passes(code: str) -> bool:
    """Whether a message that failed with this code, told by a status afterwards, may be sent again."""
    return code.isdecimal() and int(code) in THROTTLED | PASSING | {PAIR}


def _by_status(status: int, text: str) -> SendError:
    name = f"http_{status}"
    if status == 401:
        return TokenRefused(name, text)
    if status >= 500:
        return ServerFault(name, text)
    if status in (408, 425, 429):
        return Transient(name, text)
    return Refused(name, text)


def _error_object(body: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    error = value.get("error") if isinstance(value, dict) else None
    return error if isinstance(error, dict) else {}


def _whole_number(value: Any) -> int | None:
    if isinstance(value, str) and value.isdecimal():
        return int(value[:18])
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _said(error: dict[str, Any]) -> str:
    """Meta's message, with the details where there are any."""
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else data
    words = [str(word) for word in (error.get("message"), details) if word]
    return " – ".join(words)[:500]
