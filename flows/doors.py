"""By which links customers come in: the shop's own numbers, and the bot that shops share."""

from flows.turn import Turn
from storage.queries.workspaces import numbers_of, shared_accounts
from storage.rules.workspaces import LINK


def doors(turn: Turn) -> list[str]:
    """A line for each way that is known to lead to the shop of this turn."""
    phones = [turn.phones[account] for account in numbers_of(turn.tx, turn.scope) if account in turn.phones]
    lines = [
        turn.say(
            "Customers of {shop} reach it in WhatsApp by {link}",
            shop=turn.workspace.name,
            link=f"https://wa.me/{phone}",
        )
        for phone in phones
    ]
    if turn.bot_name and turn.account in shared_accounts(turn.tx):
        link = f"https://t.me/{turn.bot_name}?start={LINK}{turn.workspace.id}"
        lines.append(
            turn.say("Customers of {shop} reach it in Telegram by {link}", shop=turn.workspace.name, link=link)
        )
    return lines
