"""The README's table of commands, written from the registry, so that it cannot say what the code does not."""

from collections.abc import Mapping
from pathlib import Path

from bot.config import ConfigError
from bot.http.api import PREFIX
from handlers.registry import Command
from storage.rules.permissions import Permission, Role, who_may

BEGIN = "<!-- commands: written by `munshi commands --write README.md` -->"
END = "<!-- end of commands -->"
PEOPLE = tuple(role for role in Role if role is not Role.SYSTEM)


def table(commands: Mapping[str, Command]) -> str:
    """A Markdown table with one row for each command, by name."""
    head = ("| Command | What it does | Who may | HTTP |", "|---|---|---|---|")
    return "\n".join((*head, *(_row(command) for command in commands.values())))


def _row(command: Command) -> str:
    method, _, path = command.mark.route.partition(" ")
    cells = (f"`{command.usage}`", command.help, _who(command.mark.permissions), f"`{method} {PREFIX}{path}`")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _who(needed: tuple[Permission, ...]) -> str:
    """ "owner, admin, staff": who holds any of these; "(their own)" behind those who hold it for their own only."""
    holders = [role for role in PEOPLE if any(role in who_may(each) for each in needed)]
    own = [role for role in holders if _only_own(role, needed)]
    if not needed or (not own and len(holders) == len(PEOPLE)):
        return "everybody"
    return ", ".join(f"{role} (their own)" if role in own else role for role in holders)


def _only_own(role: Role, needed: tuple[Permission, ...]) -> bool:
    return all(each.name.endswith("_OWN") for each in needed if role in who_may(each))


def refreshed(text: str, commands: Mapping[str, Command]) -> str:
    """The text with the present table between its markers. Raises `ConfigError` where the markers are missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ConfigError(f"expected a line “{BEGIN}” and below it a line “{END}”; the table goes between them")
    return f"{before}{BEGIN}\n\n{table(commands)}\n\n{END}{after}"


def write(path: Path, commands: Mapping[str, Command]) -> bool:
    """Bring the table in a file up to date; True when it was not."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); expected a README") from error
    new = refreshed(text, commands)
    if new == text:
        return False
    path.write_text(new, encoding="utf-8")
    return True
