"""A shop that has been open for long: lanes of many customers, and a past in inbox and outbox, made by bulk SQL.

SQLite only. Customer n has the phone 919800000000 + n and a contact of chance, so that the rows of one conversation lie
anywhere in the tables, as in life. All of it happened during the last day.
"""

from pathlib import Path

from sqlalchemy import text

from bot.bench.bodies import FIRST_PHONE
from bot.bench.quiet import ACCOUNT, quiet_shop
from storage.tx import Tx

DAY_MS = 86_400_000
_STEPS = (
    "CREATE TEMP TABLE folk AS WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n + 1 < :people)"
    " SELECT n AS rowid, lower(hex(randomblob(9))) AS id, '+' || (:first + n) AS phone FROM c",
    "INSERT INTO contacts (workspace_id, id, name, language, created_at) SELECT 'main', id, 'Customer', 'en', :began"
    " FROM folk",
    "INSERT INTO addresses (workspace_id, kind, value, contact_id) SELECT 'main', 'phone', phone, id FROM folk",
    "INSERT INTO conversations (workspace_id, lane, contact_id, account_id, chat, state, flow_epoch, last_inbound_at)"
    " SELECT 'main', 'contact:main:' || id, id, :account, phone, '{}', 0, :began FROM folk",
    "INSERT INTO lanes (id, last_seq, done_seq, epoch, attempts) SELECT 'contact:main:' || id,"
    " (:rows - folk.rowid + :people - 1) / :people, (:rows - folk.rowid + :people - 1) / :people, 1, 0 FROM folk",
    "CREATE TEMP TABLE past AS WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n + 1 < :rows)"
    " SELECT n, id, phone, :began + n * :day / :rows AS at FROM c JOIN folk ON folk.rowid = n % :people",
    "INSERT INTO inbox (account_id, event_id, lane, seq, workspace_id, contact_id, kind, payload, received_at)"
    " SELECT :account, 'wamid.' || hex(randomblob(12)), 'contact:main:' || id, n / :people + 1, 'main', id, 'text',"
    " json_object('message', json_object('id', n, 'type', 'text', 'text', json_object('body', :words))), at FROM past"
    " ORDER BY n",
    "INSERT INTO outbox (workspace_id, account_id, recipient, policy, payload, status, not_before, attempts, claimed_at,"
    " owner, provider_id, created_at, sent_at) SELECT 'main', :account, phone, 'prompt', json_object('text', :words),"
    " 'delivered', at, 1, at, 'past', 'wamid.' || hex(randomblob(12)), at, at FROM past ORDER BY n",
    "DROP TABLE past",
    "DROP TABLE folk",
)


async def make(folder: Path, people: int, rows: int) -> None:
    """A database in that folder with so many customers' lanes, and so many events and answers, at least one of each."""
    async with quiet_shop(folder) as app:
        app.books.write(lambda tx: _fill(tx, people, rows))


def _fill(tx: Tx, people: int, rows: int) -> None:
    tx.connection.exec_driver_sql("PRAGMA cache_size = -400000")
    given = {
        "people": people,
        "rows": max(rows, people),
        "first": FIRST_PHONE,
        "account": ACCOUNT,
        "began": tx.now_ms - DAY_MS,
        "day": DAY_MS,
        "words": "Thank you, that was quick. " * 8,
    }
    for step in _STEPS:
        statement = text(step)
        tx.execute(statement, {name: given[name] for name in statement.compile().params})
    tx.connection.exec_driver_sql("PRAGMA cache_size = -2000")
