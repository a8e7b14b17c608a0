"""What `munshi check` asks the platforms: is the account ours, do its messages come here, does the bot hear the staff."""

import secrets
from collections.abc import Sequence
from urllib.parse import urlencode

from bot.channels.base import Refused
from bot.channels.telegram import Telegram, Webhook
from bot.channels.transport import Answer, Lost, Transport, Unreachable
from bot.channels.whatsapp import WhatsApp
from bot.config import Config
from bot.config_accounts import Server
from bot.registration import WHATSAPP_PATH, Fault

PROXY = "let the reverse proxy hand it to {place}, and check its name and certificate"
PRIVACY = (
    "make it an administrator there; or turn privacy mode off (@BotFather, /setprivacy, Disable), "
    "take it out of the group and add it again"
)


async def whatsapp(config: Config, number: WhatsApp) -> str:
    """The number's name and state, and where its messages go. Raises `Fault`, `SendError`."""
    said = await number.check()
    if not number.settings.waba_id:
        return f"{said}; set WHATSAPP_WABA_ID to see where its messages go"
    apps = await number.webhooks()
    if not apps:
        raise Fault(
            f"{said}; no app is subscribed to its business account, so that no message comes",
            "start the server (`munshi run`), then run `munshi webhooks set`",
        )
    addresses = [address for _, address in apps]
    ours = config.server.public_url.rstrip("/") + WHATSAPP_PATH
    if ours in addresses or "" in addresses or not config.server.public_url:
        return f"{said}; messages go to {(ours in addresses and ours) or addresses[0] or 'the address of the App Dashboard'}"
    raise Fault(
        f"{said}; messages go to {addresses[0]}, not to {ours}",
        "run `munshi webhooks set` while the server runs, or mend MUNSHI_PUBLIC_URL",
    )


async def telegram(bot: Telegram, groups: Sequence[str]) -> str:
    """The bot's name and webhook, and that it hears what staff write in their groups. Raises `Fault`, `SendError`."""
    said = await bot.check()
    _check_webhook(bot, said, await bot.webhook())
    for group in groups:
        await _check_group(bot, said, group)
    return said


def _check_webhook(bot: Telegram, said: str, found: Webhook) -> None:
    if bot.settings.mode == "polling" and found.url:
        raise Fault(
            f"{said}: while a webhook is set, polling gets nothing",
            "run `munshi webhooks delete` (so does every start), or set TELEGRAM_MODE=webhook",
        )
    if found.url and found.url != bot.settings.webhook_url:
        raise Fault(
            f"{said}: updates go to another address than {bot.settings.webhook_url}",
            "run `munshi webhooks set` (so does every start); if another program uses this bot, give each its own",
        )
    if found.complaint and found.waiting:
        raise Fault(said, "see the line on the address; a 401 or 403 means another TELEGRAM_SECRET_TOKEN: start anew")


async def _check_group(bot: Telegram, said: str, group: str) -> None:
    try:
        status, hears = await bot.standing(group)
    except Refused as error:
        status, hears = error.text, False
    if status not in ("administrator", "member", "restricted"):
        raise Fault(
            f"{said}: not in the staff group {group} ({status})",
            "add it to the group as an administrator, or write /link in private to bind another group",
        )
    if not hears:
        raise Fault(f"{said}: in the staff group {group} privacy mode hides from it what staff write", PRIVACY)


async def address(config: Config, transport: Transport) -> str:
    """That the public address leads to the server that runs here, with the verify token that Meta will use."""
    server = config.server
    if not server.public_url:
        return "none; set MUNSHI_PUBLIC_URL for webhooks (Telegram by polling needs none)"
    place = f"{server.host}:{server.port}"
    if not await _listens(server, transport):
        return f"{server.public_url}; not tried, as nothing listens on {place} yet"
    path, asked = _question(config)
    try:
        answer = await transport.request("GET", server.public_url.rstrip("/") + path, headers={})
    except (Unreachable, Lost) as error:
        raise Fault(f"{server.public_url} cannot be reached ({error})", PROXY.format(place=place)) from error
    _judge(server.public_url, place, answer, asked)
    return f"{server.public_url} leads here"


async def _listens(server: Server, transport: Transport) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(server.host, server.host)  # noqa: S104  (where we ask, not listen)
    try:
        answer = await transport.request("GET", f"http://{host}:{server.port}/health/live", headers={})
    except (Unreachable, Lost):
        return False
    return answer.status == 200


def _question(config: Config) -> tuple[str, bytes]:
    """A path, and what its answer must hold: Meta's own challenge where WhatsApp is on."""
    if not config.whatsapp.is_on:
        return "/health/live", b'"ok"'
    asked = secrets.token_hex(8)
    token = config.whatsapp.verify_token.get_secret_value()
    query = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": asked}
    return f"{WHATSAPP_PATH}?{urlencode(query)}", asked.encode()


def _judge(url: str, place: str, answer: Answer, asked: bytes) -> None:
    if answer.status == 200 and asked in answer.body:
        return
    if answer.status == 403 and b"verify token" in answer.body:
        raise Fault(
            f"{url} leads to a server with another verify token",
            "start `munshi run` anew with the WHATSAPP_VERIFY_TOKEN that is set here",
        )
    raise Fault(f"{url} leads elsewhere (HTTP {answer.status})", PROXY.format(place=place))
