"""The folder of backups: what they are called, and which of them go."""

import re
from datetime import UTC, datetime
from pathlib import Path

BEGUN = ".begun-"
ENDING = ".tar.gz.age"
_NAME = re.compile(r"munshi-(?P<made_at>\d{8}T\d{9})Z(?P<label>-[a-z0-9-]+)?\.tar\.gz\.age")


def name_of(made_at: datetime, label: str = "") -> str:
    """`munshi-20260301T063000000Z.tar.gz.age`; with a label `munshi-20260301T063000000Z-before-0007.tar.gz.age`."""
    stamp = made_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%f")[:-3]
    return f"munshi-{stamp}Z{f'-{label}' if label else ''}{ENDING}"


def made_at(path: Path) -> datetime:
    """When one of `copies` was made, by its name."""
    name = _NAME.fullmatch(path.name)
    return datetime.strptime(f"{name['made_at']}000" if name else "", "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)


def copies(folder: Path, *, labelled: bool = False) -> list[Path]:
    """The backups of a folder, newest first: the usual ones, or those that were made before a migration."""
    found = [(path, _NAME.fullmatch(path.name)) for path in folder.glob(f"munshi-*{ENDING}")]
    return sorted((path for path, name in found if name and bool(name["label"]) == labelled), reverse=True)


def forget_old(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest `keep` of either kind (0: none goes); returns those that went."""
    old = [path for labelled in (False, True) for path in copies(folder, labelled=labelled)[keep:]] if keep else []
    for path in old:
        path.unlink(missing_ok=True)
    for path in folder.glob(f"{BEGUN}munshi-*"):  # what a crash left half written
        if not _is_at_work(path):
            path.unlink(missing_ok=True)
    return old


def _is_at_work(path: Path) -> bool:
    """Whether somebody may still be writing it: it has changed within the hour."""
    try:
        return datetime.now(UTC).timestamp() - path.stat().st_mtime < 3_600
    except FileNotFoundError:
        return False
