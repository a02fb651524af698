"""The codes the registry gives to units: those of the units asked, and those of a stem."""

from flask import Flask

from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.queries.units.codes import registry_codes, registry_codes_beginning
from tests.factories.units import Province, make_unit


def test_codes_are_those_of_the_units_asked_and_of_the_stem_as_it_is_written(app: Flask) -> None:
    here = Province()
    codes = ("99_DV-1", "99_DV-2", "99-DV-1", "1-99_DV-3")
    units = [make_unit(f"Tổ {code}", UnitKind.COMMUNITY_TEAM, here.commune) for code in codes]
    for unit, code in zip(units, codes, strict=True):
        unit.registry_code = code
    db.session.flush()
    asked = [units[1].id, here.commune.id]
    assert registry_codes(asked) == {units[1].id: "99_DV-2", here.commune.id: None}
    assert sorted(registry_codes_beginning("99_")) == ["99_DV-1", "99_DV-2"]
