"""Who acts, in which workspace, with which authority."""

from dataclasses import dataclass
from typing import Literal

from storage.errors import NotAllowed
from storage.rules.permissions import OPERATING, Permission, Role, may, who_may
from storage.scope import Scope


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or the system) behind a change; identity comes from the conversation, never from arguments."""

    scope: Scope
    kind: Literal["member", "contact", "token", "system"]
    id: str
    role: Role
    name: str
    operates: bool = False
    """Whether this person runs the installation, whatever they are in this workspace."""

    def may(self, permission: Permission) -> bool:
        return may(self.role, permission) or (self.operates and permission in OPERATING)

    def require(self, permission: Permission) -> None:
        """The first line of every action. Raises `NotAllowed` with who may do it instead."""
        if not self.may(permission):
            roles = [role for role in who_may(permission) if role is not Role.CUSTOMER]
            raise NotAllowed(
                "You may not {what} here. This needs one of these roles: {roles}. Ask the owner of the shop.",
                what=permission,
                roles=roles,
            )


def system_actor(scope: Scope) -> Actor:
    return Actor(scope, "system", "system", Role.SYSTEM, "Munshi")
