"""Dated ways of counting, days from which territories are known, papers that end papers.

Revision ID: 0004
Revises: 0003

"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_CONTRACT_WORKERS, _GRACE = "contract_workers_count", "carried_over_grace_days"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "dated_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dated_settings")),
    )
    op.create_index(
        op.f("ix_dated_settings_name_since"), "dated_settings", ["name", "since"], unique=True
    )
    op.create_table(
        "completeness",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("complete_from", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_completeness_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_completeness")),
    )
    op.create_table(
        "vacancy_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_vacancy_reports_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vacancy_reports")),
    )
    op.create_index(
        op.f("ix_vacancy_reports_unit_id_since"),
        "vacancy_reports",
        ["unit_id", "since"],
        unique=True,
    )
    _create_decision_ends()
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_decisions_replaces_id_decisions"), type_="foreignkey"
        )
        batch_op.drop_column("replaces_id")
    _date_the_settings()
    _name_the_known_days()


def _create_decision_ends() -> None:
    op.create_table(
        "decision_ends",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "replaced",
                "revoked",
                name="endkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("decision_id <> by_id", name=op.f("ck_decision_ends_not_itself")),
        sa.CheckConstraint(
            "person_id IS NULL OR section_id IS NULL", name=op.f("ck_decision_ends_one_holder")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_decision_ends_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["decisions.id"], name=op.f("fk_decision_ends_by_id_decisions")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_decision_ends_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["units.id"], name=op.f("fk_decision_ends_section_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_ends")),
    )
    op.create_index(op.f("ix_decision_ends_by_id"), "decision_ends", ["by_id"])
    for of, holder, where in (
        ("whole", [], "person_id IS NULL AND section_id IS NULL"),
        ("person", ["person_id"], "person_id IS NOT NULL"),
        ("section", ["section_id"], "section_id IS NOT NULL"),
    ):
        op.create_index(
            f"uq_decision_ends_{of}",
            "decision_ends",
            ["decision_id", "by_id", *holder],
            unique=True,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )


def _date_the_settings() -> None:
    """Let the ways of counting chosen so far hold from the days for which they did."""
    known_from = _parameter("known_from")
    if _parameter(_CONTRACT_WORKERS) == "1" and known_from:
        _set("contract_workers_count", known_from, "1")
    days, _, since = (_parameter(_GRACE) or "").partition(";")
    if since:
        _set("grace_days", since, days)
    op.execute(
        sa.text("DELETE FROM parameters WHERE name IN (:one, :other)").bindparams(
            one=_CONTRACT_WORKERS, other=_GRACE
        )
    )


def _parameter(name: str) -> str | None:
    found: str | None = op.get_bind().scalar(
        sa.text("SELECT value FROM parameters WHERE name = :name"), {"name": name}
    )
    return found


def _set(name: str, since: str, value: str) -> None:
    op.execute(
        sa.text(
            "INSERT INTO dated_settings (name, since, value, version)"
            " VALUES (:name, CAST(:since AS DATE), :value, 1)"
            if op.get_context().dialect.name == "postgresql"
            else "INSERT INTO dated_settings (name, since, value, version)"
            " VALUES (:name, :since, :value, 1)"
        ).bindparams(name=name, since=since, value=value)
    )


def _name_the_known_days() -> None:
    """Let the home province be known from the first day of the data, its heirs from their own."""
    home, known_from = _parameter("home_unit"), _parameter("known_from")
    if not home or not known_from:
        return
    cast = "CAST(:day AS DATE)" if op.get_context().dialect.name == "postgresql" else ":day"
    op.execute(
        sa.text(
            "INSERT INTO completeness (unit_id, complete_from, version)"  # noqa: S608 - one of two
            f" VALUES (:unit, {cast}, 1)"
        ).bindparams(unit=int(home), day=known_from)
    )
    op.execute(
        sa.text(
            """
            INSERT INTO completeness (unit_id, complete_from, version)
            WITH RECURSIVE heirs (unit_id, since) AS (
                SELECT successor_id, effective_on FROM successions WHERE predecessor_id = :unit
                UNION
                SELECT successions.successor_id, successions.effective_on
                FROM successions
                JOIN heirs ON heirs.unit_id = successions.predecessor_id
            )
            SELECT unit_id, min(since), 1 FROM heirs WHERE unit_id <> :unit GROUP BY unit_id
            """
        ).bindparams(unit=int(home))
    )


def downgrade() -> None:
    """Take back."""
    for name, parameter in (
        ("contract_workers_count", _CONTRACT_WORKERS),
        ("grace_days", _GRACE),
    ):
        _keep_the_last(name, parameter)
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("replaces_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_decisions_replaces_id_decisions"), "decisions", ["replaces_id"], ["id"]
        )
    for table in ("decision_ends", "vacancy_reports", "completeness", "dated_settings"):
        op.drop_table(table)


def _keep_the_last(name: str, parameter: str) -> None:
    """Keep of a dated setting the value it has last, as the schema before knew only one."""
    found = op.get_bind().execute(
        sa.text("SELECT since, value FROM dated_settings WHERE name = :name ORDER BY since DESC"),
        {"name": name},
    )
    row = found.first()
    if row is None:
        return
    value = row.value if parameter == _CONTRACT_WORKERS else f"{row.value};{row.since}"
    op.execute(
        sa.text("INSERT INTO parameters (name, value) VALUES (:name, :value)").bindparams(
            name=parameter, value=value
        )
    )
