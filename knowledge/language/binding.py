"""Which amount and which option belongs to which goods: the grammar of lists as people write them."""

from collections.abc import Sequence

from knowledge.language.drafts import Draft, Wish
from knowledge.language.matching import CatalogueIndex
from knowledge.language.numbers import MEASURES, Quantity
from knowledge.language.parts import Part, Role

STEERING = frozenset({Role.NOISE, Role.ADD, Role.SET, Role.WITH, Role.SIZED, Role.OF_THEM})


class Binder:
    """Takes the segments of one message in order and keeps the drafts so far."""

    def __init__(self, index: CatalogueIndex) -> None:
        self.index = index
        self.drafts: list[Draft] = []
        self._waiting: list[Wish] = []  # options said before any goods
        self.loose_amount: Quantity | None = None  # an amount said before its goods, across a break
        self._corrects = False

    def take(self, segment: Sequence[Part]) -> None:
        """Binds one segment (parts between two breaks or joiners)."""
        parts = join_refusals([part for part in segment if part.role is not Role.NOISE])
        heads = [i for i, part in enumerate(parts) if self._is_head(parts, i)]
        roles = {part.role for part in parts}
        if heads:
            self._take_goods(parts, heads)
        elif Role.ALL in roles:
            self._spread(parts, self.drafts)
        else:
            self._take_rest(parts, roles)
        self._corrects = not heads and bool(roles & {Role.CORRECTION, Role.SET, Role.UNWANTED})

    def _is_head(self, parts: Sequence[Part], at: int) -> bool:
        if parts[at].role is Role.PRODUCT:
            return True
        if parts[at].role is not Role.STRANGE:
            return False
        around = [parts[i].quantity for i in (at - 1, at + 1) if 0 <= i < len(parts)]
        listed = bool(self.drafts) or any(part.role is Role.PRODUCT for part in parts)
        counted = any(amount is not None and (listed or not amount.weak) for amount in around)
        return counted or (bool(self.drafts) and len(parts) == 1)

    def _take_goods(self, parts: Sequence[Part], heads: list[int]) -> None:
        drafts = {at: self._open(parts, at) for at in heads}
        self._bind_amounts(parts, heads, drafts)
        self._bind_wishes(parts, heads, drafts)
        if any(part.role is Role.ALL for part in parts):
            self._spread(parts, [*self.drafts, *drafts.values()])
        first = drafts[heads[0]]
        first.wishes[:0] = self._waiting
        if self.loose_amount is not None and not first.amounts:
            first.amounts.append(self.loose_amount)
        self._waiting, self.loose_amount = [], None
        for draft in drafts.values():
            self._settle(draft)

    def _open(self, parts: Sequence[Part], at: int) -> Draft:
        corrected = any(part.role in (Role.CORRECTION, Role.SET) for part in parts[:at]) or self._corrects
        draft = Draft(parts[at])
        draft.replaced = any(part.role in (Role.CORRECTION, Role.UNWANTED, Role.WITHOUT, Role.SET) for part in parts)
        for earlier in self.drafts:
            same = set(earlier.head.names) & set(draft.head.names)
            if corrected and same and len(earlier.head.names) == 1:
                draft.head = earlier.head
                draft.wishes = list(earlier.wishes)
                earlier.dropped = True
        return draft

    def _settle(self, draft: Draft) -> None:
        marked = [pair for pair in draft.pairs if pair[1]]
        if len(marked) >= 2 and len(marked) == len(draft.pairs):
            own = [wish for wish in draft.wishes if all(wish not in wishes for _, wishes in marked)]
            draft.wishes = own
            self.drafts.extend(draft.copy(amount, wishes) for amount, wishes in marked)
            return
        self.drafts.append(draft)
        if marked and draft.pairs[0] not in marked and len(marked) == len(draft.pairs) - 1:
            self._take_apart(draft, marked)

    def _take_apart(self, draft: Draft, marked: list[tuple[Quantity, list[Wish]]]) -> None:
        """ "3 chai, ek bina cheeni ki": one of the three is another line."""
        whole = draft.pairs[0][0]
        if whole.unit in MEASURES or any(amount.unit for amount, _ in marked):
            return
        if sum(amount.value for amount, _ in marked) > whole.value:
            return
        draft.amounts = [whole]
        draft.wishes = [wish for wish in draft.wishes if all(wish not in wishes for _, wishes in marked)]
        for amount, wishes in marked:
            self._split(draft, amount, wishes)

    def _bind_amounts(self, parts: Sequence[Part], heads: list[int], drafts: dict[int, Draft]) -> None:
        counted = [i for i, part in enumerate(parts) if part.role is Role.QUANTITY]
        for at, head in pair_amounts(heads, counted).items():
            quantity = parts[at].quantity
            if quantity is not None:
                drafts[head].amounts.append(quantity)
                if quantity.each:
                    for other in (*self.drafts, *drafts.values()):
                        if not other.amounts:
                            other.amounts.append(quantity)

    def _bind_wishes(self, parts: Sequence[Part], heads: list[int], drafts: dict[int, Draft]) -> None:
        pairs: dict[int, list[tuple[Quantity, list[Wish]]]] = {at: [] for at in heads}
        owner_of_amount = pair_amounts(heads, [i for i, p in enumerate(parts) if p.role is Role.QUANTITY])
        for at, part in enumerate(parts):
            if part.role is Role.QUANTITY and at in owner_of_amount and part.quantity is not None:
                pairs[owner_of_amount[at]].append((part.quantity, []))
            elif part.role is Role.OPTION:
                wish = make_wish(parts, at)
                owner = self._owner_of(parts, heads, at, wish)
                drafts[owner].wishes.append(wish)
                if pairs[owner]:
                    pairs[owner][-1][1].append(wish)
        for at in heads:
            drafts[at].pairs = pairs[at]

    def _owner_of(self, parts: Sequence[Part], heads: list[int], at: int, wish: Wish) -> int:
        left = max((head for head in heads if head < at), default=None)
        right = min((head for head in heads if head > at), default=None)
        if left is None or right is None:
            return heads[0] if left is None else left
        nearest = left
        between = [part.role for part in parts[at + 1 : right]]
        counted_before = Role.QUANTITY in [part.role for part in parts[left + 1 : at]]
        leads = parts[0].role is Role.QUANTITY
        if Role.QUANTITY not in between and counted_before and leads:
            nearest = right
        fits = [side for side in (nearest, left + right - nearest) if self._fits(parts[side], wish)]
        return fits[0] if fits else nearest

    def _fits(self, head: Part, wish: Wish) -> bool:
        by_name = self.index.catalogue.by_name
        return any(self.index.options.fits(by_name[name], wish.choices) for name in head.names)

    def _take_rest(self, parts: Sequence[Part], roles: set[Role]) -> None:
        """A segment without goods: more about the last ones, or words about those to come."""
        wishes = [make_wish(parts, at) for at, part in enumerate(parts) if part.role is Role.OPTION]
        amounts = [part.quantity for part in parts if part.quantity is not None]
        if not self.drafts:
            self._waiting.extend(wishes)
            self.loose_amount = amounts[-1] if amounts else self.loose_amount
            return
        last = self.drafts[-1]
        if amounts and wishes and self._is_parallel(last, wishes):
            self.drafts.append(Draft(last.head, amounts[:1], wishes))
            return
        if amounts and wishes and self._splits(last, amounts[0], roles):
            self._split(last, amounts[0], wishes)
            return
        last.wishes.extend(wishes)
        if amounts and (not last.amounts or roles & {Role.CORRECTION, Role.UNWANTED, Role.SET, Role.WITHOUT}):
            last.amounts.append(amounts[-1])
            last.replaced = True
        elif amounts:
            self.loose_amount = amounts[-1]

    def _is_parallel(self, last: Draft, wishes: list[Wish]) -> bool:
        """ "1 bread white, 1 brown": another value of the same group is another line."""
        said = {choice for wish in last.wishes if not wish.without for choice in wish.choices}
        groups = {choice.group for choice in said if not self.index.options.groups[choice.group].multi}
        new = {choice for wish in wishes if not wish.without for choice in wish.choices}
        return any(choice.group in groups and choice not in said for choice in new)

    def _splits(self, last: Draft, amount: Quantity, roles: set[Role]) -> bool:
        whole = last.amounts[-1] if last.amounts else None
        if amount.unit or whole is None or whole.unit in ("kg", "g", "litre", "ml", "paav"):
            return False
        return whole.value >= amount.value or Role.OF_THEM in roles

    def _split(self, last: Draft, amount: Quantity, wishes: list[Wish]) -> None:
        whole = last.amounts[-1]
        rest = whole.value - amount.value
        part = Quantity(amount.value, whole.unit)
        self.drafts.append(last.copy(part, wishes))
        if rest > 0:
            last.amounts[-1] = Quantity(rest, whole.unit)
        else:
            last.dropped = True

    def _spread(self, parts: Sequence[Part], drafts: list[Draft]) -> None:
        """ "sab", "dono", "both": what follows holds for all the goods named so far."""
        start = next(i for i, part in enumerate(parts) if part.role is Role.ALL)
        for at in range(len(parts)):
            part = parts[at]
            if part.role is Role.OPTION and at > start:
                wish = make_wish(parts, at)
                for draft in drafts:
                    if wish not in draft.wishes and self._fits(draft.head, wish):
                        draft.wishes.append(wish)
            elif part.quantity is not None:
                for draft in drafts:
                    if not draft.amounts:
                        draft.amounts.append(part.quantity)


def make_wish(parts: Sequence[Part], at: int) -> Wish:
    """The option at `at` with the words that turn it: "no", "extra", "light" before it, "mat", "zyada" behind."""
    part = parts[at]
    before = _role_before(parts, at)
    after = parts[at + 1].role if at + 1 < len(parts) else None
    without = before is Role.WITHOUT or after in (Role.UNWANTED, Role.REMOVE) or before is Role.UNWANTED
    mark = ""
    if Role.MORE in (before, after):
        mark = "extra"
    elif Role.LESS in (before, after):
        mark = "light"
    return Wish(part.choices, part.surface, without, "" if without else mark)


def join_refusals(parts: Sequence[Part]) -> list[Part]:
    """ "without chutney", where that is no option but goods or a strange word: kept as a wish that nothing offers,
    so that it ends in the note and never as goods that were ordered."""
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if last is not None and last.role is Role.WITHOUT and part.role in (Role.PRODUCT, Role.STRANGE):
            joined[-1] = Part(Role.OPTION, f"{last.surface} {part.surface}", last.start, part.end)
        else:
            joined.append(part)
    return joined


def _role_before(parts: Sequence[Part], at: int) -> Role | None:
    """The steering word before a run of options: "no onion garlic" refuses both."""
    while at > 0 and parts[at - 1].role in (Role.OPTION, Role.STRANGE):
        at -= 1
    return parts[at - 1].role if at > 0 else None


def pair_amounts(heads: Sequence[int], counted: Sequence[int]) -> dict[int, int]:
    """Position of each amount to the position of its goods: a list that ends with an amount counts behind its
    goods, one that ends with goods before them; with a single head every amount is its own."""
    if not heads or not counted:
        return {}
    if len(heads) == 1:
        return dict.fromkeys(counted, heads[0])
    if counted[0] < heads[0] and counted[-1] > heads[-1]:
        first = {at: heads[0] for at in counted if at < heads[0]}
        rest = [at for at in counted if at > heads[0]]
        if len([at for at in rest if at < heads[1]]) < 1 or len(heads) > len(counted):
            return first | pair_amounts(heads[1:], rest)
    behind = counted[-1] > heads[-1] and counted[0] > heads[0]
    pairs = {}
    for at in counted:
        left = [head for head in heads if head < at]
        right = [head for head in heads if head > at]
        pairs[at] = (left or right)[-1 if left else 0] if behind or not right else right[0]
    return pairs
