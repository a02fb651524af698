"""A succession has a kind, may be of what was left, and may happen again between the same two.

Revision ID: 0022
Revises: 0021

"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_KINDS = (
    "absorbed",
    "merged",
    "arranged",
    "divided",
    "separated",
    "adjusted",
    "promoted",
    "renamed",
    "reestablished",
)
_PAIR = "ix_successions_predecessor_id_successor_id"
_ONCE = "uq_successions_once_a_batch"
# What the annexes said is told by the units themselves: who lived on, and who had been there.
_READ_FROM_THE_UNITS = """
    UPDATE successions SET kind = CASE
        WHEN part = 'part' AND EXISTS (
            SELECT 1 FROM unit_periods AS own
            WHERE own.unit_id = successions.predecessor_id
            AND own.valid_from <= successions.effective_on
            AND (own.valid_to IS NULL OR own.valid_to > successions.effective_on)
        ) THEN CASE WHEN EXISTS (
            SELECT 1 FROM unit_periods AS heir
            WHERE heir.unit_id = successions.successor_id
            AND heir.valid_from < successions.effective_on
        ) THEN 'adjusted' ELSE 'separated' END
        WHEN effective_on >= '2025-06-16' AND EXISTS (
            SELECT 1 FROM unit_periods AS heir
            WHERE heir.unit_id = successions.successor_id
            AND heir.kind IN ('province', 'district', 'commune')
        ) THEN 'arranged'
        WHEN part = 'whole' AND EXISTS (
            SELECT 1 FROM unit_periods AS heir
            WHERE heir.unit_id = successions.successor_id
            AND heir.valid_from < successions.effective_on
        ) THEN 'absorbed'
        WHEN part = 'part' THEN 'divided'
        WHEN (
            SELECT count(*) FROM successions AS other
            WHERE other.successor_id = successions.successor_id
            AND other.effective_on = successions.effective_on
        ) > 1 THEN 'merged'
        ELSE 'renamed' END
"""


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("successions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=40), nullable=True))
    op.execute(_READ_FROM_THE_UNITS)
    words = ", ".join(f"'{kind}'" for kind in _KINDS)
    with op.batch_alter_table("successions", schema=None) as batch_op:
        batch_op.alter_column("kind", existing_type=sa.String(length=40), nullable=False)
        batch_op.create_check_constraint(
            batch_op.f("ck_successions_successionkind"), f"kind IN ({words})"
        )
        batch_op.drop_constraint(batch_op.f("ck_successions_part"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_successions_part"), "part IN ('whole', 'part', 'rest')"
        )
        batch_op.drop_index(batch_op.f(_PAIR))
        batch_op.create_index(
            _ONCE,
            ["predecessor_id", "successor_id", "effective_on", "reorganisation_id"],
            unique=True,
        )


def downgrade() -> None:
    """Take back. Of two who succeeded each other again only the first stays."""
    op.execute("UPDATE successions SET part = 'part' WHERE part = 'rest'")
    op.execute(
        "DELETE FROM successions WHERE id NOT IN ("
        "SELECT min(id) FROM successions GROUP BY predecessor_id, successor_id)"
    )
    with op.batch_alter_table("successions", schema=None) as batch_op:
        batch_op.drop_index(_ONCE)
        batch_op.create_index(batch_op.f(_PAIR), ["predecessor_id", "successor_id"], unique=True)
        batch_op.drop_constraint(batch_op.f("ck_successions_part"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_successions_part"), "part IN ('whole', 'part')"
        )
        batch_op.drop_constraint(batch_op.f("ck_successions_successionkind"), type_="check")
        batch_op.drop_column("kind")
