"""What the deed between two units is called."""

from datetime import date

import pytest

from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.reorganisations.links import (
    kind_into_a_living_unit,
    kind_into_a_new_unit,
    kind_of_an_emptied_territory,
)
from registry.domain.units.kinds import UnitKind
from registry.domain.units.successions import SuccessionKind

BEFORE, SINCE = date(2025, 6, 15), date(2025, 6, 16)
TWO = ["Xã An", "Xã Bình"]


@pytest.mark.parametrize(
    ("how", "part", "olds", "new", "day", "kind"),
    [
        (None, None, TWO, "Xã Mới", BEFORE, SuccessionKind.MERGED),
        (None, None, TWO, "Xã Mới", SINCE, SuccessionKind.ARRANGED),
        (None, Part.PART, TWO, "Xã Mới", SINCE, SuccessionKind.ARRANGED),
        (None, Part.PART, TWO, "Xã Mới", BEFORE, SuccessionKind.MERGED),
        (None, Part.PART, ["Xã An"], "Xã Mới", BEFORE, SuccessionKind.DIVIDED),
        (None, Part.REST, ["Xã An"] * 2, "Xã Mới", BEFORE, SuccessionKind.DIVIDED),
        (How.SEPARATE, None, TWO, "Xã Mới", SINCE, SuccessionKind.SEPARATED),
        (How.REESTABLISH, None, TWO, "Xã Mới", SINCE, SuccessionKind.DIVIDED),
        (How.MERGE, None, TWO, "Xã Mới", SINCE, SuccessionKind.MERGED),
        (How.DIVIDE, None, ["Xã An"], "Xã Mới", SINCE, SuccessionKind.DIVIDED),
        (None, None, ["Xã An"], "Phường An", BEFORE, SuccessionKind.PROMOTED),
        (None, None, ["Thị trấn An"], "Phường An", BEFORE, SuccessionKind.PROMOTED),
        (None, None, ["Huyện An"], "Thị xã An", BEFORE, SuccessionKind.PROMOTED),
        (None, None, ["Tỉnh An"], "Thành phố An", BEFORE, SuccessionKind.PROMOTED),
        (None, None, ["Phường An"], "Xã An", BEFORE, SuccessionKind.RENAMED),
        (None, None, ["Xã An"], "Xã Bình", BEFORE, SuccessionKind.RENAMED),
    ],
)
def test_what_leads_to_a_new_unit_is_called_as_the_resolutions_of_its_day_call_it(
    how: How | None,
    part: Part | None,
    olds: list[str],
    new: str,
    day: date,
    kind: SuccessionKind,
) -> None:
    row = AnnexRow(2, new_name=new, how=how, part=part)
    assert kind_into_a_new_unit(row, olds, UnitKind.COMMUNE, day, lives=False) is kind


def test_bodies_are_merged_on_any_day() -> None:
    row = AnnexRow(2, new_name="Sở Mới")
    olds = ["Sở A", "Sở B"]
    kind = kind_into_a_new_unit(row, olds, UnitKind.DEPARTMENT, SINCE, lives=False)
    assert kind is SuccessionKind.MERGED


def test_who_gives_a_part_to_what_is_made_of_several_is_arranged_with_them() -> None:
    row = AnnexRow(2, new_name="Xã Mới", part=Part.PART)
    of_one, of_two = (
        [
            kind_into_a_new_unit(row, olds, UnitKind.COMMUNE, day, lives=True)
            for day in (BEFORE, SINCE)
        ]
        for olds in (["Xã An"], TWO)
    )
    assert of_one == [SuccessionKind.SEPARATED] * 2
    assert of_two == [SuccessionKind.MERGED, SuccessionKind.ARRANGED]


def into_a_living_unit(
    row: AnnexRow, day: date, *, lives: bool = False, has_own_row: bool = False
) -> SuccessionKind:
    return kind_into_a_living_unit(row, UnitKind.COMMUNE, day, lives=lives, has_own_row=has_own_row)


def test_a_unit_that_goes_on_takes_others_in_and_of_a_part_its_border_is_moved() -> None:
    for part in (None, Part.REST):
        row = AnnexRow(2, part=part)
        assert into_a_living_unit(row, BEFORE) is SuccessionKind.ABSORBED
    part = AnnexRow(2, part=Part.PART)
    assert into_a_living_unit(part, BEFORE, lives=True) is SuccessionKind.ADJUSTED
    assert into_a_living_unit(part, BEFORE) is SuccessionKind.ABSORBED
    told = AnnexRow(2, part=Part.PART, how=How.ADJUST)
    assert into_a_living_unit(told, BEFORE) is SuccessionKind.ADJUSTED


def test_others_are_arranged_with_who_keeps_its_name_unless_a_word_says_else() -> None:
    for row in (AnnexRow(2), AnnexRow(2, part=Part.PART)):
        assert into_a_living_unit(row, SINCE, has_own_row=True) is SuccessionKind.ARRANGED
    part = AnnexRow(2, part=Part.PART)
    of_a_giver_that_stays = into_a_living_unit(part, SINCE, lives=True, has_own_row=True)
    assert of_a_giver_that_stays is SuccessionKind.ADJUSTED
    assert into_a_living_unit(AnnexRow(2), BEFORE, has_own_row=True) is SuccessionKind.ABSORBED
    assert into_a_living_unit(AnnexRow(2), SINCE) is SuccessionKind.ABSORBED
    told = AnnexRow(2, how=How.ABSORB)
    assert into_a_living_unit(told, SINCE, has_own_row=True) is SuccessionKind.ABSORBED


def test_a_district_or_province_goes_the_way_its_communes_go() -> None:
    def kind(day: date, *, new: bool) -> SuccessionKind:
        return kind_of_an_emptied_territory(day, heir_is_new=new)

    assert kind(SINCE, new=True) is kind(SINCE, new=False) is SuccessionKind.ARRANGED
    assert kind(BEFORE, new=True) is SuccessionKind.MERGED
    assert kind(BEFORE, new=False) is SuccessionKind.ABSORBED
