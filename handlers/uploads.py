"""Files, contacts and places that nobody asked for."""

from flows.engine import Outcome
from flows.messages import Reply
from flows.turn import Turn

SENTENCES = {
    "file": "Thank you, I have seen your file, but I cannot read it yet. Please write what you would like.",
    "location": "Thank you for your location. Please write what you would like to order first.",
    "contact": "Thank you for the contact. Please write what you would like.",
}


def answer(turn: Turn) -> list[Outcome] | None:
    sentence = SENTENCES.get(turn.inbound.kind)
    if sentence is None:
        return None
    return [Reply(turn.say(sentence))] if turn.inbound.private else []
