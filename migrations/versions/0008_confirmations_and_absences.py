"""Assignments confirmed to go on after their holder was no member; absences of holders.

Revision ID: 0008
Revises: 0007

"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
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
    op.create_table(
        "assignment_absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "maternity",
                "study",
                "suspension",
                "other",
                name="absencekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("acting_line_id", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "acting_line_id IS NULL OR acting_line_id <> line_id",
            name=op.f("ck_assignment_absences_somebody_else"),
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_assignment_absences_period")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_absences")),
    )
    op.create_index(
        op.f("ix_assignment_absences_line_id_valid_from"),
        "assignment_absences",
        ["line_id", "valid_from"],
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("assignment_absences")
    op.drop_table("assignment_confirmations")
