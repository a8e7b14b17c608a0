"""The menu by command."""

from flows.menu import menu as menu_reply
from flows.turn import Turn
from handlers.marks import command
from handlers.registry import View
from storage.rules.permissions import Permission


@command("menu", permission=Permission.MENU_SEE, route="GET /menu")
def menu(turn: Turn) -> View:
    """Show the menu."""
    products = [
        {"name": each.name, "title": each.title, "price": each.price, "unit": each.unit, "category": each.category}
        for each in turn.catalogue.products
        if turn.offers(each)
    ]
    return View(menu_reply(turn), {"currency": turn.workspace.currency, "products": products})
