"""`munshi backup`, `munshi restore` and the backup before a migration, as an operator types them."""

import sys
from pathlib import Path

import pytest

from bot.__main__ import main
from storage import migrations
from storage.actions import people
from storage.backup.copies import copies
from storage.backup.reading import check
from storage.backup.sealing import new_key
from storage.clock import new_id, utc_now
from storage.db import Books
from storage.queries.people import has_workspace
from tests.postgres import new_database

KEY = new_key()


class Desk:
    """A folder with config.yaml as it is delivered, and a terminal."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._monkeypatch, self._capsys = folder, monkeypatch, capsys
        self.url = f"sqlite:///{folder / 'munshi.db'}"
        delivered = Path(__file__).resolve().parents[2] / "config.yaml"
        (folder / "config.yaml").write_bytes(delivered.read_bytes())
        (folder / "key.txt").write_text(f"# created by munshi\n{KEY.secret}\n")
        self.key = KEY.public

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    def types(self, *words: str) -> tuple[int, str]:
        """The exit code, and all that was printed."""
        given = {
            "DATABASE_URL": self.url,
            "BACKUPS": self.backups,
            "FILES": self.folder / "files",
            "BACKUP_KEY": self.key,
        }
        for name, value in given.items():
            self._monkeypatch.setenv(f"MUNSHI_{name}", str(value))
        self._monkeypatch.chdir(self.folder)
        self._monkeypatch.setattr(sys, "argv", ["munshi", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = self._capsys.readouterr()
        return int(ended.value.code or 0), printed.out + printed.err

    def furnish(self, revision: str | None = None) -> None:
        books = Books(self.url.replace("postgresql://", "postgresql+psycopg://"), utc_now, new_id)
        migrations.upgrade(books, revision)
        if revision is None:
            tea = {"name": "Tea", "timezone": "UTC", "currency": "INR", "language": "en"}
            books.write(lambda tx: people.found_workspace(tx, "tea", **tea))
        books.close()

    def has_shop(self) -> bool:
        books = Books(self.url, utc_now, new_id)
        found = books.read(lambda tx: has_workspace(tx, "tea"))
        books.close()
        return found


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, monkeypatch, capsys)


def test_an_operator_backs_up_checks_and_restores(desk: Desk) -> None:
    desk.furnish()
    code, said = desk.types("backup")
    assert code == 0
    assert "rows of" in said
    assert "workspaces: tea" in said
    (made,) = copies(desk.backups)
    code, said = desk.types("backup", "--check", str(made), "--key", "key.txt")
    assert (code, said[:1]) == (0, "✓")
    assert "workspaces: Tea (tea)" in said

    desk.url = f"sqlite:///{desk.folder / 'new' / 'munshi.db'}"
    code, said = desk.types("restore", str(made), "--key", "key.txt")
    assert code == 0, said
    assert "/bot start lets a shop answer again" in said
    assert desk.has_shop()
    code, said = desk.types("restore", str(made), "--key", "key.txt")
    assert code == 1
    assert "is not empty" in said


def test_without_a_key_nothing_is_made_and_it_is_said_how_to_get_one(desk: Desk) -> None:
    desk.furnish()
    desk.key = ""
    code, said = desk.types("backup")
    assert (code, "munshi backup --new-key" in said) == (1, True)
    code, said = desk.types("backup", "--new-key")
    public, secret = said.splitlines()[1], said.splitlines()[3]
    desk.key = public
    (desk.folder / "key.txt").write_text(secret)
    assert desk.types("backup")[0] == 0
    assert desk.types("backup", "--check", str(copies(desk.backups)[0]), "--key", "key.txt")[0] == 0


def test_what_cannot_be_done_is_said_in_a_sentence_and_leaves_nothing(desk: Desk) -> None:
    code, said = desk.types("backup")
    assert (code, "nothing to keep yet" in said) == (1, True)
    assert not (desk.folder / "munshi.db").exists()
    desk.furnish()
    desk.types("backup")
    (made,) = copies(desk.backups)
    desk.url = f"sqlite:///{desk.folder / 'new' / 'munshi.db'}"
    code, said = desk.types("restore", str(made))
    assert (code, "secret key" in said) == (1, True)
    code, said = desk.types("restore", "nowhere.age", "--key", "key.txt")
    assert (code, said) == (1, "nowhere.age: No such file or directory\n")
    code, said = desk.types("restore", str(made), "--key", "config.yaml")
    assert (code, "no key of age" in said) == (1, True)
    made.write_bytes(made.read_bytes()[:-7])
    code, said = desk.types("restore", str(made), "--key", "key.txt")
    assert (code, "damaged or cut short" in said) == (1, True)
    assert list((desk.folder / "new").glob("munshi.db*")) in ([], [desk.folder / "new" / "munshi.db.lock"])
    desk.key = "a good password"
    code, said = desk.types("backup")
    assert (code, "a key of age" in said, "a good password" in said) == (2, True, False)


def test_a_migration_is_preceded_by_a_sealed_backup(desk: Desk) -> None:
    desk.furnish("0005")
    assert desk.types("migrate")[0] == 0
    (made,) = copies(desk.backups, labelled=True)
    head = check(made, KEY.secret)
    assert (head.schema, head.files) == ("0005", None)
    assert list(desk.folder.glob("munshi.db.before-*")) == []


def test_a_server_is_not_migrated_without_a_backup_unless_one_says_so(desk: Desk, postgres: str) -> None:
    desk.url = new_database(postgres).replace("+psycopg", "")
    desk.key = ""
    desk.furnish("0005")
    code, said = desk.types("migrate")
    assert code == 1
    assert "--without-backup" in said
    code, said = desk.types("migrate", "--without-backup")
    assert (code, said.strip()) == (0, f"migrated to {migrations.head()}")


def test_two_migrations_of_the_same_revision_keep_two_copies(desk: Desk) -> None:
    desk.key = ""
    desk.furnish("0004")
    assert desk.types("migrate")[0] == 0
    (first,) = desk.folder.glob("munshi.db.before-0004-*Z")
    (desk.folder / "munshi.db").unlink()
    first.rename(first.with_name("munshi.db.before-0004-20200101T000000Z"))
    desk.furnish("0004")
    assert desk.types("migrate")[0] == 0
    assert len(list(desk.folder.glob("munshi.db.before-0004-*Z"))) == 2


def test_a_schedule_without_a_key_is_refused_at_the_start(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.furnish()
    desk.key = ""
    monkeypatch.setenv("MUNSHI_BACKUP_EVERY", "30 20 * * *")
    code, said = desk.types("backup")
    assert (code, "MUNSHI_BACKUP_KEY" in said) == (2, True)
    desk.key = KEY.public
    monkeypatch.setenv("MUNSHI_BACKUP_EVERY", "at eight")
    code, said = desk.types("backup")
    assert (code, "five fields" in said) == (2, True)
