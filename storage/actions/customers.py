"""What the shop's people write about a customer: notes and tags."""

from storage.actions import audit
from storage.actors import Actor
from storage.errors import BadInput
from storage.queries.customers import tags_of
from storage.queries.people import contact as read_contact
from storage.rules.permissions import Permission
from storage.rules.text import one_line
from storage.tables.desk import contact_notes, contact_tags
from storage.tx import Tx

MOST_TAGS, LONGEST_TAG, LONGEST_NOTE = 20, 30, 500


def write_note(tx: Tx, contact: str, words: str, actor: Actor) -> None:
    """Note something about a contact. Raises `NotFound`, `BadInput`."""
    actor.require(Permission.CONTACTS_NOTE)
    live, text = read_contact(tx, actor.scope, contact).id, one_line(words, " ")[:LONGEST_NOTE]
    if not text:
        raise BadInput("Write what shall be noted.")
    row = {"id": tx.ids(), "contact_id": live, "at": tx.now, "actor_name": actor.name, "text": text}
    tx.execute(actor.scope.insert(contact_notes, **row))
    audit.note(tx, "note contact", live, actor)


def turn_tag(tx: Tx, contact: str, words: str, actor: Actor) -> tuple[str, bool]:
    """Set a tag, or take it off where it stands. Returns the tag, and whether it stands now."""
    actor.require(Permission.CONTACTS_NOTE)
    live, tag = read_contact(tx, actor.scope, contact).id, one_line(words, " ").casefold().lstrip("#")[:LONGEST_TAG]
    standing = tags_of(tx, actor.scope, live)
    if not tag:
        raise BadInput("Write a tag, such as vip.")
    if tag in standing:
        mine = (contact_tags.c.contact_id == live) & (contact_tags.c.tag == tag)
        tx.execute(actor.scope.delete(contact_tags).where(mine))
    elif len(standing) >= MOST_TAGS:
        raise BadInput("A customer has at most {most} tags.", most=MOST_TAGS)
    else:
        tx.execute(actor.scope.insert(contact_tags, contact_id=live, tag=tag))
    audit.note(tx, "untag contact" if tag in standing else "tag contact", live, actor)
    return tag, tag not in standing
