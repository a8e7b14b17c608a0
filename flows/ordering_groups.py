"""Groups in which customers order: what is meant for the shop there, and what they only say to each other."""

from datetime import timedelta

from flows.hearing import Meaning, hear
from flows.messages import Job
from flows.turn import Turn
from knowledge.language.intents import Intent
from knowledge.language.lexicon import lexicon
from knowledge.language.roles import Role
from storage.queries.conversations import Conversation, private_of_contact

SURE = 0.7
GOODS_ALONE = frozenset({Role.PRODUCT, Role.OPTION, Role.JOINER, Role.BREAK})
WINDOW = timedelta(hours=24)
"""For so long after somebody wrote in private WhatsApp lets a business write to them there."""
HAND_OVER = "group_order"


def is_meant(turn: Turn) -> bool:
    """Whether a customer's message in a group is for the shop: an order, a tap or typed code, a command, or, once they
    order there, an answer to a message of ours. All else is left alone."""
    inbound = turn.inbound
    if inbound.kind == "tap" or inbound.text.startswith("/"):
        return True
    if inbound.kind != "text":
        return False
    under_way = turn.conversation is not None and turn.conversation.flow is not None
    return orders_goods(turn) or (under_way and bool(inbound.reply_to))


def orders_goods(turn: Turn) -> bool:
    """Whether the words order goods beyond doubt: known ones, counted or asked for, and hardly anything strange."""
    heard = hear(turn)
    lines = heard.reading.lines
    if not lines or heard.question or heard.intent is not Intent.ORDER or min(line.confidence for line in lines) < SURE:
        return False
    strange = sum(part.role is Role.STRANGE for part in heard.parts)
    return strange <= len(lines) and (_counts(heard) or heard.roles <= GOODS_ALONE)


def _counts(heard: Meaning) -> bool:
    asked = any(phrase[0] in heard.words for phrase in lexicon().intents[Intent.ORDER])
    return Role.QUANTITY in heard.roles or heard.adds or asked


def reachable(turn: Turn) -> Conversation | None:
    """Their own chat with the shop, where it may write to them there."""
    talk = private_of_contact(turn.tx, turn.scope, turn.actor.id)
    if talk is None or talk.chat.account != turn.account:
        return None
    is_open = turn.account.startswith("telegram:") or turn.now - talk.last_inbound_at < WINDOW
    return talk if is_open else None


def handed_over(turn: Turn, talk: Conversation) -> Job:
    """The order goes on in private: their words are read there, and all that must be asked is asked there."""
    payload = {"text": turn.inbound.text, "group": turn.inbound.chat}
    key = f"{HAND_OVER}:{turn.account}:{turn.inbound.chat}:{turn.inbound.message_id}"
    return Job(HAND_OVER, key, payload, lane=talk.lane, contact=talk.contact or "")
