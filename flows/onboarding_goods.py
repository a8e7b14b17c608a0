"""The step of a new owner in which the shop gets its goods: from a file, from what is typed, or from a sample."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from flows.answers import chosen
from flows.engine import Move
from flows.messages import Button, Job, Reply
from flows.onboarding_state import Setup, following, head, refresh, skip, skip_button, skips
from flows.turn import Turn
from knowledge.loaders.typed_list import Item, TypedList, as_catalogue, read_typed
from knowledge.samples import TRADES, sample
from storage.actions.catalogue import replace_catalogue
from storage.rules.catalogue import Catalogue
from storage.rules.onboarding import Step

READ, USE = "read_catalogue", "use_catalogue"
MOST_SHOWN = 5
MOST_UNCLEAR = 10
MOST_TYPED = 300
EXAMPLE = "Masala dosa 110\nPaneer 380/kg\nChai - Rs 15, Samosa 20 each"


def ask_goods(turn: Turn) -> Reply:
    parts = [
        head(turn, Step.CATALOGUE),
        turn.say("Send a file (.csv, .xlsx, .json or .yaml), or write what you sell, one on each line, such as:"),
        EXAMPLE,
    ]
    if _is_inr(turn):
        parts.append(turn.say("Or begin with a sample and change it later."))
    if has := len(turn.shelf.index(turn.tx, turn.workspace).catalogue.products):
        has_now = (
            "You have one product now; what you take over here replaces it."
            if has == 1
            else "You have {count} products now; what you take over here replaces them."
        )
        parts.append(turn.say(has_now, count=has))
    return Reply("\n".join(parts), _goods_buttons(turn))


def _is_inr(turn: Turn) -> bool:
    """The samples have their prices in rupees."""
    return turn.workspace.currency == "INR"


def _goods_buttons(turn: Turn) -> tuple[Button, ...]:
    samples = (
        Button(turn.say("Restaurant"), "sample:restaurant"),
        Button(turn.say("Grocery"), "sample:grocery"),
        Button(turn.say("Sweets"), "sample:sweets"),
        Button(turn.say("Salon"), "sample:salon"),
        Button(turn.say("Pharmacy"), "sample:pharmacy"),
    )
    return (*(samples if _is_inr(turn) else ()), skip_button(turn))


def take_goods(turn: Turn, state: Setup) -> Move[Setup] | None:
    """A file goes the way of all files, and its result comes back here; see `handlers.setup_events`."""
    if skips(turn):
        return skip(turn, Step.CATALOGUE, state)
    answer = chosen(turn, _goods_buttons(turn), numbers=False)
    if answer is not None:
        return _offer_sample(turn, answer.partition(":")[2], state)
    return _take_lines(turn, state) if turn.inbound.kind == "text" else None


def ask_typed(turn: Turn, state: Setup) -> Reply:
    lines = [_line(turn, each) for each in state.items[-MOST_SHOWN:]]
    more = ["…"] if len(state.items) > MOST_SHOWN else []
    count = len(state.items)
    so_far = (
        "One product so far. Write more, or use it."
        if count == 1
        else "{count} products so far. Write more, or use these."
    )
    text = turn.say(so_far, count=count)
    return Reply("\n".join([*more, *lines, text]), _typed_buttons(turn))


def _typed_buttons(turn: Turn) -> tuple[Button, ...]:
    return (
        Button(turn.say("Use these"), "goods:use"),
        Button(turn.say("Start over"), "goods:clear"),
        skip_button(turn),
    )


def take_typed(turn: Turn, state: Setup) -> Move[Setup] | None:
    if skips(turn):
        return skip(turn, Step.CATALOGUE, state)
    answer = chosen(turn, _typed_buttons(turn), numbers=False)
    if answer == "goods:use":
        return take_over(turn, as_catalogue(state.items, turn.workspace.name, turn.workspace.currency), state)
    if answer is not None:
        return Move("catalogue", Setup())
    return _take_lines(turn, state) if turn.inbound.kind == "text" else None


def _take_lines(turn: Turn, state: Setup) -> Move[Setup]:
    """What is clear is kept, what is not is shown back with the reason; nothing is guessed."""
    found = read_typed(turn.inbound.text, turn.workspace.currency, state.items)
    items = (*state.items, *found.items)[:MOST_TYPED]
    says = (_unclear(turn, found),) if found.unclear else ()
    if not items:
        nothing = Reply(turn.say("Write a name and its price on each line, such as:") + f"\n{EXAMPLE}")
        return Move("catalogue", state, (*says, nothing), ask=False)
    return Move("typed", replace(state, items=items), says)


def _unclear(turn: Turn, found: TypedList) -> Reply:
    lines = [f"“{each.text[:60]}”: {turn.say(each.why)}" for each in found.unclear[:MOST_UNCLEAR]]
    rest = len(found.unclear) - len(lines)
    lines += [turn.say("… and {count} more.", count=rest)] if rest > 0 else []
    return Reply("\n".join([turn.say("This I could not read. Please write it again:"), *lines]))


def _line(turn: Turn, item: Item) -> str:
    return f"• {item.title} — {turn.money(item.price)} / {item.unit}"


def first_lines(turn: Turn, goods: Iterable[tuple[str, int, str]]) -> tuple[str, ...]:
    """The first goods as (title, price in minor units, unit), as lines."""
    return tuple(_line(turn, Item(title, price, unit)) for title, price, unit in list(goods)[:MOST_SHOWN])


@lru_cache(maxsize=len(TRADES))
def _sample(trade: str) -> Catalogue:
    found = sample(trade).catalogue
    if found is None:
        raise ValueError(f"the sample {trade} has faults")
    return found


def _offer_sample(turn: Turn, trade: str, state: Setup) -> Move[Setup]:
    goods = [each for each in _sample(trade).products if each.orderable]
    first = first_lines(turn, [(each.title, each.price, each.unit) for each in goods])
    return Move("preview", replace(state, trade=trade, file="", title=trade, count=len(goods), first=first))


def ask_preview(turn: Turn, state: Setup) -> Reply:
    """What a file or a sample holds, before it is taken over."""
    holds = "{name}: one product:" if state.count == 1 else "{name}: {count} products, the first of them:"
    text = turn.say(holds, name=state.title, count=state.count)
    return Reply("\n".join([text, *state.first]), _preview_buttons(turn))


def _preview_buttons(turn: Turn) -> tuple[Button, ...]:
    return (
        Button(turn.say("Use it"), "goods:take"),
        Button(turn.say("Something else"), "goods:other"),
        skip_button(turn),
    )


def take_preview(turn: Turn, state: Setup) -> Move[Setup] | None:
    if skips(turn):
        return skip(turn, Step.CATALOGUE, state)
    answer = chosen(turn, _preview_buttons(turn), numbers=False)
    if answer == "goods:take" and state.file:
        return Move("preview", state, (reading(turn, USE, state.file, state.title),), ask=False)
    if answer == "goods:take":
        return take_over(turn, _sample(state.trade), state)
    if answer is not None:
        return Move("catalogue", Setup())
    return _take_lines(turn, Setup()) if turn.inbound.kind == "text" else None


def reading(turn: Turn, kind: str, sha256: str, name: str) -> Job:
    """Read a file that the workspace holds, outside of this unit; `kind`: to look at it, or to take it over."""
    chat = turn.conversation.chat.recipient if turn.conversation else turn.inbound.chat
    payload = {"sha256": sha256, "name": name, "currency": turn.workspace.currency}
    return Job(kind, f"{kind}:{turn.tx.ids()}", payload | {"person": turn.inbound.user or chat, "bot": turn.bot_name})


def take_over(turn: Turn, goods: Catalogue, state: Setup) -> Move[Setup]:
    """These goods in the place of all there were."""
    return following(turn, Step.CATALOGUE, state, replaced(turn, goods))


def replaced(turn: Turn, goods: Catalogue) -> Reply:
    replace_catalogue(turn.tx, replace(goods, name=turn.workspace.name), turn.actor)
    refresh(turn)
    count = sum(each.orderable for each in goods.products)
    text = (
        "✓ Your shop has one product now. Customers can order it."
        if count == 1
        else "✓ Your shop has {count} products now. Customers can order them."
    )
    return Reply(turn.say(text, count=count))
