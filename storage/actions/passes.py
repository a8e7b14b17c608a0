"""One-time passes: a secret of 128 bits that makes its bearer the owner, a member, or a group the workspace's own.

Only the hash is kept. A pass is used once, before it expires, and what it gives was decided when it was issued.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_

from storage.actions import audit
from storage.actions.people import FULL, REMOVED, add_member, bind_group
from storage.actors import Actor, system_actor
from storage.errors import BadInput, Conflict, NotAllowed
from storage.queries.limits import has_room_for, limits_of
from storage.queries.people import has_owner
from storage.rules.permissions import Permission, Role, may
from storage.scope import Scope
from storage.tables.authority import audit as audit_log
from storage.tables.authority import passes
from storage.tables.people import members
from storage.tx import Tx

OWNER, MEMBER, GROUP, ORDERING = "owner", "member", "group", "ordering"
SHORT = timedelta(minutes=10)
LIFETIME = {OWNER: timedelta(hours=24), MEMBER: timedelta(hours=24), GROUP: SHORT, ORDERING: SHORT}
GRANTED_BY_OWNER = (Role.ADMIN, Role.STAFF, Role.VIEWER, Role.RIDER)
INVALID = "This link or code is not valid any more. Ask for a new one."


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody used their link and is in the team now."""

    telegram_id: str
    role: Role


@dataclass(frozen=True, slots=True)
class GroupLinked:
    """A chat is the workspace's staff group now."""

    chat: str


def issue(tx: Tx, kind: str, role: Role, actor: Actor) -> str:
    """A new secret. Passes for the owner and for a group replace the earlier unused one of the same kind."""
    actor.require(Permission.PEOPLE_CHANGE)
    if kind == MEMBER and role not in GRANTED_BY_OWNER and actor.kind != "system":
        raise BadInput("You can invite as {roles}.", roles=list(GRANTED_BY_OWNER))
    if kind == MEMBER and not has_room_for(tx, actor.scope, ""):
        raise Conflict(FULL, most=limits_of(tx, actor.scope).members)
    if kind in (OWNER, GROUP, ORDERING):
        tx.execute(actor.scope.delete(passes).where(passes.c.kind == kind, passes.c.used_at.is_(None)))
    secret = secrets.token_hex(16)
    row = {"secret_hash": _hash(secret), "kind": kind, "role": role.value, "issued_by": actor.id}
    times = {"issued_at": tx.now, "expires_at": tx.now + LIFETIME[kind]}
    tx.execute(actor.scope.insert(passes, **row, **times))
    audit.note(tx, "issue pass", kind, actor, role=role.value)
    return secret


def redeem_person(tx: Tx, scope: Scope, secret: str, *, telegram_id: str, name: str) -> Role:
    """Make the bearer what the pass says. Raises `NotAllowed` when it is not valid for them, `Conflict` for a member:
    an invitation is for somebody new, and would take an owner's role from who opens it to see where it leads."""
    found = _use(tx, scope, secret, (OWNER, MEMBER), telegram_id)
    role = Role(found.role)
    if found.kind == MEMBER:
        _refuse_known(tx, scope, telegram_id, found.issued_at)
    elif has_owner(tx, scope):
        raise NotAllowed(INVALID)  # somebody owns the shop by now; a line of an old terminal makes no second owner
    if not has_room_for(tx, scope, telegram_id):
        raise Conflict(
            "The team is full at the moment. Please tell the owner of the shop; the link stays good until then."
        )
    member = add_member(tx, name=name, role=role, telegram_id=telegram_id, actor=system_actor(scope))
    named = tx.execute(scope.select(members, members.c.name).where(members.c.id == member)).scalar_one()
    audit.note(tx, "join", member, Actor(scope, "member", member, role, named), role=role.value, by=found.kind)
    tx.emit(Joined(telegram_id, role))
    return role


def _refuse_known(tx: Tx, scope: Scope, telegram_id: str, issued_at: datetime) -> None:
    """Members have no need of an invitation; whoever was removed after it was written is not called back by it."""
    row = tx.execute(scope.select(members).where(members.c.telegram_id == telegram_id)).one_or_none()
    if row is not None and row.active:
        raise Conflict(
            "You are in the team already, as {role}. The link waits for whom it is meant.", role=Role(row.role)
        )
    if row is None:
        return
    removed = scope.select(audit_log, audit_log.c.id).where(audit_log.c.action == REMOVED, audit_log.c.object == row.id)
    if tx.execute(removed.where(audit_log.c.at >= issued_at).limit(1)).scalar() is not None:
        raise NotAllowed(INVALID)


def redeem_group(tx: Tx, secret: str, *, account: str, chat: str, actor: Actor) -> None:
    """Make this chat the workspace's admin group."""
    actor.require(Permission.PEOPLE_CHANGE)
    _use(tx, actor.scope, secret, (GROUP,), actor.id)
    bind_group(tx, account=account, chat=chat, kind="admin", actor=actor)
    audit.note(tx, "link group", chat, actor)
    tx.emit(GroupLinked(chat))


def redeem_ordering(tx: Tx, scope: Scope, secret: str, *, account: str, chat: str) -> bool:
    """Make this chat a group in which customers order, whoever writes the code there: an owner gave it away for that, and it
    opens nothing else. False where the code is for something else; raises `Conflict` for another shop's group."""
    known = scope.select(passes, passes.c.kind).where(passes.c.secret_hash == _hash(secret.strip()))
    if tx.execute(known).scalar() != ORDERING:
        return False
    _use(tx, scope, secret, (ORDERING,), chat)
    boss = system_actor(scope)
    bind_group(tx, account=account, chat=chat, kind=ORDERING, actor=boss)
    audit.note(tx, "link ordering group", chat, boss)
    return True


def _use(tx: Tx, scope: Scope, secret: str, kinds: tuple[str, ...], bearer: str) -> Any:
    """The pass, used up. It is worth no more than the authority of who issued it is now."""
    used = (
        scope.update(passes)
        .where(
            passes.c.secret_hash == _hash(secret.strip()),
            or_(*(passes.c.kind == kind for kind in kinds)),
            passes.c.used_at.is_(None),
            passes.c.expires_at > tx.now,
        )
        .values(used_at=tx.now, used_by=bearer)
        .returning(passes.c.kind, passes.c.role, passes.c.issued_by, passes.c.issued_at)
    )
    row = tx.execute(used).one_or_none()
    if row is None or not _still_may(tx, scope, row.issued_by):
        raise NotAllowed(INVALID)
    return row


def _still_may(tx: Tx, scope: Scope, issuer: str) -> bool:
    """Whether a member who issued a pass could issue it now; the system and the installation's token always can."""
    row = tx.execute(scope.select(members).where(members.c.id == issuer)).one_or_none()
    return row is None or (row.active and may(Role(row.role), Permission.PEOPLE_CHANGE))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
