"""The migrations make exactly the schema of the models, on both databases, rows and all."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table, insert, inspect, select, text

from registry.models.base import db
from registry.models.guards import install_guards, remove_guards
from registry.models.schema import (
    alembic_config,
    known_revisions,
    migration_engine,
    newest_revision,
    remove_everything,
    upgrade,
)
from registry.queries.backup import rows_in, stored_tables
from tests.databases import EMPTY

NOW = datetime(2024, 6, 30, 2, 0, tzinfo=UTC)
FIRST = "0001"


@pytest.fixture
def bare_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Return a function that makes an empty database and gives its URL."""

    def make(name: str) -> str:
        if backend == "sqlite":
            return f"sqlite:///{tmp_path / name}.sqlite"
        server = request.getfixturevalue("postgresql")
        copy = server.create_copy("template0")
        request.addfinalizer(lambda: server.drop(copy))
        return str(server.url(copy))

    return make


@pytest.fixture
def migrated_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the URL of a copy of the database that the migrations made for all tests."""
    if backend == "sqlite":
        path = tmp_path / "migrated.sqlite"
        shutil.copyfile(request.getfixturevalue("empty_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgresql")
    copy = server.create_copy(EMPTY)
    yield server.url(copy)
    server.drop(copy)


def with_connection(url: str, work: Callable[[Connection], Any]) -> Any:
    engine = migration_engine(url)
    try:
        with engine.begin() as connection:
            return work(connection)
    finally:
        engine.dispose()


def make_from_models(connection: Connection) -> None:
    db.metadata.create_all(connection)
    install_guards(connection)


def structure(connection: Connection) -> dict[str, Any]:
    """Return everything the database knows of its schema, in an order of our own."""
    if connection.dialect.name == "postgresql":
        return postgresql_structure(connection)
    return sqlite_structure(connection)


def sqlite_structure(connection: Connection) -> dict[str, Any]:
    seen = inspect(connection)
    found: dict[str, Any] = {}
    for table in seen.get_table_names():
        if table == "alembic_version":
            continue
        found[table] = {
            "columns": sorted(
                (column["name"], str(column["type"]), column["nullable"], column["default"])
                for column in seen.get_columns(table)
            ),
            "primary key": seen.get_pk_constraint(table),
            "foreign keys": sorted(map(str, seen.get_foreign_keys(table))),
            "checks": sorted(map(str, seen.get_check_constraints(table))),
            "unique": sorted(map(str, seen.get_unique_constraints(table))),
            "indexes": sorted(map(str, seen.get_indexes(table))),
        }
    triggers = connection.execute(
        text("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
    )
    found["triggers"] = [tuple(row) for row in triggers]
    return found


_POSTGRESQL_QUESTIONS = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
               pg_get_expr(d.adbin, d.adrelid), l.collname
        FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
        JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        LEFT JOIN pg_collation l ON l.oid = a.attcollation
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relname <> 'alembic_version'
        ORDER BY 1, 2""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), condeferrable,
               condeferred
        FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conname NOT LIKE 'alembic%'
        ORDER BY 1, 2""",
    "indexes": """
        SELECT tablename, indexname, indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1, 2""",
    "triggers": """
        SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        ORDER BY 1, 2""",
    "functions": """
        SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        ORDER BY 1, 2""",
}


def postgresql_structure(connection: Connection) -> dict[str, Any]:
    return {
        name: [tuple(row) for row in connection.execute(text(question))]
        for name, question in _POSTGRESQL_QUESTIONS.items()
    }


def test_the_migrations_give_exactly_the_schema_of_the_models(
    bare_url: Callable[[str], str],
) -> None:
    migrated, modelled = bare_url("migrated"), bare_url("modelled")
    upgrade(migrated)
    with_connection(modelled, make_from_models)
    assert with_connection(migrated, structure) == with_connection(modelled, structure)


def test_the_comparison_sees_a_lost_guard(migrated_url: str) -> None:
    before = with_connection(migrated_url, structure)
    with_connection(migrated_url, remove_guards)
    after = with_connection(migrated_url, structure)
    assert before["triggers"] != after["triggers"]


def test_a_new_migration_would_be_empty(migrated_url: str) -> None:
    def differences(connection: Connection) -> list[Any]:
        options = {"compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, db.metadata))

    assert with_connection(migrated_url, differences) == []


def test_revisions_are_numbered_one_after_the_other() -> None:
    numbers = [int(revision) for revision in reversed(known_revisions())]
    assert numbers == list(range(1, len(numbers) + 1))
    assert int(newest_revision()) == numbers[-1]


def counts(connection: Connection) -> dict[str, int]:
    return {table.name: rows_in(connection, table) for table in stored_tables(connection)}


def downgrade(connection: Connection, revision: str) -> None:
    remove_guards(connection)
    command.downgrade(alembic_config(connection), revision)
    if revision != "base":
        install_guards(connection)


def test_going_down_to_the_first_revision_and_up_again_loses_no_row_and_no_guard(
    demo: None, database_url: str
) -> None:
    url = database_url
    before, rows = with_connection(url, structure), with_connection(url, counts)
    assert sum(rows.values()) > 3000
    with_connection(url, lambda connection: downgrade(connection, FIRST))
    assert with_connection(url, counts).items() <= rows.items()
    upgrade(url)
    assert with_connection(url, counts) == rows
    assert with_connection(url, structure) == before


def insert_rows(connection: Connection, name: str, rows: list[dict[str, Any]]) -> None:
    connection.execute(insert(Table(name, MetaData(), autoload_with=connection)), rows)


def fill_before_units_took_part(connection: Connection) -> None:
    """Put in two units, one of them counted nowhere, and what a batch remembers of a third."""
    insert_rows(connection, "units", [{"id": 1}, {"id": 2}])
    period = {
        "name": 'Xã "in_scope"',
        "kind": "commune",
        "search_key": "x",
        "sort_key": "x",
        "valid_from": date(2024, 1, 1),
    }
    insert_rows(
        connection,
        "unit_periods",
        [
            period | {"unit_id": 1, "in_scope": True, "out_of_scope_reason": None},
            period | {"unit_id": 2, "in_scope": False, "out_of_scope_reason": "Không có dân cư"},
        ],
    )
    decision = {"id": 1, "unit_id": 1, "kind": "decision", "number": "1/QĐ", "version": 1}
    insert_rows(connection, "decisions", [decision])
    batch = {"decision_id": 1, "effective_on": date(2025, 7, 1), "create_missing": False}
    insert_rows(connection, "reorganisations", [batch | {"id": 1, "created_at": NOW, "version": 1}])
    change = {"reorganisation_id": 1, "row_id": 1}
    insert_rows(
        connection,
        "reorganisation_changes",
        [
            change
            | {"sequence": 1, "table_name": "unit_periods"}
            | {"before": None, "after": KEPT},
            change | {"sequence": 2, "table_name": "units"} | {"before": KEPT, "after": None},
        ],
    )


KEPT = {"name": 'Xã "in_scope": một', "in_scope": False, "out_of_scope_reason": "Không có"}


def periods_and_changes(connection: Connection) -> list[Any]:
    found: list[Any] = []
    for name in ("unit_periods", "reorganisation_changes"):
        table = Table(name, MetaData(), autoload_with=connection)
        found += [
            dict(row) for row in connection.execute(select(table).order_by(table.c.id)).mappings()
        ]
    return found


def test_units_in_scope_take_part_after_migrating_and_batches_remember_it_by_that_name(
    bare_url: Callable[[str], str],
) -> None:
    url = bare_url("taking_part")
    upgrade(url, "0002")
    with_connection(url, fill_before_units_took_part)
    before = with_connection(url, periods_and_changes)
    upgrade(url)
    one, two, of_period, of_unit = with_connection(url, periods_and_changes)
    assert (one["takes_part"], one["not_taking_part_reason"]) == (True, None)
    assert (two["takes_part"], two["not_taking_part_reason"]) == (False, "Không có dân cư")
    assert of_period["before"] is None
    assert of_period["after"] == {
        "name": KEPT["name"],
        "takes_part": False,
        "not_taking_part_reason": "Không có",
    }
    assert of_unit["before"] == KEPT
    with_connection(url, lambda connection: downgrade(connection, "0002"))
    assert with_connection(url, periods_and_changes) == before


def test_the_plan_every_report_cited_goes_on_for_its_province_and_no_other(
    bare_url: Callable[[str], str],
) -> None:
    url = bare_url("legal_bases")
    upgrade(url, "0003")
    with_connection(url, fill_with_two_provinces)
    upgrade(url)
    cited = "SELECT territory_id FROM legal_bases WHERE citation LIKE 'Kế hoạch số 4660%'"
    assert with_connection(url, lambda connection: connection.scalars(text(cited)).all()) == [1]


def fill_with_two_provinces(connection: Connection) -> None:
    insert_rows(connection, "units", [{"id": 1}, {"id": 2}])
    period = {
        "kind": "province",
        "search_key": "x",
        "sort_key": "x",
        "takes_part": True,
        "valid_from": date(2024, 6, 1),
    }
    insert_rows(
        connection,
        "unit_periods",
        [
            period | {"unit_id": 1, "name": "Tỉnh Quảng Nam", "official_code": "49"},
            period | {"unit_id": 2, "name": "Thành phố Đà Nẵng", "official_code": "48"},
        ],
    )


def test_upgrading_a_database_that_is_the_newest_changes_nothing(migrated_url: str) -> None:
    before = with_connection(migrated_url, structure)
    upgrade(migrated_url)
    assert with_connection(migrated_url, structure) == before


def test_going_down_to_nothing_leaves_no_table(migrated_url: str) -> None:
    with_connection(migrated_url, lambda connection: downgrade(connection, "base"))
    assert with_connection(migrated_url, counts) == {}


def test_removing_everything_leaves_room_for_a_new_beginning(migrated_url: str) -> None:
    before = with_connection(migrated_url, structure)
    remove_everything(migrated_url)
    assert with_connection(migrated_url, counts) == {}
    upgrade(migrated_url)
    assert with_connection(migrated_url, structure) == before
