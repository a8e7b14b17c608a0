"""What a customer usually has, and when: read from their past orders, newest first. Pure."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from storage.rules.catalogue import Line

LOOKED_AT = 6
"""So many of the last orders say what is usual; what was so before may be over."""
TIMES = 3
"""What came less often is no habit."""
NEAR_MINUTES = 45
ROUND_TO = 15
DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Habits:
    """`basket`: what they usually have, () where that is not clear. `minute` of the shop's day for which they usually want
    it; None where they name no time, or another each time."""

    basket: tuple[Line, ...] = ()
    minute: int | None = None


def usual_basket(baskets: Sequence[Sequence[Line]]) -> tuple[Line, ...]:
    """The goods that are in two thirds of the last orders, and in three at least; each in the amount that is most common,
    of several the latest. () where nothing is."""
    seen = [_by_goods(each) for each in baskets[:LOOKED_AT] if each]
    counts = Counter(goods for basket in seen for goods in basket)
    kept = [goods for goods, count in counts.items() if count >= TIMES and 3 * count >= 2 * len(seen)]
    return tuple(_in_usual_amount(goods, seen) for goods in kept)


def usual_minute(wanted: Sequence[int | None]) -> int | None:
    """The time of day, in minutes from midnight, near which two thirds of the last orders were wanted, and three at least.

    `wanted`: of each order, None where it was wanted as soon as possible.
    """
    recent = wanted[:LOOKED_AT]
    named = [minute for minute in recent if minute is not None]
    near = max(([each for each in named if _apart(each, one) <= NEAR_MINUTES] for one in named), key=len, default=[])
    if len(near) < TIMES or 3 * len(near) < 2 * len(recent):
        return None
    return _middle(near)


def usual_choice(lines: Iterable[Line], product: str, group: str) -> str | None:
    """What they chose for that product each time of the last three that they had it; None where it differed."""
    chosen = [line.options.get(group, ()) for line in lines if line.product == product][:TIMES]
    alike = len(chosen) == TIMES and len(set(chosen)) == 1 and len(chosen[0]) == 1
    return chosen[0][0] if alike else None


def _by_goods(basket: Iterable[Line]) -> dict[Hashable, Line]:
    return {(line.product, _options(line), line.without, line.note): line for line in basket}


def _options(line: Line) -> Hashable:
    return frozenset((group, tuple(values)) for group, values in line.options.items() if values)


def _in_usual_amount(goods: Hashable, seen: Sequence[dict[Hashable, Line]]) -> Line:
    lines = [basket[goods] for basket in seen if goods in basket]
    amounts = Counter(line.quantity for line in lines)
    return max(lines, key=lambda line: amounts[line.quantity])  # of equals the first, which is the latest


def _apart(one: int, other: int) -> int:
    """Minutes between two times of day, the short way round."""
    return min((one - other) % DAY, (other - one) % DAY)


def _middle(minutes: Sequence[int]) -> int:
    """The mean of times that lie near each other, also around midnight, on a quarter of an hour."""
    first = minutes[0]
    offsets = [(each - first + DAY // 2) % DAY - DAY // 2 for each in minutes]
    mean = first + sum(offsets) / len(offsets)
    return round(mean / ROUND_TO) * ROUND_TO % DAY
