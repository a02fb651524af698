"""Whom a paper names."""

from flask import Flask

from registry.domain.permissions import EVERYTHING
from registry.queries.paper_ends import NamedHolder, holders_on
from tests.conftest import TODAY
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.units import Province, rename_unit


def test_a_paper_names_people_and_sections_by_the_last_name(app: Flask) -> None:
    here = Province()
    paper = make_decision(here.it_department)
    person = make_member("Lê Thị Mai", here.it_department)
    rename_unit(here.section, "Phòng Chuyển đổi số", TODAY)
    for holder in (person, here.section):
        make_assignment(holder, here.it_department, paper)
    assert holders_on(paper.id, EVERYTHING, TODAY) == [
        NamedHolder(None, here.section.id, "Phòng Chuyển đổi số"),
        NamedHolder(person.id, None, "Lê Thị Mai"),
    ]
