"""Whether the head of its own unit issued a paper, as read from its issuer.

Of papers recorded before it is taken that he did, as it was; correcting one reads it anew.

Revision ID: 0012
Revises: 0011

"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    own = sa.Column("is_own", sa.Boolean(), nullable=False, server_default=sa.true())
    op.add_column("decisions", own)
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.alter_column("is_own", server_default=None)


def downgrade() -> None:
    """Take back."""
    op.drop_column("decisions", "is_own")
