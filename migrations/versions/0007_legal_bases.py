"""What papers are written under is dated data of a territory, no longer a constant.

Revision ID: 0007
Revises: 0006

Every report cited one plan; it goes on for the province whose plan it is, where that is known.
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_PLAN = "Kế hoạch số 4660/KH-UBND ngày 24 tháng 6 năm 2024 của UBND tỉnh Quảng Nam"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "legal_bases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("citation", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_legal_bases_period")
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["units.id"], name=op.f("fk_legal_bases_territory_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_bases")),
    )
    with op.batch_alter_table("legal_bases", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_legal_bases_territory_id_citation_valid_from"),
            ["territory_id", "citation", "valid_from"],
            unique=True,
        )
    op.execute(
        sa.text(
            "INSERT INTO legal_bases (territory_id, citation, valid_from)"
            " SELECT unit_id, :citation, :since FROM unit_periods"
            " WHERE kind = 'province' AND official_code = '49'"
            " AND valid_from <= :since AND (valid_to IS NULL OR valid_to > :since)"
        ).bindparams(sa.bindparam("since", date(2024, 6, 24), sa.Date()), citation=_PLAN)
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("legal_bases")
