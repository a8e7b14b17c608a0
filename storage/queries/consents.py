"""Reads of what people want to hear."""

from storage.queries.contacts import family
from storage.rules.consent import Consent, consent
from storage.scope import Scope
from storage.tables.consents import consents
from storage.tx import Tx


def consent_of(tx: Tx, scope: Scope, contact: str) -> Consent:
    """Whether a contact, or anybody merged into them, wants offers: what was said last."""
    theirs = scope.select(consents, consents.c.given).where(consents.c.contact_id.in_(family(tx, scope, contact)))
    return consent(tx.execute(theirs.order_by(consents.c.at.desc(), consents.c.id.desc()).limit(1)).scalars())
