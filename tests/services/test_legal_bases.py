"""What papers cite: dated, of the nearest territory, and never longer than the territory."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from registry.domain.audit.deeds import Deed
from registry.domain.errors import Invalid, NotAllowed, NotFound
from registry.domain.permissions import Role, system_actor
from registry.models.base import db
from registry.models.legal_bases import LegalBasis
from registry.models.units import Unit
from registry.queries.legal_bases import legal_bases_of
from registry.queries.units.on_a_day import path_on
from registry.services.legal_bases import RecordBasis, end_basis, record_basis
from registry.services.units.paths import rebuild_paths
from tests.conftest import MOMENT
from tests.factories.accounts import make_actor
from tests.factories.audited import Told, told
from tests.factories.units import START, Province

PLAN = "Kế hoạch số 1/KH-UBND ngày 02 tháng 6 năm 2024"
LATER = date(2025, 7, 1)


@pytest.fixture
def here(app: Flask) -> Province:
    return Province()


def recorded(territory: Unit, citation: str = PLAN, since: date = START) -> LegalBasis:
    command = RecordBasis(territory_id=territory.id, citation=citation, valid_from=since)
    return record_basis(system_actor(), command, MOMENT)


def cited(unit: Unit, day: date) -> list[str]:
    return [one.citation for one in legal_bases_of(path_on(unit.id, day) or "/0/", day)]


def test_papers_cite_the_bases_of_their_day_in_the_order_they_came(here: Province) -> None:
    recorded(here.province)
    recorded(here.province, "Luật số 148/2025/QH15", LATER)
    assert cited(here.province, START) == [PLAN]
    assert cited(here.commune, LATER) == [PLAN, "Luật số 148/2025/QH15"]


def test_the_nearest_territory_with_a_basis_counts(here: Province) -> None:
    recorded(here.province)
    recorded(here.district, "Kế hoạch của huyện")
    assert cited(here.commune, START) == ["Kế hoạch của huyện"]
    assert cited(here.far_commune, START) == [PLAN]


def test_a_basis_ends_with_its_territory(here: Province) -> None:
    recorded(here.province)
    here.province.periods[0].valid_to = LATER
    db.session.flush()
    rebuild_paths()
    assert cited(here.province, LATER) == []


def test_a_basis_that_was_ended_is_cited_for_earlier_days_only(here: Province) -> None:
    basis = recorded(here.province)
    end_basis(system_actor(), basis.id, LATER, MOMENT)
    assert cited(here.province, date(2025, 6, 30)) == [PLAN]
    assert cited(here.province, LATER) == []
    with pytest.raises(Invalid):
        end_basis(system_actor(), basis.id, LATER, MOMENT)


def test_the_audit_says_what_was_cited_of_which_territory_and_for_how_long(here: Province) -> None:
    basis = recorded(here.province)
    known = {"citation": PLAN, "valid_from": START}
    about = ("legal_bases", str(basis.id), here.province.id)
    assert told(Deed.LEGAL_BASIS_RECORD) == [Told(*about, known | {"valid_to": None})]
    end_basis(system_actor(), basis.id, LATER, MOMENT)
    assert told(Deed.LEGAL_BASIS_END) == [Told(*about, known | {"valid_to": LATER})]


@pytest.mark.parametrize("citation", ["", " \u200b", "x" * 301, f"  {PLAN} "])
def test_what_is_empty_too_long_or_there_already_is_refused(here: Province, citation: str) -> None:
    recorded(here.province)
    with pytest.raises(Invalid):
        recorded(here.province, citation)


@pytest.mark.parametrize("citation", ["1", "x" * 300])
def test_a_citation_has_one_sign_at_least_and_three_hundred_at_most(
    here: Province, citation: str
) -> None:
    recorded(here.province, citation)
    assert cited(here.province, START) == [citation]


def test_no_basis_begins_before_its_territory(here: Province) -> None:
    with pytest.raises(Invalid, match="không tồn tại vào ngày bắt đầu"):
        recorded(here.province, since=date(1900, 1, 1))


def test_the_database_keeps_one_basis_from_beginning_twice(here: Province) -> None:
    recorded(here.province)
    row = LegalBasis(territory_id=here.province.id, citation=PLAN, valid_from=START)
    db.session.add(row)
    with pytest.raises(IntegrityError):
        db.session.commit()


def test_a_basis_that_is_not_there_or_had_not_begun_cannot_be_ended(here: Province) -> None:
    basis = recorded(here.province)
    with pytest.raises(NotFound):
        end_basis(system_actor(), basis.id + 1, LATER, MOMENT)
    with pytest.raises(Invalid):
        end_basis(system_actor(), basis.id, START, MOMENT)


def test_a_unit_officer_changes_no_basis(here: Province) -> None:
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    command = RecordBasis(territory_id=here.commune.id, citation=PLAN, valid_from=START)
    with pytest.raises(NotAllowed):
        record_basis(officer, command, MOMENT)
