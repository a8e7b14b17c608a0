"""What Telegram sends us: understood where it can be, its senders judged, and never a crash."""

from dataclasses import asdict
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram import Telegram
from bot.channels.telegram_inbound import read, split
from bot.channels.telegram_request import TelegramRequest
from bot.channels.transport import Transport
from flows.messages import FileRef, Inbound, Location
from tests.channels.conftest import telegram_settings
from tests.channels.samples import ANITA, JSON_VALUES, PRIVATE, TELEGRAM, damaged, telegram_message

OURS = "telegram:7001"


def understood(update: Any) -> Inbound:
    [arrival] = split(OURS, update).arrivals
    inbound = read(arrival.payload, "TulsiBot")
    assert arrival.kind == inbound.kind or inbound.kind == "unknown"
    return inbound


def test_a_message_in_a_group_knows_chat_and_sender() -> None:
    [arrival] = split(OURS, TELEGRAM["text"]).arrivals
    assert (arrival.event_id, arrival.kind, arrival.chat, arrival.private) == ("9001", "text", "-1004001", False)
    assert arrival.sender is not None
    assert (arrival.sender.addresses, arrival.sender.name) == ((("telegram", "1001"),), "Anita Rao")
    inbound = understood(TELEGRAM["text"])
    assert (inbound.user, inbound.chat, inbound.message_id, inbound.reply_to) == ("1001", "-1004001", "55", "50")


def test_a_private_message_is_private() -> None:
    update = telegram_message(text="hi", chat=PRIVATE)
    assert split(OURS, update).arrivals[0].private
    assert understood(update).private


def test_a_command_loses_the_name_of_our_bot_and_another_bots_is_not_ours() -> None:
    assert understood(TELEGRAM["command"]).text == "/ready 12"
    assert understood(telegram_message(text="/help@tulsibot")).text == "/help"
    assert understood(telegram_message(text="write to a@b.in /x@y")).text == "write to a@b.in /x@y"
    assert understood(TELEGRAM["other_bot"]).kind == "unknown"


def test_a_tap_carries_its_data_message_and_callback() -> None:
    tap = understood(TELEGRAM["tap"])
    assert (tap.kind, tap.data, tap.message_id, tap.callback) == ("tap", "/confirm 12", "60", "4382")
    assert (tap.user, tap.chat, tap.private) == ("1001", "-1004001", False)


def test_files_and_places_are_understood() -> None:
    assert understood(TELEGRAM["photo"]).file == FileRef("large", "image", "image/jpeg", size=9000)
    document = understood(TELEGRAM["document"])
    assert document.file == FileRef("doc", "document", "application/xlsx", "menu.xlsx", 1234)
    assert document.text == "/catalogue"
    assert understood(TELEGRAM["voice"]).file == FileRef("v", "voice", "audio/ogg")
    assert understood(TELEGRAM["venue"]).location == Location(12.97, 77.59, "Home", "MG Road")
    assert understood(TELEGRAM["contact"]).value == [{"name": "Meena", "phones": ["+9198"], "user": "77"}]


def test_news_of_a_chat_is_understood() -> None:
    assert understood(TELEGRAM["joined"]).value == {"joined": ["1002"]}
    assert understood(TELEGRAM["left"]).value == {"left": ["1002"]}
    assert understood(TELEGRAM["migrated"]).value == {"migrate_to": "-1009"}
    assert understood(TELEGRAM["member"]).value == {"user": "7001", "name": "Tulsi", "old": "member", "new": "kicked"}
    assert understood(TELEGRAM["topic"]).thread == "7"
    reaction = understood(TELEGRAM["reaction"])
    assert (reaction.kind, reaction.text, reaction.reply_to) == ("reaction", "👍", "60")


@pytest.mark.parametrize("name", ["dice", "poll", "other_bot"])
def test_the_rest_is_unknown(name: str) -> None:
    assert understood(TELEGRAM[name]).kind == "unknown"


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        ({"from": ANITA | {"id": 1087968824}, "sender_chat": {"id": -1004001}}, "anonymous"),
        ({"from": ANITA | {"id": 136817688}, "sender_chat": {"id": -100777}}, "channel"),
        ({"sender_chat": {"id": -100777, "type": "channel"}}, "channel"),
        ({"forward_origin": {"type": "user", "date": 1}}, "forwarded"),
        ({"via_bot": {"id": 5, "is_bot": True}}, "via_bot"),
        ({}, ""),
    ],
)
def test_a_sender_without_authority_is_named(content: dict[str, Any], refusal: str) -> None:
    assert understood(telegram_message(text="/refund 12", **content)).refusal == refusal


def test_an_edited_message_has_no_authority() -> None:
    edited = understood(TELEGRAM["edited"])
    assert (edited.kind, edited.text, edited.refusal) == ("edited", "new", "edited")


def test_a_post_of_a_channel_has_no_authority() -> None:
    post = {"message_id": 1, "date": 1, "chat": {"id": -100777, "type": "channel"}, "text": "/refund 12"}
    assert understood({"update_id": 1, "channel_post": post}).refusal == "channel"


def test_many_updates_keep_their_order_and_strange_ones_a_stable_id() -> None:
    found = split(OURS, list(TELEGRAM.values())).arrivals
    assert len(found) == len(TELEGRAM)
    updates: list[Any] = [None, 7, "x", {}, [[]], {"update_id": None}, {"message": 5}]
    for strange in updates:
        [arrival] = split(OURS, [strange]).arrivals
        assert (arrival.kind, arrival.event_id[:7]) == ("unknown", "sha256:")


@given(damaged(list(TELEGRAM.values())) | JSON_VALUES)
def test_no_damage_to_an_update_makes_it_crash(update: Any) -> None:
    for arrival in split(OURS, update).arrivals:
        assert isinstance(arrival.event_id, str)
        orjson.dumps(arrival.payload)
        fields = asdict(read(arrival.payload, "TulsiBot"))
        for name in ("user", "chat", "message_id", "name", "text", "data", "reply_to", "thread", "callback"):
            assert isinstance(fields[name], str)
        orjson.dumps(fields)


def test_an_answer_with_half_an_emoji_does_not_stop_the_asking_for_updates() -> None:
    answer = rb'{"ok":true,"result":[{"update_id":9,"message":{"text":"hi \ud83d"}}]}'
    assert TelegramRequest.parse_json_payload(answer)["result"][0]["message"]["text"] == "hi \ufffd"


@given(st.text())
def test_only_our_secret_opens_the_webhook(header: str) -> None:
    channel = Telegram(telegram_settings("http://127.0.0.1:9"), Transport())
    assert not channel.verify(header)
    assert not channel.verify(None)
    assert channel.verify("planted-hook")
    assert not Telegram(telegram_settings("http://127.0.0.1:9", secret_token=""), Transport()).verify("")
