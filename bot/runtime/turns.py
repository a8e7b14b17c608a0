"""From an event to the turn that its handlers look at: which workspace, who acts, in which language, where the talk stands."""

from collections.abc import Mapping

from bot.channels.base import Channel
from bot.runtime.identity import acting
from flows.messages import Inbound
from flows.shelf import Shelf
from flows.turn import Turn
from handlers.registry import Registry
from storage.actors import Actor
from storage.queries import conversations, people
from storage.queries.people import Workspace
from storage.queue.lanes import Event
from storage.rules.permissions import Role
from storage.rules.workspaces import House
from storage.scope import Scope
from storage.tx import Tx


class Turns:
    """Makes turns; holds what is the same in all of them."""

    def __init__(self, registry: Registry, shelf: Shelf, channels: Mapping[str, Channel], house: House) -> None:
        self._registry, self._shelf, self._channels, self._house = registry, shelf, channels, house

    def of(self, tx: Tx, event: Event, inbound: Inbound, shop: Workspace | None = None) -> Turn:
        """The turn of an event; `shop` where its workspace was read already."""
        scope = Scope(event.workspace or "")
        workspace = shop or people.workspace(tx, scope)
        conversation = conversations.conversation(tx, scope, event.lane)
        actor, language = acting(tx, scope, event, inbound, workspace.language, self._house)
        return Turn(
            tx=tx,
            actor=actor,
            workspace=workspace,
            language=workspace.answers_in(language),
            inbound=inbound,
            lane=event.lane,
            account=event.account if event.account in self._channels else "",
            shelf=self._shelf,
            commands=self._registry,
            conversation=conversation,
            bot_name=getattr(self._channels.get(event.account), "username", ""),
            house=self._house,
        )

    def over_http(self, tx: Tx, workspace: str) -> Turn:
        """The turn of a command that came with the installation's token. Raises `NotFound` for no such workspace."""
        scope = Scope(workspace)
        shop = people.workspace(tx, scope)
        return Turn(
            tx=tx,
            actor=Actor(scope, "token", "api", Role.OWNER, "API", operates=True),
            workspace=shop,
            language=shop.language,
            inbound=Inbound("text", "", "", True),
            lane="",
            account="",
            shelf=self._shelf,
            commands=self._registry,
            bot_name=next((name for each in self._channels.values() if (name := getattr(each, "username", ""))), ""),
            house=self._house,
        )
