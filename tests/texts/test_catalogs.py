"""The catalogs say everything that the code says, and nothing else; and say it so that it fits."""

import difflib
import re
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from flows.texts import LANGUAGES, moment, money, say
from tests.texts.templates import ROOT, STAFF_ONLY, find

FOUND = find()
LOCALES = ROOT / "flows" / "locales"
TRANSLATED = tuple(language for language in LANGUAGES if language != "en")
# Staff are answered in these too; the others may leave out what only staff read.
FOR_STAFF = ("hi", "hi_Latn")
# Of one file: beyond that its subject is two.
MOST_LINES = 300
# The letters that a translation may hold beside Latin ones.
SCRIPT = {
    "hi": "\u0900-\u097f",
    "hi_Latn": "",
    "kn": "\u0c80-\u0cff",
    "ta": "\u0b80-\u0bff",
    "pa": "\u0a00-\u0a7f\u0964",
}


def _files(language: str) -> list[Path]:
    """One for each subject."""
    return sorted((LOCALES / language).glob("*.po"))


def _po(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def _entries(language: str) -> dict[str, str]:
    return {str(each.id): str(each.string) for path in _files(language) for each in _po(path) if each.id}


def _placeholders(text: str) -> list[str]:
    """The names in braces, with what is written behind them: a translation fills the same ones, the same way."""
    parts = ((name, spec, how) for _, name, spec, how in Formatter().parse(text) if name is not None)
    return sorted({f"{name}:{spec}!{how}" for name, spec, how in parts})


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _width(text: str) -> int:
    """UTF-16 code units, as the channels count: what fits by these fits by graphemes and characters too."""
    return len(text.encode("utf-16-le")) // 2


def test_every_template_in_the_code_can_be_read() -> None:
    advice = (
        "Hand a literal to `say` or to the error. Where the text comes from a constant or a function, name it in"
        " CONSTANTS or FUNCTIONS, and the expression in KNOWN, of tests/texts/templates.py:"
    )
    assert not FOUND.unreadable, "\n".join([advice, *FOUND.unreadable])


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_template_is_translated(language: str) -> None:
    entries = _entries(language)
    wanted = [each for each in FOUND.templates.values() if each.customer or language in FOR_STAFF]
    missing = [each for each in wanted if not entries.get(each.text)]
    lines = [f"#: {each.places[0]}\nmsgid {_quoted(each.text)}\nmsgstr {_quoted('')}" for each in missing]
    advice = f"flows/locales/{language}/ lacks {len(missing)}; paste into the file of their subject and translate"
    if language not in FOR_STAFF:
        advice += f" (or, if only staff read it, add its file to STAFF_ONLY beside {STAFF_ONLY[0]})"
    assert not missing, "\n".join([f"{advice}:", *lines])


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_entry_is_dead(language: str) -> None:
    dead = [each for each in _entries(language) if each not in FOUND.templates]
    lines = []
    for each in dead:
        near = difflib.get_close_matches(each, FOUND.templates, 1, 0.7)
        lines.append(f"{_quoted(each)}" + (f"\n  has it become {_quoted(near[0])}?" if near else ""))
    assert not dead, "\n".join([f"flows/locales/{language}/: nobody says these; delete or rename them:", *lines])


@pytest.mark.parametrize("language", TRANSLATED)
def test_placeholders_are_kept(language: str) -> None:
    wrong = [
        f"{_quoted(english)}: {_placeholders(english)} became {_placeholders(said)}"
        for english, said in _entries(language).items()
        if said and _placeholders(said) != _placeholders(english)
    ]
    assert not wrong, "\n".join([f"flows/locales/{language}/ changes placeholders:", *wrong])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_filled(language: str) -> None:
    for each in FOUND.templates.values():
        names = {name for _, name, _, _ in Formatter().parse(each.text) if name}
        assert say(language, each.text, **dict.fromkeys(names, "7")), f"{language}: {each.text}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_fit_their_buttons(language: str) -> None:
    wrong = []
    for each in FOUND.templates.values():
        label = say(language, each.text) if each.limit else ""
        if each.limit and _width(label) > each.limit:
            wrong.append(f"{each.places[0]} “{each.text}”: “{label}” has {_width(label)} of at most {each.limit}")
    assert not wrong, "\n".join([f"{language}: WhatsApp would cut these labels:", *wrong])


@pytest.mark.parametrize("language", TRANSLATED)
def test_labels_of_one_place_are_told_apart(language: str) -> None:
    said: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in FOUND.templates.values():
        for path in {place.partition(":")[0] for place in each.places} if each.limit else ():
            said[path, say(language, each.text)].append(each.text)
    same = [f"{path}: {texts} are all “{label}”" for (path, label), texts in said.items() if len(texts) > 1]
    assert not same, "\n".join([f"{language}: two buttons would say the same:", *same])


@pytest.mark.parametrize("language", TRANSLATED)
def test_catalog_is_well_formed(language: str) -> None:
    for path in _files(language):
        text, catalog, name = path.read_text("utf-8"), _po(path), f"{language}/{path.name}"
        assert f"Language: {language}\\n" in text, f"{name}: the header names another language"
        assert not [each.id for each in catalog if each.fuzzy and each.id], f"{name}: finish what is marked fuzzy"
        assert not catalog.obsolete, f"{name}: delete the entries behind #~"
        lines = len(text.splitlines())
        assert lines <= MOST_LINES, f"{name} has {lines} lines: divide it by subject"


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_translated_twice(language: str) -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in _files(language):
        for each in re.findall(r"^msgid (.+)$", path.read_text("utf-8"), re.M):
            if each != '""':
                places[each].append(path.name)
    twice = [f"{each}: {', '.join(files)}" for each, files in places.items() if len(files) > 1]
    assert not twice, "\n".join([f"flows/locales/{language}/ says these more than once:", *twice])


def test_every_language_has_the_same_files() -> None:
    """So that a sentence is looked for in one place, whichever language is read."""
    assert {each.name for each in LOCALES.iterdir()} == set(TRANSLATED)
    files = {language: [path.name for path in _files(language)] for language in TRANSLATED}
    assert all(files.values())
    assert len({tuple(each) for each in files.values()}) == 1, files


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_to_one_script(language: str) -> None:
    strange = re.compile(f"[^\\W\\d_a-zA-Z{SCRIPT[language]}]")
    wrong = [f"{said} ({found.group()!a})" for said in _entries(language).values() if (found := strange.search(said))]
    assert not wrong, "\n".join([f"flows/locales/{language}/: letters of another script:", *wrong])


@pytest.mark.parametrize("language", LANGUAGES)
def test_money_and_moments_are_written_in_each_language(language: str) -> None:
    zone, at = ZoneInfo("Asia/Kolkata"), datetime(2026, 3, 4, 14, 5, tzinfo=UTC)
    assert money(language, 123_456_700, "INR") == "₹12,34,567"
    assert money(language, 9_950, "INR") == "₹99.50"
    assert "7:35" in moment(language, at, zone, at)
    day = moment(language, at, zone)
    assert "7:35" in day
    assert "4" in day
    assert "4" not in moment(language, at, zone, at).replace("7:35", "")


def test_a_missing_translation_is_said_in_english() -> None:
    assert say("kn", "Nobody has translated {this}.", this="yet") == "Nobody has translated yet."


def test_the_reading_of_the_code_finds_every_kind_of_template(tmp_path: Path) -> None:
    """The watchman is watched: a module with one of each."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "tea.py").write_text(
        """
class BotError(Exception): ...
class Cold(BotError): ...

@command("tea", route="GET /tea")
def tea(turn):
    \"\"\"Make tea.\"\"\"
    Reply(turn.say("Tea for {name}." if turn else "No tea."))
    Button(say(language, "Sugar"), "sugar")
    texts.say(language, "Milk?")
    Reply("Said by nobody")
    Reply(f"#{number} {turn.say('Hot')}")
    turn.say(unheard)
    later = "Tea is over."
    turn.say(later)
    raise Cold("It is {degrees} cold.", degrees=1)
""",
        "utf-8",
    )
    found = find(tmp_path)
    texts = {
        "Make tea.",
        "Tea for {name}.",
        "No tea.",
        "Sugar",
        "Milk?",
        "Hot",
        "It is {degrees} cold.",
        "Tea is over.",
    }
    assert set(found.templates) == texts
    assert found.templates["Sugar"].limit == 20
    reported = [each for each in found.unreadable if each.startswith("flows/tea.py")]
    assert [each.partition(" ")[0] for each in reported] == ["flows/tea.py:11:", "flows/tea.py:13:"]
