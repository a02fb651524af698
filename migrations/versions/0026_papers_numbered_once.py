"""A paper that was recorded by mistake can be taken out: its number is given to no other.

Revision ID: 0026
Revises: 0025

"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _rebuild(numbers_given_once=True)


def downgrade() -> None:
    """Take back."""
    _rebuild(numbers_given_once=False)


def _rebuild(*, numbers_given_once: bool) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    with op.batch_alter_table(
        "decisions",
        recreate="always",
        table_kwargs={"sqlite_autoincrement": numbers_given_once},
    ):
        pass
