"""A membership line has one live card; those that migrations revoke are noted to be audited.

Revision ID: 0015
Revises: 0014

"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_LIVE = sa.text("revoked_at IS NULL")


def upgrade() -> None:
    """Apply. Of several live cards of a line the newest stays."""
    op.execute(
        "INSERT INTO settled_duplicates (noun, closed_id, kept_id)"
        " SELECT 'cards', card.id, newest.id FROM cards AS card"
        " JOIN (SELECT line_id, max(id) AS id FROM cards"
        " WHERE revoked_at IS NULL GROUP BY line_id) AS newest"
        " ON newest.line_id = card.line_id"
        " WHERE card.revoked_at IS NULL AND card.id < newest.id"
    )
    op.execute(
        "UPDATE cards SET revoked_at = CURRENT_TIMESTAMP, revoke_reason = 'trùng'"
        " WHERE id IN (SELECT closed_id FROM settled_duplicates WHERE noun = 'cards')"
    )
    op.create_index(
        "uq_cards_live",
        "cards",
        ["line_id"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("uq_cards_live", table_name="cards")
