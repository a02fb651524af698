"""An account has one open link of each purpose; what migrations close is noted to be audited.

Revision ID: 0014
Revises: 0013

"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Apply. Of several open links of an account for one purpose the newest stays."""
    op.create_table(
        "settled_duplicates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("noun", sa.String(), nullable=False),
        sa.Column("closed_id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settled_duplicates")),
    )
    with op.batch_alter_table("outbox_messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("link_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_outbox_messages_link_id_password_links"),
            "password_links",
            ["link_id"],
            ["id"],
        )
        batch_op.create_index(batch_op.f("ix_outbox_messages_link_id"), ["link_id"])
    with op.batch_alter_table("password_links", schema=None) as batch_op:
        batch_op.alter_column("used_at", new_column_name="ended_at")
        batch_op.add_column(
            sa.Column("purpose", _choice("linkpurpose", "invitation", "reset"), nullable=True)
        )
        batch_op.add_column(
            sa.Column(
                "end_reason",
                _choice("linkend", "used", "superseded", "expired", "duplicate", "restored"),
                nullable=True,
            )
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_password_links_reason_of_an_end"),
            "end_reason IS NULL OR ended_at IS NOT NULL",
        )
    # Whoever has no password yet was invited.
    op.execute(
        "UPDATE password_links SET purpose = CASE WHEN account_id IN"
        " (SELECT id FROM accounts WHERE password_hash IS NULL)"
        " THEN 'invitation' ELSE 'reset' END"
    )
    op.execute(
        "UPDATE password_links SET ended_at = CURRENT_TIMESTAMP, end_reason = 'expired'"
        " WHERE ended_at IS NULL AND expires_at <= CURRENT_TIMESTAMP"
    )
    op.execute(
        "INSERT INTO settled_duplicates (noun, closed_id, kept_id)"
        " SELECT 'password_links', link.id, newest.id FROM password_links AS link"
        " JOIN (SELECT account_id, purpose, max(id) AS id FROM password_links"
        " WHERE ended_at IS NULL GROUP BY account_id, purpose) AS newest"
        " ON newest.account_id = link.account_id AND newest.purpose = link.purpose"
        " WHERE link.ended_at IS NULL AND link.id < newest.id"
    )
    op.execute(
        "UPDATE password_links SET ended_at = CURRENT_TIMESTAMP, end_reason = 'duplicate'"
        " WHERE id IN (SELECT closed_id FROM settled_duplicates WHERE noun = 'password_links')"
    )
    with op.batch_alter_table("password_links", schema=None) as batch_op:
        batch_op.alter_column("purpose", nullable=False)
        batch_op.create_index(
            "uq_password_links_open",
            ["account_id", "purpose"],
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("outbox_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_messages_link_id"))
        batch_op.drop_constraint(
            batch_op.f("fk_outbox_messages_link_id_password_links"), type_="foreignkey"
        )
        batch_op.drop_column("link_id")
    op.drop_table("settled_duplicates")
    with op.batch_alter_table("password_links", schema=None) as batch_op:
        batch_op.drop_index("uq_password_links_open")
        batch_op.drop_constraint(batch_op.f("ck_password_links_reason_of_an_end"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_password_links_linkpurpose"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_password_links_linkend"), type_="check")
        batch_op.drop_column("end_reason")
        batch_op.drop_column("purpose")
        batch_op.alter_column("ended_at", new_column_name="used_at")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
