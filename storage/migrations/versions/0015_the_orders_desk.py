"""The orders desk: orders found by words, figures of customers, notes, tags, refunds; indexes of lists."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

WORKSPACE = (["workspace_id"], ["workspaces.id"])
CONTACT = (["workspace_id", "contact_id"], ["contacts.workspace_id", "contacts.id"])
ORDER = (["workspace_id", "order_id"], ["orders.workspace_id", "orders.id"])
NO: dict[str, Any] = {"sqlite_where": sa.text("indexed IS 0"), "postgresql_where": sa.text("indexed IS false")}
GROUP: dict[str, Any] = {"sqlite_where": sa.text("group_chat != ''"), "postgresql_where": sa.text("group_chat != ''")}


def upgrade() -> None:
    op.add_column("orders", sa.Column("indexed", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_orders_source", "orders", ["workspace_id", "source", "created_at"])
    op.create_index("ix_orders_unindexed", "orders", ["workspace_id", "id"], **NO)
    op.create_index("ix_orders_group", "orders", ["workspace_id", "group_chat", "created_at"], **GROUP)
    op.create_index("ix_order_lines_product", "order_lines", ["workspace_id", "product", "order_id"])
    _table("search_words", _text("word"), _text("kind"), _text("key"), key=["word", "kind", "key"], of=WORKSPACE)
    op.create_index("ix_search_words_key", "search_words", ["workspace_id", "kind", "key"])
    _table("search_grams", _text("gram"), _text("word"), key=["gram", "word"], of=WORKSPACE)
    figures = [sa.Column("order_count", sa.Integer(), nullable=False), *map(_number, ("spent", "first_at", "last_at"))]
    _table("customer_figures", _text("contact_id"), *figures, key=["contact_id"], of=CONTACT)
    for name, column in (("spent", "spent"), ("first", "first_at"), ("last", "last_at")):
        op.create_index(f"ix_customer_figures_{name}", "customer_figures", ["workspace_id", column])
    note = (_text("id"), _text("contact_id"), _number("at"), _text("actor_name"), _text("text"))
    _table("contact_notes", *note, key=["id"], of=CONTACT)
    op.create_index("ix_contact_notes_contact", "contact_notes", ["workspace_id", "contact_id"])
    _table("contact_tags", _text("contact_id"), _text("tag"), key=["contact_id", "tag"], of=CONTACT)
    op.create_index("ix_contact_tags_tag", "contact_tags", ["workspace_id", "tag"])
    asked = (_text("id"), _text("order_id"), _number("amount"), _text("state"), _text("reason"))
    request = (*asked, _number("asked_at"), _text("asked_by"))
    settled = (sa.Column("settled_at", sa.BigInteger()), sa.Column("settled_by", sa.String()))
    outcome = sa.Column("outcome", sa.String(), server_default="", nullable=False)
    _table("refunds", *request, *settled, outcome, key=["id"], of=ORDER)
    op.create_index("ix_refunds_order", "refunds", ["workspace_id", "order_id"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _table(name: str, *columns: sa.Column, key: list[str], of: tuple[list[str], list[str]]) -> None:  # type: ignore[type-arg]
    there = of[1][0].partition(".")[0]
    op.create_table(
        name,
        _text("workspace_id"),
        *columns,
        sa.PrimaryKeyConstraint("workspace_id", *key, name=op.f(f"pk_{name}")),
        sa.ForeignKeyConstraint(*of, name=op.f(f"fk_{name}_{'_'.join(of[0])}_{there}")),
    )


def downgrade() -> None:
    raise RuntimeError("The books only go forward; restore the copy that was kept before the migration.")
