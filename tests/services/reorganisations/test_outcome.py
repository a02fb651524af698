"""What a batch says it did."""

from flask import Flask

from registry.domain.permissions import system_actor
from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.reorganisations.questions import AskedNoun, Item
from registry.domain.reorganisations.summary import Counted, Counts
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.reorganisations import Reorganisation
from registry.services.reorganisations.applying import apply
from registry.services.reorganisations.outcome import plain
from tests.factories.people import make_member
from tests.factories.reorganisations import LATER_MOMENT, compose_rows
from tests.factories.small_province import DAY, EVE, SmallProvince, carried, named, periods
from tests.factories.units import make_unit


def test_a_split_tells_who_went_where_what_ended_and_what_was_asked(app: Flask) -> None:
    small = SmallProvince()
    new_team = make_unit("Tổ thôn 2", UnitKind.COMMUNITY_TEAM, small.commune, since=EVE)
    make_unit("Tổ thôn 9", UnitKind.COMMUNITY_TEAM, small.far_commune)
    one, two, three = (make_member(name, small.commune) for name in ("Võ A", "Võ B", "Võ C"))
    lines = {
        person: periods(Membership, person_id=person.id)[0].line_id for person in (one, two, three)
    }
    team_code = small.team.registry_code
    assert team_code is not None
    answers = {
        Item(AskedNoun.MEMBERSHIP, lines[one]): "90112",
        Item(AskedNoun.MEMBERSHIP, lines[two]): "90111",
        Item(AskedNoun.UNIT, team_code): "90112",
    }
    outcome = apply(
        system_actor(), compose_rows(DAY, small.split(), answers=answers).id, LATER_MOMENT
    )
    assert outcome.problems == ()
    assert {question.item for question in outcome.answered} == answers.keys()
    assert {question.item for question in outcome.questions} == {
        Item(AskedNoun.MEMBERSHIP, lines[three]),
        Item(AskedNoun.UNIT, new_team.registry_code or ""),
    }
    assert outcome.counts[Counted.PEOPLE] == Counts(moved=2, ended=1)
    assert outcome.counts[Counted.TEAMS] == Counts(moved=1, ended=1)
    reasons = {
        small.commune.id: "chia",
        new_team.id: "đơn vị cấp trên “Xã Bình Minh” chia tách, không có phương án phân bổ",
    }
    assert {unit.id: why for unit, why in outcome.ended} == reasons
    assert [(link.predecessor_id, link.part) for link in outcome.transition.links] == [
        (small.commune.id, Part.PART),
        (small.commune.id, Part.PART),
    ]
    communes = (outcome.units_before[UnitKind.COMMUNE], outcome.units_after[UnitKind.COMMUNE])
    assert communes == (3, 4)
    kept = db.session.get_one(Reorganisation, outcome.batch_id).summary
    assert kept is not None
    assert (kept.established, kept.ended, kept.units.reasons) == (2, 2, reasons)
    assert plain(outcome)["moved"] == {
        "people": 2,
        "assignments": 0,
        "teams": 1,
        "grants": 0,
        "lists": 0,
        "cards": 0,
    }


def test_an_office_that_takes_in_another_one_is_shown_beside_it(app: Flask) -> None:
    small = SmallProvince()
    office = make_unit("Phòng Văn hóa và Thông tin", UnitKind.DISTRICT_OFFICE, small.other_district)
    district = AnnexRow(
        2, "phụ lục", old_id=small.district.id, new_name="Huyện Đại Lộc", new_kind="huyện",
        new_code="902", new_parent_id=small.province.id, how=How.ABSORB, part=Part.WHOLE,
    )  # fmt: skip
    shown = carried([district]).transition
    assert {link.predecessor_id: (link.successor_id, link.part) for link in shown.links} == {
        small.district.id: (small.other_district.id, Part.WHOLE),
        small.district_office.id: (office.id, Part.WHOLE),
    }
    assert {office.id, small.district_office.id} <= shown.before.keys()
    assert office.id in shown.after


def test_a_unit_for_which_somebody_must_still_decide_is_named(app: Flask) -> None:
    small = SmallProvince()
    group = make_unit("Tổ chuyên gia", UnitKind.EXPERT_GROUP, small.commune)
    outcome = carried(small.merge())
    assert [unit.id for unit in outcome.without_plan] == [group.id]
    assert [unit.name for unit in outcome.established] == [named("Xã Thăng Bình").name]
