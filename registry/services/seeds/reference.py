"""Load the reference data of `seeds/reference`: the units of June 2024, the rules, the catalogues.

One service for both databases. Rows are recognised by their code or key; what is there already is
left as it is: loading twice changes nothing, and what was corrected since is not overwritten.
Commands call it and act as the system: there is no permission to load seeds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from registry.domain.assignments import AssignmentRole
from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Invalid
from registry.domain.offices import OfficeFunction
from registry.domain.periods import Period
from registry.domain.permissions import Actor
from registry.domain.units.checks import faults_in_units
from registry.domain.units.facts import UnitFacts
from registry.domain.units.kinds import UnitKind
from registry.domain.units.placements import Placement, Placements
from registry.domain.vietnamese.names import text_sort_key, unit_search_key
from registry.formats.sqlite_file import Row, read_csv_folder
from registry.models.base import Model, db
from registry.models.coverage import Completeness, CoverageRule
from registry.models.legal_bases import LegalBasis
from registry.models.offices import Office
from registry.models.parameters import Parameter
from registry.models.platforms import Platform
from registry.models.trainings import Topic
from registry.models.units import KindPlacement, Unit, UnitPeriod
from registry.queries.parameters import HOME_UNIT, KNOWN_FROM, LAST_DAY, value_of
from registry.queries.seeding import keys_there
from registry.queries.units.checks import all_placements, unit_facts, unit_ids_by_code
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time
from registry.services.seeds.files import REFERENCE_FILES, day, day_or_none, flag, text, unit_code
from registry.services.statistics import refresh_statistics
from registry.services.units.paths import rebuild_paths

SEEDS = Path(__file__).resolve().parents[3] / "seeds"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one seed file: rows added, and rows that were there already."""

    noun: str
    added: int
    unchanged: int


@one_at_a_time
def seed_reference(
    actor: Actor, moment: Moment, folder: Path = SEEDS / "reference"
) -> list[Loaded]:
    """Load the reference data and return what was added, file by file.

    Raises Invalid when a unit would stand where its kind may not, or a row names an unknown unit.
    """
    files = read_csv_folder(folder, REFERENCE_FILES)
    meta = {text(row, "name"): text(row, "value") for row in files["meta"]}
    known_from = date.fromisoformat(meta["known_from"])
    loaded = [_load_placements(files["kind_placements"])]
    loaded.append(load_units(files["units"], known_from))
    codes = unit_ids_by_code(known_from)
    loaded += [
        _load_coverage_rules(files["coverage_rules"]),
        _load_offices(files["offices"], codes),
        _load_legal_bases(files["legal_bases"], codes),
        _load_platforms(files["platforms"]),
        _load_topics(files["topics"]),
        _load_parameters(meta, codes),
        _load_completeness(meta, codes),
    ]
    record_loaded(actor, loaded, moment)
    return loaded


def record_loaded(actor: Actor, loaded: Sequence[Loaded], moment: Moment) -> None:
    """Audit each file that added something, one event with the count; plan with the new rows."""
    for part in loaded:
        if part.added:
            record(
                actor, Event(Deed.SEED_LOAD, part.noun, None, details={"rows": part.added}), moment
            )
    if any(part.added for part in loaded):
        refresh_statistics()


def load_units(rows: Sequence[Row], known_from: date) -> Loaded:
    """Add the units that are not there yet, with one period from `known_from`, and their paths.

    Parents may stand in the same rows, in any order. Raises Invalid for a misplaced unit or an
    unknown parent.
    """
    codes = unit_ids_by_code(known_from)
    new = [row for row in rows if unit_code(row) not in codes]
    if new:
        units = {unit_code(row): Unit(registry_code=row["registry_code"]) for row in new}
        db.session.add_all(units.values())
        db.session.flush()
        codes |= {code: unit.id for code, unit in units.items()}
        db.session.add_all(_first_period(row, codes, known_from) for row in new)
        db.session.flush()
        rebuild_paths()
        faults = faults_in_units(UnitFacts(unit_facts()), Placements(all_placements()))
        if faults:
            raise Invalid.on("", " ".join(faults))
    return Loaded("units", len(new), len(rows) - len(new))


def known_unit(code: str, codes: Mapping[str, int]) -> int:
    """Return the id of the unit a seed row names.

    Raises Invalid when there is none.
    """
    if code not in codes:
        raise Invalid.on("", f"Tệp dữ liệu nhắc đến đơn vị “{code}” không có trong sổ.")
    return codes[code]


def _first_period(row: Row, codes: Mapping[str, int], known_from: date) -> UnitPeriod:
    code, name, short_name = unit_code(row), text(row, "name"), row["short_name"]
    return UnitPeriod(
        unit_id=codes[code],
        name=name,
        short_name=short_name,
        kind=UnitKind(text(row, "kind")),
        designation=row["designation"],
        official_code=row["code"],
        parent_id=known_unit(text(row, "parent"), codes) if row["parent"] else None,
        area=row["area"],
        takes_part=flag(row, "takes_part"),
        not_taking_part_reason=row["reason"],
        search_key=unit_search_key(name, short_name, code),
        sort_key=text_sort_key(name),
        valid_from=known_from,
    )


def add_new(noun: str, rows: Sequence[Model], key: Sequence[str]) -> Loaded:
    """Add the rows whose `key` columns are not in their table yet."""
    there = keys_there(type(rows[0]), key) if rows else set()
    new = [row for row in rows if tuple(getattr(row, column) for column in key) not in there]
    db.session.add_all(new)
    db.session.flush()
    return Loaded(noun, len(new), len(rows) - len(new))


def _days(row: Row) -> dict[str, Any]:
    return {"valid_from": day(row, "valid_from"), "valid_to": day_or_none(row, "valid_to")}


def _load_placements(rows: Sequence[Row]) -> Loaded:
    """Add what nothing is said of yet: of a place with rows for some of its days, no more."""
    made = [
        KindPlacement(
            kind=UnitKind(text(row, "kind")), parent_kind=row["parent_kind"], **_days(row)
        )
        for row in rows
    ]
    there = all_placements()
    new = [row for row in made if not any(_shares_days(row, known) for known in there)]
    db.session.add_all(new)
    db.session.flush()
    return Loaded("kind_placements", len(new), len(rows) - len(new))


def _shares_days(row: KindPlacement, known: Placement) -> bool:
    """Tell whether a row is about a place, and days, of which the registry says something."""
    same_place = (row.kind, row.parent_kind) == (known.kind, known.parent_kind)
    return same_place and Period(row.valid_from, row.valid_to).overlaps(known.period)


def _load_coverage_rules(rows: Sequence[Row]) -> Loaded:
    made = [
        CoverageRule(
            kind=UnitKind(text(row, "kind")),
            role=AssignmentRole(text(row, "role")),
            minimum=int(text(row, "minimum")),
            grace_days=int(text(row, "grace_days")),
            headline=flag(row, "headline"),
            **_days(row),
        )
        for row in rows
    ]
    return add_new("coverage_rules", made, ("kind", "role", "valid_from"))


def _load_offices(rows: Sequence[Row], codes: Mapping[str, int]) -> Loaded:
    made = [
        Office(
            function=OfficeFunction(text(row, "function")),
            territory_id=known_unit(text(row, "territory"), codes),
            office_id=known_unit(text(row, "office"), codes),
            **_days(row),
        )
        for row in rows
    ]
    return add_new("offices", made, ("function", "territory_id", "valid_from"))


def _load_legal_bases(rows: Sequence[Row], codes: Mapping[str, int]) -> Loaded:
    made = [
        LegalBasis(
            territory_id=known_unit(text(row, "territory"), codes),
            citation=text(row, "citation"),
            **_days(row),
        )
        for row in rows
    ]
    return add_new("legal_bases", made, ("territory_id", "citation", "valid_from"))


def _load_platforms(rows: Sequence[Row]) -> Loaded:
    made = [
        Platform(
            code=text(row, "code"),
            name=text(row, "name"),
            platform_group=text(row, "platform_group"),
        )
        for row in rows
    ]
    return add_new("platforms", made, ("code",))


def _load_topics(rows: Sequence[Row]) -> Loaded:
    made = [Topic(code=text(row, "code"), name=text(row, "name")) for row in rows]
    return add_new("topics", made, ("code",))


def _load_parameters(meta: Mapping[str, str], codes: Mapping[str, int]) -> Loaded:
    values = {
        HOME_UNIT: str(known_unit(meta["home_unit"], codes)),
        KNOWN_FROM: meta["known_from"],
    }
    # It may have been taken away on purpose since: the units are known up to today.
    if value_of(HOME_UNIT) is None or value_of(LAST_DAY) is not None:
        values[LAST_DAY] = meta["last_day"]
    made = [Parameter(name=name, value=value) for name, value in values.items()]
    return add_new("parameters", made, ("name",))


def _load_completeness(meta: Mapping[str, str], codes: Mapping[str, int]) -> Loaded:
    """Let all be known of the home province from the first day of the data."""
    home = Completeness(
        unit_id=known_unit(meta["home_unit"], codes),
        complete_from=date.fromisoformat(meta["known_from"]),
    )
    return add_new("completeness", [home], ("unit_id",))
