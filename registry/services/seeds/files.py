"""The shape of the seed files, and how their cells are read."""

from datetime import date

from registry.formats.sqlite_file import CsvTable, Reference, Row

_UNITS = CsvTable(
    columns=(
        *("code", "registry_code", "name", "short_name", "kind"),
        *("designation", "parent", "area", "takes_part", "reason"),
    ),
    required=("name", "kind", "takes_part"),
    unique=(("code",), ("registry_code",)),
)

REFERENCE_FILES = {
    "meta": CsvTable(("name", "value"), ("name", "value"), (("name",),)),
    "units": _UNITS,
    "kind_placements": CsvTable(
        ("kind", "parent_kind", "valid_from", "valid_to"),
        ("kind", "valid_from"),
        (("kind", "parent_kind", "valid_from"),),
    ),
    "coverage_rules": CsvTable(
        ("kind", "role", "minimum", "grace_days", "headline", "valid_from", "valid_to"),
        ("kind", "role", "minimum", "grace_days", "headline", "valid_from"),
        (("kind", "role", "valid_from"),),
    ),
    "offices": CsvTable(
        ("function", "territory", "office", "valid_from", "valid_to"),
        ("function", "territory", "office", "valid_from"),
        (("function", "territory", "valid_from"),),
    ),
    "legal_bases": CsvTable(
        ("territory", "citation", "valid_from", "valid_to"),
        ("territory", "citation", "valid_from"),
        (("territory", "citation", "valid_from"),),
    ),
    "platforms": CsvTable(
        ("code", "name", "platform_group", "source"),
        ("code", "name", "platform_group"),
        (("code",),),
    ),
    "topics": CsvTable(("code", "name", "source"), ("code", "name"), (("code",),)),
}


_PERSON = Reference("person", "people", "key")
_DECISION = Reference("decision", "decisions", "key")

DEMO_FILES = {
    "units": _UNITS,
    "unit_contacts": CsvTable(
        ("unit", "phone", "email", "address", "head_title"), ("unit",), (("unit",),)
    ),
    "people": CsvTable(
        (
            *("key", "full_name", "birth_year", "phone", "email", "job_title"),
            *("education_level", "it_major", "contract_type", "is_manager"),
        ),
        ("key", "full_name", "it_major", "is_manager"),
        (("key",), ("phone",)),
    ),
    "memberships": CsvTable(
        ("person", "unit", "role", "organisation", "is_main", "valid_from"),
        ("person", "unit", "role", "is_main", "valid_from"),
        (("person", "unit"),),
        (_PERSON,),
    ),
    "decisions": CsvTable(
        (
            *("key", "unit", "number", "issued_on", "issuer", "signer", "signer_form"),
            *("kind", "effective_from"),
        ),
        ("key", "unit", "number", "kind"),
        (("key",),),
    ),
    "assignments": CsvTable(
        (
            *("person", "section", "unit", "role", "duty"),
            *("concurrent_fields", "decision", "valid_from"),
        ),
        ("unit", "role", "duty", "valid_from"),
        (("person", "unit", "role"), ("section", "unit", "role")),
        (_PERSON, _DECISION),
    ),
    "rosters": CsvTable(
        ("key", "unit", "decision", "lines"),
        ("key", "unit", "decision", "lines"),
        (("key",), ("unit",)),
        (_DECISION,),
    ),
    "trainings": CsvTable(
        (
            *("key", "course", "topics", "name", "starts_on", "ends_on"),
            *("place", "mode", "organiser"),
        ),
        ("key", "course", "topics", "name", "starts_on", "ends_on", "mode", "organiser"),
        (("key",),),
    ),
    "attendances": CsvTable(
        ("training", "person", "hours", "score", "result"),
        ("training", "person", "result"),
        (("training", "person"),),
        (_PERSON, Reference("training", "trainings", "key")),
    ),
    "signups": CsvTable(
        ("key", "unit", "full_name", "job_title", "phone", "email", "submitted_on"),
        ("key", "unit", "full_name", "job_title", "phone", "submitted_on"),
        (("key",),),
    ),
    "accounts": CsvTable(
        ("key", "login", "role", "office", "person"),
        ("key", "login", "role"),
        (("key",), ("login",)),
        (_PERSON,),
    ),
}


def text(row: Row, column: str) -> str:
    """Return a cell that is never empty."""
    value = row[column]
    if value is None:
        message = f"the column {column} is empty"
        raise ValueError(message)
    return value


def day(row: Row, column: str) -> date:
    """Return a cell that is always a day."""
    return date.fromisoformat(text(row, column))


def day_or_none(row: Row, column: str) -> date | None:
    """Return a cell that is a day or empty."""
    return date.fromisoformat(text(row, column)) if row[column] else None


def flag(row: Row, column: str) -> bool:
    """Return a cell that is 0 or 1."""
    return text(row, column) == "1"


def unit_code(row: Row) -> str:
    """Return how other rows name this unit: by its official code, else by the registry's own."""
    return row["code"] or text(row, "registry_code")
