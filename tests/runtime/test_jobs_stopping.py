"""The end of a shop: a part that cannot be stopped keeps no other open."""

from pathlib import Path

import pytest

from tests.harness import Shop


async def test_a_part_that_cannot_be_stopped_keeps_no_other_open(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app, ended = shop.app, []
    close, leave = app.writer.close, app._occupancy.leave

    async def refuse() -> None:
        raise TimeoutError("the outbox does not end")

    monkeypatch.setattr(app.outbox, "stop", refuse)
    monkeypatch.setattr(app.writer, "close", lambda: (ended.append("writer"), close()))
    monkeypatch.setattr(app._occupancy, "leave", lambda: (ended.append("occupancy"), leave()))
    await app.stop()
    assert ended == ["writer", "occupancy"]
    assert "the outbox does not end" in caplog.text
