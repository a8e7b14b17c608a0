"""Talk beside an order: what must not become goods, and what it is for instead."""

from decimal import Decimal

import pytest

from knowledge.language.basket import apply_reading
from knowledge.language.intents import Intent, read_intent
from knowledge.language.orders import Op, read_order
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
    assert [(line.product, float(line.quantity)) for line in reading.lines] == [("idli", 2.0)]
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
    assert [(line.product, float(line.quantity)) for line in read_order(cafe(), text).lines] == [("coffee", quantity)]


@pytest.mark.parametrize(
    ("text", "op", "quantity"),
    [
        ("make it 3", Op.SET, 3),
        ("3 kar do", Op.SET, 3),
        ("do kar do", Op.SET, 2),
        ("2 aur", Op.ADD, 2),
        ("2 more", Op.ADD, 2),
    ],
)
def test_a_number_changes_the_basket_only_when_it_says_so(text: str, op: Op, quantity: int) -> None:
    [change] = read_order(cafe(), text, BASKET).amendments
    assert change.op is op
    assert (change.product, change.quantity) == ("dosa_masala", Decimal(quantity))


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


@pytest.mark.parametrize("text", ["no onion", "without onion", "bina pyaaz", "pyaaz mat daalna"])
def test_a_refused_option_goes_to_the_last_line_that_offers_it(text: str) -> None:
    basket = (*BASKET, Line("idli"))
    [change] = read_order(cafe(), text, basket).amendments
    assert (change.product, change.line, change.without) == ("dosa_masala", 2, ("onion",))
    assert read_intent(text, has_lines=True) is not Intent.DECLINE
    assert apply_reading(basket, read_order(cafe(), text, basket))[2].without == ("onion",)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("no coffee", {"coffee"}), ("actually no dosa", {"dosa_masala"}), ("coffee nahi", {"coffee"}),
        ("coffee cancel kar do", {"coffee"}), ("cancel the coffee", {"coffee"}), ("skip the vada", {"onion_vada"}),
        ("0 dosa", {"dosa_masala"}), ("dosa 0", {"dosa_masala"}), ("coffee 0 kar do", {"coffee"}), ("zero coffee", {"coffee"}),
        ("make it 0", {"dosa_masala"}), ("no idli", set()), ("0 idli", set()), ("0 tea", set()), ("0", set()),
    ],
)  # fmt: skip
def test_goods_of_the_basket_are_refused(text: str, gone: set[str]) -> None:
    reading = read_order(cafe(), text, BASKET)
    assert not reading.lines
    assert not reading.unknown
    left = {line.product for line in apply_reading(BASKET, reading)}
    assert left == {line.product for line in BASKET} - gone


@pytest.mark.parametrize("basket", [(), (Line("tea"),)])
@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("2 masala dosa, drop the dosa and add idli instead", {"idli": 1}),
        ("2 masala dosa, drop the dosa add idli instead", {"idli": 1}),
        ("2 coffee 3 idli, remove the coffee", {"idli": 3}),
        ("2 coffee aur 1 idli, coffee hata do", {"idli": 1}),
        ("3 coffee, remove one coffee", {"coffee": 2}),
        ("2 coffee, 3 idli, no coffee", {"idli": 3}),
        ("2 idli 0 coffee", {"idli": 2}), ("0 coffee 2 idli", {"idli": 2}), ("coffee 0, idli 2", {"idli": 2}),
        ("2 dosa, 1 idli, drop the dosa", {"idli": 1}),
        ("0 dosa", {}), ("10 idli", {"idli": 10}),
    ],
)  # fmt: skip
def test_what_a_message_takes_back_is_not_ordered(text: str, lines: dict[str, int], basket: tuple[Line, ...]) -> None:
    reading = read_order(cafe(), text, basket)
    assert {line.product: float(line.quantity) for line in reading.lines} == lines
    assert not reading.unknown
    assert not reading.amendments


@pytest.mark.parametrize("text", ["masala chai", "2 masala chai", "masala wali chai", "gajar chai", "filter tea"])
def test_a_word_that_only_begins_names_is_no_item_before_other_goods(text: str) -> None:
    reading = read_order(cafe(), text)
    assert not reading.lines
    [unknown] = reading.unknown
    assert unknown.candidates[0] == "tea"
    assert len(unknown.candidates) == 2


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("masala dosa chai", ["dosa_masala", "tea"]), ("masala, chai", ["dosa_masala", "tea"]),
        ("2 masala 3 chai", ["dosa_masala", "tea"]), ("idli coffee", ["idli", "coffee"]), ("halwa chai", ["carrot_halwa", "tea"]),
    ],
)  # fmt: skip
def test_goods_in_a_row_stay_goods(text: str, lines: list[str]) -> None:
    assert [line.product for line in read_order(cafe(), text).lines] == lines
