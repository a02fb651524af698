"""How teams are called, in words or by their initials, with their commune's name or without."""

import pytest

from registry.domain.units.team_names import (
    is_team,
    letters_with_one_spelling,
    with_and_without_place,
    with_one_spelling,
)
from registry.domain.vietnamese.names import exact_key


@pytest.mark.parametrize(
    "name",
    [
        "Tổ công nghệ số cộng đồng thôn 1",
        "Tổ CNSCĐ thôn 1",
        "TỔ CNSCĐ THÔN 1",
        "Tổ CNSCD thôn 1",
        "tổ CNS-CĐ thôn 01",
        "Tổ CNS cộng đồng, thôn 1",
        "Tổ công nghệ số cộng đồng (CNSCĐ) thôn 1",
        "Tổ Công nghệ số CĐ thôn 1",
    ],
)
def test_all_spellings_of_a_team_are_one(name):
    key = with_one_spelling(exact_key(name))
    assert key == "tổ cnscđ thôn 1"
    assert is_team(key)


@pytest.mark.parametrize(
    "name", ["Tổ dân phố số 1", "Tổ công nghệ số", "Tổ CNSCĐX 1", "Đội CNSCĐ 01", "Xã Cộng Đồng"]
)
def test_what_is_no_team_stays_as_it_is(name):
    assert with_one_spelling(exact_key(name)) == exact_key(name)
    assert not is_team(exact_key(name))


def test_teams_of_other_villages_stay_apart():
    keys = {
        with_one_spelling(exact_key(f"Tổ CNSCĐ thôn {village}"))
        for village in ("1", "10", "100", "Cộng Đồng", "CĐ", "1 CNSCĐ")
    }
    assert len(keys) == 6


@pytest.mark.parametrize("key", ["tổ cnscđ thôn 1", "tổ cnscđ thôn 1 xã quế phước"])
def test_a_team_is_called_with_the_name_of_its_commune_or_without(key):
    assert set(with_and_without_place(key, "xã quế phước")) == {
        "tổ cnscđ thôn 1",
        "tổ cnscđ thôn 1 xã quế phước",
        "tổ cnscđ thôn 1 quế phước",
    }


def test_a_team_may_bear_the_name_of_a_former_commune():
    assert set(with_and_without_place("tổ cnscđ thôn 1 xã tam thăng", "phường bàn thạch")) == {
        "tổ cnscđ thôn 1 xã tam thăng",
        "tổ cnscđ thôn 1",
        "tổ cnscđ thôn 1 phường bàn thạch",
        "tổ cnscđ thôn 1 bàn thạch",
    }


def test_the_letters_of_all_spellings_of_a_team_are_one_and_others_stay():
    spellings = {"tocongnghesocongdongthon01", "tocnscdthon1", "tocongnghesocongdongcnscdthon1"}
    assert {letters_with_one_spelling(letters) for letters in spellings} == {"tocnscdthon1"}
    assert letters_with_one_spelling("todanphoso10") == "todanphoso10"
