"""Graph API errors in their real form.

Source: developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes, and bodies seen in
public issue threads. Clients must key on `code`, never on the HTTP status.
"""

from __future__ import annotations

from bot.simulator.wire import Json

HELP = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"

CATALOGUE: dict[int, tuple[int, str]] = {
    0: (401, "AuthException"),
    1: (500, "An unknown error occurred"),
    2: (503, "Service temporarily unavailable"),
    3: (400, "API Method"),
    4: (400, "Application request limit reached"),
    10: (403, "Permission Denied"),
    33: (400, "Parameter value is not valid"),
    100: (400, "Invalid parameter"),
    190: (401, "Invalid OAuth access token - Cannot parse access token"),
    200: (403, "Permissions error"),
    368: (403, "Temporarily blocked for policies violations"),
    80007: (400, "Rate limit issues"),
    130429: (400, "Rate limit hit"),
    130472: (400, "User's number is part of an experiment"),
    130497: (403, "Business account is restricted from messaging users in this country"),
    131000: (500, "Something went wrong"),
    131005: (403, "Access denied"),
    131008: (400, "Required parameter is missing"),
    131009: (400, "Parameter value is not valid"),
    131016: (500, "Service unavailable"),
    131021: (400, "Recipient cannot be sender"),
    131026: (400, "Message undeliverable"),
    131030: (400, "Recipient phone number not in allowed list"),
    131031: (403, "Account has been locked"),
    131037: (400, "Phone number display name not approved"),
    131042: (400, "Business eligibility payment issue"),
    131045: (500, "Incorrect certificate"),
    131047: (400, "Re-engagement message"),
    131048: (400, "Spam rate limit hit"),
    131049: (400, "Message not delivered to maintain healthy ecosystem engagement"),
    131050: (400, "User has stopped marketing messages from this business"),
    131051: (400, "Unsupported message type"),
    131052: (400, "Media download error"),
    131053: (400, "Media upload error"),
    131055: (400, "Method not allowed"),
    131056: (400, "(Business Account, Consumer Account) pair rate limit hit"),
    131057: (500, "Account in maintenance mode"),
    131062: (400, "Business-scoped user ID recipients are not supported for this message"),
    131063: (400, "Marketing templates are disabled for Cloud API"),
    131064: (400, "Messaging limit reached due to template classification violations"),
    132000: (400, "Number of parameters does not match the expected number of params"),
    132001: (404, "Template name does not exist in the translation"),
    132005: (400, "Translated text too long"),
    132007: (400, "Template content policy violated"),
    132008: (400, "Parameter value is not valid"),
    132012: (400, "Parameter format does not match format in the created template"),
    132015: (400, "Template is paused"),
    132016: (400, "Template is disabled"),
    132018: (400, "There is an issue with the parameters in your template"),
    132068: (400, "Flow is blocked"),
    132069: (400, "Flow is throttled"),
    133000: (500, "Incomplete deregistration"),
    133004: (503, "Server temporarily unavailable"),
    133010: (400, "Phone number not registered"),
    133016: (400, "Account register deregister rate limit exceeded"),
    134101: (400, "Template is still being synchronised to Marketing Messages"),
    135000: (400, "Generic user error"),
    137000: (400, "Recipient identity key hash mismatch"),
}
"""Code -> (HTTP status, title)."""

DETAILS: dict[int, str] = {
    130429: "Message failed to send because there were too many messages sent from this phone number in a short "
    "period of time",
    131026: "Message Undeliverable.",
    131047: "Message failed to send because more than 24 hours have passed since the customer last replied to this "
    "number.",
    131048: "Message failed to send because there are restrictions on how many messages can be sent from this phone "
    "number. This may be because too many previous messages were blocked or flagged as spam.",
    131049: "This message was not delivered to maintain healthy ecosystem engagement.",
    131056: "Message failed to send because there were too many messages sent from this phone number to the same "
    "recipient in a short period of time.",
}


class GraphError(Exception):
    """A refusal of the Graph API: HTTP status and JSON body as Meta sends them."""

    def __init__(
        self,
        code: int,
        details: str | None = None,
        *,
        http: int | None = None,
        message: str | None = None,
        subcode: int | None = None,
    ) -> None:
        status, title = CATALOGUE.get(code, (400, "Unknown error"))
        self.code = code
        self.http = http or status
        self.title = title
        self.details = details or DETAILS.get(code)
        self.subcode = subcode
        self.message = message or (title if code == 190 else f"(#{code}) {title}")
        super().__init__(self.message)

    def body(self, trace: str) -> Json:
        """The error object; `error_data` only where Meta has something to add."""
        kind = "GraphMethodException" if self.code == 100 and self.subcode == 33 else "OAuthException"
        error: Json = {"message": self.message, "type": kind, "code": self.code, "fbtrace_id": trace}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.details is not None:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        return {"error": error}

    def status_item(self) -> Json:
        """The same error as an item of `statuses[].errors`."""
        return {
            "code": self.code,
            "title": self.title,
            "message": self.title,
            "error_data": {"details": self.details or self.title},
            "href": HELP,
        }


def bad_value(details: str) -> GraphError:
    """131009: one or more parameter values are invalid."""
    return GraphError(131009, details)


def bad_parameter(text: str) -> GraphError:
    """100 with the reason in the message, as Meta words lengths and missing fields."""
    return GraphError(100, message=f"(#100) {text}")


def unknown_object(object_id: str) -> GraphError:
    """100/33: no such object, or no permission to see it."""
    return GraphError(
        100,
        subcode=33,
        message=f"Unsupported request. Object with ID '{object_id}' does not exist, cannot be loaded due to missing "
        "permissions, or does not support this operation",
    )


def bad_token() -> GraphError:
    """190: missing, malformed or revoked token."""
    return GraphError(190)
