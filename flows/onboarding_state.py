"""Where somebody stands who sets a shop up: what is kept between turns, and what the books show to be done."""

from dataclasses import dataclass, replace
from datetime import datetime

from flows.doors import doors
from flows.engine import Move, Outcome
from flows.messages import Button, Reply
from flows.turn import Turn
from knowledge.loaders.typed_list import Item
from storage.actions.onboarding import mark_step
from storage.actions.settings import change_setting
from storage.queries import people
from storage.queries.onboarding import has_test_orders, progress
from storage.rules.onboarding import Mark, Progress, Step
from storage.rules.settings.registry import BY_KEY

SKIP = "setup:skip"
SKIP_WORDS = ("skip", "skip it", "later", "not now", "baad mein", "baad me", "chhodo", "chodo", "छोड़ो", "बाद में")
TITLES = {
    Step.SHOP: "The shop",
    Step.CATALOGUE: "What you sell",
    Step.HOURS: "Opening hours",
    Step.DELIVERY: "Delivery and pickup",
    Step.GROUP: "Staff group",
    Step.ORDER: "First order",
}


@dataclass(frozen=True, slots=True)
class Setup:
    """`at`: the step to begin with, where one was asked for. `items`: what was typed so far. `file`: the SHA-256 of a
    catalogue that waits for a word, with its `title`, how many goods it has and the first of them; or `trade`, of a
    sample. `code`: what links the group, until `code_until`. `order`: the label of a test order."""

    at: str = ""
    items: tuple[Item, ...] = ()
    file: str = ""
    title: str = ""
    count: int = 0
    first: tuple[str, ...] = ()
    trade: str = ""
    code: str = ""
    code_until: datetime | None = None
    order: str = ""


def skip_button(turn: Turn) -> Button:
    return Button(turn.say("Skip"), SKIP)


def skips(turn: Turn) -> bool:
    words = turn.inbound.text.strip(" .!").casefold() if turn.inbound.kind == "text" else ""
    return turn.inbound.data == SKIP or words in SKIP_WORDS


def head(turn: Turn, step: Step) -> str:
    """ "2/6 · What you sell"."""
    return f"{list(Step).index(step) + 1}/{len(Step)} · {turn.say(TITLES[step])}"


def skip(turn: Turn, step: Step, state: Setup) -> Move[Setup]:
    """Put a step off; one that is done stays done."""
    if step not in progress(turn.tx, turn.scope).done:
        mark_step(turn.tx, step, Mark.SKIPPED, turn.actor)
    return following(turn, step, state)


def finish(turn: Turn, step: Step, state: Setup, *says: Outcome) -> Move[Setup]:
    """A step that was looked at and is as it should be."""
    mark_step(turn.tx, step, Mark.DONE, turn.actor)
    return following(turn, step, state, *says)


def following(turn: Turn, step: Step, state: Setup, *says: Outcome) -> Move[Setup]:
    """To the first open step behind this one, or else to the first before it; at the end, what there is now."""
    found = progress(turn.tx, turn.scope)
    ahead = list(Step)[list(Step).index(step) + 1 :]
    left = next((each for each in ahead if each not in found.done | found.skipped), None)
    left = left or (found.next if found.next is not step else None)
    if left is None:
        return Move(None, Setup(), (*says, ended(turn)))
    return Move(left.value, replace(Setup(), code=state.code, code_until=state.code_until), says)


def change(turn: Turn, key: str, words: str) -> Reply:
    """Change a setting by the words that the command takes. Raises what the command would answer."""
    done = change_setting(turn.tx, key, words, turn.actor)
    refresh(turn)
    return Reply(f"✓ {key}: {done.now}")


def refresh(turn: Turn) -> None:
    """What was just changed holds for the rest of the turn; for the language it is read in, too."""
    was = turn.workspace.language
    turn.workspace = people.workspace(turn.tx, turn.scope)
    if turn.workspace.language != was:
        turn.language = turn.workspace.answers_in(turn.workspace.language)


def ended(turn: Turn) -> Reply:
    """What is set, what was skipped and how it is done later, and where customers come in."""
    parts = [turn.say("{shop} is ready.", shop=turn.workspace.name), "", *overview(turn)]
    if ways := doors(turn):
        parts += ["", *ways]
    parts += ["", turn.say("/setup shows this again; /settings has everything else.")]
    clean = (Button(turn.say("Remove test orders"), "/setup clean"),)
    return Reply("\n".join(parts), clean if has_test_orders(turn.tx, turn.scope) else ())


def overview(turn: Turn) -> list[str]:
    """One line for each step: done, skipped or open."""
    found = progress(turn.tx, turn.scope)
    return [_line(turn, step, found) for step in Step]


def _line(turn: Turn, step: Step, found: Progress) -> str:
    title = turn.say(TITLES[step])
    if step in found.skipped:
        return turn.say("– {title}: skipped. Do it by {command}", title=title, command=f"/setup {step}")
    if step not in found.done:
        return f"○ {title}"
    return f"✓ {title}{_detail(turn, step)}"


def _detail(turn: Turn, step: Step) -> str:
    if step is Step.SHOP:
        return f": {turn.workspace.name}"
    if step is Step.CATALOGUE:
        count = len(turn.shelf.index(turn.tx, turn.workspace).catalogue.products)
        return ": " + turn.say("one product" if count == 1 else "{count} products", count=count)
    if step is Step.HOURS:
        return f": {shown(turn, 'hours')}"
    if step is Step.DELIVERY:
        keys = ("delivery", "pickup", "delivery.radius", "delivery.pins", "delivery.fee", "minimum")
        return ": " + ", ".join(f"{key} {said}" for key in keys if (said := shown(turn, key)) != "none")
    return ""


def shown(turn: Turn, key: str) -> str:
    """A setting as the books show it."""
    setting = BY_KEY[key]
    return setting.kind.show(setting.value_in(turn.workspace.settings))
