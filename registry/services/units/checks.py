"""Check the units as a whole, and the cache of paths against the facts (`flask units check`)."""

from datetime import date

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import NotFound
from registry.domain.permissions import Actor
from registry.domain.units.checks import faults_in_units
from registry.domain.units.paths import CycleFound
from registry.queries.parameters import home_unit
from registry.queries.units.checks import all_placements, stored_paths, unit_facts
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time
from registry.services.units.paths import computed_paths, rebuild_paths


def faults(today: date) -> list[str]:
    """Return everything that is wrong with the units, in words; an empty list when nothing is.

    Reads only, and is called by commands, which act as the system.
    """
    facts = unit_facts()
    found = faults_in_units(facts, all_placements())
    labels = {fact.unit_id: fact.label for fact in facts}
    try:
        paths = computed_paths()
    except CycleFound as cycle:
        label = labels.get(cycle.args[0], str(cycle.args[0]))
        return [*found, f"{label}: trực thuộc chính mình (vòng lặp cấp trên)."]
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
