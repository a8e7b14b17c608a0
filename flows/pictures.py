"""Pictures of goods, as customers see them: one after the other, each with a button to order."""

from flows.messages import Button, File, Reply
from flows.turn import Turn
from storage.errors import NotFound
from storage.queries.files import kept_file
from storage.rules.catalogue import Product
from storage.rules.catalogue_difference import KEPT


def picture_of(turn: Turn, product: Product) -> File | None:
    """The product's picture, where the shop holds one: what a catalogue file names is no proof of that."""
    if not product.photo.startswith(KEPT):
        return None
    try:
        kept = kept_file(turn.tx, turn.scope, product.photo.removeprefix(KEPT))
    except NotFound:
        return None
    return File(kept.path, kept.mime, kept.name)


def shown(turn: Turn, name: str) -> Reply | None:
    """The product of that id with its picture; None where there is none to be shown."""
    product = turn.catalogue.by_name.get(name)
    return None if product is None else card(turn, product)


def card(turn: Turn, product: Product) -> Reply | None:
    """One product with its picture, and the way to the next one of its kind that has one; None without a picture."""
    picture = picture_of(turn, product)
    if picture is None or not turn.offers(product):
        return None
    title = product.titles.get(turn.language, product.title)
    parts = [f"{title} — {turn.money(product.price)} / {product.unit}", product.description]
    buttons = [Button(turn.say("Add to basket"), f"add:{product.name}")]
    if following := _next(turn, product):
        buttons.append(Button(turn.say("Next picture"), f"pic:{following}"))
    buttons.append(Button(turn.say("Menu"), "menu"))
    return Reply("\n".join(filter(None, parts)), tuple(buttons), file=picture)


def first_of(turn: Turn, category: str) -> str:
    """The name of the first product of a category that has a picture; "" where none has."""
    return next((each.name for each in _pictured(turn, category)), "")


def _pictured(turn: Turn, category: str) -> list[Product]:
    alike = (each for each in turn.catalogue.products if each.category == category and turn.offers(each))
    return [each for each in alike if each.photo.startswith(KEPT)]


def _next(turn: Turn, product: Product) -> str:
    names = [each.name for each in _pictured(turn, product.category)]
    if len(names) < 2 or product.name not in names:
        return ""
    return names[(names.index(product.name) + 1) % len(names)]
