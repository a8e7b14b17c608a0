"""The README's tables of commands and settings, written from their registries, so that they cannot say what the code
does not."""

from collections.abc import Mapping
from pathlib import Path

from bot.config import ConfigError
from bot.http.api import PREFIX
from handlers.registry import Command
from storage.rules.permissions import Permission, Role, who_may
from storage.rules.settings.registry import ALL, Setting
from storage.rules.settings.sections import Settings

BEGIN = "<!-- commands: written by `munshi commands --write README.md` -->"
END = "<!-- end of commands -->"
BEGIN_SETTINGS = "<!-- settings: written by `munshi commands --write README.md` -->"
END_SETTINGS = "<!-- end of settings -->"
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


def settings_table() -> str:
    """A Markdown table with one row for each setting, by section."""
    head = ("| Setting | What it means | Default | Example | Who may |", "|---|---|---|---|---|")
    return "\n".join((*head, *map(_setting_row, ALL)))


def _setting_row(setting: Setting) -> str:
    default = "as founded" if setting.column else setting.kind.show(setting.value_in(Settings()))
    cells = (f"`{setting.key}`", setting.help.format(name="{name}", shop="{shop}"), default, f"`{setting.example}`")
    return "| " + " | ".join((*cells, _who((setting.permission,)))) + " |"


def refreshed(text: str, commands: Mapping[str, Command]) -> str:
    """The text with the present tables between their markers. Raises `ConfigError` where the markers are missing."""
    text = _between(text, BEGIN, table(commands), END)
    return _between(text, BEGIN_SETTINGS, settings_table(), END_SETTINGS)


def _between(text: str, begin: str, rows: str, end: str) -> str:
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ConfigError(f"expected a line “{begin}” and below it a line “{end}”; the table goes between them")
    return f"{before}{begin}\n\n{rows}\n\n{end}{after}"


def write(path: Path, commands: Mapping[str, Command]) -> bool:
    """Bring the tables in a file up to date; True when it was not."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); expected a README") from error
    new = refreshed(text, commands)
    if new == text:
        return False
    path.write_text(new, encoding="utf-8")
    return True
