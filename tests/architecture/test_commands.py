"""Every command is documented, guarded, reachable over HTTP, and told as a story somewhere."""

import ast
import inspect
import re

import pytest

from bot import readme
from bot.app import collect_registry
from handlers.parameters import read_text
from handlers.registry import Command
from storage.rules.permissions import TABLE, Permission, Role
from tests.architecture.source import ROOT, modules, name_of, tree

COMMANDS = dict(collect_registry().commands)
# Who am I, how do I begin, and answers that are bound to the person who was asked.
OPEN_TO_EVERYBODY = {"help", "me", "start", "yes", "no", "undo"}
ROUTE = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (/[a-z{][a-z0-9_{}-]*)+")
STORIES = ("tests/dialogs", "tests/identity", "tests/http", "tests/faults", "tests/architecture/test_commands_typed.py")

every_command = pytest.mark.parametrize("command", COMMANDS.values(), ids=list(COMMANDS))


@every_command
def test_command_has_a_name_that_every_platform_takes(command: Command) -> None:
    """Telegram's menu takes 1-32 small letters, digits and underscores, and descriptions of up to 256 characters."""
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,31}", command.name)


@every_command
def test_command_has_help(command: Command) -> None:
    assert re.fullmatch(r"[A-Z].{4,250}\.", command.help), command.help


@every_command
def test_commands_example_is_accepted_by_its_own_parser(command: Command) -> None:
    name, _, rest = command.example.removeprefix("/").partition(" ")
    assert name == command.name
    read_text(command.parameters, rest)


@every_command
def test_command_is_guarded(command: Command) -> None:
    """By permissions that somebody holds; or it is open to everybody, by name."""
    if command.name in OPEN_TO_EVERYBODY:
        assert not command.mark.permissions
        return
    assert command.mark.permissions, f"/{command.name} needs a permission, or a place in OPEN_TO_EVERYBODY"
    for permission in command.mark.permissions:
        assert permission in Permission
        assert any(permission in held for role, held in TABLE.items() if role is not Role.SYSTEM)


@every_command
def test_command_has_a_route_of_its_own(command: Command) -> None:
    assert ROUTE.fullmatch(command.mark.route), command.mark.route
    same = [each.name for each in COMMANDS.values() if _shape(each) == _shape(command)]
    assert same == [command.name]
    in_path = set(re.findall(r"\{(\w+)\}", command.mark.route))
    assert in_path <= {each.name for each in command.parameters}


def _shape(command: Command) -> str:
    return re.sub(r"\{\w+\}", "{}", command.mark.route)


@every_command
def test_command_answers_with_a_view(command: Command) -> None:
    assert inspect.signature(command.function).return_annotation.__name__ == "View"


@every_command
def test_command_appears_in_a_story(command: Command) -> None:
    """Some dialogue types `/name`, or some test of the API calls its route."""
    route = re.sub(r"\{\w+\}", r"[^/]+", command.mark.route.partition(" ")[2])
    told = re.compile(rf"/{command.name}\b(?!/)|{route}$")
    assert any(told.match(text) for text in _told()), f"write a dialogue in which somebody types /{command.name}"


def _told() -> list[str]:
    return [
        node.value
        for path in modules("tests")
        if name_of(path).startswith(STORIES)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def test_table_of_the_readme_is_current() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.refreshed(text, COMMANDS) == text, "run: munshi commands --write README.md"
