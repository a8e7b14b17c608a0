"""`munshi webhooks set|show|delete`: have the platforms send their updates here, see where they do, or stop it."""

import sys
from collections.abc import Awaitable, Callable

from bot.accounts import open_channels
from bot.channels.base import SendError
from bot.channels.telegram import Telegram
from bot.channels.transport import Transport
from bot.channels.whatsapp import WhatsApp
from bot.config import Config

WHATSAPP_PATH = "/webhooks/whatsapp"
HTTPS = "set MUNSHI_PUBLIC_URL to the https:// address under which the platforms reach this server"


class Fault(Exception):
    """It was not done; the text says why, `remedy` what to do."""

    def __init__(self, text: str, remedy: str) -> None:
        super().__init__(text)
        self.remedy = remedy


async def run(config: Config, what: str) -> int:
    """Do it for every account that is switched on, with a line for each; 0 when all went well, else 1."""
    transport = Transport()
    channels = open_channels(config, transport)
    if not channels:
        sys.stdout.write("No account is switched on; see `munshi check`.\n")
    failed = 0
    try:
        for channel in channels.values():
            try:
                sys.stdout.write(f"✓ {channel.account}: {await _carry_out(config, channel, what)}\n")
            except Fault as fault:
                failed += 1
                sys.stdout.write(f"✗ {channel.account}: {fault}\n    → {fault.remedy}\n")
    finally:
        await transport.close()
    return 1 if failed else 0


async def _carry_out(config: Config, channel: object, what: str) -> str:
    if isinstance(channel, WhatsApp):
        number = channel
        return await told(lambda: _whatsapp(config, number, what), whatsapp_remedy)
    assert isinstance(channel, Telegram)  # noqa: S101  (there is no third platform with webhooks)
    bot = channel
    return await told(lambda: _telegram(config, bot, what), telegram_remedy)


async def told(act: Callable[[], Awaitable[str]], remedy: Callable[[SendError], str]) -> str:
    """What `act` returns. Raises `Fault` with the remedy where the platform refuses."""
    try:
        return await act()
    except SendError as error:
        raise Fault(str(error), remedy(error)) from error


def _public_url(config: Config) -> str:
    url = config.server.public_url.rstrip("/")
    if not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise Fault(f"server.public_url is {url or 'not set'}", HTTPS)
    return url


async def _whatsapp(config: Config, number: WhatsApp, what: str) -> str:
    if not number.settings.waba_id:
        raise Fault(
            "whatsapp.waba_id is not set, without which Meta cannot be asked",
            "set WHATSAPP_WABA_ID (WhatsApp > API Setup), or register the address by hand in the App Dashboard",
        )
    if what == "set":
        url = _public_url(config) + WHATSAPP_PATH
        await number.set_webhook(url)
        return f"Meta has checked {url} and sends messages there"
    if what == "delete":
        await number.delete_webhook()
        return "the address of its own is taken back; Meta uses the App Dashboard's"
    shown = [f"{name} → {url or 'the address of the App Dashboard'}" for name, url in await number.webhooks()]
    return "; ".join(shown) or "no app is subscribed to the business account; run `munshi webhooks set`"


async def _telegram(config: Config, bot: Telegram, what: str) -> str:
    if what == "set":
        if bot.settings.mode != "webhook":
            return "asks for its updates by itself; for a webhook set TELEGRAM_MODE=webhook"
        _public_url(config)
        await bot.set_webhook()
        return f"Telegram sends updates to {bot.settings.webhook_url}"
    if what == "delete":
        await bot.delete_webhook()
        return "removed; updates wait at Telegram for a day, or for polling"
    return str(await bot.webhook())


def telegram_remedy(error: SendError) -> str:
    """What to do about a refusal of the Bot API."""
    if error.code in ("401", "404"):
        return "take the token anew from @BotFather (/mybots > API Token) and set TELEGRAM_BOT_TOKEN"
    if error.code == "unreachable":
        return "check that this machine reaches https://api.telegram.org"
    return HTTPS if "webhook" in error.text.lower() else "wait a minute and try again"


def whatsapp_remedy(error: SendError) -> str:
    """What to do about a refusal of the Graph API."""
    if error.code in ("190", "0", "http_401"):
        return "make a permanent token of a system user (Business Settings > System users) and set WHATSAPP_TOKEN"
    if error.code in ("10", "200", "131005"):
        return "give the token whatsapp_business_management and whatsapp_business_messaging, and its user the account"
    if error.code == "100" and "callback" in error.text.lower():
        return "start the server first: Meta calls the address, and Munshi answers with WHATSAPP_VERIFY_TOKEN"
    if error.code in ("100", "33"):
        return "check WHATSAPP_PHONE_NUMBER_ID and WHATSAPP_WABA_ID: ids from API Setup, not the phone number"
    if error.code == "unreachable":
        return "check that this machine reaches https://graph.facebook.com"
    return "check the token and that the platform can be reached from here"
