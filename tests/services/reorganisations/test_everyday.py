"""Everyday changes of one unit, and who may make them."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.permissions import Actor, Role, system_actor
from registry.domain.reorganisations.annex import AnnexRow, How
from registry.domain.units.kinds import UnitKind
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.reorganisations import Reorganisation
from registry.models.units import Unit, UnitPeriod
from registry.queries.units.on_a_day import children, path_on, unit_on
from registry.services.reorganisations.everyday import (
    Change,
    ChangeUnit,
    FoundUnit,
    Paper,
    change_unit,
    found_unit,
)
from registry.services.reorganisations.undoing import undo
from registry.services.units.checks import faults
from tests.conftest import MOMENT, NOW, TODAY
from tests.factories.accounts import make_actor
from tests.factories.reorganisations import LATER, everything
from tests.factories.small_province import DAY as MERGED_ON
from tests.factories.small_province import SmallProvince, carried, named
from tests.factories.units import Province, make_unit

DAY = date(2024, 6, 20)
PAPER = Paper(effective_on=DAY, number="5/QĐ-UBND", issued_on=date(2024, 6, 18))


@pytest.fixture
def officer(here: Province) -> Actor:
    return make_actor(Role.UNIT_OFFICER, here.commune)


def fields(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [problem.field for problem in refusal.value.problems]


def test_a_team_is_founded_by_a_batch_of_one_row_under_the_commune_s_decision(
    here: Province, officer: Actor
) -> None:
    command = FoundUnit(
        parent_id=here.commune.id, kind=UnitKind.COMMUNITY_TEAM, name=" Tổ  thôn Một", paper=PAPER
    )
    batch = found_unit(officer, command, MOMENT)
    (team,) = children(here.commune.id, DAY)
    assert (team.name, team.valid_from) == ("Tổ thôn Một", DAY)
    assert path_on(team.id, date(2024, 6, 19)) is None
    decision = db.session.get_one(Decision, batch.decision_id)
    assert (decision.unit_id, decision.number) == (here.commune.id, "5/QĐ-UBND")
    assert decision.issued_on == date(2024, 6, 18)
    assert ([row.number for row in batch.rows], batch.applied_at) == ([1], NOW)
    actions = set(db.session.scalars(select(AuditEvent.action)))
    assert {"reorganisation.compose", "reorganisation.apply"} <= actions


def test_a_name_in_use_below_the_same_unit_is_refused_even_when_founded_that_day(
    here: Province, officer: Actor
) -> None:
    command = FoundUnit(
        parent_id=here.commune.id, kind=UnitKind.COMMUNITY_TEAM, name="Tổ thôn Một", paper=PAPER
    )
    found_unit(officer, command, MOMENT)
    with pytest.raises(Invalid) as refusal:
        found_unit(officer, command, MOMENT)
    assert fields(refusal) == ["new_name"]


def test_a_commune_is_not_founded_in_passing(here: Province, reviewer: Actor) -> None:
    command = FoundUnit(
        parent_id=here.district.id, kind=UnitKind.COMMUNE, name="Xã Mới", paper=PAPER
    )
    with pytest.raises(Invalid) as refusal:
        found_unit(reviewer, command, MOMENT)
    assert fields(refusal) == ["kind"]


def test_nobody_founds_or_changes_units_elsewhere(here: Province, officer: Actor) -> None:
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, here.other_commune)
    found = FoundUnit(
        parent_id=here.other_commune.id,
        kind=UnitKind.COMMUNITY_TEAM,
        name="Tổ thôn Hai",
        paper=PAPER,
    )
    with pytest.raises(NotFound):
        found_unit(officer, found, MOMENT)
    with pytest.raises(NotFound):
        change_unit(officer, ChangeUnit(unit_id=team.id, change=Change.CLOSE, paper=PAPER), MOMENT)
    with pytest.raises(NotAllowed):
        change_unit(
            make_actor(Role.VIEWER, here.committee),
            ChangeUnit(unit_id=team.id, change=Change.CLOSE, paper=PAPER),
            MOMENT,
        )


def test_an_officer_does_not_move_a_team_out_of_the_own_scope(
    here: Province, officer: Actor, reviewer: Actor
) -> None:
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, here.commune)
    command = ChangeUnit(
        unit_id=team.id, change=Change.MOVE, paper=PAPER, new_parent_id=here.other_commune.id
    )
    savepoint = db.session.begin_nested()
    with pytest.raises(Invalid) as refusal:
        change_unit(officer, command, MOMENT)
    assert "nằm ngoài phạm vi được giao" in refusal.value.message
    savepoint.rollback()
    change_unit(reviewer, command, MOMENT)
    moved = unit_on(team.id, DAY)
    assert moved is not None
    assert moved.parent_id == here.other_commune.id


def test_the_desk_s_kinds_are_renamed_by_the_reviewer_and_moved_by_nobody(
    here: Province, officer: Actor, reviewer: Actor
) -> None:
    rename = ChangeUnit(
        unit_id=here.commune.id, change=Change.RENAME, paper=PAPER, new_name="Xã Bình Minh Mới"
    )
    with pytest.raises(Invalid) as refusal:
        change_unit(officer, rename, MOMENT)
    assert fields(refusal) == ["change"]
    with pytest.raises(Invalid) as refusal:
        change_unit(
            reviewer, ChangeUnit(unit_id=here.commune.id, change=Change.CLOSE, paper=PAPER), MOMENT
        )
    assert fields(refusal) == ["change"]
    change_unit(reviewer, rename, MOMENT)
    renamed = unit_on(here.commune.id, DAY)
    assert renamed is not None
    assert (renamed.name, renamed.code) == ("Xã Bình Minh Mới", "90101")
    before = unit_on(here.commune.id, date(2024, 6, 19))
    assert before is not None
    assert before.name == "Xã Bình Minh"


@pytest.mark.parametrize(
    ("command", "field"),
    [
        ({"change": Change.RENAME, "new_name": ""}, "new_name"),
        ({"change": Change.RENAME, "new_name": "Tổ thôn Hai"}, "new_name"),
        ({"change": Change.RENAME, "new_name": "x" * 301}, "new_name"),
        ({"change": Change.MOVE}, "new_parent_id"),
        ({"change": Change.CLOSE, "paper": Paper(effective_on=DAY, number="không số")}, "number"),
        (
            {
                "change": Change.CLOSE,
                "paper": Paper(effective_on=date(2024, 6, 1), number="5/QĐ-UBND"),
            },
            "effective_on",
        ),
        (
            {
                "change": Change.CLOSE,
                "paper": Paper(effective_on=DAY, number="5/QĐ-UBND", issued_on=date(2024, 7, 1)),
            },
            "issued_on",
        ),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    here: Province, officer: Actor, command: dict[str, object], field: str
) -> None:
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, here.commune)
    make_unit("Tổ thôn Hai", UnitKind.COMMUNITY_TEAM, here.commune)
    typed = {"unit_id": team.id, "paper": PAPER, **command}
    with pytest.raises(Invalid) as refusal:
        change_unit(officer, ChangeUnit(**typed), MOMENT)  # type: ignore[arg-type]  # a table of cases
    assert fields(refusal) == [field]


def test_a_renaming_gives_another_name_of_three_hundred_signs_at_most(
    here: Province, officer: Actor
) -> None:
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, here.commune)
    same = ChangeUnit(unit_id=team.id, change=Change.RENAME, paper=PAPER, new_name="Tổ thôn Một")
    with pytest.raises(Invalid, match="giống tên đang dùng"):
        change_unit(officer, same, MOMENT)
    batch = change_unit(officer, replace(same, new_name="x" * 300), MOMENT)
    renamed = unit_on(team.id, DAY)
    assert renamed is not None
    assert renamed.name == "x" * 300
    assert [row.number for row in batch.rows] == [1]


def test_the_paper_is_of_the_unit_above_or_of_this_one_where_that_is_not_the_officers(
    here: Province, officer: Actor
) -> None:
    first, second = (
        make_unit(name, UnitKind.COMMUNITY_TEAM, here.commune) for name in ("Tổ Một", "Tổ Hai")
    )
    of_the_team = make_actor(Role.UNIT_OFFICER, second)
    for actor, team, place in ((officer, first, here.commune), (of_the_team, second, second)):
        closing = ChangeUnit(unit_id=team.id, change=Change.CLOSE, paper=PAPER)
        batch = change_unit(actor, closing, MOMENT)
        assert batch.decision.unit_id == place.id
        assert [row.number for row in batch.rows] == [1]


def test_a_team_is_not_moved_under_a_unit_that_ends_before_it(
    here: Province, reviewer: Actor
) -> None:
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, here.commune)
    closing = make_unit("Xã Sắp Hết", UnitKind.COMMUNE, here.district, until=date(2024, 8, 1))
    command = ChangeUnit(unit_id=team.id, change=Change.MOVE, paper=PAPER, new_parent_id=closing.id)
    with pytest.raises(Invalid, match="không tồn tại suốt thời gian"):
        change_unit(reviewer, command, MOMENT)


def test_a_closed_team_is_undone_by_its_batch_like_any_other(
    here: Province, officer: Actor
) -> None:
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, here.commune)
    change_unit(officer, ChangeUnit(unit_id=team.id, change=Change.CLOSE, paper=PAPER), MOMENT)
    assert path_on(team.id, DAY) is None
    (batch,) = db.session.scalars(select(Reorganisation))
    assert batch.summary is not None
    assert batch.summary.ended == 1


def test_a_team_is_renamed_and_closed_before_its_commune_goes_elsewhere(app: Flask) -> None:
    """The name holds on the later days as well; the place is that to which the commune takes it."""
    small = SmallProvince()
    other = make_unit("Tổ công nghệ số cộng đồng thôn 2", UnitKind.COMMUNITY_TEAM, small.commune)
    merger = carried(small.merge())
    heir = named("Xã Thăng Bình", MERGED_ON).id
    actor, new = system_actor(), "Tổ công nghệ số cộng đồng thôn Một"

    def change(unit: Unit, what: Change, name: str | None = None) -> Reorganisation:
        paper = Paper(effective_on=TODAY, number=f"{unit.id}/QĐ-UBND")
        command = ChangeUnit(unit_id=unit.id, change=what, paper=paper, new_name=name)
        return change_unit(actor, command, MOMENT)

    done = [change(small.team, Change.RENAME, new), change(other, Change.CLOSE)]
    found = db.session.scalars(
        select(UnitPeriod)
        .where(UnitPeriod.unit_id == small.team.id)
        .order_by(UnitPeriod.valid_from)
    ).all()
    assert [(row.name, row.parent_id, row.valid_from) for row in found[1:]] == [
        (new, small.commune.id, TODAY),
        (new, heir, MERGED_ON),
    ]
    assert unit_on(other.id, MERGED_ON) is None
    assert faults(LATER) == []
    for batch in reversed(done):
        undo(actor, batch.id, MOMENT)
    undo(actor, merger.batch_id or 0, MOMENT)
    assert faults(LATER) == []
    again = unit_on(small.team.id, MERGED_ON)
    assert again is not None
    assert (again.name, again.parent_id) == (
        "Tổ công nghệ số cộng đồng thôn 1",
        small.commune.id,
    )


def test_a_team_is_moved_before_its_commune_goes_elsewhere_and_goes_where_the_new_one_goes(
    app: Flask,
) -> None:
    small = SmallProvince()
    merger = carried(small.merge())
    june = date(2025, 6, 1)
    absorbed = AnnexRow(
        2, "x", old_id=small.far_commune.id, new_name="Xã Thăng Bình", new_code="90109",
        new_kind="xã", how=How.ABSORB,
    )  # fmt: skip
    second = carried([absorbed], june)
    heir = named("Xã Thăng Bình", MERGED_ON).id
    state = everything()
    paper = Paper(effective_on=TODAY, number="5/QĐ-UBND")
    command = ChangeUnit(
        unit_id=small.team.id, change=Change.MOVE, paper=paper, new_parent_id=small.far_commune.id
    )
    batch = change_unit(system_actor(), command, MOMENT)
    found = db.session.scalars(
        select(UnitPeriod)
        .where(UnitPeriod.unit_id == small.team.id)
        .order_by(UnitPeriod.valid_from)
    ).all()
    assert [(row.parent_id, row.valid_from, row.valid_to) for row in found[1:]] == [
        (small.far_commune.id, TODAY, june),
        (heir, june, None),
    ]
    assert faults(LATER) == []
    with pytest.raises(Conflict, match=f"số {batch.id} "):
        undo(system_actor(), merger.batch_id or 0, MOMENT)
    undo(system_actor(), batch.id, MOMENT)
    assert everything() == state
    undo(system_actor(), second.batch_id or 0, MOMENT)
    undo(system_actor(), merger.batch_id or 0, MOMENT)
    assert faults(LATER) == []
