"""What a batch takes away comes back by its number when it is undone: no other row has it then.

Revision ID: 0027
Revises: 0026

"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_TABLES = ("unit_periods", "grants", "offices")


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
