"""What papers of a day cite: bases of the nearest territory, none before, after or elsewhere."""

from datetime import date

from flask import Flask

from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.legal_bases import LegalBasis
from registry.models.units import Unit
from registry.queries.legal_bases import is_cited_from, legal_bases_of, legal_basis_by_id
from registry.queries.units.on_a_day import path_on
from tests.conftest import TODAY
from tests.factories.units import START, Province, end_unit, make_unit, move_unit

JUNE_9, JUNE_10 = date(2024, 6, 9), date(2024, 6, 10)
JUNE_19, JUNE_20 = date(2024, 6, 19), date(2024, 6, 20)


def make_basis(
    territory: Unit, citation: str, since: date = START, until: date | None = None
) -> LegalBasis:
    basis = LegalBasis(
        territory_id=territory.id, citation=citation, valid_from=since, valid_to=until
    )
    db.session.add(basis)
    db.session.flush()
    return basis


def cited(unit: Unit, day: date) -> list[str]:
    path = path_on(unit.id, day)
    assert path is not None
    return [basis.citation for basis in legal_bases_of(path, day)]


def test_a_unit_cites_those_of_the_nearest_territory_on_the_day_earliest_first(app: Flask) -> None:
    here = Province()
    make_basis(here.province, "Kế hoạch B", JUNE_10)
    make_basis(here.province, "Kế hoạch A", START)
    make_basis(here.province, "Kế hoạch C", JUNE_10, JUNE_20)
    make_basis(here.other_district, "Kế hoạch huyện", JUNE_10, JUNE_20)
    make_basis(here.commune, "Kế hoạch xã", JUNE_20)
    assert cited(here.far_commune, JUNE_9) == ["Kế hoạch A"]
    assert cited(here.far_commune, JUNE_10) == ["Kế hoạch huyện"]
    assert cited(here.far_commune, JUNE_19) == ["Kế hoạch huyện"]
    assert cited(here.far_commune, JUNE_20) == ["Kế hoạch A", "Kế hoạch B"]
    assert cited(here.commune, JUNE_19) == ["Kế hoạch A", "Kế hoạch B", "Kế hoạch C"]
    assert cited(here.commune, JUNE_20) == ["Kế hoạch xã"]
    assert cited(here.district, JUNE_20) == ["Kế hoạch A", "Kế hoạch B"]


def test_a_territory_is_as_near_as_it_stands_on_the_day_and_cites_nothing_once_ended(
    app: Flask,
) -> None:
    here = Province()
    deep = make_unit("Hội Trên", UnitKind.MASS_ORGANISATION, here.section)
    body = make_unit("Hội Giữa", UnitKind.MASS_ORGANISATION, deep)
    below = make_unit("Hội Dưới", UnitKind.MASS_ORGANISATION, body)
    make_basis(body, "Kế hoạch trên")
    make_basis(below, "Kế hoạch dưới")
    move_unit(body, here.province, JUNE_10)
    assert cited(below, JUNE_10) == ["Kế hoạch dưới"]
    path = path_on(below.id, JUNE_19) or ""
    make_basis(here.province, "Kế hoạch tỉnh")
    end_unit(below, JUNE_20)
    assert [one.citation for one in legal_bases_of(path, JUNE_20)] == ["Kế hoạch trên"]
    assert legal_bases_of("/0/", TODAY) == []


def test_a_basis_is_cited_from_a_day_unless_it_ended_by_then(app: Flask) -> None:
    here = Province()
    ended = make_basis(here.province, "Kế hoạch A", until=JUNE_20)
    make_basis(here.province, "Kế hoạch B", JUNE_20)
    top = here.province.id
    assert is_cited_from(top, "Kế hoạch A", JUNE_19)
    assert not is_cited_from(top, "Kế hoạch A", JUNE_20)
    # One to come is there from an earlier day too.
    assert is_cited_from(top, "Kế hoạch B", JUNE_10)
    assert not is_cited_from(top, "Kế hoạch C", JUNE_10)
    assert not is_cited_from(here.district.id, "Kế hoạch B", JUNE_10)
    assert legal_basis_by_id(ended.id) is ended
    assert legal_basis_by_id(987_654) is None
