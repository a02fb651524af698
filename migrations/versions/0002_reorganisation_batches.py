"""Reorganisation batches with their rows, answers and journal.

On SQLite a batch operation rebuilds the table: triggers vanish with it (they are put back after
every migration), and with foreign keys on its child rows would go too (they are off while
migrations run). Test with rows in the table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "reorganisations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("create_missing", sa.Boolean(), nullable=False),
        sa.Column("known_from", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("summary", sa.JSON(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "undone_at IS NULL OR applied_at IS NOT NULL",
            name=op.f("ck_reorganisations_undone_once_applied"),
        ),
        sa.ForeignKeyConstraint(
            ["applied_by_id"],
            ["accounts.id"],
            name=op.f("fk_reorganisations_applied_by_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["accounts.id"],
            name=op.f("fk_reorganisations_created_by_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_reorganisations_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["accounts.id"], name=op.f("fk_reorganisations_undone_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisations")),
    )
    with op.batch_alter_table("reorganisations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reorganisations_effective_on"), ["effective_on"], unique=False
        )

    op.create_table(
        "reorganisation_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reorganisation_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reorganisation_id"],
            ["reorganisations.id"],
            name=op.f("fk_reorganisation_answers_reorganisation_id_reorganisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation_answers")),
    )
    with op.batch_alter_table("reorganisation_answers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reorganisation_answers_reorganisation_id_item"),
            ["reorganisation_id", "item"],
            unique=True,
        )

    op.create_table(
        "reorganisation_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reorganisation_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["reorganisation_id"],
            ["reorganisations.id"],
            name=op.f("fk_reorganisation_changes_reorganisation_id_reorganisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation_changes")),
    )
    with op.batch_alter_table("reorganisation_changes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reorganisation_changes_reorganisation_id_sequence"),
            ["reorganisation_id", "sequence"],
            unique=True,
        )

    op.create_table(
        "reorganisation_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reorganisation_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reorganisation_id"],
            ["reorganisations.id"],
            name=op.f("fk_reorganisation_rows_reorganisation_id_reorganisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation_rows")),
    )
    with op.batch_alter_table("reorganisation_rows", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reorganisation_rows_reorganisation_id_position"),
            ["reorganisation_id", "position"],
            unique=True,
        )

    with op.batch_alter_table("successions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reorganisation_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_successions_reorganisation_id_reorganisations"),
            "reorganisations",
            ["reorganisation_id"],
            ["id"],
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("successions", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_successions_reorganisation_id_reorganisations"), type_="foreignkey"
        )
        batch_op.drop_column("reorganisation_id")

    with op.batch_alter_table("reorganisation_rows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reorganisation_rows_reorganisation_id_position"))

    op.drop_table("reorganisation_rows")
    with op.batch_alter_table("reorganisation_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reorganisation_changes_reorganisation_id_sequence"))

    op.drop_table("reorganisation_changes")
    with op.batch_alter_table("reorganisation_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reorganisation_answers_reorganisation_id_item"))

    op.drop_table("reorganisation_answers")
    with op.batch_alter_table("reorganisations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reorganisations_effective_on"))

    op.drop_table("reorganisations")
