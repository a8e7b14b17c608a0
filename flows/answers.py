"""Answers to a question with a few possible answers: tapped, typed by number, or said in words."""

from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz

from flows.messages import Button
from flows.turn import Turn
from knowledge.language.tokens import clean

# What people say instead of the button's own words, in Latin letters and Devanagari.
WORDS: Mapping[str, tuple[str, ...]] = {
    "delivery": ("deliver", "home delivery", "ghar pe", "ghar bhej do", "bhej do", "डिलीवरी", "घर भेज दो", "घर पर"),
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
    "none": ("no", "none", "nothing", "no thanks", "nahi", "nahin", "kuch nahi", "bas", "नहीं", "कुछ नहीं", "-"),
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
        "हाँ",
        "हां",
        "ठीक है",
    ),
    "change": ("change", "edit", "badlo", "badalna hai", "बदलो", "बदलना है"),
    "same": ("same", "same address", "wahi", "wahi pata", "वही"),
}
_CLOSE_ENOUGH = 88


def chosen(turn: Turn, buttons: Sequence[Button]) -> str | None:
    """The `data` of the button that was meant, or None. A bare number counts the buttons from 1."""
    if turn.inbound.kind == "tap":
        return next((button.data for button in buttons if button.data == turn.inbound.data), None)
    said = clean(turn.inbound.text).strip(" .!")
    if said.isdecimal() and 1 <= int(said) <= len(buttons):
        return buttons[int(said) - 1].data
    for button in buttons:
        meanings = (clean(button.label), *WORDS.get(button.data.rpartition(":")[2], ()))
        if said in meanings or any(len(said) > 3 and fuzz.ratio(said, each) >= _CLOSE_ENOUGH for each in meanings):
            return button.data
    return None
