"""Staff hear when goods run low, and when nothing is left of them."""

from collections.abc import Iterator

from flows.engine import Outcome
from flows.messages import Button, Reply, Tell
from flows.texts import quantity, say
from flows.turn import Turn
from handlers.marks import on
from storage.actions.stock import StockLow


@on(StockLow)
def tell_staff(turn: Turn, low: StockLow) -> Iterator[Outcome]:
    language = turn.workspace.language
    if low.left > 0:
        text = say(language, "📉 Only {left} {unit} of {product} left.", **_values(low))
    else:
        text = say(language, "📉 {product} is sold out. Nobody is offered it until there is more.", **_values(low))
    more = Button(say(language, "How much is there?"), f"/product {low.product}")
    yield Tell("admins", Reply(text, (more,)))


def _values(low: StockLow) -> dict[str, str]:
    return {"left": quantity(low.left), "unit": low.unit, "product": low.title}
