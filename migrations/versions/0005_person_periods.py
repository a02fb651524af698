"""What a person is by occupation is dated: title, education, major, contract, whether a manager.

Revision ID: 0005
Revises: 0004

"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_FACTS = "job_title, education_level, it_major, contract_type, is_manager"


def _fact_columns() -> list[sa.Column]:
    return [
        sa.Column("job_title", sa.String(), nullable=True),
        sa.Column(
            "education_level",
            sa.Enum(
                "secondary",
                "college",
                "bachelor",
                "master",
                "doctorate",
                name="educationlevel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("it_major", sa.Boolean(), nullable=False),
        sa.Column(
            "contract_type",
            sa.Enum(
                "permanent",
                "contract",
                "expert",
                "collaborator",
                name="contracttype",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("is_manager", sa.Boolean(), nullable=False),
    ]


def upgrade() -> None:
    """Apply: what is said today was said of every day so far, since the first membership."""
    op.create_table(
        "person_periods",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        *_fact_columns(),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_person_periods_period")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_person_periods_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_periods")),
    )
    op.create_index(
        op.f("ix_person_periods_person_id_valid_from"),
        "person_periods",
        ["person_id", "valid_from"],
        unique=True,
    )
    op.execute(
        f"INSERT INTO person_periods (person_id, {_FACTS}, valid_from, version)"  # noqa: S608 - names above
        f" SELECT id, {_FACTS}, coalesce((SELECT min(valid_from) FROM memberships"
        f" WHERE memberships.person_id = people.id), {_day_of_creation()}), 1"
        " FROM people ORDER BY id"
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        for name in ("educationlevel", "contracttype"):
            batch_op.drop_constraint(batch_op.f(f"ck_people_{name}"), type_="check")
        for column in _fact_columns():
            batch_op.drop_column(column.name)


def downgrade() -> None:
    """Take back: of each person only what was said last is kept."""
    with op.batch_alter_table("people", schema=None) as batch_op:
        for column in _fact_columns():
            column.nullable = True
            batch_op.add_column(column)
    op.execute(
        f"UPDATE people SET ({_FACTS}) = (SELECT {_FACTS} FROM person_periods"  # noqa: S608 - names above
        " WHERE person_id = people.id AND valid_to IS NULL)"
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        for name in ("it_major", "is_manager"):
            batch_op.alter_column(name, existing_type=sa.Boolean(), nullable=False)
    op.drop_table("person_periods")


def _day_of_creation() -> str:
    """Return the SQL of the local day, in Asia/Ho_Chi_Minh, on which a person was recorded."""
    if op.get_context().dialect.name == "postgresql":
        return "CAST(created_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date)"
    return "date(created_at, '+7 hours')"
