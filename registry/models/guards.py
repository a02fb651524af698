"""Rules the database keeps beyond constraints: no overlapping periods, an append-only audit.

They stand in one list because Alembic's batch mode on SQLite drops triggers silently: after every
migration `install_guards` removes and re-creates them all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, inspect, text


@dataclass(frozen=True, slots=True)
class NoOverlap:
    """No two rows of `table` with equal `keys` may share a day.

    `numbers` are integer columns, `words` text columns; rows where one is NULL, or where `only_if`
    is false, are not compared.
    """

    name: str
    table: str
    numbers: tuple[str, ...]
    words: tuple[str, ...] = ()
    only_if: str | None = None


NO_OVERLAPS = (
    NoOverlap("unit_periods_of_a_unit", "unit_periods", ("unit_id",)),
    NoOverlap("unit_paths_of_a_unit", "unit_paths", ("unit_id",)),
    NoOverlap("periods_of_a_person", "person_periods", ("person_id",)),
    NoOverlap("main_membership_of_a_person", "memberships", ("person_id",), only_if="is_main"),
    NoOverlap("membership_of_a_person_in_a_unit", "memberships", ("person_id", "unit_id")),
    NoOverlap("membership_of_a_unit_in_a_unit", "memberships", ("member_unit_id", "unit_id")),
    NoOverlap("membership_line", "memberships", ("unit_id",), ("line_id",)),
    NoOverlap("role_of_a_person_in_a_unit", "assignments", ("person_id", "unit_id"), ("role",)),
    NoOverlap("role_of_a_section_in_a_unit", "assignments", ("section_id", "unit_id"), ("role",)),
    NoOverlap("absence_of_a_holder", "assignment_absences", (), ("line_id",)),
    NoOverlap("office_of_a_function", "offices", ("territory_id",), ("function",)),
    NoOverlap("coverage_rule_of_a_kind", "coverage_rules", (), ("kind", "role")),
    NoOverlap("grant_of_an_account", "grants", ("account_id", "office_id"), ("role",)),
)

# Tables whose rows may never be changed or removed. The values beside the chain may be emptied, no
# more.
APPEND_ONLY = ("audit_events",)
ERASABLE = {"audit_personal": ("sequence", "person_id", "salt")}
# What makes a row of theirs unique, apart from the others.
UNIQUE_KEYS = {"audit_events": ("sequence", "hash"), "audit_personal": ("sequence",)}

_FAR = "9999-12-31"


def _sqlite_statements(rules: Sequence[NoOverlap]) -> tuple[list[str], list[str]]:
    drop: list[str] = []
    create: list[str] = []
    for rule in rules:
        equal = " AND ".join(f"t.{key} = NEW.{key}" for key in rule.numbers + rule.words)
        condition = ""
        if rule.only_if:
            condition = f" AND t.{rule.only_if} AND NEW.{rule.only_if}"
        for event in ("INSERT", "UPDATE"):
            name = f"no_overlap_{rule.name}_{event.lower()}"
            drop.append(f"DROP TRIGGER IF EXISTS {name}")
            create.append(
                f"CREATE TRIGGER {name} BEFORE {event} ON {rule.table} WHEN EXISTS ("  # noqa: S608 - names of the list above
                f"SELECT 1 FROM {rule.table} t WHERE {equal}{condition} AND t.id IS NOT NEW.id"
                f" AND t.valid_from < coalesce(NEW.valid_to, '{_FAR}')"
                f" AND coalesce(t.valid_to, '{_FAR}') > NEW.valid_from)"
                f" BEGIN SELECT RAISE(ABORT, 'no_overlap_{rule.name}'); END"
            )
    for table in APPEND_ONLY:
        for event in ("UPDATE", "DELETE"):
            name = f"append_only_{table}_{event.lower()}"
            drop.append(f"DROP TRIGGER IF EXISTS {name}")
            create.append(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, 'append_only_{table}'); END"
            )
    # REPLACE INTO takes the row it meets away without asking the trigger on DELETE.
    for table, keys in UNIQUE_KEYS.items():
        name = f"append_only_{table}_insert"
        met = " OR ".join(f"{key} = NEW.{key}" for key in keys)
        drop.append(f"DROP TRIGGER IF EXISTS {name}")
        create.append(
            f"CREATE TRIGGER {name} BEFORE INSERT ON {table}"  # noqa: S608 - names of the list above
            f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {met})"
            f" BEGIN SELECT RAISE(ABORT, 'append_only_{table}'); END"
        )
    for table, fixed in ERASABLE.items():
        drop.append(f"DROP TRIGGER IF EXISTS append_only_{table}_delete")
        create.append(
            f"CREATE TRIGGER append_only_{table}_delete BEFORE DELETE ON {table}"
            f" BEGIN SELECT RAISE(ABORT, 'append_only_{table}'); END"
        )
        changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in fixed)
        drop.append(f"DROP TRIGGER IF EXISTS append_only_{table}_update")
        create.append(
            f"CREATE TRIGGER append_only_{table}_update BEFORE UPDATE ON {table}"
            f" WHEN {changed} OR NEW.content IS NOT NULL"
            f" BEGIN SELECT RAISE(ABORT, 'append_only_{table}'); END"
        )
    return drop, create


def _postgresql_statements(rules: Sequence[NoOverlap]) -> tuple[list[str], list[str]]:
    drop: list[str] = []
    create: list[str] = []
    for rule in rules:
        name = f"no_overlap_{rule.name}"
        parts = [f"int4range({key}, {key}, '[]') WITH &&" for key in rule.numbers]
        # btree_gist is not at hand; equal text has an equal hash, and a chance collision of two
        # different
        # texts needs equal numbers and overlapping days as well.
        parts += [
            f"int8range(hashtext({key})::bigint, hashtext({key})::bigint, '[]') WITH &&"
            for key in rule.words
        ]
        parts.append("daterange(valid_from, valid_to) WITH &&")
        # A range from NULL to NULL is not NULL but everything: such rows must be left out by name.
        compared = [f"{key} IS NOT NULL" for key in rule.numbers + rule.words]
        compared += [rule.only_if] if rule.only_if else []
        where = f" WHERE ({' AND '.join(compared)})"
        drop.append(f"ALTER TABLE {rule.table} DROP CONSTRAINT IF EXISTS {name}")
        create.append(
            f"ALTER TABLE {rule.table} ADD CONSTRAINT {name} EXCLUDE USING gist"
            f" ({', '.join(parts)}){where} DEFERRABLE INITIALLY DEFERRED"
        )
    drop += [
        f"DROP TRIGGER IF EXISTS append_only_{table} ON {table}"
        for table in APPEND_ONLY + tuple(ERASABLE)
    ]
    create += [
        f"CREATE TRIGGER append_only_{table} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in APPEND_ONLY
    ]
    drop.append("DROP FUNCTION IF EXISTS refuse_change()")
    create.insert(
        0,
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'append_only_%', TG_TABLE_NAME; END $$",
    )
    for table, fixed in ERASABLE.items():
        drop.append(f"DROP TRIGGER IF EXISTS append_only_{table}_delete ON {table}")
        drop.append(f"DROP FUNCTION IF EXISTS keep_fixed_{table}()")
        changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in fixed)
        create.append(
            f"CREATE FUNCTION keep_fixed_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF {changed} OR NEW.content IS NOT NULL THEN"
            f" RAISE EXCEPTION 'append_only_%', TG_TABLE_NAME; END IF; RETURN NEW; END $$"
        )
        create.append(
            f"CREATE TRIGGER append_only_{table} BEFORE UPDATE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION keep_fixed_{table}()"
        )
        create.append(
            f"CREATE TRIGGER append_only_{table}_delete BEFORE DELETE OR TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    # A function can go only after the triggers that use it.
    drop.sort(key=lambda statement: statement.startswith("DROP FUNCTION"))
    return drop, create


def remove_guards(connection: Connection) -> None:
    """Drop every guard, so that a migration may rebuild tables."""
    drop, _ = _statements(connection)
    for statement in drop:
        connection.execute(text(statement))


def install_guards(connection: Connection) -> None:
    """Drop and re-create every guard on the connection's database."""
    remove_guards(connection)
    _, create = _statements(connection)
    for statement in create:
        connection.execute(text(statement))


def _statements(connection: Connection) -> tuple[list[str], list[str]]:
    """Return what drops and what creates the guards of the tables that this schema has."""
    there = set(inspect(connection).get_table_names())
    rules = [rule for rule in NO_OVERLAPS if rule.table in there]
    if connection.dialect.name == "postgresql":
        return _postgresql_statements(rules)
    return _sqlite_statements(rules)
