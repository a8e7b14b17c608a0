"""Everything that anybody can do in two shops of one house, in any order: nothing of one is ever seen or changed in the other.

What is declared is taken from the registry, so that a new command, job or subscriber joins by itself.
"""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from flows.engine import Standing
from storage.clock import new_id
from storage.db import Books
from storage.errors import BotError
from storage.queue.arrivals import Arrival, Place, store
from storage.rules.workspaces import mark_of
from storage.tables import metadata
from storage.tx import Tx
from tests.books import migrated_file
from tests.isolation import books as pages
from tests.isolation.alike import BOT, GROUP, GUEST, HOME, NAME, NUMBER, OPERATOR, OWNER, SHOPS, STAFF, WORD, furnish
from tests.isolation.attacks import FINDERS, chats, orders_given, people, shops, small
from tests.isolation.declared import FACTS, RESULTS
from tests.isolation.doors import ACROSS_BY_WORD, CALLED, Giving, given
from tests.isolation.town import REGISTRY, Hands, Town
from tests.isolation.watching import watching

RULES_OVER = {key: {"workspaces", "audit", "outbox"} for key in ("approve", "reject", "workspace", "plan")}
"""What the operator's word does to a shop from elsewhere: its state, and a row in its own audit log and outbox."""
PLACES = {"workspace", "approve", "reject", "plan", "start"}
"""Commands that name the shops in which somebody works, or that somebody runs."""


class TwoShops(RuleBasedStateMachine):
    """After each step: what was said, what was read and what was written is of the workspace in which it was done."""

    def open(self, url: str, folder: Path) -> None:
        self.folder, self.town = folder, Town(url, folder)
        self.rows = self.town.books.read(pages.all_rows)
        self.codes: dict[str, list[str]] = {shop: [] for shop in SHOPS}
        self.shown: list[Any] = []
        self.listening = watching()
        self.watch = self.listening.__enter__()

    @initialize()
    def begin(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="munshi-isolation-"))
        self.open(new_books(folder), folder)

    def close(self) -> None:
        self.listening.__exit__(None, None, None)
        self.town.close()

    def teardown(self) -> None:
        if hasattr(self, "town"):
            self.close()
            shutil.rmtree(self.folder)

    # Steps

    @rule(ordered=orders_given(), who=people, where=chats)
    def command_in_chat(self, ordered: tuple[str, dict[str, Any]], who: str, where: str) -> None:
        name, values = ordered
        written = [self._found(each) for each in values.values() if each is not None]
        text = " ".join((f"/{name}", *(f'"{each}"' if " " in each else each for each in written)))
        chat = who if where == "private" else GROUP[where]
        self._step(lambda: self.town.takes(BOT, self.town.telegram(who, chat, text=text)), name, written)

    @rule(ordered=orders_given(), shop=shops)
    def command_over_http(self, ordered: tuple[str, dict[str, Any]], shop: str) -> None:
        name, values = ordered
        found = {key: self._found(each) for key, each in values.items() if each is not None}
        said: list[Any] = []
        command = REGISTRY.commands[name]
        self._step(lambda: said.append(self.town.asks(command, found, shop)), name, found.values(), {shop})
        self._hears(shop, said[0], found.values(), names=name in PLACES)

    @rule(at=small, who=people, forged=st.booleans(), shop=shops)
    def tap(self, at: int, who: str, forged: bool, shop: str) -> None:
        """A button of a message, or (as a changed client can) the data of another shop's under it."""
        rows = [row for row in self.shown if row.account_id == BOT and row.payload["buttons"]]
        if not rows:
            return
        row = rows[-1 - at % len(rows)]
        buttons = row.payload["buttons"]
        data = buttons[at % len(buttons)]["data"]
        if forged:
            others = [each for each in rows if each.workspace_id == shop] or rows
            data = others[-1 - at % len(others)].payload["buttons"][0]["data"]
        chat = row.recipient
        tapper = chat if not chat.startswith("-") else who
        if at % 2:  # as the channel sends it, of a message that the books do not know; else as an earlier version did
            body = self.town.telegram(tapper, chat, tap=f"{mark_of(row.workspace_id)}|{data}", under="1")
        else:
            body = self.town.telegram(tapper, chat, tap=data, under=str(row.id))
        name = data.removeprefix("/").split(" ")[0]
        self._step(lambda: self.town.takes(BOT, body), name, data.split())
        self._acted_in({row.workspace_id})

    @rule(shop=shops, text=st.sampled_from(["hello", "2 chai", "menu", "where is my order", "cancel", "1", "samosa"]))
    def customer_writes_to_a_number(self, shop: str, text: str) -> None:
        body = self.town.whatsapp(shop, text={"body": text})
        self._step(lambda: self.town.takes(NUMBER[shop], body), "", ())
        self._acted_in({shop})

    @rule(
        who=st.sampled_from([GUEST, OWNER, STAFF["alpha"]]),
        text=st.sampled_from(["hello", "2 chai", "menu", "my order"]),
    )
    def somebody_writes_to_the_bot(self, who: str, text: str) -> None:
        self._step(lambda: self.town.takes(BOT, self.town.telegram(who, who, text=text)), "", ())

    @rule(who=people, shop=shops)
    def somebody_opens_a_link(self, who: str, shop: str) -> None:
        self._step(lambda: self.town.takes(BOT, self.town.telegram(who, who, text=f"/start shop-{shop}")), "start", ())

    @rule(
        who=st.sampled_from([OWNER, GUEST]),
        shop=shops,
        words=st.lists(st.sampled_from(["tap", "me", "hello"]), min_size=1, max_size=3),
    )
    def much_comes_at_once(self, who: str, shop: str, words: list[str]) -> None:
        """A switch, and behind it words and a tap that came before anything was handled."""
        mine = [row for row in self.shown if row.recipient == who and row.payload["buttons"]]
        bodies = [self.town.telegram(who, who, text=f"/workspace switch {shop}")]
        for word in words:
            if word == "tap" and mine:
                tapped = mine[-1]
                data = tapped.payload["buttons"][0]["data"]
                bodies.append(self.town.telegram(who, who, tap=data, under=str(tapped.id)))
            else:
                bodies.append(self.town.telegram(who, who, text="/me" if word == "me" else "hello"))
        event = self.town.last_event()
        self._step(lambda: self.town.takes(BOT, bodies), "workspace", ())
        if mine:
            assert self._homes(event, "tap") <= {mine[-1].workspace_id}, "a tap was taken for another shop's"

    @rule(shop=shops, kind=st.sampled_from(["voice", "document"]), telegram=st.booleans())
    def customer_sends_a_file(self, shop: str, kind: str, telegram: bool) -> None:
        about = {"id": f"{shop}/1", "mime_type": "audio/ogg" if kind == "voice" else "text/plain"}
        body = self.town.whatsapp(shop, **{"audio" if kind == "voice" else kind: {**about, "voice": kind == "voice"}})
        self._step(lambda: self.town.takes(NUMBER[shop], body), "", ())
        self._step(self.town.works, "", (), {*SHOPS, HOME})

    @rule(minutes=st.sampled_from([1, 40, 60 * 24 * 2]))
    def time_passes(self, minutes: int) -> None:
        """Jobs of every workspace run: each is looked at by its own words."""
        self.town.later(minutes=minutes)
        self._step(self.town.works, "", (), {*SHOPS, HOME})

    @rule(shop=shops, at=small)
    def owner_asks_for_codes(self, shop: str, at: int) -> None:
        said: list[Any] = []
        name = ("link", "invite")[at % 2]
        self._step(lambda: said.append(self.town.asks(REGISTRY.commands[name], {}, shop)), name, (), {shop})
        self.codes[shop].append(said[0].data["code"])

    @rule(door=st.sampled_from(range(len(CALLED))), shop=shops, of=shops, at=small)
    def function_of_the_books(self, door: int, shop: str, of: str, at: int) -> None:
        """A query or an action in one shop, with things of either."""
        called, said = CALLED[door], []

        def unit(tx: Tx) -> None:
            arguments = given(called, Giving(self, tx, shop, of, at))
            said.append(called.function(**arguments))

        def act() -> None:
            try:
                self.town.books.write(unit)
            except (BotError, LookupError, ValueError, IntegrityError) as refusal:
                said.append("" if isinstance(refusal, IntegrityError) else refusal)

        looked_for = [self._row("members", of, at, 2)]
        self._step(act, called.name, looked_for, {*SHOPS, HOME} if called.name in ACROSS_BY_WORD else {shop})
        self._hears(shop, said[-1], looked_for, names=called.name in ACROSS_BY_WORD)

    @rule(kind=st.sampled_from(sorted(REGISTRY.results)), shop=shops, of=shops, at=small)
    def result_of_a_job(self, kind: str, shop: str, of: str, at: int) -> None:
        """What comes back to a customer's lane of one shop, and speaks of things of either."""
        contact = self._row("contacts", shop, 0)
        place = Place(f"contact:{shop}:{contact}", shop, contact)
        value = RESULTS[kind](Giving(self, None, shop, of, at))  # type: ignore[arg-type]
        event = f"forged:{self.town.last_event()}"
        arrival = Arrival("jobs", event, "job", "", {"kind": kind, "value": value})

        def act() -> None:
            self.town.books.write(lambda tx: store(tx, [(place, arrival)]))
            self.town.handle()

        self._step(act, "", (), {shop})

    @rule(fact=st.sampled_from(sorted(each.__name__ for each in REGISTRY.subscribers)), shop=shops, at=small)
    def fact_that_is_told(self, fact: str, shop: str, at: int) -> None:
        """What every subscriber makes of a fact of its own shop."""

        def unit(tx: Tx) -> None:
            turn = self.town.pipeline._turns.over_http(tx, shop)
            tx.emit(FACTS[fact](Giving(self, tx, shop, shop, at)))
            self.town.pipeline._settle(turn, Standing(None), [])

        self._step(lambda: self.town.books.write(unit), "", (), {shop})

    # What must hold

    def _step(self, act: Callable[[], Any], name: str, typed: Any, acted: set[str] | None = None) -> None:
        """Do it, and look at the whole books: nothing has moved where nothing was done."""
        self.town.toasts.clear()
        before, event = self.town.books.read(pages.all_rows), self.town.last_event()
        act()
        self.rows = self.town.books.read(pages.all_rows)
        self.acted = (acted or set()) | self._homes(event)
        for (table, workspace), row in pages.changed(before, self.rows).items():
            if workspace in self.acted or (HOME, workspace) not in {(HOME, each) for each in (*SHOPS, HOME)}:
                continue
            assert table in RULES_OVER.get(name, ()), f"{name}: done in {self.acted}, and {table} of {workspace}: {row}"
        self._look(name, list(typed))

    def _look(self, name: str, typed: list[str]) -> None:
        for row in self.town.sends():
            self.shown.append(row)
            names = name in PLACES or row.recipient == OPERATOR
            self._hears(row.workspace_id, row.payload, typed, names=names)
        for workspace, toast in self.town.toasts:
            self._hears(workspace, toast, typed, names=name in PLACES)
        strange = [*pages.strange_words(self.rows), *pages.strange_ids(self.rows)]
        assert not strange, strange[0]
        assert not self.watch.escapes, self.watch.escapes

    def _hears(self, workspace: str, said: Any, typed: Any, *, names: bool) -> None:
        """Nothing that is said in a workspace is another's, but what the speaker typed, and the names of their own places."""
        text = repr(said)
        for each in typed:
            text = text.replace(each, "…")
        for shop in SHOPS:
            if shop != workspace:
                assert WORD[shop] not in text, f"{workspace} says {text}"
                assert names or NAME[shop] not in text, f"{workspace} says {text}"

    def _homes(self, after: int, kind: str = "") -> set[str]:
        """For which workspaces all (or those of a kind) was taken that has come in since."""
        inbox = metadata.tables["inbox"]
        chosen = select(inbox.c.workspace_id, inbox.c.kind).where(inbox.c.id > after)
        rows = self.town.books.read(lambda tx: tx.execute(chosen).all())
        return {row.workspace_id for row in rows if row.workspace_id is not None and kind in ("", row.kind)}

    def _acted_in(self, wanted: set[str]) -> None:
        assert self.acted <= wanted, f"done in {self.acted}, meant for {wanted}"

    # What is given

    def _found(self, what: Any) -> str:
        if isinstance(what, str):
            return what
        kind, shop, at = what
        return str(FINDERS[kind](self, shop, at))

    def _row(self, table: str, shop: str, at: int, column: int = 1) -> str:
        rows = self.rows.get((table, shop), [])
        return str(rows[at % len(rows)][column]) if rows else "0"


_TEMPLATE: list[Path] = []


def new_books(folder: Path) -> str:
    """A copy of the town as it was founded, on SQLite."""
    if not _TEMPLATE:
        _TEMPLATE.append(Path(tempfile.mkdtemp(prefix="munshi-town-")) / "munshi.db")
        found(migrated_file(_TEMPLATE[0]))
    shutil.copy(_TEMPLATE[0], folder / "munshi.db")
    return f"sqlite:///{folder / 'munshi.db'}"


def found(url: str) -> None:
    opened = Books(url, Hands(), new_id)
    opened.write(furnish)
    if opened.is_sqlite:
        with opened.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    opened.close()
