"""The migrations make exactly the schema of the models, on both databases, rows and all."""

import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    Connection,
    Date,
    MetaData,
    Table,
    bindparam,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.engine.interfaces import ReflectedIndex
from sqlalchemy.exc import IntegrityError

from registry.models.base import db
from registry.models.guards import install_guards, remove_guards
from registry.models.locks import Lock, hold_on
from registry.models.schema import (
    alembic_config,
    known_revisions,
    migration_engine,
    newest_revision,
    remove_everything,
    upgrade,
)
from registry.queries.backup import rows_in, stored_tables
from registry.queries.coverage.counting import counts_by_unit, values_of_counts
from tests.databases import EMPTY

NOW = datetime(2024, 6, 30, 2, 0, tzinfo=UTC)
FIRST = "0001"
REPLACED_SCANS_FROM = "0019"
PLACEMENTS_SINCE_1945_FROM = "0022"
NUMBERED_ONCE_FROM = "0023"
ANNEXES_WAIT_FROM = "0024"


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


def _index(index: ReflectedIndex) -> str:
    """Return an index as text; the condition of a partial one is an object without any."""
    where = index.get("dialect_options", {}).get("sqlite_where")
    return f"{index['name']} {index['column_names']} {index['unique']} {where}"


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
            "indexes": sorted(_index(index) for index in seen.get_indexes(table)),
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
    below = with_connection(url, counts)
    # A table that a later revision does without is there again, with nothing in it.
    assert {name: count for name, count in below.items() if count}.items() <= rows.items()
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


def rows_of(name: str) -> Callable[[Connection], list[dict[str, Any]]]:
    """Return what reads all rows of a table, in the order of their keys."""

    def read(connection: Connection) -> list[dict[str, Any]]:
        table = Table(name, MetaData(), autoload_with=connection)
        ordered = select(table).order_by(*table.primary_key)
        return [dict(row) for row in connection.execute(ordered).mappings()]

    return read


def periods_and_changes(connection: Connection) -> list[Any]:
    return [
        row
        for name in ("unit_periods", "reorganisation_changes")
        for row in rows_of(name)(connection)
    ]


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


# How focal points are counted, but by a contract that is a plain column of the person: by unit, and
# how many of them by the strict standard.
COUNTED_BY_PLAIN_COLUMNS = text("""
SELECT a.unit_id, count(*), sum(CASE WHEN d.kind = 'decision' AND (a.section_id IS NOT NULL
       OR (a.duty = 'dedicated' AND coalesce(person.contract_type, '') <> 'contract'))
       THEN 1 ELSE 0 END)
  FROM assignments a
  JOIN decisions d ON d.id = a.decision_id AND d.issued_on IS NOT NULL
       AND coalesce(d.effective_from, d.issued_on) <= :day
  JOIN unit_paths served ON served.unit_id = a.unit_id
       AND served.valid_from <= :day AND (served.valid_to IS NULL OR served.valid_to > :day)
  JOIN unit_periods p ON p.unit_id = a.unit_id AND p.takes_part
       AND p.valid_from <= :day AND (p.valid_to IS NULL OR p.valid_to > :day)
  LEFT JOIN people person ON person.id = a.person_id
 WHERE a.role = 'focal_point'
   AND a.valid_from <= :day AND (a.valid_to IS NULL OR a.valid_to > :day)
   AND (EXISTS (SELECT 1 FROM unit_paths s WHERE s.unit_id = a.section_id
                   AND s.valid_from <= :day AND (s.valid_to IS NULL OR s.valid_to > :day)
                   AND substr(s.path, 1, length(served.path)) = served.path)
     OR EXISTS (SELECT 1 FROM memberships m JOIN unit_paths own ON own.unit_id = m.unit_id
                 WHERE m.person_id = a.person_id
                   AND m.valid_from <= :day AND (m.valid_to IS NULL OR m.valid_to > :day)
                   AND own.valid_from <= :day AND (own.valid_to IS NULL OR own.valid_to > :day)
                   AND (substr(own.path, 1, length(served.path)) = served.path
                        OR substr(served.path, 1, length(own.path)) = own.path)))
 GROUP BY a.unit_id
""").bindparams(bindparam("day", type_=Date))
SOME_DAYS = [date(2024, 6, day) for day in (1, 11, 12, 24, 30)] + [date(2025, 7, 1)]


def figures_by_plain_columns(connection: Connection) -> dict[date, list[tuple[int, ...]]]:
    return {
        day: sorted(
            tuple(row) for row in connection.execute(COUNTED_BY_PLAIN_COLUMNS, {"day": day})
        )
        for day in SOME_DAYS
    }


def figures_by_periods() -> dict[date, list[tuple[int, ...]]]:
    return {
        day: sorted(
            (row.unit_id, row.any_current, int(row.strict_current))
            for row in db.session.execute(counts_by_unit(), values_of_counts("/", day))
            if row.any_current
        )
        for day in SOME_DAYS
    }


MANY_CAME_LATER_OR_JOINED_ANEW = (
    """UPDATE people SET contract_type = 'contract' WHERE id % 2 = 0 AND id IN
       (SELECT person_id FROM assignments WHERE duty = 'dedicated')""",
    "UPDATE memberships SET valid_from = '2024-06-11' WHERE person_id % 3 = 0",
    "UPDATE memberships SET valid_to = '2024-06-12' WHERE person_id % 4 = 0",
    """INSERT INTO memberships (line_id, person_id, unit_id, role, is_main, is_secondment,
       valid_from, version) SELECT line_id || '-', person_id, unit_id, role, is_main,
       is_secondment, '2024-06-12', 1 FROM memberships WHERE person_id % 4 = 0""",
)


def stir(connection: Connection) -> None:
    for statement in MANY_CAME_LATER_OR_JOINED_ANEW:
        connection.execute(text(statement))


def test_no_figure_of_a_past_day_changes_when_the_facts_of_people_become_periods(
    demo: None, database_url: str
) -> None:
    with_connection(database_url, lambda connection: downgrade(connection, "0003"))
    with_connection(database_url, stir)
    before = with_connection(database_url, figures_by_plain_columns)
    assert len({str(figures) for figures in before.values()}) > 1
    upgrade(database_url)
    assert figures_by_periods() == before
    contracts = [unit for unit in before[SOME_DAYS[-1]] if unit[2] < unit[1]]
    assert contracts


def fill_while_facts_were_plain(connection: Connection) -> None:
    """Put in somebody who joined, left and came back, and somebody who is a member of nothing."""
    insert_rows(connection, "units", [{"id": 1}])
    person = {
        "search_key": "x",
        "sort_key": "x",
        "it_major": True,
        "is_manager": False,
        "version": 3,
        # Three in the morning of the next day, in Vietnam.
        "created_at": datetime(2024, 6, 30, 20, 0, tzinfo=UTC),
    }
    insert_rows(
        connection,
        "people",
        [
            person
            | {"id": 1, "full_name": "Một", "job_title": "Phó phòng"}
            | {"contract_type": "contract", "education_level": "master"},
            person
            | {"id": 2, "full_name": "Hai", "job_title": None}
            | {"contract_type": None, "education_level": None},
        ],
    )
    membership = {"person_id": 1, "unit_id": 1, "role": "member", "is_main": True}
    membership |= {"is_secondment": False, "version": 1}
    insert_rows(
        connection,
        "memberships",
        [
            membership
            | {"line_id": "a", "valid_from": date(2024, 3, 1), "valid_to": date(2024, 4, 1)},
            membership | {"line_id": "b", "valid_from": date(2024, 6, 1), "valid_to": None},
        ],
    )


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


def test_what_is_said_of_a_person_holds_since_the_first_membership_or_the_day_of_recording(
    bare_url: Callable[[str], str],
) -> None:
    url = bare_url("person_periods")
    upgrade(url, "0003")
    with_connection(url, fill_while_facts_were_plain)
    before = with_connection(url, rows_of("people"))
    upgrade(url)
    one, two = with_connection(url, rows_of("person_periods"))
    facts = {"job_title": "Phó phòng", "contract_type": "contract", "education_level": "master"}
    assert facts.items() <= one.items()
    assert (one["person_id"], one["valid_from"], one["valid_to"]) == (1, date(2024, 3, 1), None)
    assert (two["person_id"], two["valid_from"], two["valid_to"]) == (2, date(2024, 7, 1), None)
    assert (two["it_major"], two["is_manager"], two["job_title"]) == (True, False, None)
    with_connection(url, lambda connection: downgrade(connection, "0003"))
    assert with_connection(url, rows_of("people")) == before


def fill_with_links_open_twice(connection: Connection) -> None:
    """Put in who was invited three times and asked for a reset twice, and who holds one link."""
    account = {"login": "x", "created_at": NOW}
    insert_rows(
        connection,
        "accounts",
        [
            account | {"id": 1, "login_key": "moi", "password_hash": None},
            account | {"id": 2, "login_key": "cu", "password_hash": "x"},
        ],
    )
    alive, dead = datetime(2999, 1, 1, tzinfo=UTC), NOW
    lives = [(1, alive, None), (1, alive, None), (1, alive, NOW), (1, alive, None)]
    lives += [(2, alive, None), (2, dead, None), (1, dead, None)]
    insert_rows(
        connection,
        "password_links",
        [
            {"id": number, "token_hash": str(number), "account_id": account, "created_at": NOW}
            | {"expires_at": expires, "used_at": used}
            for number, (account, expires, used) in enumerate(lives, start=1)
        ],
    )


def test_of_links_open_twice_the_newest_stays_and_the_others_are_noted(
    bare_url: Callable[[str], str],
) -> None:
    url = bare_url("links")
    upgrade(url, "0013")
    with_connection(url, fill_with_links_open_twice)
    upgrade(url)
    links = with_connection(url, rows_of("password_links"))
    assert {link["id"]: (link["purpose"], link["end_reason"]) for link in links} == {
        1: ("invitation", "duplicate"),
        2: ("invitation", "duplicate"),
        3: ("invitation", None),
        4: ("invitation", None),
        5: ("reset", None),
        6: ("reset", "expired"),
        7: ("invitation", "expired"),
    }
    assert [link["id"] for link in links if link["ended_at"] is None] == [4, 5]
    noted = with_connection(url, rows_of("settled_duplicates"))
    assert [(row["noun"], row["closed_id"], row["kept_id"]) for row in noted] == [
        ("password_links", 1, 4),
        ("password_links", 2, 4),
    ]
    with_connection(url, lambda connection: downgrade(connection, "0013"))
    before = with_connection(url, rows_of("password_links"))
    assert [link["id"] for link in before if link["used_at"] is None] == [4, 5]


def fill_with_cards_live_twice(connection: Connection) -> None:
    """Put in a member with three live cards, one with a live and a revoked one, one with one."""
    insert_rows(
        connection,
        "people",
        [
            {"id": 1, "full_name": "A", "search_key": "a", "sort_key": "a", "created_at": NOW}
            | {"phone": "+84905000001", "version": 1}
        ],
    )
    card = {"person_id": 1, "issued_on": date(2024, 6, 2)}
    lines = [("x", None), ("x", NOW), ("x", None), ("y", None), ("y", NOW), ("x", None)]
    insert_rows(
        connection,
        "cards",
        [
            card
            | {"id": number, "uuid": str(number), "code_hash": str(number), "line_id": line}
            | {"revoked_at": revoked, "revoke_reason": "mất thẻ" if revoked else None}
            for number, (line, revoked) in enumerate(lines, start=1)
        ],
    )


def test_of_live_cards_of_a_member_the_newest_stays_and_the_others_are_noted(
    bare_url: Callable[[str], str],
) -> None:
    url = bare_url("cards")
    upgrade(url, "0014")
    with_connection(url, fill_with_cards_live_twice)
    upgrade(url)
    cards = with_connection(url, rows_of("cards"))
    assert [(card["id"], card["revoke_reason"]) for card in cards] == [
        (1, "trùng"),
        (2, "mất thẻ"),
        (3, "trùng"),
        (4, None),
        (5, "mất thẻ"),
        (6, None),
    ]
    assert [card["id"] for card in cards if card["revoked_at"] is None] == [4, 6]
    noted = with_connection(url, rows_of("settled_duplicates"))
    assert [(row["noun"], row["closed_id"], row["kept_id"]) for row in noted] == [
        ("cards", 1, 6),
        ("cards", 3, 6),
    ]
    second = {"id": 7, "uuid": "7", "code_hash": "7", "line_id": "x", "person_id": 1}
    second |= {"key_id": "k1"}
    with pytest.raises(IntegrityError, match=r"uq_cards_live|cards\.line_id"):
        with_connection(
            url,
            lambda connection: insert_rows(
                connection, "cards", [second | {"issued_on": date(2024, 6, 3)}]
            ),
        )


def fill_with_links_of_each_kind(connection: Connection) -> None:
    """Put in an account with a link in use, one that waits for a second person, and one of mail."""
    account = {"id": 1, "login": "x", "login_key": "x", "created_at": NOW}
    insert_rows(connection, "accounts", [account])
    link = {"account_id": 1, "created_at": NOW, "expires_at": NOW}
    for said in (
        {"id": 1, "token_hash": "a", "purpose": "reset"},
        {"id": 2, "token_hash": None, "purpose": "invitation"},
        {"id": 3, "token_hash": "c", "purpose": "email", "address": "a@vidu.invalid"},
        {"id": 4, "token_hash": "d", "purpose": "invitation", "ended_at": NOW}
        | {"end_reason": "declined"},
    ):
        insert_rows(connection, "password_links", [link | said])
    mail = {"subject": "x", "created_at": NOW, "is_sealed": True}
    insert_rows(connection, "outbox_messages", [mail | {"id": n, "link_id": n} for n in (1, 3)])


def test_going_down_leaves_no_link_that_nobody_could_use_there(
    bare_url: Callable[[str], str],
) -> None:
    url = bare_url("released")
    upgrade(url)
    with_connection(url, fill_with_links_of_each_kind)
    with_connection(url, lambda connection: downgrade(connection, "0017"))
    links = with_connection(url, rows_of("password_links"))
    assert [(link["id"], link["end_reason"]) for link in links] == [(1, None), (4, None)]
    mails = with_connection(url, rows_of("outbox_messages"))
    assert [mail["link_id"] for mail in mails] == [1]
    upgrade(url)
    links = with_connection(url, rows_of("password_links"))
    assert [(link["id"], link["release"], link["address"]) for link in links] == [
        (1, None, None),
        (4, None, None),
    ]


def decision_kinds(connection: Connection) -> list[tuple[str, str]]:
    rows = connection.execute(text("SELECT number, kind FROM decisions ORDER BY id"))
    return [(number, kind) for number, kind in rows]


def kinds_after_upgrading(url: str, kept: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """Store papers by number and kind as they were kept; return what they are after upgrading."""
    rows = [
        {"id": place, "unit_id": 1, "version": 1, "number": number, "kind": kind}
        for place, (number, kind, _) in enumerate(kept, start=1)
    ]

    def fill(connection: Connection) -> None:
        insert_rows(connection, "units", [{"id": 1}])
        insert_rows(connection, "decisions", rows)

    with_connection(url, fill)
    upgrade(url)
    return with_connection(url, decision_kinds)


def test_papers_kept_as_decisions_become_what_their_numbers_say(
    bare_url: Callable[[str], str],
) -> None:
    url = bare_url("kinds")
    upgrade(url, "0003")
    kept = [
        ("1659/NQ-UBTVQH15", "decision", "resolution"),
        ("202/2025/QH15", "decision", "resolution"),
        ("76/2025/UBTVQH15", "decision", "resolution"),
        ("12/2024/NQ-HĐND", "decision", "resolution"),
        ("45-nq/TU", "decision", "resolution"),
        ("7/CV-UBND", "decision", "official_letter"),
        ("15/TB-UBND", "decision", "announcement"),
        ("4660/KH-UBND", "decision", "plan"),
        ("5/TTr-SNV", "decision", "proposal"),
        ("12/QĐ-KH/ĐT", "decision", "decision"),
        ("9/QĐ-TBXH", "decision", "decision"),
        ("9/KH&CN-TH", "decision", "decision"),
        ("8/CV-STC", "letter", "letter"),
    ]
    assert kinds_after_upgrading(url, kept) == [(number, new) for number, _, new in kept]
    with_connection(url, lambda connection: downgrade(connection, "0003"))
    assert with_connection(url, decision_kinds)[:6] == [
        *((number, "decision") for number, _, _ in kept[:5]),
        ("7/CV-UBND", "letter"),
    ]


def test_papers_kept_as_official_letters_become_what_their_numbers_say(
    bare_url: Callable[[str], str],
) -> None:
    url = bare_url("others")
    upgrade(url, "0010")
    kept = [
        ("12/BC-UBND", "official_letter", "other"),
        ("05/CT-TTg", "official_letter", "other"),
        ("30/2020/NĐ-CP", "official_letter", "other"),
        ("1234/CT-TTHT", "official_letter", "official_letter"),
        ("12/TT-CNTT", "official_letter", "official_letter"),
        ("12/BC-UBND", "letter", "letter"),
    ]
    assert kinds_after_upgrading(url, kept) == [(number, new) for number, _, new in kept]
    with_connection(url, lambda connection: downgrade(connection, "0010"))
    assert with_connection(url, decision_kinds)[0] == ("12/BC-UBND", "plan")


def test_who_gave_technical_support_supports_after_going_down(
    bare_url: Callable[[str], str],
) -> None:
    url = bare_url("support")
    upgrade(url)
    person = {"full_name": "Người", "search_key": "", "sort_key": "", "version": 1}
    held = {"line_id": "a", "person_id": 1, "unit_id": 1, "duty": "concurrent", "version": 1}
    held |= {"valid_from": date(2025, 7, 1), "valid_to": None}
    before = {"valid_from": date(2025, 1, 1), "valid_to": date(2025, 7, 1)}

    def fill(connection: Connection) -> None:
        insert_rows(connection, "units", [{"id": 1}, {"id": 2}])
        insert_rows(connection, "people", [{"id": 1, "created_at": NOW, **person}])
        insert_rows(
            connection,
            "assignments",
            [
                {"id": 1, "role": "technical_support", **held},
                {"id": 2, "role": "supporting", **held, "unit_id": 2},
                {"id": 3, "role": "technical_support", **held, "unit_id": 2},
                {"id": 4, "role": "technical_support", **held, "unit_id": 2, **before},
            ],
        )

    with_connection(url, fill)
    with_connection(url, lambda connection: downgrade(connection, "0009"))
    rows = with_connection(url, rows_of("assignments"))
    assert [(row["id"], row["role"]) for row in rows] == [
        (1, "supporting"),
        (2, "supporting"),
        (4, "supporting"),
    ]


def test_upgrading_a_database_that_is_the_newest_changes_nothing(migrated_url: str) -> None:
    before = with_connection(migrated_url, structure)
    upgrade(migrated_url)
    assert with_connection(migrated_url, structure) == before


def test_who_migrates_waits_for_another_who_does(bare_url: Callable[[str], str]) -> None:
    url = bare_url("waits")
    first = migration_engine(url)
    second = threading.Thread(target=upgrade, args=(url,))
    with first.begin() as connection:
        hold_on(connection, Lock.SCHEMA)
        second.start()
        second.join(0.5)
        assert second.is_alive()
        assert inspect(connection).get_table_names() == []
    first.dispose()
    second.join()
    assert with_connection(url, revision_of) == newest_revision()


def revision_of(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def test_going_down_to_nothing_leaves_no_table(migrated_url: str) -> None:
    with_connection(migrated_url, lambda connection: downgrade(connection, "base"))
    assert with_connection(migrated_url, counts) == {}


def test_removing_everything_leaves_room_for_a_new_beginning(migrated_url: str) -> None:
    before = with_connection(migrated_url, structure)
    remove_everything(migrated_url)
    assert with_connection(migrated_url, counts) == {}
    upgrade(migrated_url)
    assert with_connection(migrated_url, structure) == before


def fill_with_settings_of_old(connection: Connection) -> None:
    """Put in a home province that another followed, and the ways of counting as they were kept."""
    insert_rows(connection, "units", [{"id": 1}, {"id": 2}, {"id": 3}])
    insert_rows(
        connection,
        "successions",
        [
            {
                "predecessor_id": before,
                "successor_id": 3,
                "effective_on": date(2025, 7, 1),
                "part": "whole",
            }
            for before in (1, 2)
        ],
    )
    insert_rows(
        connection,
        "parameters",
        [
            {"name": "home_unit", "value": "1"},
            {"name": "known_from", "value": "2024-06-01"},
            {"name": "contract_workers_count", "value": "1"},
            {"name": "carried_over_grace_days", "value": "60;2025-10-01"},
        ],
    )


def test_ways_of_counting_become_dated_and_every_home_gets_its_first_known_day(
    bare_url: Callable[[str], str],
) -> None:
    url = bare_url("settings")
    upgrade(url, "0003")
    with_connection(url, fill_with_settings_of_old)
    before = with_connection(url, rows_of("parameters"))
    upgrade(url)
    assert {
        (row["name"], row["since"], row["value"])
        for row in with_connection(url, rows_of("dated_settings"))
    } == {
        ("contract_workers_count", date(2024, 6, 1), "1"),
        ("grace_days", date(2025, 10, 1), "60"),
    }
    assert {
        row["unit_id"]: row["complete_from"]
        for row in with_connection(url, rows_of("completeness"))
    } == {1: date(2024, 6, 1), 3: date(2025, 7, 1)}
    left = {row["name"] for row in with_connection(url, rows_of("parameters"))}
    assert left == {"home_unit", "known_from"}
    with_connection(url, lambda connection: downgrade(connection, "0003"))

    def by_name(row: dict[str, Any]) -> str:
        return str(row["name"])

    assert sorted(with_connection(url, rows_of("parameters")), key=by_name) == sorted(
        before, key=by_name
    )


def fill_before_keys_had_names(connection: Connection) -> None:
    person = {"full_name": "Lê Văn Thử", "search_key": "l", "sort_key": "l", "version": 1}
    rows = [
        person | {"id": 1, "created_at": NOW, "citizen_id_index": "ab" * 32},
        person | {"id": 2, "created_at": NOW, "citizen_id_index": None},
    ]
    insert_rows(connection, "people", rows)
    card = {"id": 1, "uuid": "u", "code_hash": "h", "line_id": "l", "person_id": 1}
    insert_rows(connection, "cards", [card | {"issued_on": date(2024, 6, 1)}])


def indexes_and_cards(connection: Connection) -> list[Any]:
    people, cards = (rows_of(name)(connection) for name in ("people", "cards"))
    return [[row["citizen_id_index"] for row in people], [row.get("key_id") for row in cards]]


def test_what_was_written_before_keys_had_names_names_the_first(
    bare_url: Callable[[str], str],
) -> None:
    url = bare_url("named_keys")
    upgrade(url, "0018")
    with_connection(url, fill_before_keys_had_names)
    upgrade(url)
    assert with_connection(url, indexes_and_cards) == [["k1:" + "ab" * 32, None], ["k1"]]
    with_connection(url, lambda connection: downgrade(connection, "0018"))
    assert with_connection(url, indexes_and_cards) == [["ab" * 32, None], [None]]


def test_a_file_that_no_paper_has_counts_as_replaced_from_the_upgrade_on(
    bare_url: Callable[[str], str],
) -> None:
    url = bare_url("replaced")
    upgrade(url, REPLACED_SCANS_FROM)
    files = [
        {
            "id": place,
            "storage_name": str(place),
            "original_name": "a.pdf",
            "content_type": "application/pdf",
            "size": 1,
            "sha256": "0",
            "created_at": datetime(2024, 6, 1),  # noqa: DTZ001 - as it is stored
        }
        for place in (1, 2)
    ]
    paper = {"id": 1, "unit_id": 1, "version": 1, "number": "1/QĐ-UBND", "kind": "decision"}
    paper |= {"is_own": True}

    def fill(connection: Connection) -> None:
        insert_rows(connection, "units", [{"id": 1}])
        insert_rows(connection, "stored_files", files)
        insert_rows(connection, "decisions", [paper | {"file_id": 2}])

    def replaced(connection: Connection) -> list[tuple[int, bool]]:
        rows = connection.execute(text("SELECT id, replaced_at FROM stored_files ORDER BY id"))
        return [(file, at is not None) for file, at in rows]

    with_connection(url, fill)
    upgrade(url)
    assert with_connection(url, replaced) == [(1, True), (2, False)]
    with_connection(url, lambda connection: downgrade(connection, REPLACED_SCANS_FROM))


def test_a_number_is_given_once_though_its_row_goes_and_no_row_is_lost(
    bare_url: Callable[[str], str],
) -> None:
    url = bare_url("numbers")
    upgrade(url, NUMBERED_ONCE_FROM)
    insert_unit = text("INSERT INTO units (tax_code) VALUES (NULL)")
    period = {"unit_id": 1, "name": "Xã A", "kind": "commune", "takes_part": True}
    period |= {"search_key": "xa a", "sort_key": "xa a", "valid_from": date(2024, 1, 1)}
    paper = {"unit_id": 1, "kind": "decision", "number": "1/QĐ", "is_own": True, "version": 1}

    def fill(connection: Connection) -> None:
        insert_rows(connection, "units", [{"registry_code": "A"}])
        insert_rows(connection, "unit_periods", [period])
        insert_rows(connection, "decisions", [paper])

    def told(connection: Connection) -> list[Any]:
        columns = ("units.registry_code", "unit_periods.name", "decisions.number")
        return [
            connection.scalars(text(f"SELECT {column} FROM {column.split('.')[0]}")).all()  # noqa: S608
            for column in columns
        ]

    with_connection(url, fill)
    upgrade(url)

    def number_twice(connection: Connection) -> list[int]:
        found = []
        for _ in range(2):
            connection.execute(insert_unit)
            found.append(connection.scalar(text("SELECT max(id) FROM units")))
            connection.execute(text("DELETE FROM units WHERE id = :id"), {"id": found[-1]})
        return found

    first, second = with_connection(url, number_twice)
    assert second > first
    assert with_connection(url, told) == [["A"], ["Xã A"], ["1/QĐ"]]
    with_connection(url, lambda connection: downgrade(connection, NUMBERED_ONCE_FROM))
    assert with_connection(url, told) == [["A"], ["Xã A"], ["1/QĐ"]]


def test_no_later_migration_lets_numbers_be_given_again(migrated_url: str) -> None:
    once = {
        table.name
        for table in db.metadata.sorted_tables
        if table.dialect_options["sqlite"]["autoincrement"]
    }
    assert once == {
        "units",
        "people",
        "memberships",
        "assignments",
        "decisions",
        "unit_periods",
        "grants",
        "offices",
    }
    if not migrated_url.startswith("sqlite"):
        return

    def written(connection: Connection) -> dict[str, str]:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
        return {row.name: row.sql for row in rows}

    tables = with_connection(migrated_url, written)
    assert {name for name, sql in tables.items() if "AUTOINCREMENT" in (sql or "")} == once


def test_a_succession_of_before_is_called_by_what_its_units_tell(
    bare_url: Callable[[str], str],
) -> None:
    url = bare_url("successions")
    upgrade(url, "0021")
    early, late = date(2024, 1, 1), date(2025, 7, 1)
    key = {"search_key": "k", "sort_key": "k", "takes_part": True, "kind": "commune"}
    # Unit -> its first day, and the first without it.
    lives = {
        1: (early, None),  # gives a part to the new 2 and to the old 3
        2: (date(2025, 1, 1), None),
        3: (early, None),
        4: (early, date(2025, 1, 1)),  # taken in by 3
        5: (early, date(2025, 1, 1)),  # these two become 7
        6: (early, date(2025, 1, 1)),
        7: (date(2025, 1, 1), late),
        8: (late, None),  # what 7 became
        9: (early, date(2025, 1, 1)),  # divided into 10 and another
        10: (date(2025, 1, 1), None),
        11: (early, date(2025, 1, 1)),  # becomes 12 alone
        12: (date(2025, 1, 1), None),
        13: (early, late),  # arranged into one that was there
        14: (early, None),
    }
    links = [
        (1, 2, "part", "separated"),
        (1, 3, "part", "adjusted"),
        (4, 3, "whole", "absorbed"),
        (5, 7, "whole", "merged"),
        (6, 7, "whole", "merged"),
        (7, 8, "whole", "arranged"),
        (9, 10, "part", "divided"),
        (11, 12, "whole", "renamed"),
        (13, 14, "whole", "arranged"),
    ]

    def fill(connection: Connection) -> None:
        insert_rows(connection, "units", [{"id": unit} for unit in lives])
        periods = [
            key | {"unit_id": unit, "name": "Xã", "valid_from": begins, "valid_to": ends}
            for unit, (begins, ends) in lives.items()
        ]
        insert_rows(connection, "unit_periods", periods)
        rows = [
            {
                "predecessor_id": old,
                "successor_id": new,
                "effective_on": lives[new][0],
                "part": part,
            }
            for old, new, part, _ in links
        ]
        for row in rows:
            if row["successor_id"] == 14:
                row["effective_on"] = late
            if row["successor_id"] == 3:
                row["effective_on"] = date(2025, 1, 1)
        insert_rows(connection, "successions", rows)

    def told(connection: Connection) -> list[tuple[Any, ...]]:
        rows = connection.execute(
            text("SELECT predecessor_id, successor_id, part, kind FROM successions ORDER BY id")
        )
        return [tuple(row) for row in rows]

    with_connection(url, fill)
    upgrade(url)
    assert with_connection(url, told) == links
    again = {"predecessor_id": 1, "successor_id": 3, "effective_on": late}
    again |= {"part": "rest", "kind": "absorbed"}
    with_connection(url, lambda connection: insert_rows(connection, "successions", [again]))
    with_connection(url, lambda connection: downgrade(connection, "0021"))
    assert len(with_connection(url, rows_of("successions"))) == len(links)


def test_rules_of_places_that_are_as_shipped_begin_in_1945_and_others_stay(
    bare_url: Callable[[str], str],
) -> None:
    url = bare_url("places")
    upgrade(url, PLACEMENTS_SINCE_1945_FROM)
    june, spring, july = date(2024, 6, 1), date(2025, 3, 1), date(2025, 7, 1)
    first = date(1945, 11, 22)
    shipped = [
        ("province", None, june, None),
        ("commune", "district", june, july),
        ("commune", "province", july, None),
        ("incident_team", "central_agency", spring, None),
    ]
    changed = [
        # Another end, another place, another beginning, and what has its own past already.
        ("district", "province", june, date(2026, 1, 1)),
        ("enterprise", "department", june, None),
        ("department", "province", date(2024, 6, 2), None),
        ("enterprise", "province", june, None),
        ("enterprise", "province", date(2000, 1, 1), june),
    ]

    def fill(connection: Connection) -> None:
        columns = ("kind", "parent_kind", "valid_from", "valid_to")
        rows = [dict(zip(columns, row, strict=True)) for row in (*shipped, *changed)]
        insert_rows(connection, "kind_placements", rows)

    def placements(connection: Connection) -> set[tuple[Any, ...]]:
        rows = rows_of("kind_placements")(connection)
        return {
            (row["kind"], row["parent_kind"], row["valid_from"], row["valid_to"]) for row in rows
        }

    with_connection(url, fill)
    upgrade(url)
    assert with_connection(url, placements) == {
        ("province", None, first, None),
        ("commune", "district", first, july),
        *shipped[2:],
        *changed,
    }
    with_connection(url, lambda connection: downgrade(connection, PLACEMENTS_SINCE_1945_FROM))
    assert with_connection(url, placements) == {*shipped, *changed}


def test_rows_of_batches_stay_when_annexes_can_wait_and_when_they_no_longer_can(
    bare_url: Callable[[str], str],
) -> None:
    url = bare_url("annexes")
    upgrade(url, ANNEXES_WAIT_FROM)
    paper = {"id": 1, "unit_id": 1, "version": 1, "number": "1/NQ-HĐND", "kind": "decision"}
    batch = {"id": 1, "decision_id": 1, "version": 1, "effective_on": date(2025, 7, 1)}
    batch |= {"create_missing": False, "created_at": datetime(2025, 6, 1)}  # noqa: DTZ001
    row = {"id": 1, "reorganisation_id": 1, "position": 0, "number": 2, "source": "a.csv"}
    annex = {"id": 1, "reorganisation_id": 1, "name": "a.xlsx", "first_row": 2}

    def fill(connection: Connection) -> None:
        insert_rows(connection, "units", [{"id": 1}])
        insert_rows(connection, "decisions", [paper | {"is_own": True}])
        insert_rows(connection, "reorganisations", [batch])
        insert_rows(connection, "reorganisation_rows", [row | {"content": {"new_name": "Xã A"}}])

    def put_annex(connection: Connection) -> None:
        insert_rows(connection, "reorganisation_annexes", [annex | {"columns": [], "cells": []}])
        connection.execute(text("UPDATE reorganisation_rows SET annex_id = 1"))

    def told(connection: Connection) -> list[tuple[Any, ...]]:
        rows = rows_of("reorganisation_rows")(connection)
        return [(one["source"], one["content"], one.get("annex_id")) for one in rows]

    with_connection(url, fill)
    upgrade(url)
    assert with_connection(url, told) == [("a.csv", {"new_name": "Xã A"}, None)]
    with_connection(url, put_annex)
    with_connection(url, lambda connection: downgrade(connection, ANNEXES_WAIT_FROM))
    assert with_connection(url, told) == [("a.csv", {"new_name": "Xã A"}, None)]
