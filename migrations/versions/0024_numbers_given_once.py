"""What was taken out leaves its number to nothing else: it is told of by it, or comes back by it.

SQLite gives the number of the newest row again once that is gone; PostgreSQL never does. The audit
tells by their numbers of things that were entered by mistake, and what a batch takes away comes
back by its number when the batch is undone.

Revision ID: 0024
Revises: 0023

"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_TABLES = (
    "units",
    "people",
    "memberships",
    "assignments",
    "decisions",
    "unit_periods",
    "grants",
    "offices",
)


def upgrade() -> None:
    """Apply."""
    _rebuild(numbers_given_once=True)


def downgrade() -> None:
    """Take back."""
    _rebuild(numbers_given_once=False)


def _rebuild(*, numbers_given_once: bool) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in _TABLES:
        with op.batch_alter_table(
            table,
            recreate="always",
            table_kwargs={"sqlite_autoincrement": numbers_given_once},
        ):
            pass
