"""The real reorganisations of 2025 on the invented people, applied and undone."""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from registry.domain.errors import Conflict
from registry.domain.offices import OfficeFunction
from registry.domain.permissions import Action, system_actor
from registry.domain.reorganisations.annex import AnnexRow, How
from registry.domain.units.kinds import UnitKind
from registry.models.accounts import Account
from registry.models.base import Base, db
from registry.models.offices import Office
from registry.queries.accounts import actor_of
from registry.queries.coverage.figures import coverage, root_unit
from registry.queries.parameters import home_unit
from registry.queries.units.left_over import left_over
from registry.queries.units.on_a_day import find_by_code, subtree, unit_on
from registry.services.reorganisations.applying import apply, try_out
from registry.services.reorganisations.outcome import plain
from registry.services.reorganisations.undoing import undo
from registry.services.units.checks import faults
from registry.settings import Settings
from tests.conftest import BeginWith
from tests.factories.reorganisations import (
    JANUARY,
    JULY,
    LATER,
    LATER_MOMENT,
    MARCH,
    carry_out,
    compose_rows,
    everything,
)
from tests.factories.units import START

JUNE = date(2024, 6, 30)
DAY = date(2025, 2, 1)
EVE = DAY - timedelta(days=1)


@pytest.fixture
def real(demo: None, settings: Settings) -> Settings:
    """Return the settings of a registry with the reference data and the invented people."""
    return settings


def figures(day: date) -> list[object]:
    """Return every answer about coverage on a day: counts, kinds, districts, who is uncovered."""
    found = coverage(home_unit(day), day)
    return [found.units, found.kinds, found.by_parent(), found.not_due]


def count(kind: UnitKind, day: date) -> int:
    return len(subtree(home_unit(day).path, day, kinds=[kind]))


def test_the_three_reorganisations_of_2025_one_after_the_other(real: Settings) -> None:
    days = [date(2024, 6, 10), JUNE, date(2024, 12, 31), date(2025, 1, 2), date(2025, 2, 28)]
    days += [date(2025, 3, 1), date(2025, 6, 30)]
    for case in (JANUARY, MARCH, JULY):
        earlier = [day for day in days if day < case.day]
        before = {day: figures(day) for day in earlier}
        carry_out(case, create_missing=True)
        assert {day: figures(day) for day in earlier} == before
        assert faults(LATER) == []

    assert [count(UnitKind.COMMUNE, day) for day in (JUNE, date(2025, 1, 2), date(2025, 7, 2))] == [
        241,
        233,
        94,
    ]
    assert [count(UnitKind.DISTRICT, day) for day in (JUNE, date(2025, 1, 2), JULY.day)] == [
        18,
        17,
        0,
    ]
    assert [count(UnitKind.DEPARTMENT, day) for day in (date(2025, 2, 28), MARCH.day)] == [20, 14]
    june = coverage(home_unit(JUNE), JUNE).headline
    assert (june.required, june.any_covered, june.strict_covered) == (279, 268, 21)


def test_the_home_unit_is_followed_into_the_new_province(through_march: None) -> None:
    carry_out(JULY, create_missing=True)
    assert home_unit(date(2025, 6, 30)).name == "Tỉnh Quảng Nam"
    assert home_unit(date(2025, 7, 2)).name == "Thành phố Đà Nẵng"
    assert root_unit(None, date(2025, 7, 2)).code == "48"


@pytest.fixture
def through_march(begin_with: BeginWith, request: pytest.FixtureRequest) -> None:
    """Begin after the first two reorganisations."""

    def write() -> None:
        request.getfixturevalue("demo")
        carry_out(JANUARY)
        carry_out(MARCH)

    begin_with("through_march", write)


def test_the_new_department_of_science_reviews_and_its_reviewer_counts(real: Settings) -> None:
    carry_out(JANUARY)
    reviewer = db.session.scalars(select(Account).where(Account.login == "thamdinh")).one()
    old = find_by_code("49-SBN-01", EVE)
    assert old is not None
    assert actor_of(reviewer, EVE, "test").may(Action.ROSTER_REVIEW)
    carry_out(MARCH)
    assert unit_on(old.id, MARCH.day) is None
    grant = reviewer.grants[-1]
    assert grant.valid_from == MARCH.day
    assert grant.office_id is not None
    office = unit_on(grant.office_id, MARCH.day)
    assert office is not None
    assert office.name == "Sở Khoa học và Công nghệ tỉnh Quảng Nam"
    actor = actor_of(reviewer, MARCH.day, "test")
    assert actor.may(Action.ROSTER_REVIEW)
    commune = find_by_code("20812", MARCH.day)
    assert commune is not None
    assert actor.scope(Action.ROSTER_REVIEW).covers(commune.path, commune.id)
    reviewing = db.session.scalars(
        select(Office)
        .where(Office.function == OfficeFunction.REVIEWING)
        .order_by(Office.valid_from)
    ).all()
    assert [(row.office_id, row.valid_from, row.valid_to) for row in reviewing] == [
        (old.id, START, MARCH.day),
        (office.id, MARCH.day, None),
    ]


def test_in_july_districts_and_offices_end_associations_move_and_one_commune_is_split(
    through_march: None,
) -> None:
    eve = date(2025, 6, 30)
    districts = {row.id for row in subtree(home_unit(eve).path, eve, kinds=[UnitKind.DISTRICT])}
    offices = {
        row.id for row in subtree(home_unit(eve).path, eve, kinds=[UnitKind.DISTRICT_OFFICE])
    }
    outcome = carry_out(JULY, create_missing=True)
    gone = {unit.id for unit, _ in outcome.ended}
    assert districts | offices <= gone
    continued = {row.kind for row in outcome.continued if row.name.startswith("Hội")}
    assert continued == {UnitKind.MASS_ORGANISATION}
    assert sum(row.kind is UnitKind.MASS_ORGANISATION for row in outcome.continued) == 16
    (hoa_lien,) = [(unit, why) for unit, why in outcome.ended if unit.code == "20296"]
    assert hoa_lien[1] == "chia tách"
    (hoang_sa,) = [unit for unit in outcome.established if unit.code == "20333"]
    assert not hoang_sa.takes_part
    assert "Không có dân cư" in (hoang_sa.not_taking_part_reason or "")
    assert outcome.units_after["commune"] == 94
    assert outcome.units_before["commune"] == 280


def test_in_july_64_codes_of_quang_nam_name_another_commune(through_march: None) -> None:
    eve = date(2025, 6, 30)
    before = {u.code: u for u in subtree(home_unit(eve).path, eve, kinds=[UnitKind.COMMUNE])}
    carry_out(JULY, create_missing=True)
    after = {
        u.code: u for u in subtree(home_unit(JULY.day).path, JULY.day, kinds=[UnitKind.COMMUNE])
    }
    shared = [code for code in before.keys() & after.keys() if before[code].id != after[code].id]
    assert len(shared) == 64
    for code in shared:
        was, now = find_by_code(code, eve), find_by_code(code, JULY.day)
        assert was is not None
        assert now is not None
        assert (was.id, now.id) == (before[code].id, after[code].id)


def test_a_dry_run_of_july_tells_all_and_writes_nothing(through_march: None) -> None:
    batch = compose_rows(JULY.day, JULY.rows(), create_missing=True)
    before = {table.name: rows_of(table.name) for table in Base.metadata.sorted_tables}
    outcome = try_out(system_actor(), batch.id, LATER_MOMENT)
    assert {table.name: rows_of(table.name) for table in Base.metadata.sorted_tables} == before
    applied = apply(system_actor(), batch.id, LATER_MOMENT)
    tried, done = plain(outcome), plain(applied)
    assert tried.pop("dry_run") is True
    assert done.pop("dry_run") is False
    assert tried == done
    assert done["established"] == 103
    assert done["moved"]["teams"] == 16
    assert done["moved"]["grants"] == 4


def rows_of(table: str) -> list[tuple[object, ...]]:
    found = db.session.execute(select(Base.metadata.tables[table])).all()
    return sorted((tuple(row) for row in found), key=repr)


def test_undoing_the_three_in_reverse_gives_everything_back(real: Settings) -> None:
    states, batches = [everything()], []
    for case in (JANUARY, MARCH, JULY):
        outcome = carry_out(case, create_missing=True)
        assert outcome.batch_id is not None
        batches.append(outcome.batch_id)
        states.append(everything())
    for number, state in zip(reversed(batches), states[-2::-1], strict=True):
        undo(system_actor(), number, LATER_MOMENT)
        assert everything() == state
    assert faults(LATER) == []


def test_an_earlier_batch_waits_until_the_later_one_on_its_units_is_undone(real: Settings) -> None:
    january = carry_out(JANUARY)
    march = carry_out(MARCH)
    july = carry_out(JULY, create_missing=True)
    with pytest.raises(Conflict, match=rf"số {july.batch_id} \(01/07/2025, "):
        undo(system_actor(), january.batch_id or 0, LATER_MOMENT)
    undo(system_actor(), july.batch_id or 0, LATER_MOMENT)
    undo(system_actor(), january.batch_id or 0, LATER_MOMENT)
    assert count(UnitKind.COMMUNE, date(2025, 7, 2)) == 241
    assert count(UnitKind.DEPARTMENT, date(2025, 7, 2)) == 14
    undo(system_actor(), march.batch_id or 0, LATER_MOMENT)


def test_a_batch_before_one_that_takes_effect_later_is_refused_and_says_so(
    through_march: None,
) -> None:
    state = everything()
    batch = compose_rows(date(2024, 12, 1), JANUARY.rows())
    outcome = apply(system_actor(), batch.id, LATER_MOMENT)
    assert "đã có thay đổi khác từ ngày 01/12/2024 trở đi" in outcome.problems[0].message
    assert everything() == state


def unit_id_of(name: str, day: date) -> int:
    return next(row.id for row in subtree("/", day) if row.name == name)


def answer(day: date, *rows: AnnexRow) -> None:
    batch = compose_rows(day, list(rows))
    assert apply(system_actor(), batch.id, LATER_MOMENT).problems == ()


def test_what_the_province_left_over_is_in_no_figure_until_a_later_paper_says_what_it_became(
    real: Settings,
) -> None:
    for case in (JANUARY, MARCH, JULY):
        carry_out(case, create_missing=True)
    red_cross = unit_id_of("Hội Chữ thập đỏ tỉnh Quảng Nam", EVE)
    lawyers = unit_id_of("Hội Luật gia tỉnh Quảng Nam", EVE)
    said = date(2025, 8, 11)
    found = {one.id: one for one in left_over(JULY.day)}
    assert Counter(one.kind for one in found.values()) == {
        UnitKind.MASS_ORGANISATION: 16,
        UnitKind.CENTRAL_AGENCY: 9,
    }
    assert {red_cross, lawyers} <= found.keys()
    assert not outside(JULY.day) & found.keys()

    answer(
        said,
        AnnexRow(1, how=How.DISSOLVE, old_id=red_cross, old_name=found[red_cross].name),
        AnnexRow(
            2,
            how=How.RENAME,
            old_id=lawyers,
            old_name=found[lawyers].name,
            new_name="Hội Luật gia thành phố Đà Nẵng",
            new_kind="mass_organisation",
        ),
    )
    assert {one.id for one in left_over(said)} == found.keys() - {red_cross, lawyers}
    assert outside(said) == outside(said - timedelta(days=1)) | {lawyers}
    assert faults(LATER) == []


def test_the_organisations_under_the_front_are_counted_as_before(real: Settings) -> None:
    for case in (JANUARY, MARCH, JULY):
        carry_out(case, create_missing=True)
    front = "Ủy ban Mặt trận Tổ quốc Việt Nam thành phố Đà Nẵng"
    below = {row.name for row in subtree("/", JULY.day) if row.parent_name == front}
    assert below == {
        "Đoàn TNCS Hồ Chí Minh thành phố Đà Nẵng",
        "Hội Liên hiệp Phụ nữ thành phố Đà Nẵng",
        "Hội Nông dân thành phố Đà Nẵng",
        "Hội Cựu chiến binh thành phố Đà Nẵng",
        "Liên đoàn Lao động thành phố Đà Nẵng",
    }
    found = coverage(home_unit(JULY.day), JULY.day)
    counted = {unit.name for unit in found.units if not unit.headline}
    assert counted == {front, *below}
    lines = [(line.kind, line.tally.required) for line in found.lines(headline=False)]
    assert lines == [(UnitKind.MASS_ORGANISATION, 6)]


def outside(day: date) -> set[int]:
    """Return the units counted outside the headline."""
    return {unit.id for unit in coverage(home_unit(day), day).units if not unit.headline}
