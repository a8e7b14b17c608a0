"""From the settings to the accounts that they switch on."""

from pathlib import Path

from bot.channels.base import Channel
from bot.channels.model import Model, ModelSettings
from bot.channels.telegram import Telegram, TelegramSettings
from bot.channels.transcription import Transcriber, TranscriptionSettings
from bot.channels.transport import Transport
from bot.channels.whatsapp import WhatsApp, WhatsAppSettings
from bot.config import Config
from bot.config_accounts import LanguageModel, Transcription, WhatsAppNumber


def open_channels(config: Config, transport: Transport) -> dict[str, Channel]:
    """A channel for each account that the configuration switches on, by account."""
    found: list[Channel] = []
    found += [WhatsApp(_number(each), transport, Path(config.files.folder)) for each in config.all_numbers.values()]
    if config.telegram.is_on:
        found.append(Telegram(_bot(config), transport, Path(config.files.folder)))
    return {channel.account: channel for channel in found}


def _number(number: WhatsAppNumber) -> WhatsAppSettings:
    return WhatsAppSettings(
        phone_number_id=number.phone_number_id,
        token=number.token.get_secret_value(),
        app_secret=number.app_secret.get_secret_value(),
        verify_token=number.verify_token.get_secret_value(),
        base_url=number.base_url,
        version=number.version,
        waba_id=number.waba_id,
        read_marks=number.read_marks,
        per_second=number.per_second,
        pair_limit=number.pair_limit,
    )


def _bot(config: Config) -> TelegramSettings:
    token = config.telegram.token.get_secret_value()
    path = f"/webhooks/telegram/{token.partition(':')[0]}"
    return TelegramSettings(
        token=token,
        secret_token=config.telegram.secret_token.get_secret_value(),
        mode=config.telegram.mode,
        webhook_url=config.server.public_url.rstrip("/") + path,
        base_url=config.telegram.base_url,
        per_second=config.telegram.per_second,
        per_second_in_chat=config.telegram.per_second_in_chat,
        per_minute_in_group=config.telegram.per_minute_in_group,
    )


def open_model(model: LanguageModel) -> Model | None:
    """Whoever is asked about what we cannot read; none where that is off."""
    if not model.is_on:
        return None
    return Model(ModelSettings(model.base_url, model.api_key.get_secret_value(), model.model, model.timeout))


def open_transcriber(spoken: Transcription, transport: Transport) -> Transcriber | None:
    """Whoever writes down voice notes; none where that is off."""
    if not spoken.is_on:
        return None
    key = spoken.api_key.get_secret_value()
    return Transcriber(TranscriptionSettings(spoken.base_url, key, spoken.model, spoken.language), transport)
