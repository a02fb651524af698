"""The dated rows that name units, whatever table they lie in."""

from datetime import date

from flask import Flask

from registry.models.assignments import Assignment
from registry.models.base import table_of
from registry.queries.reorganisations.facts import dated_rows
from tests.factories.people import make_assignment, make_person
from tests.factories.units import START, Province

JUNE_19, JUNE_20 = date(2024, 6, 19), date(2024, 6, 20)


def test_rows_that_name_a_unit_in_any_of_the_columns_and_last_beyond_the_day_are_told_once(
    app: Flask,
) -> None:
    here = Province()
    person = make_person()
    served = make_assignment(person, here.it_department, None, until=JUNE_20)
    both = make_assignment(here.section, here.it_department, None)
    held = make_assignment(here.section, here.commune, None, since=date(2024, 7, 5))
    make_assignment(person, here.other_commune, None)
    asked = [here.section.id, here.it_department.id]

    def told(columns: tuple[str, ...], day: date) -> list[int]:
        return [row["id"] for row in dated_rows(table_of(Assignment), columns, asked, day)]

    assert told(("unit_id", "section_id"), JUNE_19) == [served.id, both.id, held.id]
    assert told(("unit_id", "section_id"), JUNE_20) == [both.id, held.id]
    assert told(("unit_id",), JUNE_19) == [served.id, both.id]
    assert told(("section_id",), JUNE_19) == [both.id, held.id]
    (row, *_) = dated_rows(table_of(Assignment), ("unit_id",), asked, START)
    assert (row["person_id"], row["unit_id"], row["valid_to"]) == (
        person.id,
        here.it_department.id,
        JUNE_20,
    )
