"""Formatted text: HTML checked and turned into entities, and the entities Telegram finds by itself.

Offsets of entities count UTF-16 code units, offsets in error messages count UTF-8 bytes, as on Telegram.
MarkdownV2 is only checked for reserved characters that are not escaped; its text stays as it is.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from bot.simulator.telegram.errors import BotApiError, bad_request
from bot.simulator.telegram.parameters import Parameters
from bot.simulator.wire import Json

TEXT = 4096
CAPTION = 1024

_TAGS = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("span", "tg-spoiler"), "spoiler"),
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "tg-emoji": "custom_emoji",
    "blockquote": "blockquote",
}
_TOKEN = re.compile(r"<(?P<close>/?)(?P<tag>[^\s<>/]*)(?P<rest>[^<>]*)>|&(?P<named>#?\w+);|[<&]")
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/@])/\w{1,64}(?:@\w{3,32})?)|(?P<mention>(?<![\w@])@\w{4,32})"
    r"|(?P<url>\bhttps?://[^\s<>\"']+)"
)
_RESERVED = re.compile(r"(?<!\\)[>#+\-=|{}.!]")


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int
    attributes: dict[str, str] = field(default_factory=dict)


def found_entities(text: str) -> list[Json]:
    """Commands, mentions and addresses in plain text."""
    return [
        {"type": str(m.lastgroup), "offset": units(text[: m.start()]), "length": units(m.group())}
        for m in _FOUND.finditer(text)
    ]


def formatted(parameters: Parameters, name: str, longest: int) -> tuple[str, list[Json]]:
    """Text and entities of a `text` or `caption` parameter.

    Raises:
        BotApiError: 400 for tags that do not parse, or too much text.
    """
    source = parameters.text(name)
    mode = parameters.text("parse_mode").lower()
    given = parameters.structure("entities" if name == "text" else "caption_entities")
    if mode == "html":
        text, entities = parse_html(source)
    else:
        if mode == "markdownv2":
            _check_markdown(source)
        text, entities = source, given or []
    text = text.rstrip()
    if units(text) > longest:
        raise bad_request("message is too long" if name == "text" else "message caption is too long")
    return text, entities or found_entities(text)


def _check_markdown(source: str) -> None:
    outside = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", "", source, flags=re.DOTALL)
    reserved = _RESERVED.search(re.sub(r"^\**>", "", outside, flags=re.MULTILINE))
    if reserved is not None:
        raise bad_request(
            f"can't parse entities: Character '{reserved.group()}' is reserved and must be escaped with the "
            "preceding '\\'"
        )


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Plain text and entities of a text with `parse_mode` HTML.

    Raises:
        BotApiError: 400 "can't parse entities: ..." for tags that are not supported, not closed or badly nested.
    """
    text, entities, stack, at = "", [], list[_Open](), 0
    for token in _TOKEN.finditer(source):
        text += source[at : token.start()]
        at = token.end()
        where = len(source[: token.start()].encode())
        if token["named"] is not None or token.group() == "&":
            text += html.unescape(token.group())
        elif token["close"]:
            entities += _closed(stack, token["tag"].lower(), units(text), where)
        else:
            stack.append(_opened(token, units(text), where))
    text += source[at:]
    if stack:
        tag = stack[-1].tag
        raise bad_request(f"can't parse entities: Can't find end tag corresponding to start tag \"{tag}\"")
    return text, sorted(entities, key=lambda e: (e["offset"], -e["length"]))


def _opened(token: re.Match[str], offset: int, where: int) -> _Open:
    tag = (token["tag"] or "").lower()
    attributes = {m[1]: html.unescape(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(token["rest"] or "")}
    known = tag in _TAGS and not (token["rest"] or "").endswith("/")
    if not known or (tag == "span" and attributes.get("class") != "tg-spoiler"):
        raise bad_request(f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset {where}')
    return _Open(tag, offset, attributes)


def _closed(stack: list[_Open], tag: str, end: int, where: int) -> list[Json]:
    if not stack:
        raise bad_request(f"can't parse entities: Unexpected end tag at byte offset {where}")
    opened = stack.pop()
    if opened.tag != tag:
        raise BotApiError(
            400,
            f'can\'t parse entities: Unmatched end tag at byte offset {where}, expected "</{opened.tag}>", found '
            f'"</{tag}>"',
        )
    entity: Json = {"type": _TAGS[tag], "offset": opened.offset, "length": end - opened.offset}
    if tag == "a":
        entity["url"] = opened.attributes.get("href", "")
    if tag == "tg-emoji":
        entity["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
    return [entity] if entity["length"] and entity.get("url", "-") else []
