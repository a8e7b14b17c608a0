"""Talk beside an order: what must not become goods, and what it is for instead."""

from decimal import Decimal

import pytest

from knowledge.language.intents import Intent, read_intent
from knowledge.language.orders import read_order
from knowledge.language.vocabulary import Vocabulary
from storage.rules.catalogue import Line
from tests.knowledge.menus import bakery, cafe

BASKET = (Line("coffee", Decimal(2)), Line("onion_vada", Decimal(1)), Line("dosa_masala", Decimal(2)))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("show my cart", Intent.BASKET), ("what's in my cart", Intent.BASKET), ("cart", Intent.BASKET),
        ("my cart is wrong", Intent.BASKET), ("basket", Intent.BASKET), ("my order list", Intent.BASKET),
        ("what have I ordered?", Intent.BASKET), ("cart me kya hai", Intent.BASKET), ("टोकरी दिखाओ", Intent.BASKET),
        ("कार्ट", Intent.BASKET), ("empty my cart", Intent.CANCEL),
        ("can you do it in 20 minutes", Intent.OTHER), ("talk to a human", Intent.HUMAN),
        ("what time do you close?", Intent.HOURS), ("are you open", Intent.HOURS), ("are you open?", Intent.HOURS),
        ("delivery charge kitna", Intent.PRICE), ("how much is delivery charge?", Intent.PRICE),
        ("2", Intent.OTHER), ("2 so please", Intent.OTHER), ("bata do", Intent.OTHER), ("2 plates", Intent.OTHER),
        ("rehne do", Intent.CANCEL), ("acha rehne do bhai", Intent.CANCEL), ("chhodo", Intent.CANCEL),
        ("leave it", Intent.CANCEL), ("ok forget it", Intent.CANCEL), ("रहने दो", Intent.CANCEL),
        ("leave it at the door", Intent.OTHER), ("leave it at home", Intent.OTHER),
    ],
)  # fmt: skip
@pytest.mark.parametrize("basket", [(), BASKET])
def test_talk_is_no_order_with_and_without_a_basket(text: str, intent: Intent, basket: tuple[Line, ...]) -> None:
    reading = read_order(cafe(), text, basket)
    assert reading.is_empty, reading
    assert read_intent(text, False) is intent


@pytest.mark.parametrize("word", ["crat", "caret", "gajr"])
def test_one_misspelled_word_of_a_longer_name_is_asked_for(word: str) -> None:
    reading = read_order(cafe(), word)
    assert not reading.lines
    assert [unknown.candidates for unknown in reading.unknown] in ([("carrot_halwa",)], [])


def test_a_basket_word_beside_goods_leaves_them_an_order() -> None:
    reading = read_order(cafe(), "add 2 idli to my cart")
    assert [(line.product, line.quantity) for line in reading.lines] == [("idli", 2)]
    assert read_intent("add 2 idli to my cart", True) is Intent.ORDER


def test_short_words_of_another_first_sound_are_never_near() -> None:
    words = Vocabulary()
    for name in ("gajar", "dosa", "idli", "chai"):
        words.add(name)
    assert [words.find(word) for word in ("cart", "rosa", "bosa", "ajar", "tidli")] == [None] * 5


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("do coffee bhej do", 2), ("do glass coffee", 2), ("coffee do glass", 2), ("can you do coffee", 1),
        ("do 3 coffee please", 3), ("can you do 3 coffee", 3), ("I want to have coffee", 1), ("1 tin coffee", 1),
        ("2 so coffee", 2), ("coffee 5 so do na", 5),
    ],
)  # fmt: skip
def test_number_words_that_english_has_count_only_beside_goods_and_units(text: str, quantity: int) -> None:
    assert [(line.product, line.quantity) for line in read_order(cafe(), text).lines] == [("coffee", quantity)]


@pytest.mark.parametrize(
    ("text", "op", "quantity"),
    [
        ("make it 3", "set", 3),
        ("3 kar do", "set", 3),
        ("do kar do", "set", 2),
        ("2 aur", "add", 2),
        ("2 more", "add", 2),
    ],
)
def test_a_number_changes_the_basket_only_when_it_says_so(text: str, op: str, quantity: int) -> None:
    [change] = read_order(cafe(), text, BASKET).amendments
    assert (change.op, change.product, change.quantity) == (op, "dosa_masala", quantity)


def test_a_question_about_an_option_changes_nothing() -> None:
    assert read_order(cafe(), "does it come with onion?", BASKET).is_empty
    assert not read_order(cafe(), "can you make it without onion?", BASKET).is_empty


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("how much is masala dosa", Intent.PRICE), ("how much is a masala dosa?", Intent.PRICE),
        ("coffee cancel kar do", Intent.AMEND), ("cancel the coffee", Intent.AMEND), ("कॉफी कैंसिल कर दो", Intent.AMEND),
        ("cancel my order", Intent.CANCEL), ("order cancel kar do", Intent.CANCEL), ("coffee rehne do", Intent.AMEND),
        ("don't forget the coffee", Intent.ORDER),
    ],
)  # fmt: skip
def test_intents_beside_goods_of_the_basket(text: str, intent: Intent) -> None:
    assert read_intent(text, has_lines=True) is intent


def test_the_shops_own_spelling_wins_over_the_lists() -> None:
    assert [line.product for line in read_order(bakery(), "2 puff").lines] == ["patty"]
