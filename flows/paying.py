"""How a customer wants to pay, asked at the checkout where the shop offers more than one way."""

from flows.messages import Button, Reply
from flows.turn import Turn
from storage.rules.payments import Method


def ways(turn: Turn) -> tuple[str, ...]:
    return turn.workspace.settings.payments.methods


def asks(turn: Turn, pays_by: str) -> bool:
    """Whether it is still open."""
    return len(ways(turn)) > 1 and pays_by not in ways(turn)


def buttons(turn: Turn) -> tuple[Button, ...]:
    labels = {
        Method.CASH: turn.say("Cash"),
        Method.UPI: turn.say("UPI"),
        Method.BANK: turn.say("Bank transfer"),
        Method.CARD: turn.say("Card"),
    }
    return tuple(Button(labels[Method(each)], f"pay:{each}") for each in ways(turn))


def ask(turn: Turn) -> Reply:
    return Reply(turn.say("How would you like to pay?"), buttons(turn))
