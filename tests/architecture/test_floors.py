"""The floors: nothing stands beside them, every module is on one, and the stairs go one way."""

import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from tests.architecture.source import FLOORS, MADE, ROOT, modules, name_of

TOP = {
    *FLOORS,
    *("tests", "deploy", "config.yaml", "pyproject.toml", "requirements.lock", "Makefile", "Dockerfile"),
    *("README.md", "CHANGELOG.md", "SECURITY.md", "LICENSE"),
}


def test_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_top_level_holds_the_floors_and_nothing_else() -> None:
    found = {path.name for path in ROOT.iterdir() if path.name not in MADE and path.suffix != ".egg-info"}
    strange = {name for name in found - TOP if not name.startswith(".")}
    assert not strange, f"{strange}: put it on a floor, or give it a place in the design first"
    assert set(FLOORS) <= found


def test_every_module_is_on_a_floor() -> None:
    """What is not imported from a floor's package is not seen by the contracts either."""
    graph = grimp.build_graph(*FLOORS, cache_dir=None)
    expected = {_module(path) for path in modules(*FLOORS)}
    assert expected == graph.modules


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_no_module_stands_outside_the_floors_and_tests() -> None:
    found = {name_of(path).split("/")[0] for path in modules(".")}
    assert found == {*FLOORS, "tests"}


@pytest.mark.parametrize("floor", FLOORS)
def test_floor_is_a_package(floor: str) -> None:
    assert (ROOT / floor / "__init__.py").is_file()
