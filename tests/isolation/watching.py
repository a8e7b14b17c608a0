"""Whether each statement that really runs names its workspace: the architecture's lint reads the source, this one listens.

A statement is whole when each business table in it is held to one workspace: its `workspace_id` is compared with a value,
or with that of a table that is, in a condition that must hold (not under an OR). Who listens makes `Ready` go the long
way, so that its statements are heard like all others.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Delete, Engine, Select, Table, Update, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, BindParameter, BooleanClauseList, ColumnElement, Grouping
from sqlalchemy.sql.selectable import FromClause, Join, Subquery

from storage.tables import metadata
from storage.tables.runtime import RUNTIME
from tests.architecture.source import FLOORS, ROOT
from tests.architecture.test_books import ACROSS, OUTSIDE_SCOPES

CARRIERS = {"storage/tx.py", "storage/statements.py", "storage/db.py", "bot/runtime/writer.py"}
"""They run what others say."""
WHOLE_BOOKS = ("storage/backup/", "storage/migrations/", "bot/faultsim/", "bot/bench/", "tests/")
"""They read or write the books as a whole."""
_WORDS = re.compile(r"[a-z_]+")


class Watch:
    """What was heard: `escapes` holds `module: statement` for each that was not held to a workspace."""

    def __init__(self) -> None:
        self.escapes: set[str] = set()
        self.heard: dict[str, set[str]] = {}
        self._judged: dict[tuple[str, str], bool] = {}

    def hear(self, _connection: Any, _cursor: Any, sql: str, _values: Any, context: Any, _many: bool) -> None:
        module = speaker()
        if (module, sql) in self._judged:
            return
        self._judged[module, sql] = True
        statement = getattr(context.compiled, "statement", None) if context is not None else None
        tables = business_tables(statement) if statement is not None else set(_WORDS.findall(sql)) & BUSINESS
        if not tables or module.startswith(WHOLE_BOOKS) or not module:
            return
        self.heard.setdefault(module, set()).update(tables)
        if module in ACROSS:
            return
        loose = unscoped(statement) if statement is not None else tables
        if loose - OUTSIDE_SCOPES.get(module, set()):
            self.escapes.add(f"{module}: {' '.join(sql.split())[:300]}")


@contextmanager
def watching() -> Iterator[Watch]:
    """Listen to every engine of this process, those that are made meanwhile as well."""
    watch = Watch()
    event.listen(Engine, "before_cursor_execute", watch.hear)
    try:
        yield watch
    finally:
        event.remove(Engine, "before_cursor_execute", watch.hear)


def speaker() -> str:
    """The module of the project from which the statement under way comes, `storage/queries/orders.py`; "" for none."""
    frame = sys._getframe(1)
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith(_HERE):
            name = path.removeprefix(_HERE)
            if name not in CARRIERS and name != "tests/isolation/watching.py" and name.startswith(_FLOORS):
                return name
        frame = frame.f_back  # type: ignore[assignment]
    return ""


_HERE = f"{ROOT}/"
_FLOORS = tuple(f"{floor}/" for floor in (*FLOORS, "tests"))
BUSINESS = {name for name in metadata.tables if name not in RUNTIME}


def business_tables(statement: Any) -> set[str]:
    """The names of all business tables that stand anywhere in a statement."""
    return {each.name for each in _tables(statement) if each.name in BUSINESS}


def _tables(statement: Any) -> Iterator[Table]:
    for each in visitors.iterate(statement):
        if isinstance(each, Table):
            yield each
        elif isinstance(getattr(each, "table", None), Table):
            yield each.table


def unscoped(statement: Any) -> set[str]:
    """The business tables of a statement that are not held to one workspace. An insert is: its column is no other."""
    return _within(statement, frozenset(), correlates=False)


def _within(element: Any, around: frozenset[int], *, correlates: bool) -> set[str]:
    """`around`: the sources of the statements around this element, of which a part of theirs may speak."""
    loose: set[str] = set()
    if isinstance(element, Select | Update | Delete):
        froms = list(_from_of(element))
        if isinstance(element, Select) and correlates:
            froms = [each for each in froms if id(each) not in around] or froms
        loose |= _loose(element, froms)
        around |= {id(each) for each in froms}
    for child in element.get_children():
        loose |= _within(child, around, correlates=not isinstance(element, Subquery))
    return loose


def _loose(statement: Select[Any] | Update | Delete, froms: list[FromClause]) -> set[str]:
    own = {id(each) for each in froms}
    held: set[int] = set()
    links: list[tuple[int, int]] = []
    for condition in _conditions(statement):
        for one, other in ((condition.left, condition.right), (condition.right, condition.left)):
            if not _is_workspace(one):
                continue
            if isinstance(other, BindParameter) or (_is_workspace(other) and id(other.table) not in own):
                held.add(id(one.table))
            elif _is_workspace(other):
                links.append((id(one.table), id(other.table)))
    while more := {a for a, b in links if b in held and a not in held}:
        held |= more
    return {_named(each) for each in froms if _named(each) in BUSINESS and id(each) not in held}


def _from_of(statement: Any) -> Iterator[FromClause]:
    found = _sources(statement) if isinstance(statement, Select) else [statement.table]
    for each in found:
        yield from _apart(each)


def _sources(statement: Any) -> list[FromClause]:
    """As `Select.get_final_froms`, which would write the statement out in words that no database of ours has."""
    found: list[FromClause] = statement._compile_state_factory(statement, _COMPILER)._get_display_froms()
    return found


_COMPILER = sqlite.dialect().statement_compiler(sqlite.dialect(), None)


def _apart(source: Any) -> Iterator[FromClause]:
    if isinstance(source, Join):
        yield from _apart(source.left)
        yield from _apart(source.right)
    else:
        yield source


def _named(source: Any) -> str:
    """The table behind a source or its alias; "" for a subquery, which is judged by itself."""
    behind = getattr(source, "element", source)
    return behind.name if isinstance(behind, Table) else ""


def _conditions(statement: Any) -> Iterator[BinaryExpression[Any]]:
    """All equalities that must hold."""
    where = statement.whereclause
    if where is not None:
        yield from _equalities(where)
    for source in _sources(statement) if isinstance(statement, Select) else ():
        yield from _of_joins(source)


def _of_joins(source: Any) -> Iterator[BinaryExpression[Any]]:
    if isinstance(source, Join):
        if source.onclause is not None:
            yield from _equalities(source.onclause)
        yield from _of_joins(source.left)
        yield from _of_joins(source.right)


def _equalities(condition: Any) -> Iterator[BinaryExpression[Any]]:
    if isinstance(condition, Grouping):
        yield from _equalities(condition.element)
    elif isinstance(condition, BooleanClauseList) and condition.operator is operators.and_:
        for each in condition.clauses:
            yield from _equalities(each)
    elif isinstance(condition, BinaryExpression) and condition.operator is operators.eq:
        yield condition


def _is_workspace(side: ColumnElement[Any]) -> bool:
    """`….workspace_id`, or the id of the workspace's own row."""
    table = getattr(side, "table", None)
    if table is None:
        return False
    name = getattr(side, "name", "")
    return name == "workspace_id" or (name == "id" and _named(table) == "workspaces")
