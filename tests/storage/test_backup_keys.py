"""Around a backup: its keys, its folder, and what it can carry."""

import shutil
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import JSON

from storage.backup.copies import copies, forget_old
from storage.backup.rows import SIMPLE
from storage.backup.sealing import BackupError, Key, new_key, read_key
from storage.backup.taking import take
from storage.db import Books
from storage.tables import metadata
from storage.tables.base import Instant
from tests.storage.conftest import Hands

KEY = new_key()


def test_keys_are_read_as_age_writes_them() -> None:
    file = f"# created: today\n# public key: {KEY.public}\n{KEY.secret}\n"
    assert read_key(file) == KEY
    assert read_key(KEY.public) == Key(KEY.public)
    for bad in ("", "password", KEY.secret[:-1], KEY.public + "x", f"{KEY.public}\n{KEY.public}"):
        with pytest.raises(BackupError, match="no key of age"):
            read_key(bad)


@pytest.mark.skipif(shutil.which("age") is None, reason="the program `age` is not installed here")
def test_the_plain_program_opens_it_too(books: Books, tmp_path: Path) -> None:
    taken = take(books, None, tmp_path / "kept", KEY.public)
    (tmp_path / "key").write_text(KEY.secret)
    plain = subprocess.run(["age", "-d", "-i", str(tmp_path / "key"), str(taken.path)], capture_output=True, check=True)
    assert plain.stdout[:2] == b"\x1f\x8b"


def test_every_column_has_a_type_that_a_backup_can_carry() -> None:
    wrong = [
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if not isinstance(column.type, (JSON, Instant, *SIMPLE))
    ]
    assert not wrong


def test_the_newest_copies_stay(tmp_path: Path, books: Books, hands: Hands) -> None:
    made = []
    for label in ("", "", "before-0007", "", "before-0008"):
        made.append(take(books, None, tmp_path, KEY.public, label=label).path)
        hands.moves(seconds=1)
    (tmp_path / "munshi-notes.txt").write_text("ours")
    assert set(forget_old(tmp_path, 2)) == {made[0]}
    assert copies(tmp_path) == [made[3], made[1]]
    assert copies(tmp_path, labelled=True) == [made[4], made[2]]
    assert forget_old(tmp_path, 0) == []
    assert (tmp_path / "munshi-notes.txt").exists()
