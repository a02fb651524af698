"""Units take part in the network or do not: scope is a word for rights alone.

Revision ID: 0003
Revises: 0002

"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TAKES_PART, _TAKES_PART_REASON = "takes_part", "not_taking_part_reason"
_IN_SCOPE, _IN_SCOPE_REASON = "in_scope", "out_of_scope_reason"


def upgrade() -> None:
    """Apply."""
    _rename(_IN_SCOPE, _IN_SCOPE_REASON, _TAKES_PART, _TAKES_PART_REASON)
    with op.batch_alter_table("unit_periods", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("ck_unit_periods_reason_when_out_of_scope"), type_="check"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_unit_periods_reason_when_not_taking_part"),
            "takes_part OR not_taking_part_reason IS NOT NULL",
        )


def downgrade() -> None:
    """Take back."""
    _rename(_TAKES_PART, _TAKES_PART_REASON, _IN_SCOPE, _IN_SCOPE_REASON)
    with op.batch_alter_table("unit_periods", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("ck_unit_periods_reason_when_not_taking_part"), type_="check"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_unit_periods_reason_when_out_of_scope"),
            "in_scope OR out_of_scope_reason IS NOT NULL",
        )


def _rename(flag: str, reason: str, new_flag: str, new_reason: str) -> None:
    """Rename both columns, and their names in what batches remember of the rows they wrote."""
    for old, new in ((flag, new_flag), (reason, new_reason)):
        # Both databases rename a column where it stands, in checks and indexes as well.
        op.execute(f"ALTER TABLE unit_periods RENAME COLUMN {old} TO {new}")
    if _is_postgresql():
        # Said anew, so that PostgreSQL (from 18) names the constraint after the column.
        op.alter_column("unit_periods", new_flag, nullable=True)
        op.alter_column("unit_periods", new_flag, nullable=False)
    for column in ("before", "after"):
        for old, new in ((flag, new_flag), (reason, new_reason)):
            _rename_key(column, old, new)


def _rename_key(column: str, old: str, new: str) -> None:
    """Rename a key of what `column` remembers of each period of a unit.

    The quoted name with its colon can only be a key: inside a value the quotes are escaped.
    """
    json_type = "JSON" if _is_postgresql() else "TEXT"
    op.execute(
        sa.text(
            f"UPDATE reorganisation_changes SET {column} ="  # noqa: S608 - one of two names above
            f" CAST(replace(CAST({column} AS TEXT), :old, :new) AS {json_type})"
            f" WHERE table_name = 'unit_periods' AND CAST({column} AS TEXT) LIKE :like"
        ).bindparams(old=f'"{old}":', new=f'"{new}":', like=f'%"{old}":%')
    )


def _is_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"
