"""A real PostgreSQL of the test process's own (or MUNSHI_TEST_POSTGRES), and one that may be stopped and started."""

import importlib
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url

_serial = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server on which databases can be made."""
    given = os.environ.get("MUNSHI_TEST_POSTGRES")
    if given:
        yield _driven(given)
        return
    with own_server() as server:
        execute(server.address, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")  # nothing outlives the tests
        yield server.address


class OwnServer:
    """A server that is stopped and started at will, always at the same address."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._control = importlib.import_module("pgserver._commands").pg_ctl
        self.address = _driven(server.get_uri())

    def stop(self, mode: str = "immediate") -> None:
        """`immediate`: as a power cut; `fast`: as an operator does it."""
        self._control(["-w", "-m", mode, "stop"], pgdata=self._server.pgdata, user=self._server.system_user)

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def processes(self) -> list[int]:
        """The ids of the server's processes, the first one foremost."""
        first = self._server.get_postmaster_info().process
        return [first.pid, *(child.pid for child in first.children(recursive=True))]


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """Skips the test, loudly, where no server can be had."""
    folder = Path(tempfile.mkdtemp(prefix="munshi-pg-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns about folders of the desktop while it is imported
        try:
            pgserver = importlib.import_module("pgserver")
        except ImportError as error:
            pytest.skip(
                f"PostgreSQL is NOT tested: {error}; install pgserver (Python < 3.13) or set MUNSHI_TEST_POSTGRES"
            )
        server = pgserver.get_server(folder, cleanup_mode="stop")
    yield OwnServer(server)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def execute(address: str, *statements: str) -> list[Any]:
    """Run statements outside any transaction; returns the rows of the last one."""
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    rows: list[Any] = []
    try:
        with engine.connect() as connection:
            for statement in statements:
                found = connection.exec_driver_sql(statement)
                rows = list(found) if found.returns_rows else []
    finally:
        engine.dispose()
    return rows


def new_database(server: str, template: str = "template1") -> str:
    """An empty database (or a copy of `template`); returns its address."""
    name = f"munshi_{os.getpid()}_{next(_serial)}"
    execute(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _driven(address: str) -> str:
    return address.replace("postgresql://", "postgresql+psycopg://", 1)
