"""Reads of customers: lists by segment, and all that is known of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select

from storage.queries.consents import consent_of
from storage.queries.contacts import addresses_of, family
from storage.queries.conversations import latest_of_contact
from storage.queries.people import Contact
from storage.rules.consent import Consent
from storage.scope import Scope
from storage.tables.desk import contact_notes, contact_tags, customer_figures
from storage.tables.people import addresses, contacts
from storage.tx import Tx

NEW, LAPSED, REGULAR = timedelta(days=30), timedelta(days=60), 5
MOST_NOTES, MOST_COUNTED = 5, 10_000


class Segment(StrEnum):
    """Whom a list shows: by what they spent, first ordered, or last ordered."""

    ALL = "all"
    TOP = "top"
    NEW = "new"
    REGULAR = "regular"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer in a list; `spent` in minor units."""

    id: str
    name: str
    phone: str
    order_count: int
    spent: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    at: datetime
    actor_name: str
    text: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a customer beside their name and phone."""

    emails: tuple[str, ...]
    tags: tuple[str, ...]
    notes: tuple[Note, ...]
    order_count: int
    spent: int
    last_order_at: datetime | None
    last_seen_at: datetime | None
    consent: Consent


_FIGURES = customer_figures.c


def customers(
    tx: Tx, scope: Scope, segment: Segment, *, tag: str = "", page: int = 1, size: int = 10
) -> tuple[list[CustomerRow], int]:
    """(one page of customers, how many there are in all, counted up to `MOST_COUNTED`)."""
    conditions, order = _of_segment(tx, segment)
    if tag:
        tagged = scope.select(contact_tags, contact_tags.c.contact_id).where(contact_tags.c.tag == tag)
        conditions.append(_FIGURES.contact_id.in_(tagged))
    counted = scope.select(customer_figures, _FIGURES.contact_id).where(*conditions).limit(MOST_COUNTED).subquery()
    count = tx.execute(select(func.count()).select_from(counted)).scalar_one()
    same = (contacts.c.workspace_id == customer_figures.c.workspace_id) & (contacts.c.id == _FIGURES.contact_id)
    chosen = scope.select(customer_figures, *customer_figures.c, contacts.c.name).join(contacts, same)
    page_of = chosen.where(*conditions).order_by(order, _FIGURES.contact_id).limit(size).offset((page - 1) * size)
    rows = tx.execute(page_of).all()
    phones = _phones(tx, scope, [row.contact_id for row in rows])
    return [_row(row, phones.get(row.contact_id, "")) for row in rows], int(count)


def _of_segment(tx: Tx, segment: Segment) -> tuple[list[ColumnElement[bool]], Any]:
    if segment is Segment.TOP:
        return [_FIGURES.spent > 0], _FIGURES.spent.desc()
    if segment is Segment.NEW:
        return [_FIGURES.first_at >= tx.now - NEW], _FIGURES.first_at.desc()
    if segment is Segment.LAPSED:
        return [_FIGURES.last_at < tx.now - LAPSED], _FIGURES.last_at.desc()
    if segment is Segment.REGULAR:
        return [_FIGURES.order_count >= REGULAR], _FIGURES.last_at.desc()
    return [], _FIGURES.last_at.desc()


def _row(row: Any, phone: str) -> CustomerRow:
    return CustomerRow(row.contact_id, row.name, phone, row.order_count, row.spent, row.last_at)


def _phones(tx: Tx, scope: Scope, ids: Sequence[str]) -> dict[str, str]:
    chosen = scope.select(addresses, addresses.c.contact_id, addresses.c.value).where(
        addresses.c.contact_id.in_(ids), addresses.c.kind == "phone"
    )
    return {row.contact_id: row.value for row in tx.execute(chosen.order_by(addresses.c.value.desc()))}


def profile(tx: Tx, scope: Scope, contact: Contact) -> Profile:
    """All that stands of a customer, and of those who were merged into them."""
    figures: Any = tx.execute(scope.select(customer_figures).where(_FIGURES.contact_id == contact.id)).one_or_none()
    talk = latest_of_contact(tx, scope, contact.id)
    return Profile(
        emails=tuple(value for kind, value in addresses_of(tx, scope, contact.id) if kind == "email"),
        tags=tags_of(tx, scope, contact.id),
        notes=_notes_of(tx, scope, contact.id),
        order_count=figures.order_count if figures else 0,
        spent=figures.spent if figures else 0,
        last_order_at=figures.last_at if figures else None,
        last_seen_at=talk.last_inbound_at if talk else None,
        consent=consent_of(tx, scope, contact.id),
    )


def tags_of(tx: Tx, scope: Scope, contact: str) -> tuple[str, ...]:
    ids = family(tx, scope, contact)
    chosen = scope.select(contact_tags, contact_tags.c.tag).where(contact_tags.c.contact_id.in_(ids))
    return tuple(sorted(set(tx.execute(chosen).scalars())))


def _notes_of(tx: Tx, scope: Scope, contact: str) -> tuple[Note, ...]:
    """The newest first."""
    mine = contact_notes.c.contact_id.in_(family(tx, scope, contact))
    rows = tx.execute(scope.select(contact_notes).where(mine).order_by(contact_notes.c.id.desc()).limit(MOST_NOTES))
    return tuple(Note(row.at, row.actor_name, row.text) for row in rows)
