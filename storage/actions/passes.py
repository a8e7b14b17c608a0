"""One-time passes: a secret of 128 bits that makes its bearer the owner, a member, or a group the workspace's own.

Only the hash is kept. A pass is used once, before it expires, and what it gives was decided when it was issued.
"""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import or_

from storage.actions import audit
from storage.actions.people import add_member, bind_group
from storage.actors import Actor, system_actor
from storage.errors import BadInput, NotAllowed
from storage.rules.permissions import Permission, Role
from storage.scope import Scope
from storage.tables.authority import passes
from storage.tx import Tx

OWNER, MEMBER, GROUP = "owner", "member", "group"
LIFETIME = {OWNER: timedelta(hours=24), MEMBER: timedelta(hours=24), GROUP: timedelta(minutes=10)}
GRANTED_BY_OWNER = (Role.ADMIN, Role.STAFF, Role.VIEWER)


def issue(tx: Tx, kind: str, role: Role, actor: Actor) -> str:
    """A new secret. Passes for the owner and for a group replace the earlier unused one of the same kind."""
    actor.require(Permission.PEOPLE_CHANGE)
    if kind == MEMBER and role not in GRANTED_BY_OWNER and actor.kind != "system":
        raise BadInput("You can invite as {roles}.", roles=list(GRANTED_BY_OWNER))
    if kind in (OWNER, GROUP):
        tx.execute(actor.scope.delete(passes).where(passes.c.kind == kind, passes.c.used_at.is_(None)))
    secret = secrets.token_hex(16)
    row = {"secret_hash": _hash(secret), "kind": kind, "role": role.value, "issued_by": actor.id}
    times = {"issued_at": tx.now, "expires_at": tx.now + LIFETIME[kind]}
    tx.execute(actor.scope.insert(passes, **row, **times))
    audit.note(tx, "issue pass", kind, actor, role=role.value)
    return secret


def redeem_person(tx: Tx, scope: Scope, secret: str, *, telegram_id: str, name: str) -> Role:
    """Make the bearer what the pass says. Raises `NotAllowed` when it is unknown, used or expired."""
    kind, role = _use(tx, scope, secret, (OWNER, MEMBER), telegram_id)
    member = add_member(tx, name=name, role=role, telegram_id=telegram_id, actor=system_actor(scope))
    bearer = Actor(scope, "member", member, role, name)
    audit.note(tx, "join", name, bearer, role=role.value, by=kind)
    return role


def redeem_group(tx: Tx, secret: str, *, account: str, chat: str, actor: Actor) -> None:
    """Make this chat the workspace's admin group."""
    actor.require(Permission.PEOPLE_CHANGE)
    _use(tx, actor.scope, secret, (GROUP,), actor.id)
    bind_group(tx, account=account, chat=chat, kind="admin", actor=actor)
    audit.note(tx, "link group", chat, actor)


def _use(tx: Tx, scope: Scope, secret: str, kinds: tuple[str, ...], bearer: str) -> tuple[str, Role]:
    used = (
        scope.update(passes)
        .where(
            passes.c.secret_hash == _hash(secret.strip()),
            or_(*(passes.c.kind == kind for kind in kinds)),
            passes.c.used_at.is_(None),
            passes.c.expires_at > tx.now,
        )
        .values(used_at=tx.now, used_by=bearer)
        .returning(passes.c.kind, passes.c.role)
    )
    row = tx.execute(used).one_or_none()
    if row is None:
        raise NotAllowed("This link or code is not valid any more. Ask for a new one.")
    return row.kind, Role(row.role)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
