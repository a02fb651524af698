"""Every list tells of people what was so on the day it shows."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from registry.domain.people import NOTHING_KNOWN
from registry.domain.periods import Period
from registry.domain.permissions import EVERYTHING
from registry.domain.trainings import TrainingMode, TrainingResult
from registry.models.base import continued, db
from registry.models.people import Person
from registry.models.trainings import Attendance, Course, TrainingClass
from registry.models.units import Unit
from registry.queries.assignments.holders import eligible_holders
from registry.queries.assignments.lists import assignments_of_person, assignments_of_unit
from registry.queries.cards import card_holders
from registry.queries.memberships import members_of, overlapping
from registry.queries.paging import Window
from registry.queries.people import PeopleFilter, all_people, look_alikes, people
from registry.queries.person_periods import (
    facts_of,
    facts_on,
    first_day_as_member,
    period_by_id,
    period_on,
    periods_of,
)
from registry.queries.rosters.lines import line_rows, people_to_add
from registry.queries.signups import possible_people, warnings_of
from registry.queries.trainings import attendances_of_class, possible_attendees
from registry.queries.units.on_a_day import unit_on
from tests.conftest import TODAY
from tests.factories.people import (
    facts_from,
    make_approval,
    make_assignment,
    make_decision,
    make_member,
    make_membership,
    make_person,
)
from tests.factories.rosters import make_line, make_roster
from tests.factories.signups import make_signup
from tests.factories.units import START, Province

TURN = date(2024, 6, 20)
OLD, NEW = "Công chức Văn phòng - Thống kê", "Chủ tịch UBND xã"

Title = str | None
# Of one person, a member of the unit: the title that a list of the day tells.
Reader = Callable[[Person, Unit, date], Title]


def _people(_person: Person, _unit: Unit, day: date) -> Title:
    page = people(EVERYTHING, day, TODAY, PeopleFilter(), Window(50))
    (row,) = all_people(EVERYTHING, day, TODAY, PeopleFilter())
    assert list(page.rows) == [row]
    return row.facts.job_title


def _members(_person: Person, unit: Unit, day: date) -> Title:
    (row,) = members_of(unit.id, day)
    return row.job_title


def _holders(_person: Person, unit: Unit, day: date) -> Title:
    row = unit_on(unit.id, day)
    assert row is not None
    (found,) = eligible_holders(row, day, EVERYTHING, TODAY, None).people
    return found.job_title


def _assignments(person: Person, unit: Unit, day: date) -> Title:
    make_assignment(person, unit, make_decision(unit))
    (row,) = assignments_of_unit(unit.id, day)
    return row.job_title


def _past_assignments(person: Person, unit: Unit, day: date) -> Title:
    make_assignment(person, unit, make_decision(unit), since=day)
    (row,) = assignments_of_person(person.id, None)
    return row.job_title


def _cards(person: Person, unit: Unit, day: date) -> Title:
    (membership,) = overlapping(person.id, None, Period(START))
    make_approval(membership)
    (holder,) = card_holders(unit.id, day)
    return holder.job_title


def _class_of(unit: Unit, day: date) -> TrainingClass:
    course = Course(name="Khóa")
    db.session.add(course)
    db.session.flush()
    training = TrainingClass(
        course_id=course.id,
        name="Lớp 01",
        starts_on=day,
        ends_on=day,
        mode=TrainingMode.ONLINE,
        organiser_id=unit.id,
    )
    db.session.add(training)
    db.session.flush()
    return training


def _attendances(person: Person, unit: Unit, day: date) -> Title:
    training = _class_of(unit, day)
    db.session.add(
        Attendance(
            class_id=training.id,
            person_id=person.id,
            unit_id=unit.id,
            result=TrainingResult.COMPLETED,
        )
    )
    db.session.flush()
    (row,) = attendances_of_class(training.id, day, EVERYTHING, TODAY)
    return row.job_title


def _possible_attendees(person: Person, unit: Unit, day: date) -> Title:
    training = _class_of(unit, day)
    (row,) = possible_attendees(person.full_name, training, EVERYTHING, TODAY)
    return row.job_title


def _draft(person: Person, unit: Unit, day: date) -> Title:
    roster = make_roster(unit, [make_line(person)])
    (row,) = line_rows(roster, {}, day)
    return row.job_title


def _candidates(_person: Person, unit: Unit, day: date) -> Title:
    ((row,), _) = people_to_add(make_roster(unit, []), "", day, 10)
    return row.job_title


def _alike(person: Person, _unit: Unit, day: date) -> Title:
    (one,) = look_alikes(person.full_name, person.birth_year, None, EVERYTHING, day)
    return one.job_title


def _of_a_request(person: Person, unit: Unit, day: date) -> Title:
    signup = make_signup(unit, person.full_name, phone=person.phone)
    warnings = warnings_of([signup], EVERYTHING, day)[signup.id]
    (found,) = possible_people(warnings, EVERYTHING, day)
    return found.job_title


READERS: dict[str, Reader] = {
    "people": _people,
    "members": _members,
    "eligible holders": _holders,
    "assignments of a day": _assignments,
    "all assignments, as of their first day": _past_assignments,
    "cards": _cards,
    "attendances": _attendances,
    "possible attendees": _possible_attendees,
    "lines of a draft": _draft,
    "candidates of a list": _candidates,
    "look-alikes": _alike,
    "people a request may be of": _of_a_request,
}


@pytest.mark.parametrize("reader", sorted(READERS))
@pytest.mark.parametrize(("day", "title"), [(TURN - timedelta(days=1), OLD), (TURN, NEW)])
def test_a_list_tells_the_title_of_the_day_it_shows(
    app: Flask, reader: str, day: date, title: str
) -> None:
    here = Province()
    person = make_person("Lê Văn An")
    make_membership(person, here.commune)
    facts_from(person, TURN, job_title=NEW)
    assert READERS[reader](person, here.commune, day) == title


def test_facts_hold_on_the_days_of_their_period_and_nothing_is_known_before(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Văn An", here.commune)
    facts_from(person, TURN, job_title=NEW, is_manager=True)
    assert facts_of(person.id, START - timedelta(days=1)) == NOTHING_KNOWN
    assert facts_on([person.id], START - timedelta(days=1)) == {}
    assert [facts_of(person.id, day).job_title for day in (START, TURN)] == [OLD, NEW]
    assert facts_on([person.id], TURN) == {person.id: periods_of(person.id)[-1].facts}


def test_periods_are_those_of_the_person_the_oldest_first(app: Flask) -> None:
    here = Province()
    person, other = make_member("Lê Văn An", here.commune), make_member("Lê Hai", here.commune)
    facts_from(person, TURN, job_title=NEW)
    earlier = continued(periods_of(person.id)[0], valid_from=date(2024, 5, 1), valid_to=START)
    db.session.add(earlier)
    db.session.flush()
    first, second, last = periods_of(person.id)
    assert [one.valid_from for one in (first, second, last)] == [date(2024, 5, 1), START, TURN]
    assert period_by_id(second.id) is second
    days = (date(2024, 4, 30), date(2024, 5, 1), date(2024, 5, 31), START, TURN)
    assert [period_on(person.id, day) for day in days] == [None, first, first, second, last]
    assert facts_on([person.id], TURN) == {person.id: last.facts}
    assert set(facts_on([person.id, other.id], START)) == {person.id, other.id}


def test_the_first_day_as_a_member_is_of_the_first_of_his_own_memberships(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Văn An", here.commune, since=date(2024, 6, 10))
    make_membership(person, here.district, since=date(2024, 6, 5), is_main=False)
    make_member("Lê Hai", here.commune)
    assert first_day_as_member(person.id) == date(2024, 6, 5)
    assert first_day_as_member(make_person().id) is None
