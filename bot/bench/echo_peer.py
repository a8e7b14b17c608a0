"""The peer: a python-telegram-bot echo bot behind a webhook, one reply a message, nothing kept."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bot.http.server import Server


class EchoBot:
    """`replies` counts what was answered."""

    def __init__(self) -> None:
        self.replies = 0

    async def echo(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message is not None:
            await update.message.reply_text(update.message.text or "")
            self.replies += 1


@asynccontextmanager
async def echo_bot(world: str, token: str, port: int) -> AsyncIterator[EchoBot]:
    """Serve the echo bot as its documentation does with a web server of one's own."""
    bot = EchoBot()
    builder: Any = Application.builder().token(token).updater(None)
    application = builder.base_url(f"{world}/telegram/bot").base_file_url(f"{world}/telegram/file/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, bot.echo))

    async def receive(request: web.Request) -> web.Response:
        await application.update_queue.put(Update.de_json(await request.json(), application.bot))
        return web.Response()

    site = web.Application()
    site.router.add_post("/telegram", receive)
    server = Server(site, "127.0.0.1", port)
    await server.start()
    async with application:
        await application.start()
        await application.bot.set_webhook(f"http://127.0.0.1:{server.port}/telegram")
        yield bot
        await application.stop()
    await server.stop()
    await asyncio.sleep(0)
