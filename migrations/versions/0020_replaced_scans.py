"""A scan that another took the place of is kept for a time: say since when it is no longer one.

Revision ID: 0020
Revises: 0019

"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. What no paper has any more was replaced no later than now: its time begins today."""
    op.add_column(
        "stored_files", sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.execute(
        "UPDATE stored_files SET replaced_at = CURRENT_TIMESTAMP WHERE id NOT IN "
        "(SELECT file_id FROM decisions WHERE file_id IS NOT NULL "
        "UNION SELECT paper_id FROM grants WHERE paper_id IS NOT NULL)"
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("stored_files", "replaced_at")
