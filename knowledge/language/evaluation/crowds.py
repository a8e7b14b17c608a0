"""A catalogue grown to thousands of products, to measure how long a message takes among them."""

import random
from dataclasses import replace

from storage.rules.catalogue import Catalogue, Product

_CONSONANTS = "bdghjklmnprstvy"
_VOWELS = "aeiou"
_SIZES = ("", "", "100 g", "500 g", "1 kg", "200 ml", "1 litre")


def grow(catalogue: Catalogue, size: int, seed: int = 7) -> Catalogue:
    """`catalogue` with invented goods up to `size` products: names of two or three words, each in some ten of them."""
    chance = random.Random(seed)  # noqa: S311 - measures, guards nothing
    lacking = max(0, size - len(catalogue.products))
    words = [_invent(chance) for _ in range(max(20, lacking // 4))]
    added = tuple(_product(chance, words, number) for number in range(lacking))
    return replace(catalogue, products=(*catalogue.products, *added), version=f"{catalogue.version}+{lacking}")


def _invent(chance: random.Random) -> str:
    pairs = (chance.choice(_CONSONANTS) + chance.choice(_VOWELS) for _ in range(chance.randint(2, 4)))
    return "".join(pairs) + chance.choice(("", "n", "l", "r", "t", "k"))


def _product(chance: random.Random, words: list[str], number: int) -> Product:
    said = [chance.choice(words) for _ in range(chance.randint(2, 3))]
    title = " ".join([*(word.capitalize() for word in said), chance.choice(_SIZES)]).strip()
    return Product(f"more_{number}", title, price=1000 + number % 9000, category=f"shelf {number % 40}")
