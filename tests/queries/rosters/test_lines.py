"""The lines of a list for showing."""

from datetime import date, timedelta

from flask import Flask

from registry.models.base import db
from registry.queries.rosters.lines import line_facts, line_rows
from tests.conftest import TODAY
from tests.factories.approvals import approve_memberships
from tests.factories.people import make_membership, make_person
from tests.factories.rosters import make_line, make_roster
from tests.factories.units import Province

MERGED = date(2024, 6, 20)


def test_a_member_taken_over_goes_on_and_is_no_newcomer_also_once_approved_anew(
    app: Flask,
) -> None:
    here = Province()
    person, newcomer = make_person("Trần Văn Ánh"), make_person("Lê Mới Đến")
    before = make_membership(person, here.commune, until=MERGED)
    approve_memberships(here.commune, before)
    after = make_membership(person, here.other_commune, since=MERGED)
    after.line_id = before.line_id
    make_membership(newcomer, here.other_commune, since=MERGED)
    db.session.flush()

    draft = make_roster(here.other_commune, [make_line(person), make_line(newcomer)], number=1)
    rows = line_rows(draft, line_facts(draft, TODAY), TODAY)
    assert {row.name: row.asks_for for row in rows} == {
        "Trần Văn Ánh": "Tiếp tục tham gia",
        "Lê Mới Đến": "Bổ sung",
    }
    approve_memberships(here.other_commune, after, since=MERGED)
    rows = line_rows(draft, line_facts(draft, TODAY), TODAY)
    assert {row.asks_for for row in rows if row.name == person.full_name} == {"Tiếp tục tham gia"}


def test_who_was_approved_before_by_the_same_unit_did_not_come_along(app: Flask) -> None:
    here = Province()
    membership = make_membership(make_person("Trần Văn Ánh"), here.commune)
    approve_memberships(here.commune, membership)
    again = approve_memberships(here.commune, membership, since=MERGED)
    assert again.decided_at is not None
    again.decided_at += timedelta(days=1)
    db.session.flush()
    (row,) = line_rows(again, line_facts(again, TODAY), TODAY)
    assert not row.came_along
