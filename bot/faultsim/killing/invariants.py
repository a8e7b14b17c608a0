"""What must hold after any number of kills, told by the books, by their trail and by what the platforms have seen."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.demo import GROUP, NUMBER
from bot.faultsim.killing.books import Reader
from bot.faultsim.killing.people import TELEGRAM, WHATSAPP, Event, Person

_STEPS = {
    ("scheduled", "queued"),
    ("queued", "claimed"),
    ("queued", "replaced"),
    ("queued", "sent"),  # by a late receipt, while it waited to go out once more
    ("queued", "delivered"),
    ("claimed", "queued"),
    ("claimed", "sent"),
    ("claimed", "delivered"),
    ("claimed", "unknown"),
    ("unknown", "sent"),
    ("unknown", "delivered"),
    ("unknown", "queued"),
    ("sent", "delivered"),
}
"""How a message may go on in a trial; read receipts and failures are not played."""
_NUMBER = re.compile(r"#(\d{4})\b")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known at the end. `log`: the simulator's journal, oldest first."""

    people: Sequence[Person]
    books: Reader
    log: Sequence[Any]


def violations(evidence: Evidence) -> list[str]:
    """Every rule that was broken, one line for each case."""
    rules = (
        _lost,
        _buried,
        _in_order,
        _answered_once,
        _ordered_once,
        _shown_once,
        _fired_once,
        _steps,
        _sent_once,
        _settled,
    )
    return [f"{rule.__name__.strip('_')}: {line}" for rule in rules for line in rule(evidence)]


def acknowledged(log: Iterable[Any]) -> set[Event]:
    """The events in all webhooks that were answered with success."""
    found: set[Event] = set()
    for record in log:
        if record["kind"] == "webhook" and 200 <= record["status"] < 300:
            body = record["body"]
            if record["channel"] == "telegram":
                found.add((TELEGRAM, str(body["update_id"])))
                continue
            for entry in body["entry"]:
                for change in entry["changes"]:
                    found |= {(WHATSAPP, str(each["id"])) for each in change["value"].get("messages", [])}
    return found


def _lost(evidence: Evidence) -> list[str]:
    """Nothing acknowledged is lost, and whatever was done by people came in at last and is done."""
    done = {
        (row.account_id, row.event_id)
        for row in evidence.books.rows(
            "SELECT account_id, event_id FROM inbox JOIN lanes ON lanes.id = inbox.lane WHERE inbox.seq <= lanes.done_seq"
        )
    }
    wanted = acknowledged(evidence.log) | {event for person in evidence.people for event in person.events}
    return [f"{event} was taken and is not done" for event in sorted(wanted - done)]


def _buried(evidence: Evidence) -> list[str]:
    rows = evidence.books.rows("SELECT kind, reference, error FROM dead_letters")
    return [f"{row.kind} {row.reference} became a dead letter: {row.error}" for row in rows]


def _in_order(evidence: Evidence) -> list[str]:
    """A lane goes on by one event at a time, each once."""
    at: dict[str, int] = defaultdict(int)
    broken = []
    for row in evidence.books.rows("SELECT key, old, new FROM trail WHERE what = 'lanes' ORDER BY id"):
        if int(row.old) != at[row.key] or int(row.new) != at[row.key] + 1:
            broken.append(f"lane {row.key} went from {row.old} to {row.new}")
        at[row.key] = int(row.new)
    return broken


def _replies(evidence: Evidence, account: str, recipient: str) -> list[Any]:
    statement = "SELECT id, payload, status FROM outbox WHERE account_id = :account AND recipient = :to ORDER BY id"
    return evidence.books.rows(statement, account=account, to=recipient)


def _answered_once(evidence: Evidence) -> list[str]:
    """Each question has one answer in the outbox, and they stand there in the order in which the questions came in."""
    broken = []
    statement = "SELECT payload FROM inbox WHERE account_id = :account ORDER BY id"
    for person in evidence.people:
        said = [str(row.payload) for row in evidence.books.rows(statement, account=person.account)]
        asked = [n for each in said for n in person.questions if f"/order {n}" in each]
        told = [
            int(n)
            for row in _replies(evidence, person.account, person.address)
            for n in _NUMBER.findall(str(row.payload))
        ]
        if told != asked:
            broken.append(f"{person.address} asked {asked} and was answered {told}")
    return broken


def _ordered_once(evidence: Evidence) -> list[str]:
    statement = """SELECT a.value FROM orders o JOIN addresses a ON a.contact_id = o.contact_id
        AND a.workspace_id = o.workspace_id AND a.kind IN ('phone', 'telegram')"""
    placed = Counter(row.value for row in evidence.books.rows(statement))
    wanted = {person.address: person.orders for person in evidence.people}
    return [
        f"{who} placed {count} orders and has {placed[who]}" for who, count in wanted.items() if placed[who] != count
    ]


def _shown_once(evidence: Evidence) -> list[str]:
    """Each picture is shown to the staff by one message."""
    texts = [str(row.payload) for row in _replies(evidence, TELEGRAM, GROUP)]
    shown = Counter(
        caption for each in texts for person in evidence.people for caption in person.files if caption in each
    )
    wanted = [caption for person in evidence.people for caption in person.files]
    return [f"{caption} was shown {shown[caption]} times" for caption in wanted if shown[caption] != 1]


def _fired_once(evidence: Evidence) -> list[str]:
    """Each tick has put one job, and it is done."""
    jobs = evidence.books.rows("SELECT key, status FROM jobs WHERE key LIKE 'trial:%'")
    put = Counter(str(row.key).rpartition(":")[0] for row in jobs)
    broken = [f"the job {row.key} is {row.status}" for row in jobs if row.status != "done"]
    names = [row.name for row in evidence.books.rows("SELECT name FROM schedules WHERE name LIKE 'trial:%'")]
    return broken + [f"the tick {name} came {put[name]} times" for name in names if put[name] != 1]


def _steps(evidence: Evidence) -> list[str]:
    """Messages go on by known steps; one in doubt is queued again once, and only where its policy lets it."""
    broken, again = [], Counter[str]()
    for row in evidence.books.rows("SELECT * FROM trail WHERE what = 'outbox' ORDER BY id"):
        if (row.old, row.new) not in _STEPS:
            broken.append(f"message {row.key} went from {row.old} to {row.new}")
        if (row.old, row.new) == ("unknown", "queued"):
            again[row.key] += 1
            if row.policy != "prompt" or again[row.key] > 1:
                broken.append(f"message {row.key} ({row.policy}) was queued again after its outcome was unknown")
    return broken


def _sent_once(evidence: Evidence) -> list[str]:
    """WhatsApp names the message in each call: it took each once, or once more where its outcome was unknown.

    A Telegram call names nothing; there the claims are counted.
    """
    taken = Counter(_references(evidence.log))
    doubted = Counter(
        row.key
        for row in evidence.books.rows(
            "SELECT key FROM trail WHERE what = 'outbox' AND old = 'unknown' AND new = 'queued'"
        )
    )
    given_back = Counter(
        row.key
        for row in evidence.books.rows(
            "SELECT key FROM trail WHERE what = 'outbox' AND old = 'claimed' AND new = 'queued'"
        )
    )
    broken = [f"WhatsApp took message {key} {n} times" for key, n in taken.items() if n > 1 + doubted[key]]
    for row in evidence.books.rows("SELECT id, claims FROM outbox"):
        key = str(row.id)
        if row.claims > 1 + doubted[key] + given_back[key]:
            broken.append(f"message {key} was claimed {row.claims} times")
    return broken


def _references(log: Iterable[Any]) -> list[str]:
    path = f"/{NUMBER}/messages"
    calls = (record for record in log if record["kind"] == "api" and record["channel"] == "whatsapp")
    return [
        str(record["body"]["biz_opaque_callback_data"]).removeprefix("munshi:")
        for record in calls
        if record["path"].endswith(path) and record["status"] == 200 and "biz_opaque_callback_data" in record["body"]
    ]


_IN_DOUBT = """SELECT id, policy, (SELECT count(*) FROM outbox l WHERE l.account_id = o.account_id
    AND l.recipient = o.recipient AND l.slot = o.slot AND l.id > o.id) AS newer FROM outbox o WHERE status = 'unknown'"""


def _settled(evidence: Evidence) -> list[str]:
    """In doubt remains only what its policy forbids to repeat, or what a newer version of its slot has overtaken; a
    receipt of WhatsApp's leaves nothing in doubt."""
    reported = set(_reported(evidence.log))
    broken = []
    for row in evidence.books.rows(_IN_DOUBT):
        if row.policy != "once" and not row.newer:
            broken.append(f"message {row.id} may be repeated and stayed in doubt")
        if str(row.id) in reported:
            broken.append(f"message {row.id} stayed in doubt though WhatsApp told of it")
    return broken


def _reported(log: Iterable[Any]) -> list[str]:
    """The messages of which a status was told and taken."""
    taken = (record for record in log if record["kind"] == "webhook" and record["channel"] == "whatsapp")
    return [
        str(status.get("biz_opaque_callback_data")).removeprefix("munshi:")
        for record in taken
        if 200 <= record["status"] < 300
        for entry in record["body"]["entry"]
        for change in entry["changes"]
        for status in change["value"].get("statuses", [])
    ]
