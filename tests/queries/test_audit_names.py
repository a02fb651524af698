"""Things of which the audit tells are named: a person, a unit, a paper; never by a bare number."""

from datetime import timedelta

from flask import Flask

from registry.domain.decisions import DecisionKind
from registry.domain.permissions import Role
from registry.models.base import db
from registry.models.cards import Card
from registry.models.coverage import VacancyReport
from registry.models.legal_bases import LegalBasis
from registry.models.memberships import Membership
from registry.models.reorganisations import Reorganisation
from registry.queries.audit_names import _KINDS, names_of
from tests.conftest import NOW, TODAY
from tests.factories.accounts import make_account
from tests.factories.outbox import make_message
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.rosters import make_line, make_roster
from tests.factories.signups import make_signup
from tests.factories.trainings import make_attendance, make_class
from tests.factories.units import START, Province, end_unit, rename_unit


def test_every_thing_says_who_of_which_unit(app: Flask) -> None:
    here = Province()
    person = make_member("Đoàn Thị Thử", here.commune)
    decision = make_decision(here.commune)
    assignment = make_assignment(person, here.commune, decision)
    account = make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    signup = make_signup(here.commune)
    membership = db.session.query(Membership).filter_by(person_id=person.id).one()
    things = {
        ("accounts", account.id): "“canbo”",
        ("assignments", assignment.id): "Đoàn Thị Thử, Đầu mối CĐS, Xã Bình Minh",
        ("decisions", decision.id): "Quyết định số 15/QĐ-UBND",
        ("memberships", membership.id): "Đoàn Thị Thử, Xã Bình Minh",
        ("people", person.id): "Đoàn Thị Thử",
        ("signups", signup.id): f"số {signup.id}, Xã Bình Minh",
        ("units", here.commune.id): "Xã Bình Minh",
    }
    assert names_of(things, TODAY) == things


def test_things_of_every_noun_are_named_and_none_by_another_of_its_kind(app: Flask) -> None:
    here = Province()
    person, other = make_member("Đoàn Thị Thử", here.commune), make_member("Lê A", here.district)
    decision, plan = make_decision(here.commune), make_decision(here.commune, "2/KH-UBND")
    plan.kind = DecisionKind.PLAN
    training, roster = make_class(here.commune), make_roster(here.commune, [make_line(person)])
    of_unit = make_roster(here.district, [make_line(here.commune)], number=7)
    card = Card(
        uuid="u", key_id="k", code_hash="h", line_id="l", person_id=person.id, issued_on=START
    )
    report = VacancyReport(unit_id=here.commune.id, since=START, created_at=NOW)
    basis = LegalBasis(territory_id=here.province.id, citation="x", valid_from=START)
    batches = [
        Reorganisation(effective_on=TODAY, decision_id=paper.id, created_at=NOW)
        for paper in (decision, plan)
    ]
    db.session.add_all([card, report, basis, *batches])
    db.session.flush()
    attendance = make_attendance(training.id, person, here.district)
    make_attendance(training.id, other, here.commune)
    section = make_assignment(here.section, here.it_department, decision)
    things = {
        ("assignments", section.id): (
            "Phòng Công nghệ thông tin · Sở Thông tin và Truyền thông, Đầu mối CĐS, "
            "Sở Thông tin và Truyền thông"
        ),
        ("attendances", attendance.id): "Đoàn Thị Thử, lớp “Lớp 01”",
        ("cards", card.id): "Đoàn Thị Thử",
        ("courses", training.course_id): f"“Kỹ năng số của {here.commune.id}, Lớp 01”",
        ("decisions", plan.id): "Kế hoạch số 2/KH-UBND",
        ("legal_bases", basis.id): "Tỉnh Thử Nghiệm",
        ("outbox_messages", make_message("Thư").id): "“Thư”",
        ("reorganisations", batches[0].id): "theo Quyết định số 15/QĐ-UBND",
        ("reorganisations", batches[1].id): "theo Kế hoạch số 2/KH-UBND",
        ("roster_lines", roster.lines[0].id): "Đoàn Thị Thử",
        ("roster_lines", of_unit.lines[0].id): "Xã Bình Minh",
        ("rosters", of_unit.id): "số 7, Huyện Thăng Bình",
        ("training_classes", training.id): "“Lớp 01”",
        ("vacancy_reports", report.id): "Xã Bình Minh",
        ("units", here.section.id): ("Phòng Công nghệ thông tin · Sở Thông tin và Truyền thông"),
    }
    assert names_of(things, TODAY) == things


def test_units_are_named_as_today_or_last(app: Flask) -> None:
    here = Province()
    rename_unit(here.commune, "Xã Hôm Nay", TODAY)
    rename_unit(here.commune, "Xã Mai Sau", TODAY + timedelta(days=1))
    end_unit(here.far_commune, START + timedelta(days=1))
    roster = make_roster(here.commune, [], number=3)
    things = {
        ("units", here.commune.id): "Xã Hôm Nay",
        ("units", here.far_commune.id): "Xã Đại Minh",
        ("rosters", roster.id): "số 3, Xã Hôm Nay",
    }
    assert names_of(things, TODAY) == things


def test_what_is_gone_has_no_name(app: Flask) -> None:
    Province()
    assert names_of({(noun, 999) for noun in (*_KINDS, "units", "tigers")}, TODAY) == {}
