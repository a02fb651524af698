"""Questions about training: classes, who attended, who may be recorded, and the catalogues."""

from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select

from registry.domain.permissions import EVERYTHING
from registry.models.base import db
from registry.models.trainings import Course, Topic, TrainingClass
from registry.models.units import Unit
from registry.queries.trainings import (
    MOST_FOUND,
    all_topics,
    attendance_in,
    attendance_of,
    attendances_of_class,
    attended_by,
    class_of,
    classes,
    course_by_name,
    course_names,
    is_without_attendance,
    possible_attendees,
    same_class,
    topics_with_codes,
)
from tests.conftest import TODAY
from tests.factories.people import facts_from, make_member, make_membership, make_person
from tests.factories.trainings import make_attendance, make_class
from tests.factories.units import MovingCommunes, Province, rename_unit

DAY = timedelta(days=1)

IN_ORDER = ["An toàn", "Ẩm thực số", "Bảo mật", "Dữ liệu", "Đô thị thông minh", "Lớp 2", "Lớp 10"]


def test_topics_and_courses_stand_in_vietnamese_order_not_by_code_point(app: Flask) -> None:
    for name in reversed(IN_ORDER):
        db.session.add_all([Topic(code=name, name=name), Course(name=name)])
    db.session.flush()
    assert [topic.name for topic in all_topics()] == IN_ORDER
    assert course_names() == IN_ORDER


# --- classes of a scope ------------------------------------------------------------------


def classed(organiser: Unit, ends_on: date, name: str = "Lớp 01", days: int = 1) -> TrainingClass:
    """Make a class of so many days that ends on a day."""
    made = make_class(organiser, name)
    made.starts_on, made.ends_on = ends_on - (days - 1) * DAY, ends_on
    db.session.flush()
    return made


def test_classes_are_those_the_scope_organised_or_attended_where_it_stands_today(
    app: Flask,
) -> None:
    here = MovingCommunes()
    scope = here.below(here.district)
    own = classed(here.district, TODAY - 2 * DAY)
    moved_away = classed(here.other_commune, TODAY - DAY, "Lớp 02")
    moves_in = classed(here.far_commune, TODAY - DAY, "Lớp 03")
    newest = classed(here.it_department, TODAY, "Lớp 04")
    same_day = classed(here.it_department, TODAY, "Lớp 05")
    for training, unit in (
        (newest, here.commune),
        (newest, here.commune),
        (newest, here.other_commune),
        (same_day, here.commune),
        (own, here.far_commune),
    ):
        make_attendance(training.id, make_person(), unit)
    found = classes(scope, TODAY)
    assert [(row.id, row.attendees) for row in found] == [
        (same_day.id, 1),
        (newest.id, 2),
        (own.id, 0),
    ]
    assert [(row.id, row.attendees) for row in classes(EVERYTHING, TODAY)] == [
        (same_day.id, 1),
        (newest.id, 3),
        (moves_in.id, 0),
        (moved_away.id, 0),
        (own.id, 1),
    ]
    assert [row.id for row in classes(scope, TODAY, own.id)] == [own.id]
    assert classes(scope, TODAY, moves_in.id) == []
    assert (class_of(own.id, scope, TODAY), class_of(newest.id, scope, TODAY)) == (own, None)
    assert class_of(moved_away.id, scope, TODAY) is class_of(moves_in.id, scope, TODAY) is None
    row = found[-1]
    assert (row.course, row.name, row.organiser_id) == (own.course.name, "Lớp 01", here.district.id)
    assert (row.starts_on, row.ends_on) == (TODAY - 2 * DAY, TODAY - 2 * DAY)


def test_without_attendance_is_a_class_of_the_scope_that_ended_before_today(app: Flask) -> None:
    here = MovingCommunes()
    scope = here.below(here.district)
    over = classed(here.district, TODAY - DAY)
    classed(here.district, TODAY, "Lớp 02", days=5)
    classed(here.other_commune, TODAY - DAY, "Lớp 03")
    classed(here.far_commune, TODAY - DAY, "Lớp 04")
    attended = classed(here.district, TODAY - DAY, "Lớp 05")
    # Whoever attended: also somebody out of reach.
    make_attendance(attended.id, make_person(), here.far_commune)
    assert [row.id for row in classes(scope, TODAY, only_without_attendance=True)] == [over.id]
    lacking = select(TrainingClass).where(is_without_attendance(scope, TODAY))
    assert db.session.scalars(lacking).all() == [over]


def test_who_attended_is_told_of_the_scope_as_on_the_first_day(app: Flask) -> None:
    here = MovingCommunes()
    training = classed(here.it_department, TODAY, days=15)  # since 16 June
    other = classed(here.it_department, TODAY, "Lớp 02")
    people = {
        name: make_member(name, unit)
        for name, unit in (
            ("Lê Văn Yên", here.commune),
            ("Lê Văn An", here.commune),
            ("Lê Văn Đi", here.other_commune),
            ("Lê Văn Đến", here.far_commune),
            ("Lê Lớp Khác", here.commune),
        )
    }
    facts_from(people["Lê Văn An"], date(2024, 6, 16), job_title="Chức danh ngày đầu")
    facts_from(people["Lê Văn An"], date(2024, 6, 17), job_title="Chức danh sau")
    rename_unit(here.commune, "Xã Đổi Tên", date(2024, 6, 17))
    rows = {
        name: make_attendance(
            (other if name == "Lê Lớp Khác" else training).id,
            person,
            {"Lê Văn Đi": here.other_commune, "Lê Văn Đến": here.far_commune}.get(
                name, here.commune
            ),
        )
        for name, person in people.items()
    }
    scope = here.below(here.district)
    found = attendances_of_class(training.id, training.starts_on, scope, TODAY)
    assert [(one.id, one.full_name, one.job_title, one.unit_name) for one in found] == [
        (
            rows["Lê Văn An"].id,
            "Lê Văn An",
            "Chức danh ngày đầu",
            "Xã Bình Minh",
        ),
        (
            rows["Lê Văn Yên"].id,
            "Lê Văn Yên",
            "Công chức Văn phòng - Thống kê",
            "Xã Bình Minh",
        ),
    ]
    reached = {
        name: attendance_in(training.id, row.id, scope, TODAY) is row for name, row in rows.items()
    }
    assert [name for name in reached if reached[name]] == ["Lê Văn Yên", "Lê Văn An"]
    assert attendance_of(training.id, people["Lê Văn Đi"].id) is rows["Lê Văn Đi"]
    assert attendance_of(training.id, people["Lê Lớp Khác"].id) is None


def test_what_somebody_attended_comes_the_newest_first_with_the_unit_of_the_first_day(
    app: Flask,
) -> None:
    here = Province()
    person, other = make_member("Lê A", here.commune), make_member("Lê B", here.commune)
    old = classed(here.it_department, TODAY - DAY, days=3)
    new = classed(here.it_department, TODAY, "Lớp 02")
    same_day = classed(here.it_department, TODAY, "Lớp 03")
    for training in (old, same_day, new):
        make_attendance(training.id, person, here.commune)
    make_attendance(classed(here.it_department, TODAY, "Lớp 04").id, other, here.commune)
    rename_unit(here.commune, "Xã Đổi Tên", old.starts_on + DAY)
    assert [
        (one.class_id, one.course, one.name, one.unit_name) for one in attended_by(person.id)
    ] == [
        (same_day.id, same_day.course.name, "Lớp 03", "Xã Đổi Tên"),
        (new.id, new.course.name, "Lớp 02", "Xã Đổi Tên"),
        (old.id, old.course.name, "Lớp 01", "Xã Bình Minh"),
    ]


def test_attendees_to_choose_had_their_main_unit_in_reach_on_the_first_day(app: Flask) -> None:
    here = MovingCommunes()
    training = classed(here.it_department, date(2024, 6, 16))
    first = training.starts_on
    made = {
        name: make_member(f"Lê Văn {name}", unit, **dates)
        for name, unit, dates in (
            ("Yên", here.commune, {"until": first + DAY}),
            ("An", here.commune, {"since": first}),
            ("Thôi", here.commune, {"until": first}),
            ("Vào", here.commune, {"since": first + DAY}),
            ("Đi", here.other_commune, {}),
            ("Đến", here.far_commune, {}),
            ("Rồi", here.commune, {}),
        )
    }
    make_membership(made["Đến"], here.commune, is_main=False)
    make_attendance(training.id, made["Rồi"], here.commune)
    make_attendance(classed(here.commune, first, "Lớp 02").id, made["An"], here.commune)
    facts_from(made["An"], first + DAY, job_title="Chức danh sau")
    rename_unit(here.commune, "Xã Đổi Tên", first + DAY)
    scope = here.below(here.district)
    found = possible_attendees("lê văn", training, scope, TODAY)
    place = "Xã Bình Minh"
    assert [(one.person_id, one.full_name, one.job_title, one.unit_name) for one in found] == [
        (made["An"].id, "Lê Văn An", "Công chức Văn phòng - Thống kê", place),
        (made["Yên"].id, "Lê Văn Yên", "Công chức Văn phòng - Thống kê", place),
    ]
    typed = ("an le", "ê", "en", "y", " ", "%")
    assert [
        [one.full_name for one in possible_attendees(text, training, scope, TODAY)]
        for text in typed
    ] == [["Lê Văn An"], [], [], ["Lê Văn Yên"], [], []]


def test_at_most_fifty_people_are_offered(app: Flask) -> None:
    here = Province()
    training = classed(here.it_department, TODAY)
    for number in range(MOST_FOUND + 1):
        make_member(f"Lê {number:02}", here.commune)
    names = [one.full_name for one in possible_attendees("le", training, EVERYTHING, TODAY)]
    assert names == [f"Lê {number:02}" for number in range(50)]


# --- catalogues --------------------------------------------------------------------------


def test_a_class_is_the_same_by_course_name_first_day_and_organiser(app: Flask) -> None:
    here = Province()
    made = classed(here.commune, TODAY, days=2)
    other = make_class(here.other_commune)
    of = (made.course_id, "Lớp 01", TODAY - DAY, here.commune.id)
    assert same_class(*of) is made
    for place, value in enumerate((other.course_id, "Lớp 02", TODAY, here.other_commune.id)):
        assert same_class(*(*of[:place], value, *of[place + 1 :])) is None  # type: ignore[arg-type]


def test_courses_are_found_by_name_and_topics_by_code(app: Flask) -> None:
    one, two = Course(name="Một"), Course(name="Hai")
    topics = [Topic(code=code, name=name) for code, name in (("C", "A"), ("A", "C"), ("B", "B"))]
    db.session.add_all([one, two, *topics])
    db.session.flush()
    assert (course_by_name("Hai"), course_by_name("hai")) == (two, None)
    assert topics_with_codes(["C", "A", "X"]) == [topics[1], topics[0]]
