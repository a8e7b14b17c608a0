"""What goes because its time is over, in every workspace of the installation: rows first, then the bytes behind them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, cast, literal, or_, tuple_

from storage.actions import audit
from storage.actions.erasure import Erased, Walk, blank_orders, erase, go_on
from storage.actors import system_actor
from storage.queries.contacts import family
from storage.rules.orders import OPEN
from storage.scope import PlatformScope, Scope
from storage.tables.authority import files, passes, pledges
from storage.tables.orders import order_events, order_versions, orders
from storage.tables.people import addresses, contacts, conversations
from storage.tx import Tx

_EVERYWHERE = PlatformScope("what is past its time goes in every workspace")
MOST = 1_000
SEEN = 250
"""How many rows a unit looks at, for which others wait."""
Cursor = tuple[str, str]
START: Cursor = ("", "")
PROMISES_STAY = timedelta(days=7)
"""For so long it can be said of a link or a button that it was used, or came too late."""


def forget_expired(tx: Tx) -> int:
    """Let go of the files that were to be kept until now; returns how many."""
    return tx.execute(_EVERYWHERE.delete(files).where(files.c.keep_until <= tx.now)).rowcount


def forget_silent(tx: Tx, before: datetime, after: Cursor = START) -> tuple[int, Cursor | None]:
    """Erase a contact who wrote and ordered nothing since then, and has no order open: one in a unit, at the most.

    `after`: behind whom to look, by workspace and id. Returns how many went, and behind whom the next unit looks; None
    when nobody is left.
    """
    key = tuple_(contacts.c.workspace_id, contacts.c.id)
    chosen = _EVERYWHERE.select(contacts, contacts.c.workspace_id, contacts.c.id).where(
        key > tuple_(literal(after[0]), literal(after[1])),
        contacts.c.merged_into.is_(None),
        contacts.c.created_at < before,
    )
    rows = tx.execute(chosen.order_by(contacts.c.workspace_id, contacts.c.id).limit(SEEN)).all()
    for row in rows:
        scope = Scope(row.workspace_id)
        if _is_known(tx, scope, row.id) and not _is_heard_of(tx, scope, row.id, before):
            erase(tx, row.id, system_actor(scope))
            return 1, (row.workspace_id, row.id)
    return 0, (rows[-1].workspace_id, rows[-1].id) if len(rows) == SEEN else None


def go_on_erasing(tx: Tx, plan: Mapping[str, Any], walk: Walk) -> Walk | Erased:
    """One step of what somebody with the right to it has begun."""
    return go_on(tx, plan, walk, system_actor(Scope(plan["workspace"])))


def _is_known(tx: Tx, scope: Scope, contact: str) -> bool:
    """Whether anything is left of them to erase."""
    named = scope.select(contacts, contacts.c.id).where(contacts.c.id == contact, contacts.c.name != "")
    called = scope.select(addresses, addresses.c.contact_id).where(addresses.c.contact_id == contact)
    return any(tx.execute(each.limit(1)).scalar() is not None for each in (named, called))


def _is_heard_of(tx: Tx, scope: Scope, contact: str, since: datetime) -> bool:
    """Whether they, or any who was merged into them, wrote or ordered since then, or wait for an order."""
    ids = family(tx, scope, contact)
    wrote = scope.select(conversations, conversations.c.lane).where(
        conversations.c.contact_id.in_(ids), conversations.c.last_inbound_at >= since
    )
    ordered = scope.select(orders, orders.c.id).where(
        orders.c.contact_id.in_(ids),
        orders.c.deleted_at.is_(None),
        or_(orders.c.created_at >= since, orders.c.status.in_(OPEN)),
    )
    return any(tx.execute(each.limit(1)).scalar() is not None for each in (wrote, ordered))


def forget_in_orders(tx: Tx, before: datetime) -> int:
    """Take what is personal out of some orders that were placed before then and are over; returns out of how many."""
    words = [column != "" for column in (orders.c.address, orders.c.wanted, orders.c.instructions, orders.c.reason)]
    signed = _EVERYWHERE.select(order_events, order_events.c.order_id).where(
        order_events.c.workspace_id == orders.c.workspace_id,
        order_events.c.order_id == orders.c.id,
        order_events.c.actor_kind == "contact",
        order_events.c.actor_name != "",
    )
    changed = _EVERYWHERE.select(order_versions, order_versions.c.order_id).where(
        order_versions.c.workspace_id == orders.c.workspace_id,
        order_versions.c.order_id == orders.c.id,
        cast(order_versions.c.before, String) != "{}",
    )
    chosen = _EVERYWHERE.select(orders, orders.c.workspace_id, orders.c.id).where(
        orders.c.created_at < before,
        orders.c.status.not_in(OPEN),
        or_(*words, orders.c.latitude.is_not(None), signed.exists(), changed.exists()),
    )
    by_shop: dict[str, list[str]] = {}
    for row in tx.execute(chosen.limit(SEEN)).all():
        by_shop.setdefault(row.workspace_id, []).append(row.id)
    for workspace, ids in by_shop.items():
        actor = system_actor(Scope(workspace))
        blank_orders(tx, ids, actor)
        audit.note(tx, "clear old orders", workspace, actor, orders=len(ids))
    return sum(map(len, by_shop.values()))


def held_by_nobody(tx: Tx, digests: Sequence[str]) -> list[str]:
    """Those of these contents that no workspace holds; their bytes may be deleted."""
    held = set(tx.execute(_EVERYWHERE.select(files, files.c.sha256).where(files.c.sha256.in_(digests))).scalars())
    return [each for each in digests if each not in held]


def forget_promises(tx: Tx) -> int:
    """Let go of one-time links, confirmations and undos, used or not, long past their time: up to a thousand of each.

    What came of them is in the audit log. Returns how many.
    """
    past, gone = tx.now - PROMISES_STAY, 0
    for table, key in ((passes, passes.c.secret_hash), (pledges, pledges.c.id)):
        chosen = _EVERYWHERE.select(table, table.c.workspace_id, key).where(table.c.expires_at < past).limit(MOST)
        gone += tx.execute(_EVERYWHERE.delete(table).where(tuple_(table.c.workspace_id, key).in_(chosen))).rowcount
    return gone
