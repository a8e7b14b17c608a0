"""From tokens to typed parts: goods, amounts, options and the small words that steer them."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from knowledge.language.lexicon import lexicon
from knowledge.language.matching import CatalogueIndex, NameMatch
from knowledge.language.numbers import Quantity, read_quantity, read_value
from knowledge.language.options import OptionMatch
from knowledge.language.roles import Part, Role, claims, is_common, is_english, slips
from knowledge.language.tokens import Kind, Token
from knowledge.language.vocabulary import Hit, Vocabulary

WINDOW = 10
SOUND_SCORE = 0.97
LEAST_SCORE = 0.82  # a guess below it (one misspelled word of a longer name) is asked for, not taken
SOUND_LENGTH = 5  # shorter words of the language are goods only when spelled as the catalogue spells them
LONGEST_PHRASE = 4

COUNTED_BEHIND = frozenset({Role.PRODUCT, Role.ADD, Role.JOINER, Role.UNWANTED, Role.CORRECTION, Role.OF_THEM})


class Parser:
    """Splits one message into parts; made for each message, thrown away after."""

    def __init__(self, index: CatalogueIndex, tokens: Sequence[Token]) -> None:
        self.index = index
        self.tokens = tokens
        self.hits = [self._find(token, index.vocabulary) for token in tokens]
        self.option_hits = [self._find(token, index.options.vocabulary) for token in tokens]
        for i, (name, option) in enumerate(zip(self.hits, self.option_hits, strict=True)):
            if name is not None and option is not None:  # a well-spelled word is no misspelling of another
                self.hits[i] = None if name.score < SOUND_SCORE <= option.score else name
                self.option_hits[i] = None if option.score < SOUND_SCORE <= name.score else option
        self._mend_names()
        self._mend_words()
        self.parts: list[Part] = []

    def _mend_names(self) -> None:
        """A short word of the language is goods by its sound where it ends a name ("एक्स्ट्रा पाव")."""
        for i, token in enumerate(self.tokens[1:], start=1):
            before = self.hits[i - 1]
            if self.hits[i] is None and before is not None and token.kind is Kind.WORD:
                hit = self.index.vocabulary.find(token.text, fuzzy=False)
                if hit is not None and self.index.is_name((before.key, hit.key)):
                    self.hits[i] = hit

    def _mend_words(self) -> None:
        """A word that names nothing and is one slip of the thumb from a word that steers is that one."""
        mended = list(self.tokens)
        for i, token in enumerate(mended):
            if token.kind is Kind.WORD and self.hits[i] is None and self.option_hits[i] is None:
                meant = slips().get(token.text)
                if meant and not is_common(token.text):
                    mended[i] = replace(token, text=meant)
                    self.hits[i] = self._find(mended[i], self.index.vocabulary)  # "patta" is a unit and a name
        self.tokens = mended

    def _find(self, token: Token, vocabulary: Vocabulary) -> Hit | None:
        if token.kind is Kind.NUMBER:
            return vocabulary.find(token.text, fuzzy=False)
        if token.kind is not Kind.WORD:
            return None
        if not is_common(token.text):
            return vocabulary.find(token.text)
        hit = vocabulary.find(token.text, fuzzy=False)
        return hit if hit is not None and (hit.score == 1.0 or len(token.text) >= SOUND_LENGTH) else None

    def split(self) -> list[Part]:
        """All parts in order; every token is in at most one of them."""
        at = 0
        while at < len(self.tokens):
            part = self._read_part(at)
            self.parts.append(part)
            at = max(part.end, at + 1)
        return self.parts

    def _read_part(self, at: int) -> Part:
        token = self.tokens[at]
        if token.kind is Kind.BREAK:
            return self._part(Role.BREAK, at, at + 1)
        if token.kind is Kind.SYMBOL and token.text not in ("₹", "&", "+"):
            return self._part(Role.BREAK if token.text in ":()/" else Role.NOISE, at, at + 1)
        return self._read_aside(at) or self._read_meaning(at)

    def _read_aside(self, at: int) -> Part | None:
        """Numbers that count no goods: hours, people, house and telephone numbers."""
        token, after = self.tokens[at], self._text(at + 1)
        words = lexicon()
        if (token.text,) in words.roles["places"]:
            named = at + 1 + ((after,) in words.roles["numbered"])  # "house no 45"
            return self._part(Role.NOISE, at, named + 1) if self._is_number(named) else None
        if token.kind is not Kind.NUMBER and token.text not in words.numbers:
            return None
        timed = any((after,) in words.times[name] for name in ("oclock", "pm", "minutes", "hours"))
        timed = timed or (after == "am" and token.kind is Kind.NUMBER)
        if timed or (after,) in words.roles["people"]:
            return self._part(Role.NOISE, at, at + 2)
        street = (self._text(at + 2),) in words.roles["streets"]
        if street and self.hits[at + 1] is None and self.tokens[at + 1].kind is Kind.WORD:
            return self._part(Role.NOISE, at, at + 3)
        if after == ":" and self._is_number(at + 2):
            return self._part(Role.NOISE, at, at + 3)
        glued = at > 1 and self._text(at - 1) in ("-", "/", "#", "@") and self._touches(at - 1)
        if glued and self.tokens[at - 2].kind is Kind.WORD and self.tokens[at - 2].end == self.tokens[at - 1].start:
            return self._part(Role.NOISE, at, at + 1)
        return self._part(Role.NOISE, at, at + 1) if len(token.text) > 6 and token.kind is Kind.NUMBER else None

    def _touches(self, at: int) -> bool:
        return self.tokens[at].end == self.tokens[at + 1].start

    def _is_number(self, at: int) -> bool:
        return at < len(self.tokens) and self.tokens[at].kind is Kind.NUMBER

    def _text(self, at: int) -> str:
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def _read_meaning(self, at: int) -> Part:
        places = self._window(at)
        name = self.index.match_names([self.hits[i] for i in places])
        choice = self.index.options.match([self._text(i) for i in places], [self.option_hits[i] for i in places])
        phrase, role = self._match_phrase(at)
        sure = name is not None and name.exact and name.score == 1.0
        if name is not None and name.length == 1 and not sure and is_common(self._text(at)):
            name = None
        if name is not None and self._prefers_name(name, choice, phrase, at):
            return self._product(name, places)
        if phrase > 1 and (choice is None or choice.length < phrase):
            return self._part(role, at, at + phrase)
        counted = read_quantity(self.tokens, at) if self._is_number_here(at) else None
        halved = counted is not None and counted[0].half and not counted[0].unit
        if counted is None and self._is_zero(at):
            return self._zero(at)
        names_more = counted is not None and choice is not None and choice.length > counted[1] - at  # "80 gsm"
        if counted is not None and not (choice is not None and (halved or names_more)):
            return self._quantity(counted[0], at, counted[1])
        if choice is not None:
            return self._option(choice, places)
        if name is not None:
            return self._product(name, places)
        if phrase:
            return self._part(role, at, at + phrase)
        return self._plain(at)

    def _is_number_here(self, at: int) -> bool:
        """Whether a word that English has for something else ("do") counts here: beside a unit or goods, and not
        behind "can", "you", "to"."""
        words = lexicon()
        if self._text(at) not in words.unsure:
            return True
        before, after = self._text(at - 1), self._text(at + 1)
        if after in words.units:
            return not (at and (self.tokens[at - 1].kind is Kind.NUMBER or before in words.numbers))
        if (before,) in words.roles["helpers"] or (at and self.tokens[at - 1].kind is Kind.NUMBER):
            return False
        if at + 1 < len(self.tokens) and self.tokens[at + 1].kind is Kind.WORD:
            named = self.hits[at + 1] is not None or self.option_hits[at + 1] is not None
            return named or not is_english(after)
        if at + 1 < len(self.tokens) and self.tokens[at + 1].kind is Kind.SYMBOL:
            return True
        last = next((part.role for part in reversed(self.parts) if part.role is not Role.NOISE), None)
        return last in COUNTED_BEHIND

    def _window(self, at: int) -> list[int]:
        """Positions of the words that a name beginning at `at` could have, small words between them left out."""
        places = [at]
        small = lexicon().roles["fillers"]
        for i in range(at + 1, min(at + WINDOW, len(self.tokens))):
            if self.tokens[i].kind not in (Kind.WORD, Kind.NUMBER):
                if self._text(i) not in ("-", "&", "'"):
                    break
            elif self.hits[i] is not None or self.option_hits[i] is not None or (self._text(i),) not in small:
                places.append(i)
        return places

    def _match_phrase(self, at: int) -> tuple[int, Role]:
        for length in range(min(LONGEST_PHRASE, len(self.tokens) - at), 0, -1):
            phrase = tuple(token.text for token in self.tokens[at : at + length])
            role = claims().get(phrase)
            if role is not None:
                return length, role
        return 0, Role.NOISE

    def _prefers_name(self, name: NameMatch, choice: OptionMatch | None, phrase: int, at: int) -> bool:
        if choice is not None and choice.length >= name.length and self._is_choice_here(name, choice, at):
            return False
        if name.length > 1:
            return name.exact or phrase < 2
        if phrase > 1 or (choice is not None and not name.exact):
            return False
        return name.exact or not self._is_number_here(at) or read_quantity(self.tokens, at) is None

    def _is_choice_here(self, name: NameMatch, choice: OptionMatch, at: int) -> bool:
        if choice.length > name.length or (choice.score > name.score) or not name.exact:
            return True
        if choice.score < name.score:
            return False
        before = next((p for p in reversed(self.parts) if p.role is not Role.NOISE), None)
        if before is not None and before.role in (Role.WITH, Role.WITHOUT, Role.MORE, Role.LESS):
            return True
        _, role = self._match_phrase(at + choice.length) if at + choice.length < len(self.tokens) else (0, Role.NOISE)
        if role in (Role.UNWANTED, Role.MORE, Role.LESS):
            return True
        if before is None or before.role is not Role.PRODUCT:
            return False
        product = self.index.catalogue.by_name[before.names[0]]
        return self.index.options.fits(product, choice.choices) is not None

    def _product(self, name: NameMatch, places: list[int]) -> Part:
        start, end = places[0], places[name.length - 1] + 1
        doubtful = name.length == 1 and not name.exact and name.score < LEAST_SCORE
        surface = self._surface(start, end)
        return Part(
            Role.PRODUCT,
            surface,
            start,
            end,
            name.products,
            name.exact,
            name.score,
            doubtful=doubtful,
            modifier=name.modifier,
        )

    def _option(self, choice: OptionMatch, places: list[int]) -> Part:
        start, end = places[0], places[choice.length - 1] + 1
        return Part(Role.OPTION, self._surface(start, end), start, end, score=choice.score, choices=choice.choices)

    def _quantity(self, quantity: Quantity, at: int, end: int) -> Part:
        return Part(Role.QUANTITY, self._surface(at, end), at, end, quantity=quantity)

    def _is_zero(self, at: int) -> bool:
        return read_value(self.tokens, at)[0] == 0

    def _zero(self, at: int) -> Part:
        end = read_value(self.tokens, at)[1]
        end += self._text(end) in lexicon().units
        return replace(self._part(Role.ZERO, at, end), quantity=Quantity(Decimal(0)))

    def _plain(self, at: int) -> Part:
        token = self.tokens[at]
        if token.kind is Kind.SYMBOL:
            return self._part(Role.JOINER, at, at + 1)
        strange = token.kind is Kind.WORD and len(token.text) > 1 and not is_common(token.text)
        return self._part(Role.STRANGE if strange else Role.NOISE, at, at + 1)

    def _part(self, role: Role, at: int, end: int) -> Part:
        return Part(role, self._surface(at, end), at, end)

    def _surface(self, start: int, end: int) -> str:
        return " ".join(token.surface.strip() for token in self.tokens[start:end])
