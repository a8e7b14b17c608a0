"""The menu as lists: categories first where a shop sells more than a list can hold."""

from collections.abc import Sequence

from flows import pictures
from flows.messages import Button, Choice, Reply, Row, Section
from flows.turn import Turn
from storage.rules.catalogue import Product

ROWS = 10


def menu(turn: Turn) -> Reply:
    """All products when they fit a list, else the categories."""
    products = _on_offer(turn)
    if not products:
        return Reply(turn.say("Our menu is empty just now. Please try again later."))
    text = turn.say("Here is our menu. Tap to choose, or just write what you would like.")
    if len(products) <= ROWS:
        return Reply(text, choice=_choice(turn, [(turn.say("Menu"), [_row(turn, each) for each in products])]))
    return Reply(text, choice=_choice(turn, [(turn.say("Menu"), _category_rows(turn, products, 0))]))


def more_categories(turn: Turn, page: int) -> Reply:
    rows = _category_rows(turn, _on_offer(turn), page)
    return Reply(turn.say("More of our menu:"), choice=_choice(turn, [(turn.say("Menu"), rows)]))


def category(turn: Turn, name: str, page: int) -> Reply:
    """One category's products, nine to a list, with a row for the next ones."""
    products = [each for each in _on_offer(turn) if _category(turn, each) == name]
    if not products:
        return menu(turn)
    rows = _paged([_row(turn, each) for each in products], page, f"cat:{{page}}:{name}", turn)
    back: tuple[Button, ...] = (Button(turn.say("Menu"), "menu"),)
    if first := pictures.first_of(turn, products[0].category):
        back = (Button(turn.say("Pictures"), f"pic:{first}"), *back)
    return Reply(_heading(name), back, _choice(turn, [(_heading(name), rows)]))


def _category_rows(turn: Turn, products: Sequence[Product], page: int) -> list[Row]:
    names = list(dict.fromkeys(_category(turn, each) for each in products))
    rows = []
    for name in names:
        titles = [_title(turn, each) for each in products if _category(turn, each) == name]
        rows.append(Row(_heading(name), f"cat:0:{name}", ", ".join(titles)))
    return _paged(rows, page, "menu:{page}", turn)


def _paged(rows: list[Row], page: int, more: str, turn: Turn) -> list[Row]:
    if len(rows) <= ROWS:
        return rows
    pages = -(-len(rows) // (ROWS - 1))
    start = page % pages * (ROWS - 1)
    following = more.format(page=(page + 1) % pages)
    return [*rows[start : start + ROWS - 1], Row(turn.say("More…"), following)]


def _row(turn: Turn, product: Product) -> Row:
    about = f"{turn.money(product.price)} / {product.unit}"
    return Row(_title(turn, product), f"add:{product.name}", " · ".join(filter(None, (about, product.description))))


def _on_offer(turn: Turn) -> list[Product]:
    return [each for each in turn.catalogue.products if turn.offers(each)]


def _category(turn: Turn, product: Product) -> str:
    return product.category or turn.say("Other")


def _title(turn: Turn, product: Product) -> str:
    return product.titles.get(turn.language, product.title)


def _heading(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _choice(turn: Turn, sections: list[tuple[str, list[Row]]]) -> Choice:
    return Choice(turn.say("Menu"), tuple(Section(title, tuple(rows)) for title, rows in sections))
