"""The demo after the reorganisations of 2025: today's tree is today's, the past stays as it was."""

from datetime import UTC, date, datetime

from flask import Flask
from sqlalchemy import func, select

from registry.domain.clock import Moment
from registry.domain.permissions import Action, system_actor
from registry.domain.units.kinds import UnitKind
from registry.models.accounts import Account
from registry.models.base import db
from registry.models.reorganisations import Reorganisation
from registry.models.units import UnitPeriod
from registry.queries.accounts import actor_of
from registry.queries.coverage.figures import coverage
from registry.queries.parameters import default_day, home_unit
from registry.queries.units.on_a_day import find_by_code, subtree
from registry.services.reorganisations.undoing import undo
from registry.services.seeds.demo_reorganisations import SEED_BATCHES, reorganise_demo
from registry.services.seeds.reference import seed_reference
from registry.services.units.checks import faults
from tests.conftest import MOMENT

TODAY = date(2025, 11, 3)
NOVEMBER = datetime(2025, 11, 3, 2, tzinfo=UTC)
JUNE = date(2024, 6, 30)
DAYS = [batch.effective_on for batch in SEED_BATCHES]


def batches() -> int:
    return db.session.scalar(select(func.count()).select_from(Reorganisation)) or 0


def test_todays_tree_is_todays_and_figures_of_june_2024_stay(demo: None) -> None:
    assert default_day(TODAY) == JUNE
    before = coverage(home_unit(JUNE), JUNE).units
    assert reorganise_demo(system_actor(), Moment(NOVEMBER)) == DAYS
    assert default_day(TODAY) == TODAY
    home = home_unit(TODAY)
    assert home.name == "Thành phố Đà Nẵng"
    assert len(subtree(home.path, TODAY, kinds=[UnitKind.COMMUNE])) == 94
    assert coverage(home_unit(JUNE), JUNE).units == before
    assert faults(TODAY) == []


def test_it_happens_once_also_when_a_batch_was_undone_since(demo: None) -> None:
    reorganise_demo(system_actor(), Moment(NOVEMBER))
    assert reorganise_demo(system_actor(), Moment(NOVEMBER)) == []
    last = db.session.scalars(select(Reorganisation).order_by(Reorganisation.id.desc())).first()
    assert last is not None
    undo(system_actor(), last.id, Moment(NOVEMBER))
    assert reorganise_demo(system_actor(), Moment(NOVEMBER)) == []
    assert batches() == 3


def test_the_officer_of_a_merged_commune_works_for_its_successor(demo: None) -> None:
    reorganise_demo(system_actor(), Moment(NOVEMBER))
    officer = db.session.scalars(select(Account).where(Account.login == "canboxa")).one()
    scope = actor_of(officer, TODAY, "test").scope(Action.ASSIGNMENT_RECORD)
    (prefix,) = scope.prefixes
    (unit,) = subtree(prefix, TODAY, kinds=[UnitKind.COMMUNE])
    old = find_by_code("20812", JUNE)
    assert old is not None
    assert unit.id != old.id
    assert old.id in scope.closed_unit_ids


def test_who_tries_an_earlier_day_meets_only_what_was_in_force_then(demo: None) -> None:
    assert reorganise_demo(system_actor(), MOMENT) == []
    in_may = Moment(datetime(2025, 5, 5, 2, tzinfo=UTC))
    assert reorganise_demo(system_actor(), in_may) == DAYS[:2]
    assert default_day(in_may.day) == in_may.day
    assert reorganise_demo(system_actor(), Moment(NOVEMBER)) == DAYS[2:]


def test_a_registry_without_the_invented_people_is_left_alone(app: Flask) -> None:
    seed_reference(system_actor(), MOMENT)
    assert reorganise_demo(system_actor(), Moment(NOVEMBER)) == []
    assert batches() == 0


def test_what_no_longer_fits_is_left_undone_and_the_default_day_as_it_was(demo: None) -> None:
    department = find_by_code("49-SBN-01", JUNE)
    assert department is not None
    period = db.session.scalars(select(UnitPeriod).where(UnitPeriod.unit_id == department.id)).one()
    period.name = "Sở đã đính chính tên"
    assert reorganise_demo(system_actor(), Moment(NOVEMBER)) == DAYS[:1]
    assert batches() == 1
    assert default_day(TODAY) == JUNE
