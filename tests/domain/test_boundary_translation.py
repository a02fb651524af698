"""Where the figures of an earlier day stand on a later one."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from registry.domain.boundary_translation import (
    Ending,
    Fate,
    SuccessorLines,
    SuccessorLink,
    translation,
)

DAY = date(2024, 6, 30)
JANUARY, JULY = date(2025, 1, 1), date(2025, 7, 1)
PROVINCE, OLD, NEW, OTHER, LAST = 1, 2, 3, 4, 5


def whole(successor: int, on: date) -> SuccessorLink:
    return SuccessorLink(successor, on, is_whole=True)


def part(successor: int, on: date) -> SuccessorLink:
    return SuccessorLink(successor, on, is_whole=False)


def ended(on: date, parent: int | None = PROVINCE) -> Ending:
    return Ending(on - timedelta(days=1), parent)


def fate(
    links: Mapping[int, list[SuccessorLink]], endings: Mapping[int, Ending], day: date = DAY
) -> Fate:
    return SuccessorLines(links, endings).fate(OLD, day)


def at(*places: int) -> Fate:
    return Fate(frozenset(places), frozenset(places))


def test_a_unit_that_still_stands_keeps_its_figures() -> None:
    assert fate({}, {}) == at(OLD)


def test_figures_follow_the_whole_line_of_successors() -> None:
    links = {OLD: [whole(NEW, JANUARY)], NEW: [whole(LAST, JULY)]}
    endings = {OLD: ended(JANUARY), NEW: ended(JULY)}
    assert fate(links, endings) == at(LAST)


def test_a_split_unit_s_figures_lie_among_its_parts() -> None:
    found = fate({OLD: [part(NEW, JULY), part(OTHER, JULY)]}, {OLD: ended(JULY)})
    assert found == at(NEW, OTHER)
    assert found.is_split


def test_parts_that_come_together_again_are_the_whole() -> None:
    links = {
        OLD: [part(NEW, JANUARY), part(OTHER, JANUARY)],
        NEW: [whole(LAST, JULY)],
        OTHER: [whole(LAST, JULY)],
    }
    endings = {OLD: ended(JANUARY), NEW: ended(JULY), OTHER: ended(JULY)}
    assert fate(links, endings) == at(LAST)


def test_a_unit_that_gave_a_part_away_and_lives_on_shares_its_figures() -> None:
    links = {OLD: [part(NEW, JULY)]}
    assert fate(links, {}) == at(OLD, NEW)
    assert fate(links, {}, JULY) == at(OLD), "what it is after the split is its own"


def test_a_unit_dissolved_without_successor_stays_with_the_unit_above_it() -> None:
    assert fate({}, {OLD: ended(JULY)}) == Fate(frozenset({PROVINCE}), frozenset())


def test_the_unit_above_is_the_one_of_the_last_day_and_is_followed_itself() -> None:
    links = {OTHER: [whole(LAST, JULY)]}
    found = fate(links, {OLD: ended(JULY, OTHER), OTHER: ended(JULY)})
    assert found == Fate(frozenset({LAST}), frozenset())


def test_a_root_dissolved_without_successor_is_nowhere() -> None:
    assert fate({}, {OLD: ended(JULY, None)}) == Fate(frozenset(), frozenset())


def test_a_single_part_is_not_the_whole() -> None:
    found = fate({OLD: [part(NEW, JULY)]}, {OLD: ended(JULY)})
    assert found == Fate(frozenset({NEW, PROVINCE}), frozenset({NEW}))


def test_a_sum_is_told_where_all_parts_stand_below_and_nowhere_else() -> None:
    fates = {OLD: at(NEW, OTHER), LAST: at(NEW)}
    paths = {PROVINCE: "/1/", NEW: "/1/3/", OTHER: "/1/4/"}
    moved = translation(fates, paths)
    values = {OLD: 7, LAST: 2}
    assert moved.total(PROVINCE, values) == 9
    assert moved.total(NEW, values) is None
    assert moved.total(OTHER, values) is None


def test_nothing_can_be_told_apart_where_there_was_nothing() -> None:
    moved = translation({OLD: at(NEW, OTHER), LAST: at(NEW)}, {NEW: "/1/3/", OTHER: "/1/4/"})
    assert moved.total(NEW, {LAST: 2}) == 2


def test_a_place_under_no_known_unit_makes_a_figure_untold() -> None:
    moved = translation({OLD: at(NEW, OTHER)}, {NEW: "/1/3/"})
    assert moved.total(NEW, {OLD: 1}) is None


def test_a_person_in_two_units_counts_once() -> None:
    moved = translation({OLD: at(NEW), OTHER: at(NEW)}, {NEW: "/1/3/"})
    assert moved.distinct(NEW, {OLD: {10, 11}, OTHER: {11}}) == 2
    torn = translation({OLD: at(NEW, OTHER)}, {NEW: "/1/3/", OTHER: "/1/4/"})
    assert torn.distinct(NEW, {OLD: {10}}) is None
    assert torn.distinct(NEW, {OLD: set()}) == 0


# --- against every way in which the split units might have been shared out --------------------

LAYER_DAYS = (DAY, JANUARY, JULY)
Layers = tuple[dict[int, tuple[int, ...]], dict[int, tuple[int, ...]]]


@st.composite
def layers(draw: st.DrawFn) -> Layers:
    """Units 10–13 become units 20–23, those 30–33; each goes to none, one or two of the next."""
    made = []
    for first in (10, 20):
        following = list(range(first + 10, first + 14))
        made.append(
            {
                unit: tuple(draw(st.lists(st.sampled_from(following), max_size=2, unique=True)))
                for unit in range(first, first + 4)
            }
        )
    return made[0], made[1]


def told_by_hand(steps: Layers, values: Mapping[int, int], later: int) -> int | None:
    """Return what a later unit has when that is the same in every sharing-out, else None.

    The figures of a unit are shared out undivided here: that is enough to make them differ.
    """
    ways = []
    for unit, value in values.items():
        ends: set[int] = set()
        for heir in steps[0][unit] or (PROVINCE,):
            ends |= set(steps[1].get(heir, (heir,)) or (PROVINCE,))
        ways.append([(end, value) for end in sorted(ends)])
    sums = {
        sum(value for end, value in choice if later in {end, PROVINCE}) for choice in product(*ways)
    }
    return sums.pop() if len(sums) == 1 else None


@given(layers(), st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_a_figure_is_told_exactly_when_every_sharing_out_gives_the_same(
    steps: Layers, figures: list[int]
) -> None:
    links, endings = {}, {}
    for step, on in zip(steps, LAYER_DAYS[1:], strict=True):
        for unit, heirs in step.items():
            links[unit] = [SuccessorLink(heir, on, is_whole=len(heirs) == 1) for heir in heirs]
            endings[unit] = ended(on)
    lines = SuccessorLines(links, endings)
    values = dict(zip(range(10, 14), figures, strict=True))
    paths = {PROVINCE: "/1/"} | {unit: f"/1/{unit}/" for unit in range(30, 34)}
    moved = translation({unit: lines.fate(unit, DAY) for unit in values}, paths)
    for later in paths:
        assert moved.total(later, values) == told_by_hand(steps, values, later)


def test_a_unit_taken_in_on_the_day_it_took_another_in_leads_on_by_the_later_batch_only() -> None:
    day = date(2025, 7, 1)
    links = {
        1: [SuccessorLink(2, day, is_whole=True, turn=0)],
        2: [SuccessorLink(3, day, is_whole=True, turn=1)],
    }
    endings = {one: Ending(date(2025, 6, 30), None) for one in (1, 2)}
    lines = SuccessorLines(links, endings)
    assert lines.fate(1, date(2025, 6, 1)).places == {3}
    assert lines.fate(2, date(2025, 6, 1)).places == {3}


def test_parts_exchanged_by_one_batch_do_not_lead_back() -> None:
    day = date(2025, 7, 1)
    links = {
        1: [SuccessorLink(2, day, is_whole=False, turn=0)],
        2: [SuccessorLink(1, day, is_whole=False, turn=0)],
    }
    lines = SuccessorLines(links, {})
    assert lines.fate(1, date(2025, 6, 1)).places == {1, 2}
    assert lines.fate(1, day).places == {1}
