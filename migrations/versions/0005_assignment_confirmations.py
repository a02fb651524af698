"""Assignments confirmed to go on after their holder was no member.

Revision ID: 0005
Revises: 0004

"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "assignment_confirmations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.String(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"],
            ["accounts.id"],
            name=op.f("fk_assignment_confirmations_confirmed_by_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_confirmations")),
    )
    op.create_index(
        op.f("ix_assignment_confirmations_line_id_confirmed_on"),
        "assignment_confirmations",
        ["line_id", "confirmed_on"],
        unique=True,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("assignment_confirmations")
