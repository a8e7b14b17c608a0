"""What happens beside the talk in which a shop is set up: a file was read, the group was linked, an owner has come."""

from collections.abc import Iterator
from typing import Any

from flows import onboarding_goods as goods
from flows.engine import Outcome
from flows.messages import Job, Reply, StartFlow, Tell
from flows.onboarding_state import Setup
from flows.turn import Turn
from handlers.jobs.catalogue_files import GO_ON
from handlers.marks import on, result_of
from knowledge.loaders.catalogue_process import catalogue_of
from storage.actions.conversations import open_conversation
from storage.actions.passes import GroupLinked, Joined
from storage.actions.trials import TrialRemoved
from storage.files import KeptFile
from storage.queries import people
from storage.queries.onboarding import FLOW, lanes_at, progress
from storage.queries.people import Chat
from storage.rules.onboarding import Step
from storage.rules.permissions import Role

AWAITS_FILE = ("catalogue", "typed", "preview")
MOST_FAULTS = 15


def awaits_file(turn: Turn) -> bool:
    """Whether whoever sent this file is being asked for a catalogue."""
    talk = turn.conversation
    return talk is not None and talk.flow == FLOW and talk.state.get("step") in AWAITS_FILE


def read_file(turn: Turn, file: KeptFile) -> list[Outcome]:
    """Look at the file that was sent; the answer comes by `looked_at`."""
    return [goods.reading(turn, goods.READ, file.sha256, file.name)]


@result_of(goods.READ)
def looked_at(turn: Turn, value: Any) -> list[Outcome]:
    """Show what is in the file, or every fault in it with what to do; nothing where its sender is asked no longer."""
    if not awaits_file(turn) or not stands_in(turn, value):
        return []
    if value["faults"]:
        return [faults(turn, value)]
    first = goods.first_lines(turn, value["first"])
    state = Setup(file=value["sha256"], title=value["name"], count=value["count"], first=first)
    notes = [Reply("\n".join(value["notes"]))] if value["notes"] else []
    return [*notes, StartFlow(FLOW, state)]


@result_of(goods.USE)
def taken_over(turn: Turn, value: Any) -> list[Outcome]:
    """The shop sells what is in the file from now on."""
    if not stands_in(turn, value):
        return []
    if value["faults"]:
        return [faults(turn, value)]
    said = goods.replaced(turn, catalogue_of(value["catalogue"]))
    return [said, StartFlow(FLOW)] if awaits_file(turn) else [said]


def faults(turn: Turn, value: Any) -> Reply:
    said, most = value["faults"], MOST_FAULTS
    rest = len(said) - most + value.get("more", 0)
    more = [turn.say("… and {count} more.", count=rest)] if rest > 0 else []
    head = turn.say("{name} cannot be used yet:", name=value["name"])
    return Reply("\n".join([head, *said[:most], *more, turn.say("Mend this and send the file again.")]))


@result_of(GO_ON)
def went_on(turn: Turn, value: Any) -> list[Outcome]:
    """Go on where the books say that one stands; unless another talk is under way there."""
    talk = turn.conversation
    if not stands_in(turn, value) or (talk is not None and talk.flow not in (None, FLOW)):
        return []
    if not value["linked"]:
        return [StartFlow(FLOW)]
    if talk is None or talk.flow != FLOW or talk.state.get("step") != Step.GROUP:
        return []
    return [Reply(turn.say("✓ Your staff group is linked.")), StartFlow(FLOW)]


def stands_in(turn: Turn, value: Any) -> bool:
    """Let the result of a job act as the person who asked for it, where they were last heard."""
    if turn.conversation is None or people.member_by_telegram(turn.tx, turn.scope, value["person"]) is None:
        return False
    turn.actor = people.acting_member(turn.tx, turn.scope, value["person"])
    turn.account, turn.bot_name = turn.conversation.chat.account, value["bot"]
    return True


@on(GroupLinked)
def tell_of_group(turn: Turn, linked: GroupLinked) -> Iterator[Outcome]:
    """Everybody who is just being asked for the group hears that it is there."""
    for lane in lanes_at(turn.tx, turn.scope, Step.GROUP):
        yield _go_on(turn, lane, lane.rpartition(":")[2], linked=True)


@on(Joined)
def lead_the_owner(turn: Turn, joined: Joined) -> Iterator[Outcome]:
    """A new owner of a shop that is not set up is led through it, in the talk that they have as a member."""
    if joined.role is not Role.OWNER or progress(turn.tx, turn.scope).next is None:
        return
    chat = Chat(turn.account, turn.inbound.chat)
    lane = f"{turn.account}:{turn.inbound.chat}:{joined.telegram_id}"
    open_conversation(turn.tx, turn.scope, lane, contact=None, chat=chat)
    yield _go_on(turn, lane, joined.telegram_id, linked=False)


def _go_on(turn: Turn, lane: str, person: str, *, linked: bool) -> Job:
    payload = {"person": person, "bot": turn.bot_name, "linked": linked}
    return Job(GO_ON, f"{GO_ON}:{turn.tx.ids()}", payload, lane=lane)


@on(TrialRemoved)
def tell_of_removal(turn: Turn, gone: TrialRemoved) -> Iterator[Outcome]:
    """The card says so, and has no buttons any more."""
    said = Reply(turn.say("🧪 Test order {number} was removed.", number=gone.label), slot=f"order:{gone.number}")
    yield Tell("admins", said)
    yield Tell("owners", said)
