"""The only composition root: reads the configuration, builds every part, wires them, starts and stops them."""

import asyncio
import logging
import os
import socket
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import flows
import handlers
from bot import founding
from bot.channels.base import Channel
from bot.channels.console import Console
from bot.channels.media import Fetcher
from bot.channels.telegram import Telegram, TelegramSettings
from bot.channels.transcription import Transcriber, TranscriptionSettings
from bot.channels.transport import Transport
from bot.channels.whatsapp import WhatsApp, WhatsAppSettings
from bot.config import Config, Transcription
from bot.http import api, health, webhooks
from bot.http.server import Server, application
from bot.runtime.inbox import Inbox
from bot.runtime.jobs import Jobs
from bot.runtime.lanes import Lanes
from bot.runtime.notices import Notices
from bot.runtime.outbox import Outbox
from bot.runtime.pipeline import Pipeline
from bot.runtime.polling import Poller
from bot.runtime.retention import Retention
from bot.runtime.tools import Toolbox
from bot.runtime.writer import open_writer
from flows.shelf import Shelf
from handlers.registry import Command, Registry, View, collect
from storage import migrations
from storage.actions.people import open_account
from storage.clock import Clock, new_id, utc_now
from storage.db import Books
from storage.files import FileStore
from storage.queue import jobs, lanes, outcomes, senders
from storage.queue.patience import USUAL, Patience

log = logging.getLogger("munshi.app")


def open_books(config: Config, clock: Clock = utc_now) -> Books:
    return Books(config.database.url, clock, new_id)


def collect_registry() -> Registry:
    return collect(handlers, flows)


def open_channels(config: Config, transport: Transport) -> dict[str, Channel]:
    """A channel for each account that the configuration switches on, by account."""
    found: list[Channel] = []
    if config.whatsapp.is_on:
        found.append(WhatsApp(_number(config), transport, Path(config.files.folder)))
    if config.telegram.is_on:
        found.append(Telegram(_bot(config), transport, Path(config.files.folder)))
    return {channel.account: channel for channel in found}


def _number(config: Config) -> WhatsAppSettings:
    number = config.whatsapp
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


def open_transcriber(spoken: Transcription, transport: Transport) -> Transcriber | None:
    """Whoever writes down voice notes; none where that is off."""
    if not spoken.is_on:
        return None
    key = spoken.api_key.get_secret_value()
    return Transcriber(TranscriptionSettings(spoken.base_url, key, spoken.model, spoken.language), transport)


class App:
    """A whole Munshi. `start` returns once messages can come in; `stop` lets everything under way end.

    With a `console` nothing else is opened: what is meant for other channels waits in the outbox.
    """

    def __init__(
        self, config: Config, clock: Clock = utc_now, console: Console | None = None, patience: Patience = USUAL
    ) -> None:
        self.config, self.console, self.patience = config, console, patience
        self.books = open_books(config, clock)
        self.registry = collect_registry()
        self._tasks: list[asyncio.Task[Any]] = []

    async def start(self) -> None:
        await asyncio.to_thread(self._prepare_books)
        self._wire()
        await self.writer.run(lambda tx: senders.enrol(tx, self.channels))
        if self.console is None:
            await self.server.start()
        self._serve(self.lanes.serve(), self.outbox.serve(), self.jobs.serve(), self.retention.serve())
        if self.console is not None:
            return
        for channel in self.channels.values():
            self._serve(self._open(channel))
        log.info("listening on http://%s:%s", self.config.server.host, self.server.port)

    def _prepare_books(self) -> None:
        """Migrate, copy the first workspace in, and take up what a former process left."""
        migrations.upgrade(self.books)
        goods = (
            founding.read_catalogue(self.config.shop) if founding.wants_goods(self.books, self.config.shop) else None
        )
        self.books.write(lambda tx: founding.found(tx, self.config, goods))
        if (console := self.console) is not None:
            self.books.write(lambda tx: open_account(tx, console.account, console.platform, self.config.shop.id))
        if self.books.is_sqlite:
            for take_over in (lanes.release_all, jobs.release_all, outcomes.abandon_claims):
                self.books.write(take_over)

    def _wire(self) -> None:
        owner = f"{socket.gethostname()}:{os.getpid()}:{new_id()}"
        self.writer = open_writer(self.books)
        self.transport = Transport()
        self.channels: dict[str, Channel] = open_channels(self.config, self.transport)
        here: dict[str, Channel] | None = {self.console.account: self.console} if self.console else None
        self.channels |= here or {}
        self.pipeline = Pipeline(self.registry, Shelf(), self.channels, self.patience.lane)
        notices = Notices(self.channels)
        self.outbox = Outbox(self.writer, self.channels, owner, notices, here, patience=self.patience)
        self.lanes = Lanes(
            self.writer,
            self.pipeline,
            self.channels if here is None else here,
            owner,
            self.outbox.wake,
            self._work,
            self.patience.lane,
        )
        wake, lease_ms = self.lanes.wake, self.patience.job
        self.jobs = Jobs(self.writer, self.registry.jobs, self._tools(), owner, wake, lease_ms)
        self.inbox = Inbox(self.writer, self.lanes.wake, notices.failed)
        self.server = Server(application(self._routes()), self.config.server.host, self.config.server.port)

    def _work(self) -> None:
        """A job was planned."""
        self.jobs.wake()

    def _tools(self) -> Toolbox:
        """What jobs may use of the world outside."""
        files, spoken = self.config.files, self.config.transcription
        store = FileStore(Path(files.folder))
        fetcher = Fetcher(self.channels, self.transport, store, files.most_bytes)
        self.retention = Retention(self.writer, store)
        return Toolbox(self.writer, store, fetcher, open_transcriber(spoken, self.transport), files.keep_days)

    def _routes(self) -> list[Any]:
        numbers = [each for each in self.channels.values() if isinstance(each, WhatsApp)]
        bots = [
            each for each in self.channels.values() if isinstance(each, Telegram) and each.settings.mode == "webhook"
        ]
        token = self.config.server.api_token.get_secret_value()
        return [
            *webhooks.routes(self.inbox.accept, numbers, bots),
            *health.routes(self._probe),
            *api.routes(self.registry.commands, self._perform, token),
        ]

    async def _probe(self) -> None:
        await self.writer.run(lambda tx: None)

    async def _perform(self, command: Command, given: Mapping[str, Any]) -> View:
        """A command that came over HTTP, as one unit of work."""
        view = await self.writer.run(
            partial(self.pipeline.perform, workspace=self.config.shop.id, command=command, given=given)
        )
        self.outbox.wake()
        return view

    def _serve(self, *loops: Any) -> None:
        self._tasks += [asyncio.create_task(loop) for loop in loops]

    async def _open(self, channel: Channel) -> None:
        """Open a channel; an outage of the platform does not keep the shop from starting."""
        wait_s = 1.0
        while True:
            try:
                await channel.start()
                if isinstance(channel, Telegram):
                    await channel.set_commands(self._menu())
                    await self._offer_ownership(channel)
                break
            except Exception as error:
                log.warning("%s cannot be opened (%s); again in %s s", channel.account, error, wait_s)
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, 60)
        if isinstance(channel, Telegram) and channel.settings.mode == "polling":
            await Poller(channel, self.inbox, self.writer).serve()

    async def _offer_ownership(self, bot: Telegram) -> None:
        """Print the one-time owner link while the shop has no owner. It goes to the terminal alone, never to the log."""
        link = await self.writer.run(lambda tx: founding.owner_link(tx, self.config.shop, bot.username))
        if link is not None:
            sys.stdout.write(f"Nobody owns {self.config.shop.name} yet. Open this link, once, in Telegram: {link}\n")
            sys.stdout.flush()

    def _menu(self) -> list[tuple[str, str]]:
        return [(each.name, each.help) for each in self.registry.commands.values()]

    async def stop(self) -> None:
        """Stop taking in, finish what is at work, write down what was sent, close."""
        if self.console is None:
            await self.server.stop()
        await self.lanes.stop()
        await self.jobs.stop()
        await self.outbox.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for channel in self.channels.values():
            await channel.close()
        await self.transport.close()
        self.writer.close()
        self.books.close()
