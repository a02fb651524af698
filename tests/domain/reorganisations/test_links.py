"""What the deed between two units is called."""

from datetime import date

import pytest

from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.reorganisations.links import kind_into_a_living_unit, kind_into_a_new_unit
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
        (None, Part.PART, TWO, "Xã Mới", BEFORE, SuccessionKind.DIVIDED),
        (None, Part.REST, TWO, "Xã Mới", BEFORE, SuccessionKind.DIVIDED),
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
    assert kind_into_a_new_unit(row, olds, UnitKind.COMMUNE, day) is kind


def test_bodies_are_merged_on_any_day() -> None:
    row = AnnexRow(2, new_name="Sở Mới")
    olds = ["Sở A", "Sở B"]
    assert kind_into_a_new_unit(row, olds, UnitKind.DEPARTMENT, SINCE) is SuccessionKind.MERGED


def test_a_unit_that_goes_on_takes_a_whole_in_and_of_a_part_its_border_is_moved() -> None:
    assert kind_into_a_living_unit(AnnexRow(2)) is SuccessionKind.ABSORBED
    for part in (Part.PART, Part.REST):
        assert kind_into_a_living_unit(AnnexRow(2, part=part)) is SuccessionKind.ADJUSTED
