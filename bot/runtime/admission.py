"""Who is answered now: nobody who writes faster than the house allows, and no new customer where the plan is full.

What they sent stays in the inbox, handled.
"""

import math
from datetime import datetime, timedelta

from bot.runtime import crowding
from bot.runtime.alerts import alert
from bot.runtime.delivery import Delivery
from flows.messages import Reply
from flows.texts import moment
from flows.turn import Turn
from handlers.contact_names import who
from storage import clock
from storage.actions import conversations
from storage.errors import BotError, TooMany
from storage.queries.people import Chat
from storage.queue.lanes import Event
from storage.rules.limits import OPEN_FOR
from storage.rules.permissions import Role
from storage.rules.throttle import Limits, Tempo, Verdict, heard

COUNTED = ("text", "tap", "cart", "location", "file", "contact", "edited")
"""What somebody sends to be answered; neither what the platform says of them, nor what our own work brings back."""
DAY_US = timedelta(days=1) // timedelta(microseconds=1)
HEAVY = "heavy"
MOST_SECONDS = 90


class Admission:
    """Counts what each person sends, in the row of their conversation, which every turn reads and writes anyway."""

    def __init__(self, delivery: Delivery, limits: Limits) -> None:
        self._delivery, self._limits = delivery, limits

    def heard(self, turn: Turn, event: Event) -> Verdict:
        """Whether this message is answered. It is as fast as it came in: who had to wait for us was not quick."""
        tempo = Tempo.read(turn.conversation.pace if turn.conversation else None)
        if not _counts(turn):
            return Verdict(tempo, passes=True)
        is_member = turn.actor.kind == "member" and turn.actor.role is not Role.CUSTOMER
        at_us = round(event.received_at.timestamp() * 1_000_000)
        verdict = heard(tempo, self._limits.of_sender(is_member), at_us)
        is_new = verdict.passes and turn.actor.kind == "contact" and not _is_open(turn)
        return crowding.admitted(turn, verdict) if is_new else verdict

    def pass_over(self, turn: Turn, event: Event, verdict: Verdict) -> str:
        """Leave a message unanswered, and the flow under way as it stands. Returns the toast for a tap, "" for none."""
        if isinstance(verdict, crowding.Crowded):
            return self._leave_to_people(turn, event, verdict)
        tempo, talk = verdict.tempo, turn.conversation
        now_us, toast = turn.tx.now_us, ""
        if verdict.tells:
            toast = self._ask_to_wait(turn, tempo.silent_until)
            if not tempo.was_told("alert", now_us):
                _tell_owners(turn, tempo.silent_until)
                tempo = tempo.telling("alert", now_us + DAY_US, now_us)
        if turn.actor.kind == "contact" and not _is_open(turn):
            self._keep(turn, event, tempo, turn.now - OPEN_FOR)
        elif talk is not None:
            chat = Chat(turn.account or event.account, turn.inbound.chat)
            conversations.keep_turn(
                turn.tx,
                turn.scope,
                turn.lane,
                chat=chat,
                flow=talk.flow,
                state=talk.state,
                flow_epoch=talk.flow_epoch,
                pace=tempo.kept,
            )
        return toast

    def refused(self, turn: Turn, event: Event, error: BotError) -> bool:
        """Count a message whose unit was undone. Returns whether its refusal is said: one of heavy work is said once."""
        if not event.workspace:
            return True
        tempo, says = self.heard(turn, event).tempo, True
        if isinstance(error, TooMany):
            says = not tempo.was_told(HEAVY, turn.tx.now_us)
            tempo = tempo.telling(HEAVY, error.until_us, turn.tx.now_us) if says else tempo
        if tempo.kept:
            self._keep(turn, event, tempo, turn.now)
        return says

    def _leave_to_people(self, turn: Turn, event: Event, verdict: Verdict) -> str:
        """Their conversation is not opened: it counts among none of those that are."""
        self._keep(turn, event, verdict.tempo, turn.now - OPEN_FOR)
        if verdict.tells:
            self._delivery.deliver(turn, crowding.left_to_people(turn))
        return ""

    def _keep(self, turn: Turn, event: Event, tempo: Tempo, heard_at: datetime) -> None:
        """How they write, without more of a turn; of somebody new from then on."""
        if turn.conversation is None:
            chat = Chat(turn.account or event.account, turn.inbound.chat)
            conversations.open_conversation(
                turn.tx, turn.scope, turn.lane, contact=event.contact, chat=chat, heard_at=heard_at
            )
        conversations.keep_pace(turn.tx, turn.scope, turn.lane, tempo.kept)

    def _ask_to_wait(self, turn: Turn, until_us: int) -> str:
        text = _sorry(turn, until_us)
        if turn.inbound.kind == "tap" and not turn.inbound.private:
            return text
        self._delivery.deliver(turn, [Reply(text)])
        return ""


def _is_open(turn: Turn) -> bool:
    """Whether a customer is in the middle of a conversation; nobody is cut off there."""
    talk = turn.conversation
    return talk is not None and turn.now - talk.last_inbound_at < OPEN_FOR


def _counts(turn: Turn) -> bool:
    """In a group only what is surely meant for us counts: its people talk with each other there."""
    inbound = turn.inbound
    if inbound.kind not in COUNTED:
        return False
    return inbound.private or inbound.kind == "tap" or inbound.text.startswith("/")


def _sorry(turn: Turn, until_us: int) -> str:
    seconds = max(5, math.ceil((until_us - turn.tx.now_us) / 5_000_000) * 5)
    if seconds <= MOST_SECONDS:
        text = "You are quicker than I am, and I have left out your last message. Please send it again in {seconds} seconds."
        return turn.say(text, seconds=seconds)
    text = (
        "You are quicker than I am, and I have left out your last message. Please send it again in {minutes} minutes."
    )
    return turn.say(text, minutes=math.ceil(seconds / 60))


def _tell_owners(turn: Turn, until_us: int) -> None:
    shop = turn.workspace
    name = who(turn.contact, shop.language) if turn.actor.kind == "contact" else turn.actor.name or turn.inbound.user
    until = moment(shop.language, clock.moment(until_us // 1000), shop.zone, turn.now)
    text = "{name} writes faster than I answer, so I leave out what comes until {time}. I tell you of the same person once a day."
    alert(turn.tx, shop.id, "pace", text, name=name, time=until)
