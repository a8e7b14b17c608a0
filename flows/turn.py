"""One turn of talk: everything a command, a flow or a handler may look at while it answers one event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

from flows import texts
from flows.messages import Inbound
from flows.shelf import Shelf
from knowledge.language.matching import CatalogueIndex
from knowledge.language.orders import OrderReading, read_order
from storage.actors import Actor
from storage.queries import people
from storage.queries.conversations import Conversation
from storage.queries.people import Contact, Workspace
from storage.rules.catalogue import Catalogue
from storage.scope import Scope
from storage.tx import Tx


class CommandInfo(Protocol):
    """What help shows of a command."""

    @property
    def name(self) -> str: ...
    @property
    def usage(self) -> str: ...
    @property
    def help(self) -> str: ...
    @property
    def example(self) -> str: ...


class CommandBook(Protocol):
    """The commands that somebody may use."""

    def allowed(self, actor: Actor) -> Sequence[CommandInfo]: ...


@dataclass
class Turn:
    """`lane` is where the talk goes on; `language` is what this person reads; `reading` was made before the unit."""

    tx: Tx
    actor: Actor
    workspace: Workspace
    language: str
    inbound: Inbound
    lane: str
    account: str
    shelf: Shelf
    commands: CommandBook
    conversation: Conversation | None = None
    reading: tuple[str, OrderReading] | None = None

    @property
    def scope(self) -> Scope:
        return self.actor.scope

    @property
    def now(self) -> datetime:
        return self.tx.now

    @cached_property
    def index(self) -> CatalogueIndex:
        return self.shelf.index(self.tx, self.scope)

    @property
    def catalogue(self) -> Catalogue:
        return self.index.catalogue

    @cached_property
    def contact(self) -> Contact:
        """The customer who writes. Only for turns of customers."""
        return people.contact(self.tx, self.scope, self.actor.id)

    @cached_property
    def order_reading(self) -> OrderReading:
        """What the text orders: read before the unit, and again only if the catalogue has changed since."""
        if self.reading is not None and self.reading[0] == self.catalogue.version:
            return self.reading[1]
        return read_order(self.index, self.inbound.text)

    def say(self, template: str, **values: Any) -> str:
        return texts.say(self.language, template, **values)

    def money(self, amount: int) -> str:
        return texts.money(self.language, amount, self.workspace.currency)

    def moment(self, at: datetime) -> str:
        return texts.moment(self.language, at, self.workspace.zone, self.now)
