"""Staff of enterprises give technical support; chuyên trách beside other work says on what.

Revision ID: 0010
Revises: 0009

"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_BEFORE = ("focal_point", "supporting", "leader", "it_officer", "security_officer")
_AFTER = (*_BEFORE, "technical_support")
_TABLES = ("assignments", "paper_checks", "coverage_rules")


def upgrade() -> None:
    """Apply."""
    op.add_column("assignments", sa.Column("dedicated_basis", sa.String(), nullable=True))
    for table in _TABLES:
        _allow(table, _AFTER)


def downgrade() -> None:
    """Take back: who gave technical support, supports; a rule or a check of it goes."""
    for table in ("paper_checks", "coverage_rules"):
        op.execute(f"DELETE FROM {table} WHERE role = 'technical_support'")  # noqa: S608
    # Who supports the unit already keeps that, and not the same role twice on a day.
    op.execute(
        "DELETE FROM assignments WHERE role = 'technical_support' AND EXISTS ("
        "SELECT 1 FROM assignments AS other WHERE other.role = 'supporting'"
        " AND other.person_id = assignments.person_id AND other.unit_id = assignments.unit_id"
        " AND (assignments.valid_to IS NULL OR other.valid_from < assignments.valid_to)"
        " AND (other.valid_to IS NULL OR other.valid_to > assignments.valid_from))"
    )
    op.execute("UPDATE assignments SET role = 'supporting' WHERE role = 'technical_support'")
    for table in _TABLES:
        _allow(table, _BEFORE)
    op.drop_column("assignments", "dedicated_basis")


def _allow(table: str, roles: tuple[str, ...]) -> None:
    """Let the database take these roles and no others."""
    words = ", ".join(f"'{role}'" for role in roles)
    name = f"ck_{table}_assignmentrole"
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(name), type_="check")
        batch_op.create_check_constraint(batch_op.f(name), f"role IN ({words})")
