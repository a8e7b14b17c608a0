"""Files that go out: found under the data folder, and nowhere else."""

from pathlib import Path

from bot.channels.base import Refused
from flows.messages import File


def found_file(data: Path, file: File) -> tuple[Path, int]:
    """The path of a file below `data`, and its size in bytes.

    Raises:
        Refused: it is not there, is empty, or lies outside.
    """
    try:
        root = data.resolve()
        path = (root / file.path).resolve(strict=True)
        size = path.stat().st_size
    except OSError:
        raise Refused("no_file", f"The file {file.name!r} is not there") from None
    if not path.is_relative_to(root) or not path.is_file():
        raise Refused("no_file", f"The file {file.name!r} is not below the data folder")
    if size == 0:
        raise Refused("empty_file", f"The file {file.name!r} is empty")
    return path, size
