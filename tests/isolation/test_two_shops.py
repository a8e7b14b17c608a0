"""Two shops in one house, driven through everything that is declared; see `tests.isolation.machine`.

MUNSHI_ISOLATION_EXAMPLES runs so many at random; MUNSHI_ISOLATION_AS_FOUND shows a failure without looking for a shorter
way to it.
"""

import os
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import initialize, run_state_machine_as_test

from tests.books import migrated_database
from tests.isolation.machine import TwoShops, found
from tests.postgres import new_database

GIVEN = os.environ.get("MUNSHI_ISOLATION_EXAMPLES", "")


def how(examples: int, steps: int) -> settings:
    """The same examples each time, unless more were asked for."""
    return settings(
        max_examples=int(GIVEN or examples),
        stateful_step_count=steps,
        deadline=None,
        derandomize=not GIVEN,
        database=None,
        phases=[Phase.generate] if os.environ.get("MUNSHI_ISOLATION_AS_FOUND") else settings().phases,
        suppress_health_check=list(HealthCheck),
    )


def test_nothing_passes_from_one_shop_to_the_other() -> None:
    run_state_machine_as_test(TwoShops, settings=how(6, 40))


def test_nothing_passes_on_postgresql(postgres: str) -> None:
    template = migrated_database(postgres)
    found(template)

    class OnServer(TwoShops):
        @initialize()
        def begin(self) -> None:
            url = new_database(postgres, template.rpartition("/")[2].partition("?")[0])
            self.open(url, Path(tempfile.mkdtemp(prefix="munshi-isolation-")))

    run_state_machine_as_test(OnServer, settings=how(2, 25))
