"""As many conversations as the plan allows: who writes beyond is left to people, and nobody in a conversation is cut off."""

from dataclasses import dataclass
from datetime import timedelta

from bot.runtime.alerts import alert
from flows.engine import Outcome
from flows.messages import Reply, Tell
from flows.texts import say
from flows.turn import Turn
from handlers.contact_names import who
from storage.actions import quotas
from storage.queries import limits
from storage.rules.limits import ALERT_PERCENT
from storage.rules.pacing import Rate
from storage.rules.throttle import Verdict
from storage.rules.workspaces import State

DAY_US = timedelta(days=1) // timedelta(microseconds=1)
FULL, OPENING = "full", "opening"


@dataclass(frozen=True, slots=True)
class Crowded(Verdict):
    """There is no room for one more conversation; `tells`: this person has not been told so today."""


def admitted(turn: Turn, verdict: Verdict) -> Verdict:
    """Whether one more conversation may begin. Counts the open ones: for the first message of each only."""
    most = limits.limits_of(turn.tx, turn.scope).conversations
    if most is None or turn.workspace.state is not State.ACTIVE:
        return verdict
    count, now_us = limits.open_conversations(turn.tx, turn.scope) + 1, turn.tx.now_us
    if count * 100 >= most * ALERT_PERCENT:
        quotas.hold(turn.tx, turn.scope, OPENING)  # two who begin at once do not both take the last one
        count = limits.open_conversations(turn.tx, turn.scope) + 1
        _tell_owners(turn, count, most)
    if count <= most:
        return verdict
    tells = not verdict.tempo.was_told(FULL, now_us)
    tempo = verdict.tempo.telling(FULL, now_us + DAY_US, now_us) if tells else verdict.tempo
    return Crowded(tempo, passes=False, tells=tells)


def left_to_people(turn: Turn) -> list[Outcome]:
    """The sentence for the customer, and for the staff who wrote and what."""
    staff = turn.workspace.language
    words = turn.inbound.text.strip() or say(staff, "(no words)")
    told = say(
        staff,
        "🙋 {name} waits for a person: all conversations of the plan are taken, so I have not answered. They wrote: {words}",
        name=who(turn.contact, staff),
        words=words[:500],
    )
    text = "Many people are writing to {shop} just now, so a person will answer you. Your message is with the shop."
    return [Reply(turn.say(text, shop=turn.workspace.name)), Tell("admins", Reply(told))]


def _tell_owners(turn: Turn, count: int, most: int) -> None:
    """At the share that is near, and when all are taken; each once a day."""
    kind = "conversations full" if count >= most else "conversations near"
    if quotas.take(turn.tx, turn.scope, kind, Rate(DAY_US)) != 0:
        return
    text = "{count} of {most} conversations of the last 24 hours are taken. Whoever is new beyond that is left to you; the operator can raise the limit (/plan)."
    alert(turn.tx, turn.workspace.id, kind, text, count=min(count, most), most=most)
