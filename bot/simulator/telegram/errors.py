"""Bot API errors in their real words (seen in tdlib/telegram-bot-api and public issue threads)."""

from __future__ import annotations

from bot.simulator.wire import Json

_NAMES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


class BotApiError(Exception):
    """A refusal of the Bot API; `code` is also the HTTP status."""

    def __init__(self, code: int, reason: str = "", parameters: Json | None = None) -> None:
        name = _NAMES.get(code, "Error")
        self.code = code
        self.description = f"{name}: {reason}" if reason else name
        self.parameters = parameters
        super().__init__(self.description)

    def body(self) -> Json:
        """The answer's JSON."""
        view: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            view["parameters"] = self.parameters
        return view


def bad_request(reason: str) -> BotApiError:
    return BotApiError(400, reason)


def too_many_requests(seconds: int) -> BotApiError:
    """429 with `retry_after` in whole seconds."""
    return BotApiError(429, f"retry after {seconds}", {"retry_after": seconds})


def migrated(new_id: int) -> BotApiError:
    """400 for a basic group that has become a supergroup."""
    return BotApiError(400, "group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": new_id})
