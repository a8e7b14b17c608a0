"""Changes to an open basket: "2 nahi 3 kar do", "coke hata do", "naan ki jagah roti", "ek me pyaaz mat dena"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from knowledge.language.binding import find_wishes
from knowledge.language.drafts import Draft, Wish, settle_amount, settle_wishes
from knowledge.language.matching import CatalogueIndex
from knowledge.language.numbers import Quantity, convert
from knowledge.language.roles import Part, Role
from storage.rules.catalogue import Line

CHANGING = frozenset({Role.SET, Role.CORRECTION, Role.UNWANTED, Role.WITHOUT})
ORDERED_AS = frozenset({Role.PRODUCT, Role.STRANGE})


class Op(StrEnum):
    ADD = "add"
    SET = "set"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Amendment:
    """A change to the open basket. `product` is a catalogue name; `quantity` in its unit: the new one for SET, what
    comes to it or goes from it for ADD and REMOVE; None leaves it (SET) or takes the whole line (REMOVE).
    `options` and `without` are set on the line. With `line` given, only that line (its index) is meant."""

    op: Op
    product: str
    quantity: Decimal | None = None
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    note: str = ""
    line: int | None = None
    confidence: float = 1.0
    surface: str = ""


class Amender:
    """Reads segments as changes to `basket` where they are ones."""

    def __init__(self, index: CatalogueIndex, basket: Sequence[Line], minor_digits: int) -> None:
        self.index = index
        self.basket = list(basket)
        self._open = [i for i, line in enumerate(basket) if line.product in index.catalogue.by_name]
        self.found: list[Amendment] = []
        self._digits = minor_digits
        self._surface = ""

    def take(self, segment: Sequence[Part], fresh: bool) -> Sequence[Part]:
        """Keeps the changes of one segment and returns what is left to be read as new goods. `fresh` says that
        no new goods were named before it in the message, so that loose words are about the basket."""
        parts = [part for part in segment if part.role is not Role.NOISE]
        self._surface = " ".join(part.surface for part in segment)
        roles = {part.role for part in parts}
        heads = [i for i, part in enumerate(parts) if part.role is Role.PRODUCT]
        if Role.REPLACE in roles and heads:
            return self._replace(parts, heads)
        if Role.REMOVE in roles and heads:
            return self._remove(parts, heads)
        if not self._open:
            return segment
        if heads:
            return segment if not self._set_named(parts, heads, roles) else ()
        if fresh and not roles & ORDERED_AS and self._set_last(parts, roles):
            return ()
        return segment

    def add_loose(self, amount: Quantity | None) -> None:
        """ "2 aur": an amount that no goods followed, and that is said to come to them, comes to the last line."""
        if amount is not None and self._open and not self.found:
            product = self.index.catalogue.by_name[self.basket[self._open[-1]].product]
            value = convert(amount, product, self._digits).value
            self._keep(Op.ADD, product.name, value, line=self._open[-1])

    def _keep(
        self,
        op: Op,
        product: str,
        quantity: Decimal | None = None,
        wishes: Sequence[Wish] = (),
        line: int | None = None,
        confidence: float = 0.9,
    ) -> None:
        chosen = settle_wishes(self.index, self.index.catalogue.by_name[product], wishes)
        options, without, note = chosen
        self.found.append(Amendment(op, product, quantity, options, without, note, line, confidence, self._surface))

    def _resolve(self, head: Part) -> str | None:
        """The product of a head: words that fit several mean the one in the basket."""
        inside = {line.product for line in self.basket} & set(head.names)
        if len(inside) == 1:
            return next(iter(inside))
        return head.names[0] if len(head.names) == 1 and not head.doubtful else None

    def _lines_of(self, product: str | None) -> list[int]:
        return [i for i, line in enumerate(self.basket) if line.product == product]

    def _remove(self, parts: Sequence[Part], heads: list[int]) -> Sequence[Part]:
        at = next(i for i, part in enumerate(parts) if part.role is Role.REMOVE)
        if at > 0 and parts[at - 1].role is Role.OPTION:
            return parts  # "lal chutney mat dena" is about the dish
        before = [i for i in heads if i < at]
        gone = before or [i for i in heads if i > at]
        for i in gone:
            product = self._resolve(parts[i])
            if product is not None:
                amount = self._amount(parts[i], parts[: at + 1] if before else parts[at:])
                self._keep(Op.REMOVE, product, amount)
        return parts[at + 1 :] if before else parts[:at]

    def _amount(self, head: Part, parts: Sequence[Part]) -> Decimal | None:
        product = self._resolve(head)
        amounts = [part.quantity for part in parts if part.quantity is not None and not part.quantity.weak]
        if not amounts or product is None:
            return None
        draft = Draft(head, amounts, replaced=True)
        return settle_amount(draft, self.index.catalogue.by_name[product], self._digits).value

    def _replace(self, parts: Sequence[Part], heads: list[int]) -> Sequence[Part]:
        at = next(i for i, part in enumerate(parts) if part.role is Role.REPLACE)
        sides = [i for i in heads if i < at], [i for i in heads if i > at]
        old = next((i for side in sides for i in side if self._lines_of(self._resolve(parts[i]))), None)
        new = next((i for i in heads if i != old), None)
        gone = self._resolve(parts[old]) if old is not None else self._last_removed()
        chosen = self._resolve(parts[new]) if new is not None else None
        if gone is None or chosen is None or new is None:
            return [part for part in parts if part.role is not Role.REPLACE]
        if old is not None:
            self._keep(Op.REMOVE, gone)
        kept = next((self.basket[i].quantity for i in self._lines_of(gone)), None)
        amount = self._amount(parts[new], parts)
        wishes = list(find_wishes(parts).values())
        self._keep(Op.ADD, chosen, amount if amount is not None else kept, wishes)
        return ()

    def _last_removed(self) -> str | None:
        return next((change.product for change in reversed(self.found) if change.op is Op.REMOVE), None)

    def _set_named(self, parts: Sequence[Part], heads: list[int], roles: set[Role]) -> bool:
        """ "pyaaz 2 kg kar do", "bread brown wali dena": goods of the basket with a new amount or option."""
        product = self._resolve(parts[heads[0]])
        lines = self._lines_of(product)
        if product is None or not lines or len(heads) > 1:
            return False
        wishes = list(find_wishes(parts).values())
        amount = self._amount(parts[heads[0]], parts)
        says_so = bool(roles & CHANGING) and not (roles & CHANGING <= {Role.WITHOUT, Role.UNWANTED} and wishes)
        if not (says_so and (amount is not None or wishes)) and not (wishes and amount is None):
            return False
        self._keep(Op.SET, product, amount, wishes, lines[0] if len(lines) == 1 else None)
        return True

    def _set_last(self, parts: Sequence[Part], roles: set[Role]) -> bool:
        """ "2 nahi 3 kar do", "full kar do", "ek me pyaaz mat dena": no goods named, so the last ones are meant."""
        wishes = list(find_wishes(parts).values())
        amounts = [part.quantity for part in parts if part.quantity is not None]
        if amounts and wishes and Role.SET not in roles:
            return self._split_last(amounts[0], wishes)
        if amounts and roles & CHANGING:
            line = self._line_with(amounts)
            product = self.index.catalogue.by_name[self.basket[line].product]
            self._keep(Op.SET, product.name, convert(amounts[-1], product, self._digits).value, wishes, line)
            return True
        if wishes and not amounts:
            return self._wish_last(wishes, everywhere=Role.ALL in roles)
        return False

    def _line_with(self, amounts: Sequence[Quantity]) -> int:
        """The line that has the amount that is taken back ("2 nahi 3"), else the last."""
        by_name = self.index.catalogue.by_name
        if len(amounts) > 1:
            for i in reversed(self._open):
                said = convert(amounts[0], by_name[self.basket[i].product], self._digits).value
                if said == self.basket[i].quantity:
                    return i
        return self._open[-1]

    def _wish_last(self, wishes: Sequence[Wish], everywhere: bool) -> bool:
        by_name = self.index.catalogue.by_name
        fitting = [
            i
            for i in self._open
            if any(self.index.options.fits(by_name[self.basket[i].product], w.choices) for w in wishes)
        ]
        wanted = [wish for wish in wishes if not (wish.without and self._only_chosen(wish))]
        for i in fitting if everywhere else fitting[-1:]:
            self._keep(Op.SET, self.basket[i].product, None, wanted, i)
        return bool(fitting)

    def _only_chosen(self, wish: Wish) -> bool:
        """ "steam nahi" of a group that must have one value: the other value is said beside it."""
        groups = self.index.options.groups
        return not any(groups[choice.group].negatable for choice in wish.choices)

    def _split_last(self, amount: Quantity, wishes: Sequence[Wish]) -> bool:
        line = self._open[-1]
        whole = self.basket[line]
        product = self.index.catalogue.by_name[whole.product]
        value = convert(amount, product, self._digits).value
        if value > whole.quantity or not any(self.index.options.fits(product, w.choices) for w in wishes):
            return False
        if value == whole.quantity:
            self._keep(Op.SET, product.name, None, wishes, line)
        else:
            self._keep(Op.REMOVE, product.name, value, line=line)
            self._keep(Op.ADD, product.name, value, wishes)
        return True
