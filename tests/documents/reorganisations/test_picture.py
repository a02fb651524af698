"""The picture of a reorganisation tells the deeds by which units came to others."""

from dataclasses import replace
from datetime import date

import pytest

from registry.documents.reorganisations.picture import Pair, PairFate, picture_of
from registry.domain.reorganisations.annex import Part
from registry.domain.units.kinds import UnitKind
from registry.domain.units.successions import SuccessionKind
from registry.queries.reorganisations.results import Link, Transition
from registry.queries.units.on_a_day import UnitRow

DAY = date(2025, 7, 1)


def unit(unit_id: int, name: str, designation: str = "xã") -> UnitRow:
    return UnitRow(
        id=unit_id,
        code=f"0000{unit_id}",
        name=name,
        short_name=None,
        kind=UnitKind.COMMUNE,
        designation=designation,
        parent_id=9,
        parent_name="Tỉnh Thử Nghiệm",
        path=f"/9/{unit_id}/",
        takes_part=True,
        not_taking_part_reason=None,
        phone=None,
        valid_from=DAY,
        valid_to=None,
    )


AN, BINH, CAT = unit(1, "Xã An"), unit(2, "Xã Bình"), unit(3, "Xã Cát")
PART, WHOLE = Part.PART, Part.WHOLE


def pair_of(name: str, before: list[UnitRow], after: list[UnitRow], *links: Link) -> Pair:
    """Return what the picture shows of the unit called so on the day."""
    transition = Transition(
        before={one.id: one for one in before}, after={one.id: one for one in after}, links=links
    )
    pairs = [
        pair
        for branch in picture_of(transition, DAY).branches
        for group in branch.groups
        for pair in group.pairs
    ]
    return next(pair for pair in pairs if pair.unit.name == name)


def test_a_new_unit_stands_beside_what_it_was_made_of_with_share_and_deed() -> None:
    arranged = SuccessionKind.ARRANGED
    links = (Link(1, 3, WHOLE, arranged), Link(2, 3, Part.REST, arranged))
    pair = pair_of("Xã Cát", [AN, BINH], [CAT], *links)
    assert pair.olds == ((AN, WHOLE), (BINH, Part.REST))
    assert (pair.fates, pair.deeds) == ((PairFate.FOUNDED,), ("sắp xếp",))


def test_who_takes_a_part_in_and_who_gives_it_are_told_apart() -> None:
    link = Link(1, 2, PART, SuccessionKind.ADJUSTED)
    taker = pair_of("Xã Bình", [AN, BINH], [AN, BINH], link)
    giver = pair_of("Xã An", [AN, BINH], [AN, BINH], link)
    assert taker.olds == ((BINH, WHOLE), (AN, PART))
    assert (taker.fates, taker.deeds) == ((PairFate.ENLARGED,), ("điều chỉnh địa giới",))
    assert (giver.olds, giver.fates, giver.deeds) == (((AN, WHOLE),), (PairFate.REDUCED,), ())


def test_who_is_founded_again_has_taken_nothing_from_what_it_was() -> None:
    again = Link(1, 3, WHOLE, SuccessionKind.REESTABLISHED)
    pair = pair_of("Xã Cát", [AN], [AN, CAT], again, Link(2, 3, PART, SuccessionKind.SEPARATED))
    assert (pair.fates, pair.deeds) == ((PairFate.FOUNDED_AGAIN,), ("tách để thành lập",))
    assert pair.olds == ()


@pytest.mark.parametrize(
    ("name", "fates"),
    [
        ("Phường An", (PairFate.PROMOTED,)),
        ("Phường Mới", (PairFate.PROMOTED, PairFate.RENAMED)),
    ],
)
def test_a_commune_that_lives_on_as_a_ward_is_founded_as_it_stood(
    name: str, fates: tuple[PairFate, ...]
) -> None:
    ward = unit(1, name, "phường")
    assert pair_of(name, [AN], [ward]).fates == fates
    link = Link(2, 1, WHOLE, SuccessionKind.ABSORBED)
    enlarged = (PairFate.RENAMED, PairFate.OF_ANOTHER_KIND, PairFate.ENLARGED)
    assert pair_of(name, [AN, BINH], [ward], link).fates == enlarged


def test_what_changes_in_nothing_is_kept_and_what_ends_says_why() -> None:
    assert pair_of("Xã An", [AN], [replace(AN)]).fates == (PairFate.KEPT,)
    ended = pair_of("Xã An", [AN], [])
    assert (ended.olds, ended.new, ended.fates) == (((AN, WHOLE),), None, (PairFate.ENDED,))
