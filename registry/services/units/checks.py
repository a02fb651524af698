"""Check the units as a whole, and the cache of paths against the facts (`flask units check`)."""

from dataclasses import dataclass
from datetime import date

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import NotFound
from registry.domain.permissions import Actor
from registry.domain.units.checks import faults_in_units
from registry.domain.units.facts import UnitFacts
from registry.domain.units.outliving import faults_of, outliving, still_to_tell, told_until
from registry.domain.units.paths import CycleFound
from registry.domain.units.placements import Placements
from registry.queries.parameters import default_day, home_unit
from registry.queries.units.checks import all_placements, stored_paths, unit_facts
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time
from registry.services.units.paths import computed_paths, rebuild_paths


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong with the units, and what is only not told yet; each in words."""

    faults: list[str]
    to_tell: list[str]


def look_at_units(today: date) -> Findings:
    """Return everything that is wrong with the units, and what nobody has told the registry yet.

    Reads only, and is called by commands, which act as the system.
    """
    facts, placements = UnitFacts(unit_facts()), Placements(all_placements())
    late = outliving(facts, placements)
    told = told_until(facts, default_day(today))
    found = faults_in_units(facts, placements) + faults_of(late, facts, told)
    return Findings(found + _faults_beside(facts, today), still_to_tell(late, facts, told, today))


def faults(today: date) -> list[str]:
    """Return everything that is wrong with the units, in words; an empty list when nothing is."""
    return look_at_units(today).faults


def _faults_beside(facts: UnitFacts, today: date) -> list[str]:
    """Return what is wrong with what rests on the units: the cache of paths, the home unit."""
    try:
        paths = computed_paths()
    except CycleFound as cycle:
        rows = facts.of(cycle.args[0])
        label = rows[-1].label if rows else str(cycle.args[0])
        return [f"{label}: trực thuộc chính mình (vòng lặp cấp trên)."]
    found = []
    if paths != stored_paths():
        found.append("Đường dẫn đơn vị đã lưu khác với số liệu. Chạy “flask units rebuild”.")
    try:
        home_unit(today)
    except NotFound as refusal:
        found.append(f"Không xác định được đơn vị gốc của sổ: {refusal.message}")
    return found


@one_at_a_time
def rebuild(actor: Actor, moment: Moment) -> int:
    """Write the cache of paths anew and return how many rows it holds; a command calls it."""
    rows = rebuild_paths()
    record(actor, Event(Deed.UNIT_REBUILD_PATHS, "units", None, details={"paths": rows}), moment)
    return rows
