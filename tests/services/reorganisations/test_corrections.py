"""Correct what is said of a unit: it was always otherwise."""

from datetime import date

import pytest
from sqlalchemy import select

from registry.domain.errors import Conflict, Invalid, NotFound
from registry.domain.permissions import Actor, Role, system_actor
from registry.domain.reorganisations.annex import AnnexRow, How
from registry.domain.reorganisations.corrections import UnitSaid
from registry.domain.units.kinds import UnitKind
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.units import KindPlacement, Unit, UnitPeriod
from registry.queries.units.on_a_day import children, path_on, search
from registry.services.reorganisations.applying import apply
from registry.services.reorganisations.composing import ComposeBatch, compose
from registry.services.reorganisations.corrections import CorrectUnit, correct_unit
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
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import make_actor
from tests.factories.people import make_assignment, make_decision
from tests.factories.units import START, Province, make_unit, move_unit, rename_unit

JULY_5, JULY_10 = date(2024, 7, 5), date(2024, 7, 10)


def correct(
    actor: Actor,
    unit: Unit,
    wrong: UnitSaid,
    right: UnitSaid,
    day: date = TODAY,
    *,
    accept_gap: bool = False,
) -> int:
    command = CorrectUnit(unit_id=unit.id, day=day, wrong=wrong, right=right, accept_gap=accept_gap)
    return correct_unit(actor, command, MOMENT)


def name(actor: Actor, unit: Unit, wrong: str, right: str, day: date = TODAY) -> int:
    return correct(actor, unit, UnitSaid(wrong), UnitSaid(right), day)


def place(actor: Actor, unit: Unit, wrong: Unit, right: Unit, **accept: bool) -> int:
    said = unit.periods[-1].name
    return correct(
        actor, unit, UnitSaid(said, None, wrong.id), UnitSaid(said, None, right.id), **accept
    )


def fields(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [problem.field for problem in refusal.value.problems]


def periods(unit: Unit) -> list[UnitPeriod]:
    db.session.expire_all()
    return list(unit.periods)


def names(unit: Unit) -> list[str]:
    return [period.name for period in periods(unit)]


# --- names and designations ----------------------------------------------------------------------


def test_the_period_is_rewritten_and_found_by_the_right_name_only(
    here: Province, reviewer: Actor
) -> None:
    assert name(reviewer, here.commune, "Xã Bình Minh", "Xã Bình Mai") == 1
    assert names(here.commune) == ["Xã Bình Mai"]
    assert [found.row.id for found in search("binh mai", TODAY)] == [here.commune.id]
    assert search("binh minh", TODAY) == []
    assert [found.row.id for found in search("90101", TODAY)] == [here.commune.id]


def test_every_period_with_the_wrong_name_is_rewritten_and_no_other(
    here: Province, reviewer: Actor
) -> None:
    rename_unit(here.commune, "Xã Bình Mihn", date(2024, 6, 10))
    rename_unit(here.commune, "Xã Bình Mihn", date(2024, 6, 20))
    assert name(reviewer, here.commune, "Xã Bình Mihn", "Xã Bình Mai") == 2
    assert names(here.commune) == ["Xã Bình Minh", "Xã Bình Mai", "Xã Bình Mai"]


def test_a_commune_called_by_the_wrong_designation_was_always_a_ward(
    here: Province, reviewer: Actor
) -> None:
    (period,) = here.commune.periods
    period.designation, period.short_name = "xã", "UBND xã Bình Minh"
    db.session.flush()
    assert name(reviewer, here.commune, "Xã Bình Minh", "Phường Bình Minh") == 1
    (period,) = periods(here.commune)
    assert (period.name, period.designation) == ("Phường Bình Minh", "phường")
    assert (period.short_name, period.valid_from) == ("UBND phường Bình Minh", START)
    assert [found.row.id for found in search("phuong binh minh", TODAY)] == [here.commune.id]
    assert faults(TODAY) == []


def test_a_province_may_always_have_been_a_city(here: Province, reviewer: Actor) -> None:
    assert name(reviewer, here.province, "Tỉnh Thử Nghiệm", "Thành phố Thử Nghiệm") == 1
    (period,) = periods(here.province)
    assert (period.kind, period.designation) == (UnitKind.PROVINCE, "thành phố")


def test_a_short_name_made_of_the_name_follows_it_and_any_other_stays(
    here: Province, reviewer: Actor
) -> None:
    here.commune.periods[0].short_name = "UBND xã Bình Minh"
    here.it_department.periods[0].short_name = "Sở TT&TT"
    db.session.flush()
    name(reviewer, here.commune, "Xã Bình Minh", "Xã Bình Mai")
    name(reviewer, here.it_department, "Sở Thông tin và Truyền thông", "Sở Thông tin")
    assert periods(here.commune)[0].short_name == "UBND xã Bình Mai"
    assert periods(here.it_department)[0].short_name == "Sở TT&TT"


def test_the_right_name_has_one_sign_at_least_and_three_hundred_at_most(
    here: Province, reviewer: Actor
) -> None:
    for typed, said in ((" ", "Nhập tên đúng"), ("Xã " + "x" * 298, "nhiều nhất 300 ký tự")):
        with pytest.raises(Invalid, match=said):
            name(reviewer, here.commune, "Xã Bình Minh", typed)
    longest = "Xã " + "x" * 297
    assert name(reviewer, here.commune, "Xã Bình Minh", longest) == 1
    assert names(here.commune) == [longest]


def test_it_is_audited_with_before_and_after(here: Province, reviewer: Actor) -> None:
    name(reviewer, here.commune, "Xã Bình Minh", "Xã Bình Mai")
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "unit.correct_name")
    ).one()
    assert event.details == {
        "before": {"name": "Xã Bình Minh"},
        "after": {"name": "Xã Bình Mai"},
        "periods": 1,
    }


def test_what_somebody_changed_meanwhile_is_not_written_over(
    here: Province, reviewer: Actor
) -> None:
    district = here.district.id
    for wrong, right in (
        (UnitSaid("Xã Bình Khác"), UnitSaid("Xã Bình Mai")),
        (UnitSaid("Xã Bình Minh", "90109"), UnitSaid("Xã Bình Minh", "90108")),
        (
            UnitSaid("Xã Bình Minh", None, here.other_district.id),
            UnitSaid("Xã Bình Minh", None, district),
        ),
    ):
        with pytest.raises(Conflict):
            correct(reviewer, here.commune, wrong, right)
    (period,) = periods(here.commune)
    assert (period.name, period.official_code, period.parent_id) == (
        "Xã Bình Minh",
        "90101",
        district,
    )


@pytest.mark.parametrize(
    "right",
    ["", "Xã Bình Minh", "Quận Bình Minh", "Tỉnh Bình Minh", "Bình Minh", "Xã " + "x" * 300],
)
def test_an_empty_equal_or_long_name_or_one_of_another_level_is_no_correction(
    here: Province, reviewer: Actor, right: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        name(reviewer, here.commune, "Xã Bình Minh", right)
    assert fields(refusal) == ["new_name"]


def test_a_name_that_a_neighbour_bears_is_refused_and_one_it_bore_before_is_not(
    here: Province, reviewer: Actor
) -> None:
    with pytest.raises(Invalid) as refusal:
        name(reviewer, here.commune, "Xã Bình Minh", "Xã Bình Đào")
    assert fields(refusal) == ["new_name"]
    assert names(here.commune) == ["Xã Bình Minh"]
    make_unit("Tổ thôn Hai", UnitKind.COMMUNITY_TEAM, here.commune, until=date(2024, 6, 10))
    later = make_unit("Tổ thôn 2", UnitKind.COMMUNITY_TEAM, here.commune, since=date(2024, 6, 10))
    assert name(reviewer, later, "Tổ thôn 2", "Tổ thôn Hai") == 1


def test_an_officer_corrects_teams_below_the_own_unit_only(here: Province) -> None:
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    team = make_unit("Tổ thôn Mọt", UnitKind.COMMUNITY_TEAM, here.commune)
    other = make_unit("Tổ thôn Hay", UnitKind.COMMUNITY_TEAM, here.other_commune)
    assert name(officer, team, "Tổ thôn Mọt", "Tổ thôn Một") == 1
    with pytest.raises(Invalid):
        name(officer, here.commune, "Xã Bình Minh", "Xã Bình Mai")
    with pytest.raises(NotFound):
        name(officer, other, "Tổ thôn Hay", "Tổ thôn Hai")


def test_a_name_put_right_gives_papers_back_and_takes_none_away(
    here: Province, reviewer: Actor
) -> None:
    typed_wrong, typed_right = (
        make_decision(here.commune),
        make_decision(here.commune, "16/TB-UBND"),
    )
    typed_wrong.issuer, typed_right.issuer = "UBND xã Bình Minh", "UBND phường Bình Minh"
    typed_right.is_own = False
    db.session.flush()
    name(reviewer, here.commune, "Xã Bình Minh", "Phường Bình Minh")
    assert (typed_wrong.is_own, typed_right.is_own) == (True, True)


# --- codes ---------------------------------------------------------------------------------------


def code(actor: Actor, unit: Unit, wrong: str | None, right: str) -> int:
    said = unit.periods[-1].name
    return correct(actor, unit, UnitSaid(said, wrong), UnitSaid(said, right))


def test_a_code_is_rewritten_over_every_period_that_bears_it(
    here: Province, reviewer: Actor
) -> None:
    rename_unit(here.commune, "Xã Bình Mai", date(2024, 6, 10))
    assert code(reviewer, here.commune, "90101", " 90109 ") == 2
    assert [period.official_code for period in periods(here.commune)] == ["90109", "90109"]
    assert [found.row.id for found in search("90109", TODAY)] == [here.commune.id]
    assert search("90101", TODAY) == []
    assert faults(TODAY) == []


def test_a_code_too_short_or_that_is_none_is_refused(here: Province, reviewer: Actor) -> None:
    for typed in ("9109", "Xã 90109", "9" * 21):
        with pytest.raises(Invalid) as refusal:
            code(reviewer, here.commune, "90101", typed)
        assert fields(refusal) == ["new_code"]


def test_a_code_another_unit_bears_at_that_time_is_refused_and_a_closed_one_s_is_free(
    here: Province, reviewer: Actor, foreign: Unit
) -> None:
    with pytest.raises(Invalid, match="của “Xã Bình Đào”") as refusal:
        code(reviewer, here.commune, "90101", "90102")
    assert fields(refusal) == ["new_code"]
    with pytest.raises(Invalid, match="của một đơn vị khác"):
        code(reviewer, here.commune, "90101", "98101")
    make_unit("Xã Cũ", UnitKind.COMMUNE, here.district, code="90177", until=date(2024, 6, 10))
    new = make_unit(
        "Xã Mới", UnitKind.COMMUNE, here.district, code="90178", since=date(2024, 6, 10)
    )
    assert code(reviewer, new, "90178", "90177") == 1


def test_a_unit_that_had_a_code_all_along_gets_it(here: Province, reviewer: Actor) -> None:
    assert code(reviewer, here.it_department, None, "SBN01") == 1
    assert periods(here.it_department)[0].official_code == "SBN01"


# --- superiors -----------------------------------------------------------------------------------


def test_a_commune_always_stood_in_another_district_with_all_below_it(
    here: Province, reviewer: Actor
) -> None:
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, here.commune)
    rename_unit(here.commune, "Xã Bình Mai", date(2024, 6, 10))
    assert place(reviewer, here.commune, here.district, here.other_district) == 2
    above = f"/{here.province.id}/{here.other_district.id}/"
    for day in (START, TODAY):
        assert path_on(team.id, day) == f"{above}{here.commune.id}/{team.id}/"
    assert here.commune.id not in [unit.id for unit in children(here.district.id, START)]
    assert faults(TODAY) == []


def test_a_superior_below_the_unit_itself_or_outside_the_scope_is_refused(
    here: Province, reviewer: Actor, foreign: Unit
) -> None:
    for above in (here.commune, foreign):
        with pytest.raises(Invalid) as refusal:
            place(reviewer, here.district, here.province, above)
        assert fields(refusal) == ["new_parent_id"]
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, here.commune)
    with pytest.raises(Invalid, match="nằm ngoài phạm vi"):
        place(officer, team, here.commune, here.other_commune)
    assert periods(team)[0].parent_id == here.commune.id


def test_a_superior_founded_later_or_under_which_the_kind_never_stands_is_refused(
    here: Province, reviewer: Actor
) -> None:
    young = make_unit("Huyện Trẻ", UnitKind.DISTRICT, here.province, since=date(2024, 6, 10))
    with pytest.raises(Invalid, match="không tồn tại suốt thời gian"):
        place(reviewer, here.commune, here.district, young)
    for row in db.session.scalars(
        select(KindPlacement).where(
            KindPlacement.kind == UnitKind.COMMUNE,
            KindPlacement.parent_kind == UnitKind.DEPARTMENT.value,
        )
    ):
        db.session.delete(row)
    db.session.flush()
    with pytest.raises(Invalid, match="không được đặt dưới") as refusal:
        place(reviewer, here.commune, here.district, here.it_department)
    assert fields(refusal) == ["new_parent_id"]
    assert path_on(here.commune.id, TODAY) == (
        f"/{here.province.id}/{here.district.id}/{here.commune.id}/"
    )


def test_a_place_where_one_of_its_name_stands_is_refused(here: Province, reviewer: Actor) -> None:
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, here.commune)
    make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, here.other_commune)
    with pytest.raises(Invalid) as refusal:
        place(reviewer, team, here.commune, here.other_commune)
    assert fields(refusal) == ["new_parent_id"]


def test_a_section_that_never_stood_here_takes_its_coverage_along_only_when_accepted(
    here: Province, reviewer: Actor
) -> None:
    section = make_unit("Văn phòng", UnitKind.COMMUNE_OFFICE, here.commune)
    make_assignment(section, here.commune, make_decision(here.commune))
    with pytest.raises(Invalid, match="Xã Bình Minh không còn đầu mối") as refusal:
        place(reviewer, section, here.commune, here.other_commune)
    assert fields(refusal) == ["accept_gap"]
    assert place(reviewer, section, here.commune, here.other_commune, accept_gap=True) == 1
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "unit.correct_name")
    ).one()
    assert event.details["gaps"]
    assert event.details["before"] == {"parent_id": here.commune.id}


# --- what journals remember ----------------------------------------------------------------------


def team_of(here: Province) -> Unit:
    return make_unit("Tổ thôn Mọt", UnitKind.COMMUNITY_TEAM, here.commune)


def change(unit: Unit, what: Change, day: date, **said: object) -> int:
    paper = Paper(effective_on=day, number="5/QĐ-UBND")
    command = ChangeUnit(unit_id=unit.id, change=what, paper=paper, **said)  # type: ignore[arg-type]
    return change_unit(system_actor(), command, MOMENT).id


def test_a_batch_that_founded_a_unit_by_a_wrong_name_is_undone_all_the_same(
    here: Province, reviewer: Actor
) -> None:
    paper = Paper(effective_on=date(2024, 6, 20), number="5/QĐ-UBND")
    batch = found_unit(
        reviewer,
        FoundUnit(
            parent_id=here.commune.id, kind=UnitKind.COMMUNITY_TEAM, name="Tổ thôn Mọt", paper=paper
        ),
        MOMENT,
    )
    (row,) = children(here.commune.id, TODAY)
    team = db.session.get_one(Unit, row.id)
    name(reviewer, team, "Tổ thôn Mọt", "Tổ thôn Một")
    place(reviewer, team, here.commune, here.other_commune)
    undo(system_actor(), batch.id, MOMENT)
    assert children(here.other_commune.id, TODAY) == []
    assert faults(TODAY) == []


def test_a_correction_outlives_the_undoing_of_a_later_batch(
    here: Province, reviewer: Actor
) -> None:
    team = team_of(here)
    batch = change(team, Change.MOVE, date(2024, 6, 20), new_parent_id=here.other_commune.id)
    assert name(reviewer, team, "Tổ thôn Mọt", "Tổ thôn Một") == 2
    undo(system_actor(), batch, MOMENT)
    assert names(team) == ["Tổ thôn Một"]
    assert faults(TODAY) == []


def test_a_period_that_a_batch_took_away_comes_back_corrected(
    here: Province, reviewer: Actor
) -> None:
    section = here.section
    move_unit(section, here.other_department, JULY_10)
    old = here.it_department
    row = AnnexRow(1, "", old_id=old.id, old_name=old.periods[0].name, how=How.DISSOLVE)
    batch = compose(
        system_actor(),
        ComposeBatch(effective_on=JULY_5, decision_number="7/QĐ-UBND", rows=[row]),
        MOMENT,
    )
    assert apply(system_actor(), batch.id, MOMENT).problems == ()
    assert names(section) == ["Phòng Công nghệ thông tin"]
    assert name(reviewer, section, "Phòng Công nghệ thông tin", "Phòng Công nghệ số") == 1
    undo(system_actor(), batch.id, MOMENT)
    assert names(section) == ["Phòng Công nghệ số", "Phòng Công nghệ số"]
    assert [found.row.id for found in search("cong nghe so", JULY_10)] == [section.id]
