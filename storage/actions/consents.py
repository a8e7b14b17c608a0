"""What people want to hear besides news of their orders: each yes and no is kept, with how it was said."""

from storage.actors import Actor
from storage.errors import NotAllowed
from storage.queries.consents import consent_of
from storage.queries.people import contact as read_contact
from storage.rules.consent import consent
from storage.rules.permissions import Permission
from storage.tables.consents import consents
from storage.tx import Tx


def record_consent(tx: Tx, contact: str, *, given: bool, source: str, actor: Actor) -> bool:
    """Keep that a contact wants offers, or wants none. `source`: in which way it was said. Returns whether that is new."""
    actor.require(Permission.CONSENT_GIVE)
    live = read_contact(tx, actor.scope, contact).id
    if actor.kind == "contact" and actor.id != live:
        raise NotAllowed("You may only change what is known of yourself.")
    if consent_of(tx, actor.scope, live) is consent([given]):
        return False
    tx.execute(actor.scope.insert(consents, id=tx.ids(), contact_id=live, given=given, source=source[:60], at=tx.now))
    return True
