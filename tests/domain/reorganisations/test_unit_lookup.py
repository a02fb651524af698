"""Finding units as a decision names them: by code, by name and place, teams in any spelling."""

import pytest

from registry.domain.reorganisations.plan import PlannedUnit
from registry.domain.reorganisations.unit_lookup import UnitLookup, is_same_code
from registry.domain.units.kinds import UnitKind

AN, BINH, TEAM, OTHER_TEAM, LONG = 1, 2, 3, 4, 5


@pytest.fixture
def units():
    commune, team = UnitKind.COMMUNE, UnitKind.COMMUNITY_TEAM
    return UnitLookup(
        [
            PlannedUnit(AN, "Xã An", commune, None, "00001"),
            PlannedUnit(BINH, "Xã Bình", commune, None, "00002"),
            PlannedUnit(
                TEAM, "Tổ công nghệ số cộng đồng thôn 1", team, AN, registry_code="00001-CNSCD-01"
            ),
            PlannedUnit(OTHER_TEAM, "Tổ CNSCĐ thôn 1", team, BINH, registry_code="00002-CNSCD-01"),
            PlannedUnit(LONG, "Tổ CNSCĐ thôn 2 xã An", team, AN, registry_code="00001-CNSCD-02"),
        ]
    )


@pytest.mark.parametrize(
    ("code", "unit_id"),
    [
        ("00001", AN),
        ("00001-CNSCD-01", TEAM),
        ("00001-cnscd-02", LONG),
        ("00002-CNSCĐ-01", OTHER_TEAM),
        ("00001-CNSCD-09", None),
    ],
)
def test_a_unit_is_found_by_its_official_code_or_by_that_of_the_registry(units, code, unit_id):
    found = units.coded(code)
    assert (found.id if found else None) == unit_id


@pytest.mark.parametrize(
    ("name", "place", "ids"),
    [
        ("Tổ CNSCĐ thôn 1", "Xã An", [TEAM]),
        ("tổ cnscd thôn 01", "Xã Bình", [OTHER_TEAM]),
        ("Tổ công nghệ số cộng đồng thôn 1", None, [TEAM, OTHER_TEAM]),
        ("Tổ CNSCĐ thôn 1 xã An", None, [TEAM]),
        ("Tổ CNSCĐ thôn 1, Bình", None, [OTHER_TEAM]),
        ("Tổ CNSCĐ thôn 2", "Xã An", [LONG]),
        ("Tổ CNSCĐ thôn 2 (xã An)", "Xã An", [LONG]),
        ("Tổ CNSCĐ thôn 2", "Xã Bình", []),
        ("Tổ CNSCĐ thôn 3", None, []),
        ("Xã An", None, [AN]),
    ],
)
def test_a_team_is_found_in_any_spelling_with_its_communes_name_or_without(units, name, place, ids):
    assert [unit.id for unit in units.called(name, place)] == ids


def test_a_unit_bears_a_name_in_its_spellings_and_a_team_also_with_its_communes(units):
    team, long = units.by_id[TEAM], units.by_id[LONG]
    assert units.bears(team, "Tổ CNSCĐ thôn 1")
    assert units.bears(team, "Tổ CNSCĐ thôn 1 xã An")
    assert not units.bears(team, "Tổ CNSCĐ thôn 1 xã Bình")
    assert units.bears(long, "Tổ công nghệ số cộng đồng thôn 2")
    assert not units.bears(units.by_id[AN], "Xã Bình")


def test_codes_of_the_registry_are_the_same_in_either_case():
    assert is_same_code("00001-cnscđ-01", "00001-CNSCD-01")
    assert not is_same_code("00001-CNSCD-01", "00001-CNSCD-02")
    assert not is_same_code("", None)


def test_what_an_earlier_batch_of_the_day_ended_is_found_as_gone_and_nothing_else() -> None:
    living = PlannedUnit(1, "Xã Một", UnitKind.COMMUNE, None, "00001")
    ended = PlannedUnit(2, "Xã Hai", UnitKind.COMMUNE, None, "00002")
    team = PlannedUnit(3, "Tổ 1", UnitKind.COMMUNITY_TEAM, 2, registry_code="T-CNSCD-01")
    before = UnitLookup([living], [living, ended, team])
    assert before.gone(2, None, "Xã Hai") is ended
    assert before.gone(None, "00002", None) is ended
    assert before.gone(None, "T-CNSCD-01", None) is team
    assert before.gone(None, None, "Xã Hai") is ended
    for asked in (
        (1, None, None),
        (None, "00001", None),
        (None, None, "Xã Một"),
        (9, None, "Xã Hai"),
    ):
        assert before.gone(*asked) is None
