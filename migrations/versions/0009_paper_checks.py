"""What the reviewing office compared with the paper it rests on.

Revision ID: 0009
Revises: 0008

"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "paper_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.String(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("decision_version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "focal_point",
                "supporting",
                "leader",
                "it_officer",
                "security_officer",
                name="assignmentrole",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "duty",
            sa.Enum(
                "dedicated",
                "concurrent",
                "in_charge",
                name="duty",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (section_id IS NULL)", name=op.f("ck_paper_checks_one_holder")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_paper_checks_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_paper_checks_decision_id_decisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_checks")),
    )
    op.create_index(
        op.f("ix_paper_checks_line_id_decision_id"),
        "paper_checks",
        ["line_id", "decision_id"],
        unique=True,
    )
    op.create_index(op.f("ix_paper_checks_decision_id"), "paper_checks", ["decision_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("paper_checks")
