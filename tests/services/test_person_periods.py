"""What a person is by occupation: corrected, or changed from a day on; nothing of the past lost."""

import itertools
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as run_with
from hypothesis import strategies as st
from sqlalchemy import select

from registry.domain.assignments import CountingSetting
from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.memberships import MemberRole
from registry.domain.people import ContractType, PersonFacts
from registry.domain.permissions import Actor, Role, system_actor
from registry.models.audit import AuditEvent, AuditPersonal
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.people import Person, PersonPeriod
from registry.queries.coverage.counting import focal_point_counts
from registry.queries.person_periods import facts_of, period_on, periods_of
from registry.services import person_periods
from registry.services.memberships.changes import CorrectMembership, correct
from registry.services.memberships.periods import OpenMembership, open_membership
from registry.services.person_periods import ChangeFacts, CorrectFacts
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import make_actor
from tests.factories.coverage import make_home, make_rules, set_counting
from tests.factories.people import (
    facts_from,
    make_assignment,
    make_member,
    make_membership,
    make_person,
)
from tests.factories.units import START, Province

OFFICER = PersonFacts(job_title="Công chức", contract_type=ContractType.CONTRACT)
HEAD = PersonFacts(job_title="Chủ tịch", contract_type=ContractType.PERMANENT, is_manager=True)
JUNE_10, JUNE_20 = date(2024, 6, 10), date(2024, 6, 20)


class Office:
    """A commune with a member since the first day, and its officer."""

    def __init__(self) -> None:
        self.here = Province()
        self.member = make_member("Lê Thị Sửa", self.here.commune)
        (first,) = periods_of(self.member.id)
        first.job_title, first.contract_type = OFFICER.job_title, OFFICER.contract_type
        db.session.flush()
        self.actor = make_actor(Role.UNIT_OFFICER, self.here.commune)

    def period(self, day: date = TODAY) -> PersonPeriod:
        found = period_on(self.member.id, day)
        assert found is not None
        return found

    def change(self, facts: PersonFacts, day: date, of: PersonPeriod | None = None) -> None:
        """Change the period given, else the one of the day."""
        period = of or self.period(day)
        command = ChangeFacts(period_id=period.id, version=period.version, facts=facts, day=day)
        person_periods.change_from(self.actor, command, MOMENT)

    def correct(
        self, period: PersonPeriod, facts: PersonFacts, valid_from: date | None = None
    ) -> None:
        command = CorrectFacts(
            period_id=period.id,
            version=period.version,
            facts=facts,
            valid_from=valid_from or period.valid_from,
        )
        person_periods.correct(self.actor, command, MOMENT)

    @property
    def story(self) -> list[tuple[date, date | None, PersonFacts]]:
        return story_of(self.member)


def story_of(person: Person) -> list[tuple[date, date | None, PersonFacts]]:
    return [(one.valid_from, one.valid_to, one.facts) for one in periods_of(person.id)]


def events(action: str) -> list[AuditEvent]:
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.action == action)))


def refused(work: object) -> tuple[str, str]:
    """Return field and message of the one problem of a refusal."""
    with pytest.raises(Invalid) as refusal:
        work()  # type: ignore[operator]
    (problem,) = refusal.value.problems
    return problem.field, problem.message


def test_a_change_from_a_day_leaves_what_was_true_before(app: Flask) -> None:
    at = Office()
    at.change(HEAD, JUNE_20)
    assert at.story == [(START, JUNE_20, OFFICER), (JUNE_20, None, HEAD)]
    assert facts_of(at.member.id, JUNE_20 - timedelta(days=1)) == OFFICER
    assert facts_of(at.member.id, JUNE_20) == HEAD


def test_a_change_in_the_past_ends_where_the_next_one_begins(app: Flask) -> None:
    at = Office()
    at.change(HEAD, JUNE_20)
    between = replace(OFFICER, job_title="Phó Chủ tịch")
    at.change(between, JUNE_10)
    assert [(since, until) for since, until, _ in at.story] == [
        (START, JUNE_10),
        (JUNE_10, JUNE_20),
        (JUNE_20, None),
    ]


def test_a_correction_rewrites_the_period_and_no_other(app: Flask) -> None:
    at = Office()
    at.change(HEAD, JUNE_20)
    right = replace(OFFICER, contract_type=ContractType.PERMANENT)
    at.correct(at.period(JUNE_10), right)
    assert at.story == [(START, JUNE_20, right), (JUNE_20, None, HEAD)]


@pytest.mark.parametrize("day", [JUNE_10, date(2024, 6, 25)])
def test_a_first_day_put_right_moves_the_end_of_the_period_before(app: Flask, day: date) -> None:
    at = Office()
    at.change(HEAD, JUNE_20)
    at.correct(at.period(), HEAD, valid_from=day)
    assert at.story == [(START, day, OFFICER), (day, None, HEAD)]


def test_a_change_recorded_by_mistake_is_taken_back_by_a_correction(app: Flask) -> None:
    at = Office()
    at.change(HEAD, JUNE_20)
    at.correct(at.period(), OFFICER)
    assert at.story == [(START, None, OFFICER)]
    assert len(events("person.correct")) == 1


def test_the_first_day_of_all_goes_back_freely_but_not_behind_the_first_membership(
    app: Flask,
) -> None:
    at = Office()
    at.correct(at.period(), OFFICER, valid_from=date(2020, 1, 1))
    assert at.story == [(date(2020, 1, 1), None, OFFICER)]
    field, message = refused(
        lambda: at.correct(at.period(), OFFICER, valid_from=START + timedelta(days=1))
    )
    assert field == "valid_from"
    assert "tham gia từ ngày 01/06/2024" in message


@pytest.mark.parametrize("day", [START, date(2024, 7, 15)])
def test_a_first_day_leaves_every_other_period_its_days(app: Flask, day: date) -> None:
    at = Office()
    at.change(HEAD, JUNE_20)
    facts_from(at.member, date(2024, 7, 15), job_title="Nghỉ chờ hưu")
    field, _ = refused(lambda: at.correct(at.period(), HEAD, valid_from=day))
    assert field == "valid_from"


@pytest.mark.parametrize("day", [date(2024, 5, 31), START])
def test_nothing_changes_from_a_day_on_or_before_the_first(app: Flask, day: date) -> None:
    at = Office()
    field, message = refused(lambda: at.change(HEAD, day, of=at.period()))
    assert field == "change_from"
    assert "có từ ngày 01/06/2024" in message
    assert "Đính chính" in message


def test_a_period_changes_from_no_day_of_the_next_one(app: Flask) -> None:
    at = Office()
    at.change(HEAD, JUNE_20)
    before = at.period(JUNE_10)
    field, message = refused(lambda: at.change(replace(OFFICER, it_major=True), JUNE_20, of=before))
    assert field == "change_from"
    assert "Từ ngày 20/06/2024 đã có thông tin khác" in message


def test_a_change_to_come_is_kept_and_told_from_its_day_on(app: Flask) -> None:
    at = Office()
    day = TODAY + timedelta(days=30)
    at.change(HEAD, day)
    assert facts_of(at.member.id, TODAY) == OFFICER
    assert facts_of(at.member.id, day) == HEAD


def test_a_change_is_recorded_a_year_ahead_at_most(app: Flask) -> None:
    at = Office()
    assert refused(lambda: at.change(HEAD, date(2025, 7, 2), of=at.period()))[0] == "change_from"
    at.change(HEAD, date(2025, 7, 1), of=at.period())
    assert at.story[-1] == (date(2025, 7, 1), None, HEAD)


@pytest.mark.parametrize(
    ("title", "said"),
    [("x" * 201, "nhiều nhất 200 ký tự"), ("Công chức 😀", "không in được")],
)
def test_a_title_too_long_or_not_to_be_printed_is_refused(
    app: Flask, title: str, said: str
) -> None:
    at = Office()
    field, message = refused(lambda: at.change(replace(OFFICER, job_title=title), JUNE_20))
    assert field == "job_title"
    assert said in message
    at.change(replace(OFFICER, job_title="x" * 200), JUNE_20)
    assert at.period().job_title == "x" * 200


def test_what_a_list_says_of_a_period_since_its_first_day_rewrites_and_joins_it(app: Flask) -> None:
    at = Office()
    at.change(HEAD, JUNE_20)
    period = at.period()
    unit_id = at.here.commune.id
    person_periods.set_from(at.actor, period, ACCOUNTANT, JUNE_20, unit_id, MOMENT)
    assert at.story == [(START, JUNE_20, OFFICER), (JUNE_20, None, ACCOUNTANT)]
    person_periods.set_from(at.actor, period, OFFICER, JUNE_20, unit_id, MOMENT)
    assert at.story == [(START, None, OFFICER)]


def test_a_change_further_ahead_than_a_year_is_a_mistyped_year(app: Flask) -> None:
    at = Office()
    field, message = refused(lambda: at.change(HEAD, date(2034, 6, 30)))
    assert field == "change_from"
    assert "xa quá một năm" in message


def test_what_is_not_otherwise_is_neither_a_change_nor_a_correction(app: Flask) -> None:
    at = Office()
    for work in (
        lambda: at.change(OFFICER, JUNE_20),
        lambda: at.correct(at.period(), replace(OFFICER, job_title=" Công chức ")),
    ):
        assert refused(work) == ("", person_periods.NOTHING_NEW)
    assert events("person.change") + events("person.correct") == []


def test_every_problem_is_named_at_once(app: Flask) -> None:
    at = Office()
    with pytest.raises(Invalid) as refusal:
        at.change(PersonFacts(job_title="x" * 201), START, of=at.period())
    assert {problem.field for problem in refusal.value.problems} == {"job_title", "change_from"}


def test_a_change_is_audited_with_before_and_after_beside_the_chain(app: Flask) -> None:
    at = Office()
    at.change(replace(OFFICER, job_title="Chủ tịch"), JUNE_20)
    (event,) = events("person.change")
    assert event.details == {"fields": ["job_title", "valid_from"]}
    personal = db.session.get_one(AuditPersonal, event.sequence)
    assert personal.person_id == at.member.id
    assert personal.content == {
        "before": {"job_title": "Công chức", "valid_from": "2024-06-01"},
        "after": {"job_title": "Chủ tịch", "valid_from": "2024-06-20"},
    }


def test_the_second_of_two_who_edit_one_period_is_told(app: Flask) -> None:
    at = Office()
    period = at.period()
    shown = ChangeFacts(period_id=period.id, version=period.version, facts=HEAD, day=JUNE_10)
    at.change(replace(OFFICER, it_major=True), JUNE_20)
    with pytest.raises(Conflict):
        person_periods.change_from(at.actor, shown, MOMENT)


def test_only_who_may_edit_the_person_today_edits_the_facts(app: Flask) -> None:
    at = Office()
    other: Actor = make_actor(Role.UNIT_OFFICER, at.here.other_commune)
    viewer = make_actor(Role.VIEWER, at.here.committee)
    period = at.period()
    change = ChangeFacts(period_id=period.id, version=period.version, facts=HEAD, day=JUNE_20)
    for actor, refusal in ((other, NotFound), (viewer, NotAllowed)):
        with pytest.raises(refusal):
            person_periods.change_from(actor, change, MOMENT)
    with pytest.raises(NotFound):
        person_periods.change_from(at.actor, replace(change, period_id=987654), MOMENT)


def test_a_membership_that_begins_before_the_facts_lets_them_begin_with_it(app: Flask) -> None:
    here = Province()
    person = make_person("Lê Đến Sau")
    make_membership(person, here.commune, since=JUNE_20)
    (period,) = periods_of(person.id)
    period.valid_from = JUNE_20
    db.session.flush()
    command = OpenMembership(
        person_id=person.id,
        unit_id=here.other_commune.id,
        role=MemberRole.MEMBER,
        valid_from=JUNE_10,
        is_main=False,
    )
    open_membership(system_actor(), command, MOMENT)
    assert [since for since, _, _ in story_of(person)] == [JUNE_10]
    (event,) = events("person.correct")
    assert event.details == {"fields": ["valid_from"]}


def test_a_first_day_of_membership_put_right_takes_the_facts_along(app: Flask) -> None:
    here = Province()
    person = make_person("Lê Đến Sớm")
    membership = make_membership(person, here.commune, since=JUNE_20)
    (period,) = periods_of(person.id)
    period.valid_from = JUNE_20
    db.session.flush()
    command = CorrectMembership(
        membership_id=membership.id,
        version=membership.version,
        role=membership.role,
        organisation=None,
        is_main=True,
        valid_from=JUNE_10,
        valid_to=None,
    )
    correct(make_actor(Role.UNIT_OFFICER, here.commune), command, MOMENT)
    assert [since for since, _, _ in story_of(person)] == [JUNE_10]


class TwoOffices(Office):
    """A member of the commune who since the tenth is one of a second unit as well."""

    def __init__(self) -> None:
        super().__init__()
        make_membership(self.member, self.here.far_commune, since=JUNE_10, is_main=False)
        self.second = make_actor(Role.UNIT_OFFICER, self.here.far_commune)


def test_who_took_somebody_up_later_puts_nothing_right_of_the_days_before(app: Flask) -> None:
    at = TwoOffices()
    period = at.period()
    command = CorrectFacts(
        period_id=period.id, version=period.version, facts=HEAD, valid_from=period.valid_from
    )
    field, message = refused(lambda: person_periods.correct(at.second, command, MOMENT))
    assert field == "valid_from"
    assert "Từ ngày 01/06/2024 đến trước ngày 10/06/2024" in message
    assert "Xã Bình Minh" not in message
    change = ChangeFacts(
        period_id=period.id, version=period.version, facts=HEAD, day=JUNE_10 - timedelta(days=1)
    )
    assert refused(lambda: person_periods.change_from(at.second, change, MOMENT))[0] == (
        "change_from"
    )
    assert at.story == [(START, None, OFFICER)]
    person_periods.change_from(at.second, replace(change, day=JUNE_10), MOMENT)
    assert at.story == [(START, JUNE_10, OFFICER), (JUNE_10, None, HEAD)]
    # What holds since he joined is his to put right, the days before are not to be drawn in.
    since = at.period()
    again = CorrectFacts(
        period_id=since.id,
        version=since.version,
        facts=replace(HEAD, job_title="Phó Chủ tịch"),
        valid_from=JUNE_10,
    )
    early = replace(again, valid_from=JUNE_10 - timedelta(days=3))
    assert refused(lambda: person_periods.correct(at.second, early, MOMENT))[0] == "valid_from"
    person_periods.correct(at.second, again, MOMENT)
    at.correct(at.period(START), replace(OFFICER, job_title="Văn thư"))
    assert [facts.job_title for _, _, facts in at.story] == ["Văn thư", "Phó Chủ tịch"]


def test_of_days_in_a_unit_he_left_the_reviewing_office_speaks(app: Flask) -> None:
    here = Province()
    person = make_person("Lê Chuyển Đi")
    make_membership(person, here.commune, until=JUNE_10)
    make_membership(person, here.far_commune, since=JUNE_10)
    (period,) = periods_of(person.id)
    command = CorrectFacts(
        period_id=period.id, version=period.version, facts=HEAD, valid_from=period.valid_from
    )
    officer = make_actor(Role.UNIT_OFFICER, here.far_commune)
    assert refused(lambda: person_periods.correct(officer, command, MOMENT))[0] == "valid_from"
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    person_periods.correct(reviewer, command, MOMENT)
    assert [facts for _, _, facts in story_of(person)] == [HEAD]


def test_who_took_somebody_up_today_speaks_of_no_day_before(app: Flask) -> None:
    at = Office()
    make_membership(at.member, at.here.far_commune, since=TODAY, is_main=False)
    second = make_actor(Role.UNIT_OFFICER, at.here.far_commune)
    period = at.period()
    command = CorrectFacts(
        period_id=period.id, version=period.version, facts=HEAD, valid_from=START
    )
    _, said = refused(lambda: person_periods.correct(second, command, MOMENT))
    assert said.startswith("Từ ngày 01/06/2024 đến trước ngày 30/06/2024, người này thuộc")


def test_a_change_of_today_is_not_hindered_by_a_transfer_to_come(app: Flask) -> None:
    at = Office()
    (membership,) = db.session.scalars(
        select(Membership).where(Membership.person_id == at.member.id)
    )
    membership.valid_to = TODAY + timedelta(days=1)
    make_membership(at.member, at.here.far_commune, since=TODAY + timedelta(days=1))
    at.change(HEAD, TODAY)
    assert facts_of(at.member.id, TODAY) == HEAD
    period = at.period()
    later = ChangeFacts(
        period_id=period.id,
        version=period.version,
        facts=OFFICER,
        day=TODAY + timedelta(days=40),
    )
    refused_on, said = refused(lambda: person_periods.change_from(at.actor, later, MOMENT))
    assert refused_on == "change_from"
    assert said.startswith("Từ ngày 09/08/2024, người này thuộc đơn vị ngoài phạm vi")


@run_with(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_whatever_is_edited_the_periods_follow_one_another_without_gap(
    app: Flask, seed: int
) -> None:
    draw = Random(seed)  # noqa: S311 - invented edits, not secrets
    at = Office()
    try:
        for _ in range(12):
            period = draw.choice(periods_of(at.member.id))
            day = START + timedelta(days=draw.randint(-10, 60))
            facts = replace(OFFICER, it_major=draw.random() < 0.5)
            try:
                if draw.random() < 0.5:
                    at.change(facts, day, of=period)
                else:
                    at.correct(period, facts, valid_from=day)
            except Invalid:
                continue
        story = at.story
        assert story[0][0] <= START
        assert story[-1][1] is None
        for (_, until, one), (since, _, next_one) in itertools.pairwise(story):
            assert until == since
            assert one != next_one
    finally:
        db.session.rollback()


# --- a duty given by title is not taken away in silence ----------------------------------------

JUNE_28 = date(2024, 6, 28)
OF_THE_PLAN = replace(OFFICER, job_title="Công chức Văn phòng – Thống kê")
ACCOUNTANT = replace(OFFICER, job_title="Kế toán")


class Given(Office):
    """A commune whose only focal point has the duty by title."""

    def __init__(self) -> None:
        super().__init__()
        make_home(self.here.province)
        make_rules()
        set_counting(CountingSetting.DUTIES_BY_LAW, 1)
        self.period().job_title = OF_THE_PLAN.job_title
        make_assignment(self.member, self.here.commune, None)
        db.session.flush()

    def take_away(self, *, accepted: bool) -> None:
        person_periods.change_from(
            self.actor, ChangeFacts(day=JUNE_28, accept_gap=accepted, **self.otherwise), MOMENT
        )

    def put_right(self, *, accepted: bool) -> None:
        since = self.period().valid_from
        person_periods.correct(
            self.actor,
            CorrectFacts(valid_from=since, accept_gap=accepted, **self.otherwise),
            MOMENT,
        )

    @property
    def otherwise(self) -> dict[str, Any]:
        period = self.period()
        return {"period_id": period.id, "version": period.version, "facts": ACCOUNTANT}


@pytest.mark.parametrize(("way", "day"), [("take_away", "28/06"), ("put_right", "24/06")])
def test_a_title_that_covers_a_unit_is_not_changed_in_silence(
    app: Flask, way: str, day: str
) -> None:
    at = Given()
    field, said = refused(lambda: getattr(at, way)(accepted=False))
    assert field == "accept_gap"
    assert f"Từ ngày {day}/2024 Xã Bình Minh không còn đầu mối CĐS" in said
    db.session.rollback()


@pytest.mark.parametrize("way", ["take_away", "put_right"])
def test_the_audit_keeps_the_gap_that_a_title_left(app: Flask, way: str) -> None:
    at = Given()
    getattr(at, way)(accepted=True)
    action = "person.change" if way == "take_away" else "person.correct"
    assert list(events(action)[-1].details["gaps"]) == [str(at.here.commune.id)]
    assert focal_point_counts(TODAY) == {}
