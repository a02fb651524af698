"""Annexes whose columns were guessed wait in their batch, and rows know from which they came.

Revision ID: 0025
Revises: 0024

"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Rows of before came from files that nobody guessed about."""
    op.create_table(
        "reorganisation_annexes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reorganisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("first_row", sa.Integer(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["reorganisation_id"],
            ["reorganisations.id"],
            name=op.f("fk_reorganisation_annexes_reorganisation_id_reorganisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation_annexes")),
    )
    op.create_index(
        op.f("ix_reorganisation_annexes_reorganisation_id"),
        "reorganisation_annexes",
        ["reorganisation_id"],
    )
    with op.batch_alter_table("reorganisation_rows", schema=None) as batch_op:
        batch_op.add_column(sa.Column("annex_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_reorganisation_rows_annex_id"), ["annex_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_reorganisation_rows_annex_id_reorganisation_annexes"),
            "reorganisation_annexes",
            ["annex_id"],
            ["id"],
        )


def downgrade() -> None:
    """Take back. Rows stay; annexes that wait are to be sent again."""
    with op.batch_alter_table("reorganisation_rows", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_reorganisation_rows_annex_id_reorganisation_annexes"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_reorganisation_rows_annex_id"))
        batch_op.drop_column("annex_id")
    op.drop_table("reorganisation_annexes")
