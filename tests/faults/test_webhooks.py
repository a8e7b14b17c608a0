"""What strangers, broken senders and hurried platforms put at the door: a clear answer, and nothing lost."""

import asyncio
import io
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.demo import NUMBER
from storage.tables.runtime import dead_letters, inbox
from tests.faults.wire import TELEGRAM_PATH, TELEGRAM_SECRET, envelope, post, signature, text
from tests.harness import Shop

ERROR = {"detail", "code", "timestamp"}


def _kept(shop: Shop) -> int:
    return int(shop.app.books.read(lambda tx: tx.execute(select(func.count()).select_from(inbox)).scalar_one()))


async def _taken(shop: Shop, body: Any) -> int:
    """The status of a large body: a slow machine asks the platform to come again, and goes on storing meanwhile."""
    while (status := (await post(shop.world.session, shop.address, body))[0]) == 503:
        pass
    return status


async def _telegram(shop: Shop, body: Any, **headers: str) -> tuple[int, Any]:
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    sent = TELEGRAM_SECRET | {key.replace("_", "-"): value for key, value in headers.items()}
    async with shop.world.session.post(f"{shop.address}{TELEGRAM_PATH}", data=io.BytesIO(raw), headers=sent) as answer:
        return answer.status, orjson.loads(await answer.read())


async def test_malformed_json_is_named_with_its_place(shop: Shop) -> None:
    for raw in (b"", b"{", b'{"a": nul}', b"\xff\xfe", b"[" * 5000, b"NaN", b"\0"):
        status, said = await post(shop.world.session, shop.address, raw)
        assert (status, said["code"], set(said)) == (400, "bad_json", ERROR), raw
        status, said = await _telegram(shop, raw)
        assert (status, said["code"]) == (400, "bad_json"), raw


async def test_a_name_cut_off_inside_an_emoji_does_not_come_back_for_days(shop: Shop) -> None:
    """Half a surrogate pair, and bytes that are no UTF-8: valid to whoever sent them, and refused whole by orjson."""
    await shop.world.post("faults", {"window": "off"})
    for at, half in enumerate((rb"\ud83d", rb"\ude00", b"\xf0\x9f")):
        raw = orjson.dumps(envelope(text(f"wamid.half{at}", "hi"), name="Asha HALF")).replace(b"HALF", half)
        assert await post(shop.world.session, shop.address, raw) == (200, {"accepted": 1})
        update = {"update_id": 900 + at, "message": {"message_id": at, "text": "HALF", "from": {"id": 5005}}}
        assert await _telegram(shop, orjson.dumps(update).replace(b"HALF", half)) == (200, {"accepted": 1})
    await shop.customer().expects("Hello Asha \ufffd")


async def test_only_the_right_signature_opens_the_door(shop: Shop) -> None:
    body = orjson.dumps(envelope(text("wamid.1", "/order 1")))
    right = signature(body)
    wrong = [
        right[:-1],
        right[7:],
        "sha1=" + right[7:],
        "sha256=",
        "=",
        "sha256=" + "0" * 64,
        right + "x",
        "नमस्ते",
        "é" * 64,
    ]
    for given_ in wrong:
        status, said = await post(shop.world.session, shop.address, body, **{"X-Hub-Signature-256": given_})
        assert (status, said["code"], set(said)) == (401, "bad_signature", ERROR), given_
    async with shop.world.session.post(f"{shop.address}/webhooks/whatsapp", data=body) as answer:
        assert answer.status == 401
    assert _kept(shop) == 0
    upper = "sha256=" + right[7:].upper()
    assert (await post(shop.world.session, shop.address, body, **{"X-Hub-Signature-256": upper}))[0] == 200
    assert _kept(shop) == 1


async def test_a_signature_of_raw_bytes_that_are_no_text(shop: Shop) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", shop.app.server.port)
    writer.write(
        b"POST /webhooks/whatsapp HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n"
        b"X-Hub-Signature-256: sha256=\xff\xfe\x80\r\n\r\n{}"
    )
    assert (await reader.read()).split(b" ")[1] == b"401"
    writer.close()
    await writer.wait_closed()


async def test_only_the_right_secret_opens_telegrams_door(shop: Shop) -> None:
    body = {"update_id": 1, "message": {"message_id": 1, "chat": {"id": 7, "type": "private"}, "text": "hi"}}
    for given_ in ("", "wrong", "demo-secret ", "DEMO-SECRET", "é"):
        if given_.strip() == "demo-secret":
            continue  # white space around a header's value is no part of it
        status, said = await _telegram(shop, body, **{"X-Telegram-Bot-Api-Secret-Token": given_})
        assert (status, said["code"]) == (401, "bad_secret"), given_
    assert _kept(shop) == 0
    assert (await _telegram(shop, body))[0] == 200


async def test_four_mebibytes_come_in_and_five_do_not(shop: Shop) -> None:
    whole = orjson.dumps(envelope(text("wamid.1", "")))
    filled = orjson.dumps(envelope(text("wamid.1", "x" * (4 * 1024 * 1024 - len(whole)))))
    assert len(filled) == 4 * 1024 * 1024
    assert await _taken(shop, filled) == 200
    assert _kept(shop) == 1
    status, said = await post(shop.world.session, shop.address, b" " * (5 * 1024 * 1024))
    assert (status, set(said)) == (413, ERROR)
    status, said = await _telegram(shop, b" " * (5 * 1024 * 1024))
    assert (status, set(said)) == (413, ERROR)


async def test_four_mebibytes_of_tiny_events_are_stored(shop: Shop) -> None:
    body = envelope(*({"id": str(n)} for n in range(40_000)))
    assert await _taken(shop, body) == 200
    assert _kept(shop) == 40_000


async def test_the_challenge_is_given_back_for_the_right_token_only(shop: Shop) -> None:
    right = {"hub.mode": "subscribe", "hub.verify_token": "demo-verify-token", "hub.challenge": "4711"}
    url = f"{shop.address}/webhooks/whatsapp"
    async with shop.world.session.get(url, params=right) as answer:
        assert (answer.status, await answer.text()) == (200, "4711")
    for change in ({"hub.verify_token": "x"}, {"hub.verify_token": "ü"}, {"hub.mode": "x"}, {"hub.verify_token": ""}):
        async with shop.world.session.get(url, params=right | change) as answer:
            assert answer.status == 403
    async with shop.world.session.get(url) as answer:
        assert answer.status == 403
    async with shop.world.session.delete(url) as answer:
        assert (answer.status, set(orjson.loads(await answer.read()))) == (405, ERROR)


scalars = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
)
anything = st.recursive(
    scalars | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=4,
)
KINDS = [
    "text",
    "interactive",
    "button",
    "order",
    "location",
    "contacts",
    "reaction",
    "edit",
    "revoke",
    "image",
    "system",
]


def _or_strange(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return value | anything


message_like = st.fixed_dictionaries(
    {},
    optional={
        "id": _or_strange(st.text(max_size=20)),
        "from": _or_strange(st.just("919800000001")),
        "from_user_id": anything,
        "group_id": anything,
        "timestamp": anything,
        "type": _or_strange(st.sampled_from(KINDS)),
        "context": anything,
    }
    | {
        kind: _or_strange(st.dictionaries(st.sampled_from(["body", "id", "type", "latitude", "text"]), anything))
        for kind in KINDS
    },
)
value_like = st.fixed_dictionaries(
    {},
    optional={
        "metadata": _or_strange(st.just({"phone_number_id": NUMBER})),
        "contacts": _or_strange(st.lists(_or_strange(st.just({"wa_id": "919800000001", "profile": {"name": "A"}})))),
        "messages": _or_strange(st.lists(_or_strange(message_like), max_size=3)),
        "statuses": _or_strange(
            st.lists(
                st.dictionaries(st.sampled_from(["id", "status", "biz_opaque_callback_data"]), anything), max_size=2
            )
        ),
    },
)
body_like = _or_strange(
    st.fixed_dictionaries(
        {
            "entry": _or_strange(
                st.lists(
                    _or_strange(
                        st.fixed_dictionaries(
                            {
                                "changes": _or_strange(
                                    st.lists(
                                        _or_strange(
                                            st.fixed_dictionaries(
                                                {
                                                    "field": _or_strange(st.just("messages")),
                                                    "value": _or_strange(value_like),
                                                }
                                            )
                                        ),
                                        max_size=2,
                                    )
                                )
                            }
                        )
                    ),
                    max_size=2,
                )
            )
        }
    )
)
update_like = _or_strange(
    st.fixed_dictionaries(
        {"update_id": _or_strange(st.integers(1, 10**9))},
        optional={
            field: _or_strange(
                st.fixed_dictionaries(
                    {},
                    optional={
                        "message_id": anything,
                        "from": _or_strange(st.just({"id": 7002, "first_name": "Ravi"})),
                        "chat": _or_strange(
                            st.sampled_from(
                                [{"id": 7002, "type": "private"}, {"id": -1001000000001, "type": "supergroup"}]
                            )
                        ),
                        "text": _or_strange(st.sampled_from(["/help", "hi", "/order 1"])),
                        "data": anything,
                        "message": anything,
                        "id": anything,
                        "new_reaction": anything,
                        "sender_chat": anything,
                        "new_chat_member": anything,
                    },
                )
            )
            for field in ("message", "edited_message", "callback_query", "my_chat_member", "message_reaction", "poll")
        },
    )
)


@pytest.mark.parametrize("door", ["whatsapp", "telegram"])
async def test_whatever_json_comes_is_taken_kept_and_never_breaks_a_lane(shop: Shop, door: str) -> None:
    """Bodies of every type at every place, all sent to one shop; then the shop still answers."""
    bodies: list[Any] = []

    @settings(max_examples=250, database=None, derandomize=True, suppress_health_check=list(HealthCheck), deadline=None)
    @given(body_like if door == "whatsapp" else update_like)
    def gather(body: Any) -> None:
        bodies.append(body)

    gather()
    await shop.world.post("faults", {"window": "off"})
    for at in range(0, len(bodies), 25):
        send = (
            _telegram(shop, body) if door == "telegram" else post(shop.world.session, shop.address, body)
            for body in bodies[at : at + 25]
        )
        answers = await asyncio.gather(*send)
        assert {status for status, _ in answers} == {200}
    assert _kept(shop) > 0
    asha = shop.customer("919811111111", "Binod")
    await asha.says("hi")
    await asha.expects("Hello Binod")
    await shop.settles()
    letters = shop.app.books.read(lambda tx: tx.execute(select(dead_letters.c.error, dead_letters.c.kind)).all())
    assert [row for row in letters if row.kind == "inbox"] == []
