"""The words of a catalogue and of its options that the words of one message are, before anything is read of them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from knowledge.language.lexicon import lexicon
from knowledge.language.matching import JOINER, CatalogueIndex
from knowledge.language.roles import SLIP_LENGTH, claims, is_common, slips
from knowledge.language.tokens import Kind, Token
from knowledge.language.vocabulary import Hit, Vocabulary

SOUND_SCORE = 0.97
SOUND_LENGTH = 5  # shorter words of the language are goods only when spelled as the catalogue spells them
SHORT_INDIC = 3  # of an option in another script, which catalogues seldom spell out


@lru_cache(maxsize=1)
def counting_words() -> frozenset[str]:
    """Number words that are nothing else."""
    return frozenset(lexicon().numbers.keys() - lexicon().unsure - {"a", "an"})


class HitFinder:
    """`hits` (names) and `option_hits` of each of `tokens`, whose slips of steering words are mended."""

    def __init__(self, index: CatalogueIndex, tokens: Sequence[Token]) -> None:
        self.index = index
        self.tokens = tokens
        self.hits = [self._find_name(token) for token in tokens]
        self.option_hits = [self._find(token, index.options.vocabulary) for token in tokens]
        for i, (name, option) in enumerate(zip(self.hits, self.option_hits, strict=True)):
            if name is not None and option is not None:  # a well-spelled word is no misspelling of another
                self.hits[i] = None if name.score < SOUND_SCORE <= option.score else name
                self.option_hits[i] = None if option.score < SOUND_SCORE <= name.score else option
        self._mend_names()
        self._count_common()
        self._mend_words()
        self._read_figures()

    def _mend_names(self) -> None:
        """A short word of the language is goods by its sound where it ends a name ("एक्स्ट्रा पाव")."""
        for i, token in enumerate(self.tokens[1:], start=1):
            before = self.hits[i - 1]
            if self.hits[i] is None and before is not None and token.kind is Kind.WORD:
                hit = self.index.vocabulary.find(token.text, fuzzy=False)
                if hit is not None and self.index.is_name((before.key, hit.key)):
                    self.hits[i] = hit

    def _count_common(self) -> None:
        """ "51 diye": a word of the language that is counted in figures is goods by its sound."""
        for i, token in enumerate(self.tokens[1:], start=1):
            counted = self.tokens[i - 1].kind is Kind.NUMBER or self.tokens[i - 1].text in counting_words()
            if self.hits[i] is None and token.kind is Kind.WORD and counted:
                steers = len(token.text) < SLIP_LENGTH or token.text in lexicon().units or (token.text,) in claims()
                hit = None if steers else self.index.vocabulary.find(token.text, fuzzy=False)
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

    def _read_figures(self) -> None:
        """Number words in front of a word of a name are the figures that catalogues have ("two inch brush")."""
        for i, token in enumerate(self.tokens[:-1]):
            value = lexicon().numbers.get(token.text)
            after = self.tokens[i + 1].text
            if (
                value is not None
                and self.hits[i] is None
                and self.hits[i + 1] is not None
                and after not in lexicon().units
            ):
                self.hits[i] = self.index.vocabulary.find(format(value.normalize(), "f"), fuzzy=False)

    def _find_name(self, token: Token) -> Hit | None:
        if self.index.joins and (token.text,) in lexicon().roles["joiners"]:
            return Hit(JOINER, 1.0)
        return self._find(token, self.index.vocabulary)

    def _find(self, token: Token, vocabulary: Vocabulary) -> Hit | None:
        if token.kind is Kind.NUMBER:
            return vocabulary.find(token.text, fuzzy=False)
        if token.kind is not Kind.WORD:
            return None
        if not is_common(token.text):
            return vocabulary.find(token.text)
        hit = vocabulary.find(token.text, fuzzy=False)
        least = SOUND_LENGTH if token.text.isascii() or vocabulary is self.index.vocabulary else SHORT_INDIC
        return hit if hit is not None and (hit.score == 1.0 or len(token.text) >= least) else None
