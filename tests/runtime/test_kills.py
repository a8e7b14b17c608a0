"""Twenty seeded trials in which real shops are killed for real; `munshi simulate --kills N` runs as many as one likes."""

from bot.faultsim.killing.campaign import PLACES, campaign, table
from bot.faultsim.killing.trial import ANYWHERE
from storage.failpoints import Point

TRIALS = 20


async def test_whatever_is_killed_nothing_acknowledged_is_lost_and_nothing_happens_twice() -> None:
    lines: list[str] = []
    tally = await campaign(1, lambda tally: tally.trials >= TRIALS, lines.append)
    assert not tally.broken, "\n".join(lines)
    assert tally.kills >= 2 * TRIALS
    assert set(PLACES) == set(tally.table) == {ANYWHERE, *Point.__members__}, table(tally)
