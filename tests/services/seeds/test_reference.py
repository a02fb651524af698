"""The reference data: loaded once, whole, and never over what is there."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from registry.domain.errors import Invalid
from registry.domain.permissions import system_actor
from registry.domain.units.kinds import UnitKind
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.units import KindPlacement, Unit, UnitPeriod
from registry.queries.parameters import home_unit, reference_first_day, reference_last_day
from registry.queries.units.checks import all_placements
from registry.queries.units.on_a_day import find_by_code, subtree
from registry.services.seeds.reference import SEEDS, seed_reference
from registry.services.units.checks import faults
from registry.services.units.known_days import set_last_known_day
from tests.conftest import MOMENT, TODAY


def test_the_reference_data_holds_the_units_of_june_2024(app: Flask) -> None:
    seed_reference(system_actor(), MOMENT)
    home = home_unit(TODAY)
    assert home.name == "Tỉnh Quảng Nam"

    def number(kind: UnitKind) -> int:
        return len(subtree(home.path, TODAY, kinds=[kind]))

    assert number(UnitKind.DEPARTMENT) == 20
    assert number(UnitKind.DISTRICT) == 18
    assert number(UnitKind.COMMUNE) == 241
    assert (reference_first_day(), reference_last_day()) == (date(2024, 6, 1), TODAY)


def test_a_unit_keeps_its_parent_its_scope_and_the_reason_for_it(app: Flask) -> None:
    seed_reference(system_actor(), MOMENT)
    commune = find_by_code("20812", TODAY)
    assert commune is not None
    assert commune.parent_name == "Huyện Thăng Bình"
    assert commune.takes_part
    agency = find_by_code("49-TW-01", TODAY)
    assert agency is not None
    assert not agency.takes_part
    assert agency.not_taking_part_reason


def test_loading_twice_changes_nothing_and_says_so(app: Flask) -> None:
    first = seed_reference(system_actor(), MOMENT)
    events = db.session.scalar(select(func.count()).select_from(AuditEvent))
    second = seed_reference(system_actor(), MOMENT)
    assert [part.added for part in second] == [0] * len(first)
    assert [part.unchanged for part in second] == [part.added for part in first]
    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == events


def test_a_unit_corrected_since_is_left_as_it_is(app: Flask) -> None:
    seed_reference(system_actor(), MOMENT)
    period = db.session.scalars(select(UnitPeriod).where(UnitPeriod.official_code == "20812")).one()
    period.name = "Xã đã đính chính"
    db.session.flush()
    seed_reference(system_actor(), MOMENT)
    assert period.name == "Xã đã đính chính"


def test_a_last_known_day_taken_away_since_does_not_come_back(app: Flask) -> None:
    seed_reference(system_actor(), MOMENT)
    assert reference_last_day() == date(2024, 6, 30)
    set_last_known_day(system_actor(), None, MOMENT)
    seed_reference(system_actor(), MOMENT)
    assert reference_last_day() is None


def test_each_file_that_added_something_is_in_the_audit(app: Flask) -> None:
    seed_reference(system_actor(), MOMENT)
    events = {event.noun: event.details for event in db.session.scalars(select(AuditEvent))}
    assert events["units"] == {"rows": 337}
    assert set(events) == {
        *("kind_placements", "units", "coverage_rules", "offices"),
        *("legal_bases", "platforms", "topics", "parameters", "completeness"),
    }


def test_the_loaded_units_have_no_fault(app: Flask) -> None:
    seed_reference(system_actor(), MOMENT)
    assert faults(TODAY) == []


def copy_with(tmp_path: Path, name: str, change: tuple[str, str]) -> Path:
    """Copy the reference files with one piece of one of them replaced."""
    for source in (SEEDS / "reference").glob("*.csv"):
        text = source.read_text(encoding="utf-8")
        if source.stem == name:
            assert change[0] in text
            text = text.replace(*change, 1)
        (tmp_path / source.name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_unit_under_a_kind_that_may_not_hold_it_is_refused(app: Flask, tmp_path: Path) -> None:
    change = ("commune,district,1945-11-22,2025-07-01", "commune,section,1945-11-22,2025-07-01")
    folder = copy_with(tmp_path, "kind_placements", change)
    with pytest.raises(Invalid, match="không được đặt dưới"):
        seed_reference(system_actor(), MOMENT, folder)


def test_rules_of_places_that_were_changed_since_are_not_loaded_beside(app: Flask) -> None:
    seed_reference(system_actor(), MOMENT)
    teams = db.session.scalars(
        select(KindPlacement).where(KindPlacement.kind == UnitKind.COMMUNITY_TEAM)
    ).one()
    teams.valid_from, teams.valid_to = date(2022, 3, 5), date(2026, 7, 1)
    db.session.flush()
    loaded = {part.noun: part for part in seed_reference(system_actor(), MOMENT)}
    rules = loaded["kind_placements"]
    assert (rules.added, rules.unchanged) == (0, 33)
    assert len(all_placements()) == 33
    db.session.delete(teams)
    db.session.flush()
    loaded = {part.noun: part for part in seed_reference(system_actor(), MOMENT)}
    assert loaded["kind_placements"].added == 1


def test_a_row_that_names_an_unknown_unit_is_refused(app: Flask, tmp_path: Path) -> None:
    folder = copy_with(tmp_path, "offices", ("reviewing,49,49-SBN-01", "reviewing,49,49-SBN-99"))
    with pytest.raises(Invalid, match="49-SBN-99"):
        seed_reference(system_actor(), MOMENT, folder)


def test_units_added_to_the_file_later_are_loaded_beside_the_others(
    app: Flask, tmp_path: Path
) -> None:
    seed_reference(system_actor(), MOMENT)
    folder = copy_with(
        tmp_path, "units", ("\n502,", "\n,49-SBN-77,Sở Thử,,department,,49,,1,\n502,")
    )
    loaded = {part.noun: part for part in seed_reference(system_actor(), MOMENT, folder)}
    assert (loaded["units"].added, loaded["units"].unchanged) == (1, 337)
    added = find_by_code("49-SBN-77", TODAY)
    assert added is not None
    assert added.path.startswith(home_unit(TODAY).path)
    assert db.session.scalar(select(func.count()).select_from(Unit)) == 338
