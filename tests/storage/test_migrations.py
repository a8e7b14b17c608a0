"""The schema's history, on both databases."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.util.exc import CommandError

from storage import migrations
from storage.actions import people
from storage.clock import new_id
from storage.db import Books
from storage.failpoints import Point, arm
from storage.tables import metadata
from tests.storage.conftest import Hands


def _differences(books: Books) -> list[object]:
    with books.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


def _copy(folder: Path, revision: str) -> Path:
    """The only one that was kept of that revision."""
    (found,) = folder.glob(f"munshi.db.before-{revision}-*Z")
    return found


def test_an_empty_database_is_brought_to_the_schema_of_the_code(empty_url: str, hands: Hands) -> None:
    books = Books(empty_url, hands, new_id)
    assert migrations.current(books) is None
    assert migrations.upgrade(books)
    assert migrations.current(books) == migrations.head()
    assert _differences(books) == []
    assert not migrations.upgrade(books)
    books.close()


def test_a_copy_is_kept_before_a_migration_and_a_failed_one_changes_nothing(tmp_path: Path, hands: Hands) -> None:
    books = Books(f"sqlite:///{tmp_path / 'munshi.db'}", hands, new_id)
    migrations.upgrade(books)
    books.write(
        lambda tx: people.found_workspace(tx, "w", name="Asha's", timezone="UTC", currency="INR", language="en")
    )
    with books.connect() as connection, books.transaction(connection):
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'older'")
    with pytest.raises(CommandError, match="older"):
        migrations.upgrade(books)
    assert migrations.current(books) == "older"
    books.close()
    copy = Books(f"sqlite:///{_copy(tmp_path, 'older')}", hands, new_id)
    with copy.connect() as connection:
        assert connection.exec_driver_sql("SELECT name FROM workspaces").scalars().all() == ["Asha's"]
    copy.close()


def test_a_copy_that_was_never_finished_is_not_held_for_the_copy(tmp_path: Path, hands: Hands) -> None:
    books = Books(f"sqlite:///{tmp_path / 'munshi.db'}", hands, new_id)
    migrations.upgrade(books, "0001")

    def dies(point: Point) -> None:
        if point is Point.COPYING:
            raise SystemExit

    arm(dies)
    with pytest.raises(SystemExit):
        migrations.upgrade(books)
    arm(None)
    assert list(tmp_path.glob("*before-0001-*Z")) == []
    assert migrations.upgrade(books)
    books.close()
    kept = Books(f"sqlite:///{_copy(tmp_path, '0001')}", hands, new_id)
    assert migrations.current(kept) == "0001"
    assert list(tmp_path.glob("*.begun")) == []
    kept.close()


def test_jobs_that_were_under_way_keep_the_failures_that_they_had(empty_url: str, hands: Hands) -> None:
    books = Books(empty_url, hands, new_id)
    migrations.upgrade(books, "0004")
    row = "INSERT INTO jobs (key, kind, lane, payload, status, run_at, attempts, lease_until) VALUES ('{0}', 'x', '', '{{}}', '{0}', 0, {1}, 0)"
    with books.connect() as connection, books.transaction(connection):
        for status, attempts in (("queued", 2), ("running", 2), ("done", 1)):
            connection.exec_driver_sql(row.format(status, attempts))
    migrations.upgrade(books)
    with books.connect() as connection:
        kept = connection.exec_driver_sql("SELECT key, attempts, failures, deaths FROM jobs ORDER BY key").all()
    assert [tuple(each) for each in kept] == [("done", 1, 0, 0), ("queued", 2, 2, 0), ("running", 2, 1, 0)]
    books.close()
