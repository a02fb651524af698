"""What a form said stands beside its key; submissions are found by age, open sessions by use.

Revision ID: 0017
Revises: 0016

"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("form_submissions", sa.Column("content_hash", sa.String(), nullable=True))
    op.create_index("ix_form_submissions_accepted_at", "form_submissions", ["accepted_at"])
    op.create_index(
        "ix_sessions_open",
        "sessions",
        ["last_seen_at"],
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_sessions_open", "sessions")
    op.drop_index("ix_form_submissions_accepted_at", "form_submissions")
    op.drop_column("form_submissions", "content_hash")
