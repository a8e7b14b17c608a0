"""The last steps of a new owner: the staff group, and an order to see how it goes."""

from dataclasses import replace

from flows.answers import chosen
from flows.doors import doors
from flows.engine import Move
from flows.messages import Button, Reply
from flows.onboarding_state import Setup, finish, following, head, skip, skip_button, skips
from flows.turn import Turn
from storage.actions import passes
from storage.actions.trials import place_test_order, remove_test_orders
from storage.queries.onboarding import progress
from storage.queries.people import group_chats
from storage.rules.onboarding import Step
from storage.rules.permissions import Permission, Role


def with_code(turn: Turn, state: Setup) -> Setup:
    """The state with a code for the group that is still good; only an owner gets one."""
    if not turn.actor.may(Permission.PEOPLE_CHANGE):
        return replace(state, code="", code_until=None)
    if state.code and state.code_until is not None and state.code_until > turn.now:
        return state
    code = passes.issue(turn.tx, passes.GROUP, Role.STAFF, turn.actor)
    return replace(state, code=code, code_until=turn.now + passes.LIFETIME[passes.GROUP])


def ask_group(turn: Turn, state: Setup) -> Reply:
    if not state.code:
        text = turn.say("Only an owner can link the staff group. Skip this step.")
        return Reply(f"{head(turn, Step.GROUP)}\n{text}", (skip_button(turn),))
    parts = [
        head(turn, Step.GROUP),
        turn.say("To work with your team: add me to your staff group as an administrator, then write there:"),
        f"/link {state.code}",
        turn.say("The code is good for 10 minutes, once."),
        turn.say("I go on by myself as soon as the group is linked."),
    ]
    return Reply("\n".join(parts), _group_buttons(turn), once=True)


def _group_buttons(turn: Turn) -> tuple[Button, ...]:
    return (Button(turn.say("New code"), "group:code"), skip_button(turn))


def take_group(turn: Turn, state: Setup) -> Move[Setup] | None:
    """There is nothing to write here: the group is linked in the group."""
    if skips(turn):
        return skip(turn, Step.GROUP, state)
    if Step.GROUP in progress(turn.tx, turn.scope).done:
        return following(turn, Step.GROUP, state)
    if chosen(turn, _group_buttons(turn), numbers=False):
        return Move("group", with_code(turn, replace(state, code_until=None)))
    if turn.inbound.kind != "text":
        return None
    return Move("group", with_code(turn, state), (Reply(turn.say("Your group is not linked yet.")),))


def ask_order(turn: Turn) -> Reply:
    parts = [head(turn, Step.ORDER), *doors(turn)]
    here = turn.say("Write to the shop as a customer would, from another phone; or let me place a test order.")
    shows = turn.say("Its card comes to your staff group, with its buttons.")
    if not group_chats(turn.tx, turn.scope):
        shows = turn.say("Its card comes to you, with its buttons, since there is no staff group.")
    parts += [here, shows, turn.say("It counts in no figures and can be removed again.")]
    return Reply("\n".join(parts), _order_buttons(turn))


def _order_buttons(turn: Turn) -> tuple[Button, ...]:
    return (Button(turn.say("Make a test order"), "order:test"), skip_button(turn))


def take_order(turn: Turn, state: Setup) -> Move[Setup] | None:
    if skips(turn):
        return skip(turn, Step.ORDER, state)
    if chosen(turn, _order_buttons(turn), numbers=False) == "order:test":
        placed = place_test_order(turn.tx, turn.workspace, turn.catalogue, turn.actor)
        return Move("trial", replace(state, order=placed.label))
    if Step.ORDER in progress(turn.tx, turn.scope).done and turn.inbound.kind == "text":
        return following(turn, Step.ORDER, state)
    return Move("order", state) if turn.inbound.kind == "text" else None


def ask_trial(turn: Turn, state: Setup) -> Reply:
    text = turn.say("Test order {number} is placed. Look at its card and try the buttons.", number=state.order)
    return Reply(text, _trial_buttons(turn))


def _trial_buttons(turn: Turn) -> tuple[Button, ...]:
    return (Button(turn.say("Remove it"), "trial:remove"), Button(turn.say("Finish"), "trial:keep"))


def take_trial(turn: Turn, state: Setup) -> Move[Setup] | None:
    answer = chosen(turn, _trial_buttons(turn), numbers=False)
    if answer == "trial:remove":
        return finish(turn, Step.ORDER, state, removed(turn))
    if answer is not None or skips(turn):
        return finish(turn, Step.ORDER, state)
    return Move("trial", state) if turn.inbound.kind == "text" else None


def removed(turn: Turn) -> Reply:
    """Take all test orders away, and say which."""
    gone = remove_test_orders(turn.tx, turn.actor)
    if not gone:
        return Reply(turn.say("There is no test order."))
    return Reply(turn.say("Removed: test order {numbers}.", numbers=", ".join(gone)))
