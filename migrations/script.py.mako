"""${message}.

On SQLite a batch operation rebuilds the table: triggers vanish with it (they are put back after
every migration), and with foreign keys on its child rows would go too (they are off while
migrations run). Test with rows in the table.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Apply."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Take back."""
    ${downgrades if downgrades else "pass"}
