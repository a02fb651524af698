"""Correct a unit's name: it was always otherwise."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.errors import Conflict, Invalid, NotFound
from registry.domain.permissions import Actor, Role
from registry.domain.units.kinds import UnitKind
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.units import Unit, UnitPeriod
from registry.queries.units.on_a_day import search
from registry.services.units.contacts import CorrectName, correct_unit_name
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import make_actor
from tests.factories.units import Province, make_unit, rename_unit


@pytest.fixture
def here(app: Flask) -> Province:
    return Province()


@pytest.fixture
def reviewer(here: Province) -> Actor:
    return make_actor(Role.REVIEWER, here.it_department)


def correct(actor: Actor, unit: Unit, wrong: str, right: str) -> int:
    return correct_unit_name(
        actor, CorrectName(unit_id=unit.id, day=TODAY, wrong=wrong, name=right), MOMENT
    )


def names(unit: Unit) -> list[str]:
    db.session.expire_all()
    return [period.name for period in unit.periods]


def test_the_period_is_rewritten_and_found_by_the_right_name_only(
    here: Province, reviewer: Actor
) -> None:
    assert correct(reviewer, here.commune, "Xã Bình Minh", "Xã Bình Mai") == 1
    assert names(here.commune) == ["Xã Bình Mai"]
    assert [found.row.id for found in search("binh mai", TODAY)] == [here.commune.id]
    assert search("binh minh", TODAY) == []
    assert [found.row.id for found in search("90101", TODAY)] == [here.commune.id]


def test_every_period_with_the_wrong_name_is_rewritten_and_no_other(
    here: Province, reviewer: Actor
) -> None:
    rename_unit(here.commune, "Xã Bình Mihn", date(2024, 6, 10))
    rename_unit(here.commune, "Xã Bình Mihn", date(2024, 6, 20))
    assert correct(reviewer, here.commune, "Xã Bình Mihn", "Xã Bình Mai") == 2
    assert names(here.commune) == ["Xã Bình Minh", "Xã Bình Mai", "Xã Bình Mai"]


def test_a_short_name_made_of_the_name_follows_it(here: Province, reviewer: Actor) -> None:
    period = db.session.scalars(
        select(UnitPeriod).where(UnitPeriod.unit_id == here.commune.id)
    ).one()
    period.short_name = "UBND xã Bình Minh"
    db.session.flush()
    correct(reviewer, here.commune, "Xã Bình Minh", "Xã Bình Mai")
    assert period.short_name == "UBND xã Bình Mai"


def test_the_right_name_has_one_sign_at_least_and_three_hundred_at_most(
    here: Province, reviewer: Actor
) -> None:
    for typed, said in ((" ", "Nhập tên đúng"), ("Xã " + "x" * 298, "nhiều nhất 300 ký tự")):
        with pytest.raises(Invalid, match=said):
            correct(reviewer, here.commune, "Xã Bình Minh", typed)
    longest = "Xã " + "x" * 297
    assert correct(reviewer, here.commune, "Xã Bình Minh", longest) == 1
    assert names(here.commune) == [longest]


def test_it_is_audited_with_before_and_after(here: Province, reviewer: Actor) -> None:
    correct(reviewer, here.commune, "Xã Bình Minh", "Xã Bình Mai")
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "unit.correct_name")
    ).one()
    assert event.details == {"before": "Xã Bình Minh", "after": "Xã Bình Mai", "periods": 1}


def test_a_name_somebody_changed_meanwhile_is_not_written_over(
    here: Province, reviewer: Actor
) -> None:
    with pytest.raises(Conflict):
        correct(reviewer, here.commune, "Xã Bình Khác", "Xã Bình Mai")
    assert names(here.commune) == ["Xã Bình Minh"]


@pytest.mark.parametrize("right", ["", "Xã Bình Minh", "Phường Bình Minh", "Xã " + "x" * 300])
def test_an_empty_equal_long_name_or_another_kind_is_no_correction(
    here: Province, reviewer: Actor, right: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        correct(reviewer, here.commune, "Xã Bình Minh", right)
    assert [problem.field for problem in refusal.value.problems] == ["new_name"]


def test_an_officer_corrects_teams_below_the_own_unit_only(here: Province) -> None:
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    team = make_unit("Tổ thôn Mọt", UnitKind.COMMUNITY_TEAM, here.commune)
    other = make_unit("Tổ thôn Hay", UnitKind.COMMUNITY_TEAM, here.other_commune)
    assert correct(officer, team, "Tổ thôn Mọt", "Tổ thôn Một") == 1
    with pytest.raises(Invalid):
        correct(officer, here.commune, "Xã Bình Minh", "Xã Bình Mai")
    with pytest.raises(NotFound):
        correct(officer, other, "Tổ thôn Hay", "Tổ thôn Hai")
