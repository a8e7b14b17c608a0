"""The first start: what `config.yaml` says of the first workspace is copied into the books, once."""

import logging
from pathlib import Path

from bot.config import Config, ConfigError
from bot.config_accounts import FurtherNumber, Shop
from storage.actions import passes, people
from storage.actions.catalogue import replace_catalogue
from storage.actors import Actor, system_actor
from storage.db import Books
from storage.errors import BotError
from storage.queries import catalogue
from storage.queries import people as people_queries
from storage.rules.catalogue import Catalogue
from storage.rules.permissions import Role
from storage.scope import Scope
from storage.tx import Tx

log = logging.getLogger("munshi.app")


def wants_goods(books: Books, shop: Shop) -> bool:
    """Whether the workspace has no catalogue yet."""
    return books.read(lambda tx: catalogue.version(tx, Scope(shop.id))) is None


def read_catalogue(shop: Shop) -> Catalogue | None:
    """The catalogue that the configuration names; None where it names none. Raises `ConfigError` with every fault."""
    if not shop.catalogue:
        return None
    from knowledge.loaders.catalogue import load_catalogue  # here, since only a first start reads it
    from knowledge.loaders.faults import describe

    loaded = load_catalogue(Path(shop.catalogue))
    if loaded.catalogue is None:
        raise ConfigError(f"shop.catalogue: {shop.catalogue} cannot be used.\n{describe(loaded.faults)}")
    return loaded.catalogue


def owner_link(tx: Tx, shop: Shop, bot_name: str) -> str | None:
    """While the workspace has no owner: a one-time link that makes its bearer the owner (24 hours; an older one is void)."""
    scope = Scope(shop.id)
    if people_queries.has_owner(tx, scope):
        return None
    secret = passes.issue(tx, passes.OWNER, Role.OWNER, system_actor(scope))
    return f"https://t.me/{bot_name}?start={secret}"


def found(tx: Tx, config: Config, goods: Catalogue | None) -> None:
    """Create the workspace with its people, group, accounts and catalogue; what stands already is left as it is."""
    shop, scope = config.shop, Scope(config.shop.id)
    actor = system_actor(scope)
    is_first = not people_queries.has_workspace(tx, shop.id)
    words = {"timezone": shop.timezone, "currency": shop.currency, "language": shop.language}
    people.found_workspace(tx, shop.id, name=shop.name, plan=shop.plan, **words)
    for account, number in config.all_numbers.items():
        workspace = number.workspace if isinstance(number, FurtherNumber) else shop.id
        if people_queries.has_workspace(tx, workspace):
            _open_number(tx, account, workspace)
        else:
            log.error("%s is for the shop %s, which is not here; /workspace all shows the ids", account, workspace)
    if config.telegram.is_on:
        bot = f"telegram:{config.telegram.token.get_secret_value().partition(':')[0]}"
        people.open_account(tx, bot, "telegram", shop.id, shared=True)
        if shop.admin_group and is_first:
            people.bind_group(tx, account=bot, chat=shop.admin_group, kind="admin", actor=actor)
    if is_first:
        _gather(tx, shop, actor)
    for operator in config.operators:
        if not people_queries.was_member(tx, scope, operator):
            people.add_member(tx, name=operator, role=Role.OPERATOR, telegram_id=operator, actor=actor)
    if goods is not None and catalogue.version(tx, scope) is None:
        replace_catalogue(tx, goods, actor)


def _open_number(tx: Tx, account: str, workspace: str) -> None:
    """One number too many is no reason to keep the others waiting."""
    try:
        people.open_account(tx, account, "whatsapp", workspace)
    except BotError as error:
        log.error(
            "%s does not speak for %s: %s /plan limit %s numbers … makes room", account, workspace, error, workspace
        )


def _gather(tx: Tx, shop: Shop, actor: Actor) -> None:
    """The people of the first workspace, as many as there is room for."""
    for person in shop.people:
        try:
            people.add_member(tx, name=person.name, role=person.role, telegram_id=person.telegram_id, actor=actor)
        except BotError as error:
            log.error("%s is not in the team of %s: %s", person.name, shop.id, error)
