"""What no file may be or hold, whatever it is about."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from bot.config import Config, load
from tests.architecture.source import FLOORS, ROOT, calls, files, modules, name_of, tree

MOST_LINES = 300
# A migration is history: it is written once, in one piece. One list of faulty catalogues reads better unbroken, and
# so does that of all places where texts stand.
LONGER = {
    "storage/migrations/versions/0001_the_first_tables.py",
    "tests/knowledge/test_catalogue_files.py",
    "tests/texts/templates.py",
}
VAGUE = re.compile(r"^(utils?|helpers?|common|misc|managers?)$")
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
MACHINE = re.compile("|".join(f"/{folder}/" for folder in ("work", "root", "tmp/bash_jobs")))
EXTENSIONS_WITHOUT_TEXT = {".png", ".jpg", ".xlsx", ".pdf", ".docx", ".zip", ".ogg", ".ico"}
VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)")
LOCKS = ("requirements.lock", "tests/requirements.lock")


def test_files_are_short() -> None:
    long = {name_of(path) for path in modules(*FLOORS, "tests") if len(_lines(path)) > MOST_LINES}
    assert long <= LONGER, f"{long - LONGER}: over {MOST_LINES} lines; split it by nouns"


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def test_names_say_something() -> None:
    vague = [name_of(path) for path in modules(".") if any(VAGUE.match(part) for part in (path.stem, path.parent.name))]
    assert not vague


def test_nothing_is_printed() -> None:
    """The runtime logs; the command line writes to stdout by name."""
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in modules(*FLOORS)
        for call in calls(tree(path))
        if isinstance(call.func, ast.Name) and call.func.id in ("print", "pprint", "breakpoint")
    ]
    assert not found


def test_nothing_is_left_undone() -> None:
    unfinished = [name_of(path) for path in _texts() if UNFINISHED.search(path.read_text(encoding="utf-8"))]
    raised = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules(*FLOORS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Raise) and node.exc is not None and "NotImplemented" in ast.unparse(node.exc)
    ]
    assert not unfinished + raised


def test_no_file_knows_a_machine() -> None:
    found = [
        f"{name_of(path)}:{number}"
        for path in _texts()
        for number, line in enumerate(_lines(path), start=1)
        if MACHINE.search(line)
    ]
    assert not found


def _texts() -> list[Path]:
    return [path for path in files() if path.suffix not in EXTENSIONS_WITHOUT_TEXT]


@pytest.mark.parametrize("name", LOCKS)
def test_lock_names_no_host_and_every_requirement_has_its_hash(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    options = {option for line in text.splitlines() for option in re.findall(r"(?<!\S)--[a-z-]+", line)}
    assert options == {"--hash"}
    blocks = re.split(r"\n(?=[a-z0-9])", text.strip(), flags=re.IGNORECASE)
    unpinned = [block.splitlines()[0] for block in blocks if not re.match(r"[\w.\-\[\],]+==\S+", block)]
    bare = [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block]
    assert not unpinned + bare


def test_every_variable_of_the_configuration_is_in_the_example() -> None:
    values = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    config = set(VARIABLE.findall(str(values)))
    lines = _lines(ROOT / ".env.example")
    example = [line.partition("=")[0] for line in lines if line and not line.startswith("#")]
    assert sorted(example) == sorted(config)


def test_configuration_as_delivered_can_be_used_without_any_variable() -> None:
    assert not load(ROOT / "config.yaml", {}).telegram.is_on


def test_readme_names_every_key_of_the_configuration() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    keys = {
        f"{section}.{key}".strip(".")
        for section, field in Config.model_fields.items()
        for key in getattr(field.annotation, "model_fields", ("",))
    }
    missing = sorted(key for key in keys if f"`{key}`" not in readme)
    assert not missing, f"{missing}: say in README.md what they mean"
