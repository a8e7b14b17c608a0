"""Several workspaces: states, plans, shared accounts, visits; what an order costs beside its goods; paces."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
STANDARD = {"numbers": 2, "members": 25, "conversations": 200, "file_bytes": 10 * 1024 * 1024}


def upgrade() -> None:
    plans = op.create_table(
        "plans",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("limits", JSON, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_plans")),
    )
    op.bulk_insert(plans, [{"name": "standard", "limits": STANDARD}])
    _add_to_workspaces()
    op.add_column("accounts", sa.Column("shared", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("conversations", sa.Column("pace", JSON, nullable=True))
    op.add_column("orders", sa.Column("charges", JSON, server_default="[]", nullable=False))
    op.add_column("orders", sa.Column("label", sa.String(), server_default="", nullable=False))
    op.create_table(
        "visits",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_visits_account_id_accounts")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_visits_workspace_id_workspaces")),
        sa.PrimaryKeyConstraint("account_id", "person", name=op.f("pk_visits")),
    )
    op.create_index("ix_visits_workspace_id", "visits", ["workspace_id"], unique=False)
    op.create_table(
        "quotas",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("tat_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_quotas_workspace_id_workspaces")),
        sa.PrimaryKeyConstraint("workspace_id", "kind", name=op.f("pk_quotas")),
    )


def _add_to_workspaces() -> None:
    """Workspaces that stand are open."""
    for column in (
        sa.Column("state", sa.String(), server_default="active", nullable=False),
        sa.Column("plan", sa.String(), server_default="standard", nullable=False),
        sa.Column("limits", JSON, server_default="{}", nullable=False),
        sa.Column("asked_by", sa.String(), nullable=True),
    ):
        op.add_column("workspaces", column)
    op.create_index("ix_members_telegram_id", "members", ["telegram_id"], unique=False)


def downgrade() -> None:
    raise RuntimeError("The books only go forward; restore the copy that was kept before the migration.")
