"""What was paid and given back, receipts, and who carries an order."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ORDER = (["workspace_id", "order_id"], ["orders.workspace_id", "orders.id"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _number(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _of_order(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(*_ORDER, name=op.f(f"fk_{table}_workspace_id_order_id_orders"))


def upgrade() -> None:
    op.create_table(
        "settlements",
        *(_text(name) for name in ("workspace_id", "order_id", "method")),
        *(_number(name) for name in ("paid", "refunded")),
        _of_order("settlements"),
        sa.PrimaryKeyConstraint("workspace_id", "order_id", name=op.f("pk_settlements")),
    )
    op.create_table(
        "payments",
        *(_text(name) for name in ("workspace_id", "id", "order_id", "method")),
        _number("amount"),
        *(_text(name) for name in ("state", "file", "actor_kind", "actor_id")),
        _number("at"),
        _number("settled_at", nullable=True),
        _of_order("payments"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_payments")),
    )
    op.create_index("ix_payments_order", "payments", ["workspace_id", "order_id"])
    op.create_table(
        "receipts",
        _text("workspace_id"),
        _number("number"),
        *(_text(name) for name in ("order_id", "content", "file")),
        _number("at"),
        _of_order("receipts"),
        sa.PrimaryKeyConstraint("workspace_id", "number", name=op.f("pk_receipts")),
        sa.UniqueConstraint(
            "workspace_id", "order_id", "content", name=op.f("uq_receipts_workspace_id_order_id_content")
        ),
    )
    op.create_table(
        "rides",
        *(_text(name) for name in ("workspace_id", "order_id", "rider", "member_id")),
        _number("at"),
        _number("delivered_at", nullable=True),
        _of_order("rides"),
        sa.PrimaryKeyConstraint("workspace_id", "order_id", name=op.f("pk_rides")),
    )
    op.create_index("ix_rides_member", "rides", ["workspace_id", "member_id", "delivered_at"])


def downgrade() -> None:
    raise RuntimeError("The books only go forward; restore the copy that was kept before the migration.")
