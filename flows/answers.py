"""Answers to a question with a few possible answers: tapped, typed by number, or said in words."""

from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz

from flows.messages import Button
from flows.turn import Turn
from knowledge.language.tokens import clean

# Nothing more: these words end a list as well as they refuse an offer.
_NOTHING = (
    "no",
    "nope",
    "nah",
    "no no",
    "no thanks",
    "no thank you",
    "nope thanks",
    "nothing else",
    "nothing more",
    "no more",
    "that's all",
    "thats all",
    "that is all",
    "that's it",
    "thats it",
    "no that's all",
    "no thats all",
    "enough",
    "nahi",
    "nahin",
    "nhi",
    "na",
    "nahi ji",
    "bas",
    "bas bas",
    "bas itna",
    "bas itna hi",
    "bas yahi",
    "itna hi",
    "kuch nahi",
    "aur kuch nahi",
    "नहीं",
    "नही",
    "बस",
    "बस इतना ही",
    "कुछ नहीं",
    "और कुछ नहीं",
)
_PLACE = (
    "place order",
    "place my order",
    "place the order",
    "place it",
    "order",
    "order it",
    "order now",
    "order karo",
    "order kar do",
    "order kardo",
    "order kr do",
    "order place karo",
    "order place kar do",
    "order de do",
    "ऑर्डर",
    "ऑर्डर करो",
    "ऑर्डर कर दो",
    "ऑर्डर करें",
    "ऑर्डर दे दो",
)
# What people say instead of the button's own words, in Latin letters and Devanagari.
WORDS: Mapping[str, tuple[str, ...]] = {
    "delivery": (
        "deliver",
        "deliver it",
        "home delivery",
        "send it",
        "ghar pe",
        "ghar par",
        "ghar bhej do",
        "ghar pe bhej do",
        "ghar par bhej do",
        "bhej do",
        "delivery kar do",
        "डिलीवरी",
        "घर भेज दो",
        "घर पर",
        "घर पे",
        "घर पर भेज दो",
        "भेज दो",
    ),
    "pickup": (
        "pick up",
        "takeaway",
        "take away",
        "khud aaunga",
        "le jaunga",
        "main aa raha hun",
        "पिकअप",
        "खुद ले जाऊंगा",
    ),
    "asap": ("asap", "now", "soon", "abhi", "jaldi", "turant", "jitni jaldi ho sake", "अभी", "जल्दी", "तुरंत"),
    "none": (*_NOTHING, "none", "nothing", "-"),
    "confirm": (
        "yes",
        "ok",
        "okay",
        "confirm",
        "haan",
        "han",
        "ha",
        "ji",
        "theek hai",
        "thik hai",
        "done",
        "pakka",
        "go ahead",
        "correct",
        "yes please",
        "yes place it",
        "confirm it",
        "confirm kar do",
        "confirm karo",
        "हाँ",
        "हां",
        "ठीक है",
        "कन्फर्म",
        "कन्फर्म करो",
        *_PLACE,
    ),
    "checkout": (*_PLACE, "checkout", "check out", "proceed", "confirm", "done"),
    "clear": (
        "empty",
        "empty my basket",
        "empty cart",
        "clear",
        "clear basket",
        "clear cart",
        "cart khali karo",
        "khali kar do",
        "कार्ट खाली करो",
    ),
    "change": (
        "change",
        "change it",
        "change order",
        "change my order",
        "change something",
        "edit",
        "edit it",
        "modify",
        "badlo",
        "badal do",
        "badalna hai",
        "change karo",
        "change kar do",
        "change karna hai",
        "बदलो",
        "बदल दो",
        "बदलना है",
    ),
    "no": _NOTHING,
    "same": ("same", "same address", "wahi", "wahi pata", "वही"),
}
_CLOSE_ENOUGH = 88


def says_no(turn: Turn) -> bool:
    """Whether the text is a bare no: "no", "bas", "that's all", and nothing beside it."""
    return turn.inbound.kind == "text" and _plain(turn) in _NOTHING


def _plain(turn: Turn) -> str:
    return " ".join(clean(turn.inbound.text).casefold().replace(",", " ").strip(" .!।").split())


def chosen(turn: Turn, buttons: Sequence[Button], numbers: bool = True) -> str | None:
    """The `data` of the button that was meant, or None. A bare number counts the buttons from 1, where `numbers`
    may: under a card that one taps, "3" is an amount rather than the third button."""
    if turn.inbound.kind == "tap":
        return next((button.data for button in buttons if button.data == turn.inbound.data), None)
    if turn.inbound.kind != "text":
        return None
    said = _plain(turn)
    if numbers and said.isdecimal() and 1 <= int(said) <= len(buttons):
        return buttons[int(said) - 1].data
    for button in buttons:
        meanings = (clean(button.label).casefold(), *WORDS.get(button.data.rpartition(":")[2], ()))
        if said in meanings or any(len(said) > 3 and fuzz.ratio(said, each) >= _CLOSE_ENOUGH for each in meanings):
            return button.data
    return None
