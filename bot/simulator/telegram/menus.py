"""`setMyCommands` and friends: command menus by scope and language."""

from __future__ import annotations

import re
from typing import Any

import orjson

from bot.simulator.telegram.errors import bad_request
from bot.simulator.telegram.parameters import Parameters
from bot.simulator.telegram.state import Account
from bot.simulator.wire import Json
from bot.simulator.world import World

_NAME = re.compile(r"[a-z0-9_]{1,32}")
_SCOPES = (
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
)


def _key(p: Parameters) -> tuple[str, str]:
    scope: Any = p.structure("scope") or {"type": "default"}
    if not isinstance(scope, dict) or scope.get("type") not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    if scope["type"].startswith("chat") and "chat_id" not in scope:
        raise bad_request("chat not found")
    return orjson.dumps(scope, option=orjson.OPT_SORT_KEYS).decode(), p.text("language_code")


def set_commands(world: World, account: Account, p: Parameters) -> bool:
    commands = p.structure("commands") or []
    if not isinstance(commands, list) or len(commands) > 100:
        raise bad_request("too many commands specified")
    for command in commands:
        if not _NAME.fullmatch(str(command.get("command", ""))):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    account.commands[_key(p)] = commands
    return True


def get_commands(world: World, account: Account, p: Parameters) -> list[Json]:
    return account.commands.get(_key(p), [])


def delete_commands(world: World, account: Account, p: Parameters) -> bool:
    account.commands.pop(_key(p), None)
    return True


def menus_view(account: Account) -> list[Json]:
    """All menus of a bot for `GET /sim/telegram/commands`."""
    return [
        {"bot": account.username, "scope": orjson.loads(scope), "language_code": language, "commands": commands}
        for (scope, language), commands in account.commands.items()
    ]
