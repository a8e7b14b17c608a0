"""A new owner is led to a shop that works: name, goods, hours, delivery, staff group, a first order; in any order.

Where one stands is read from the books, so that work done by commands counts and nothing is lost when the talk ends.
"""

from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

from flows import onboarding_goods as goods
from flows import onboarding_terms as terms
from flows import onboarding_trial as trial
from flows.engine import Flow, Move, Outcome, flow, step
from flows.messages import Reply
from flows.onboarding_state import Setup, ended
from flows.turn import Turn
from storage.queries.onboarding import FLOW, progress

BEFORE = {
    "language": "shop",
    "timezone": "shop",
    "catalogue": "shop",
    "typed": "catalogue",
    "preview": "catalogue",
    "hours": "catalogue",
    "delivery": "hours",
    "area": "delivery",
    "place": "area",
    "fee": "area",
    "minimum": "fee",
    "group": "delivery",
    "order": "group",
}


@flow(FLOW)
class Onboarding(Flow[Setup]):
    """Begins at the step that is asked for, or at the first that is neither done nor skipped."""

    state_type: ClassVar[type[Setup]] = Setup
    expires_after: ClassVar[timedelta] = timedelta(hours=24)

    def enter(self, turn: Turn, state: Setup) -> Move[Setup]:
        if state.file:
            return Move("preview", state)
        if state.at in self.steps:
            return _to(turn, Move(state.at, replace(state, at="")))
        following = progress(turn.tx, turn.scope).next
        if following is None:
            return Move(None, state, (ended(turn),))
        return _to(turn, Move(following.value, state))

    def ask(self, turn: Turn, step: str, state: Setup) -> Reply:
        if step in terms.TERMS:
            return terms.ask_term(turn, step)
        questions = {
            "shop": lambda: terms.ask_name(turn),
            "language": lambda: terms.ask_language(turn),
            "timezone": lambda: terms.ask_timezone(turn),
            "catalogue": lambda: goods.ask_goods(turn),
            "typed": lambda: goods.ask_typed(turn, state),
            "preview": lambda: goods.ask_preview(turn, state),
            "hours": lambda: terms.ask_hours(turn),
            "delivery": lambda: terms.ask_delivery(turn),
            "group": lambda: trial.ask_group(turn, state),
            "order": lambda: trial.ask_order(turn),
            "trial": lambda: trial.ask_trial(turn, state),
        }
        return questions[step]()

    def back(self, step: str, state: Setup) -> str | None:
        return BEFORE.get(step)

    def leave(self, turn: Turn, state: Setup) -> tuple[Outcome, ...]:
        return (Reply(turn.say("All right, I have stopped here. What is done stays; /setup goes on.")),)

    def expired(self, turn: Turn, state: Setup) -> tuple[Outcome, ...]:
        return (Reply(turn.say("I have put the setting up aside. What is done stays; /setup goes on."), once=True),)

    @step
    def shop(self, turn: Turn, state: Setup) -> Move[Setup] | None:
        return _coded(turn, terms.take_name(turn, state))

    @step
    def language(self, turn: Turn, state: Setup) -> Move[Setup] | None:
        return terms.take_language(turn, state)

    @step
    def timezone(self, turn: Turn, state: Setup) -> Move[Setup] | None:
        return terms.take_timezone(turn, state)

    @step
    def catalogue(self, turn: Turn, state: Setup) -> Move[Setup] | None:
        return _coded(turn, goods.take_goods(turn, state))

    @step
    def typed(self, turn: Turn, state: Setup) -> Move[Setup] | None:
        return _coded(turn, goods.take_typed(turn, state))

    @step
    def preview(self, turn: Turn, state: Setup) -> Move[Setup] | None:
        return _coded(turn, goods.take_preview(turn, state))

    @step
    def hours(self, turn: Turn, state: Setup) -> Move[Setup] | None:
        return _coded(turn, terms.take_hours(turn, state))

    @step
    def delivery(self, turn: Turn, state: Setup) -> Move[Setup] | None:
        return _coded(turn, terms.take_delivery(turn, state))

    @step
    def area(self, turn: Turn, state: Setup) -> Move[Setup] | None:
        return terms.take_term(turn, "area", state)

    @step
    def place(self, turn: Turn, state: Setup) -> Move[Setup] | None:
        return terms.take_term(turn, "place", state)

    @step
    def fee(self, turn: Turn, state: Setup) -> Move[Setup] | None:
        return terms.take_term(turn, "fee", state)

    @step
    def minimum(self, turn: Turn, state: Setup) -> Move[Setup] | None:
        return _coded(turn, terms.take_term(turn, "minimum", state))

    @step
    def group(self, turn: Turn, state: Setup) -> Move[Setup] | None:
        return _coded(turn, trial.take_group(turn, state))

    @step
    def order(self, turn: Turn, state: Setup) -> Move[Setup] | None:
        return _coded(turn, trial.take_order(turn, state))

    @step
    def trial(self, turn: Turn, state: Setup) -> Move[Setup] | None:
        return _coded(turn, trial.take_trial(turn, state))


def _to(turn: Turn, move: Move[Setup]) -> Move[Setup]:
    """Whoever comes to the step of the group finds a code there."""
    return replace(move, state=trial.with_code(turn, move.state)) if move.step == "group" else move


def _coded(turn: Turn, move: Move[Setup] | None) -> Move[Setup] | None:
    return None if move is None else _to(turn, move)
