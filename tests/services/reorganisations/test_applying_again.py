"""Several batches on the same units: on one day, one after another, and with the same partner."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.errors import Conflict
from registry.domain.permissions import system_actor
from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.units.successions import SuccessionKind
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.units import Succession, Unit
from registry.queries.units.on_a_day import follow, search, unit_on
from registry.services.reorganisations.applying import apply
from registry.services.reorganisations.outcome import Outcome
from registry.services.reorganisations.undoing import undo
from tests.factories.people import make_member
from tests.factories.reorganisations import LATER_MOMENT, compose_rows, everything
from tests.factories.small_province import DAY, SmallProvince, carried, named, periods

MARCH = date(2025, 3, 1)


@pytest.fixture
def small(app: Flask) -> SmallProvince:
    """Return the small province."""
    return SmallProvince()


def row(number: int = 2, **said: object) -> AnnexRow:
    base = {"new_kind": "xã", "source": "phụ lục", "number": number}
    return AnnexRow(**{**base, **said})  # type: ignore[arg-type]


def part_to_neighbour(small: SmallProvince, part: Part = Part.PART) -> list[AnnexRow]:
    """Return the row by which the first commune gives its neighbour something."""
    return [
        row(
            old_id=small.commune.id, new_name="Xã Bình Đào", new_code="90102",
            new_parent_id=small.district.id, part=part,
        )
    ]  # fmt: skip


def refused(rows: list[AnnexRow], day: date) -> Outcome:
    outcome = apply(system_actor(), compose_rows(day, rows).id, LATER_MOMENT)
    assert outcome.problems
    return outcome


def links() -> list[tuple[int, int, date, str, SuccessionKind]]:
    return [
        (one.predecessor_id, one.successor_id, one.effective_on, one.part, one.kind)
        for one in db.session.scalars(select(Succession).order_by(Succession.effective_on))
    ]


def test_a_neighbour_may_take_a_part_then_another_and_then_the_rest(small: SmallProvince) -> None:
    pair = (small.commune.id, small.other_commune.id)
    carried(part_to_neighbour(small), DAY)
    carried(part_to_neighbour(small), MARCH)
    carried(part_to_neighbour(small), MARCH)
    assert unit_on(small.commune.id, MARCH) is not None
    person = make_member("Võ Thị Năm", small.commune)
    april = date(2025, 4, 1)
    before = everything()
    last = carried(part_to_neighbour(small, Part.REST), april)
    adjusted = SuccessionKind.ADJUSTED
    assert links() == [
        (*pair, DAY, "part", adjusted),
        (*pair, MARCH, "part", adjusted),
        (*pair, MARCH, "part", adjusted),
        (*pair, april, "rest", SuccessionKind.ABSORBED),
    ]
    assert unit_on(small.commune.id, april) is None
    heir = follow(small.commune.id, april)
    assert heir is not None
    assert heir.id == small.other_commune.id
    assert [one.unit_id for one in periods(Membership, person_id=person.id)] == list(pair)
    undo(system_actor(), last.batch_id or 0, LATER_MOMENT)
    assert everything() == before


def test_parts_exchanged_once_do_not_send_a_search_in_a_circle(small: SmallProvince) -> None:
    back = row(
        3, old_id=small.other_commune.id, new_name="Xã Bình Minh", new_code="90101",
        new_parent_id=small.district.id, part=Part.PART,
    )  # fmt: skip
    carried([*part_to_neighbour(small), back], DAY)
    into = row(
        old_id=small.commune.id, new_name="Xã Bình Đào", new_code="90102",
        new_parent_id=small.district.id, how=How.ABSORB,
    )  # fmt: skip
    carried([into], MARCH)
    april = date(2025, 4, 1)
    new = row(
        old_id=small.other_commune.id, new_name="Xã Thăng Bình", new_code="90109",
        new_parent_id=small.district.id, how=How.MERGE,
    )  # fmt: skip
    carried([new], april)
    found = [hit.row.name for hit in search("Xã Bình Minh", april)]
    assert found == ["Xã Thăng Bình"]
    heir = follow(small.commune.id, april)
    assert heir is not None
    assert heir.name == "Xã Thăng Bình"


def test_the_second_batch_of_a_day_finds_what_the_first_founded_under_its_old_names_too(
    small: SmallProvince,
) -> None:
    """A province merges by one resolution, its communes on the same day by another."""
    renamed = row(
        old_id=small.district.id, new_name="Huyện Thăng Mới", new_kind="huyện", new_code="901",
        new_parent_id=small.province.id, how=How.RENAME,
    )  # fmt: skip
    founded = row(3, new_name="Xã Thăng Bình", new_code="90109", new_parent_id=small.district.id)
    carried([renamed, founded], DAY)
    state = everything()
    into_the_founded = [
        row(
            number, old_name=old, old_parent="Huyện Thăng Bình", new_name="Xã Thăng Bình",
            new_code="90109", new_province="Tỉnh Thử Nghiệm", new_parent=above, how=How.ABSORB,
        )
        for number, (old, above) in enumerate(
            (("Xã Bình Minh", "Huyện Thăng Mới"), ("Xã Bình Đào", "Huyện Thăng Mới")), start=2
        )
    ]  # fmt: skip
    again = row(
        4, old_id=small.district.id, new_name="Huyện Thăng Mới Hơn", new_kind="huyện",
        new_parent_id=small.province.id, how=How.RENAME,
    )  # fmt: skip
    second = carried([*into_the_founded], DAY)
    carried([again], DAY)
    new = named("Xã Thăng Bình")
    assert [one.valid_from for one in periods_of(new.id)] == [DAY]
    assert [(one.name, one.valid_from) for one in periods_of(small.district.id)][1:] == [
        ("Huyện Thăng Mới Hơn", DAY)
    ]
    assert unit_on(small.commune.id, DAY) is None
    assert follow(small.commune.id, DAY) == new
    with pytest.raises(Conflict, match="Hoàn tác các đợt đó"):
        undo(system_actor(), (second.batch_id or 0) - 1, LATER_MOMENT)
    undo(system_actor(), (second.batch_id or 0) + 1, LATER_MOMENT)
    undo(system_actor(), second.batch_id or 0, LATER_MOMENT)
    left = everything()
    assert {name: left[name] for name in ("unit_periods", "unit_paths", "successions")} == {
        name: state[name] for name in ("unit_periods", "unit_paths", "successions")
    }


def periods_of(unit_id: int) -> list[object]:
    return [*db.session.get_one(Unit, unit_id).periods]


def test_what_was_founded_that_day_does_not_end_on_it(small: SmallProvince) -> None:
    carried([row(new_name="Xã Mới", new_code="90177", new_parent_id=small.district.id)], DAY)
    new = named("Xã Mới")
    (problem,) = refused([row(old_id=new.id, how=How.DISSOLVE, new_kind=None)], DAY).problems
    assert "bắt đầu từ chính ngày 01/02/2025" in problem.message
    assert problem.row == 2


def test_who_took_another_in_on_a_day_may_be_taken_in_on_it_and_what_came_goes_along(
    small: SmallProvince,
) -> None:
    person = make_member("Võ Thị Năm", small.commune)
    state = everything()
    into = row(
        old_id=small.commune.id, new_name="Xã Bình Đào", new_code="90102",
        new_parent_id=small.district.id, how=How.ABSORB,
    )  # fmt: skip
    first = carried([into], DAY)
    on = row(
        old_id=small.other_commune.id, new_name="Xã Đại Minh", new_code="90201",
        new_parent_id=small.other_district.id, how=How.ABSORB,
    )  # fmt: skip
    second = carried([on], DAY)
    found = periods(Membership, person_id=person.id)
    assert [(one.unit_id, one.valid_to) for one in found] == [
        (small.commune.id, DAY),
        (small.far_commune.id, None),
    ]
    heir = follow(small.commune.id, DAY)
    assert heir is not None
    assert heir.id == small.far_commune.id
    undo(system_actor(), second.batch_id or 0, LATER_MOMENT)
    undo(system_actor(), first.batch_id or 0, LATER_MOMENT)
    assert everything() == state


def test_a_unit_founded_again_is_linked_to_its_former_self_and_takes_nothing_back(
    small: SmallProvince,
) -> None:
    person = make_member("Võ Thị Năm", small.commune)
    into = row(
        old_id=small.commune.id, new_name="Xã Bình Đào", new_code="90102",
        new_parent_id=small.district.id, how=How.ABSORB,
    )  # fmt: skip
    carried([into], DAY)
    again = row(
        old_id=small.other_commune.id, new_name="Xã Bình Minh", new_code="90101",
        new_parent_id=small.district.id, how=How.REESTABLISH,
    )  # fmt: skip
    outcome = carried([again], MARCH)
    new = named("Xã Bình Minh", MARCH)
    assert (small.commune.id, new.id, MARCH, "whole", SuccessionKind.REESTABLISHED) in links()
    assert (small.other_commune.id, new.id, MARCH, "part", SuccessionKind.SEPARATED) in links()
    assert new.id != small.commune.id
    # Whoever looks for what it was finds where that went, on every day since.
    for day in (DAY, MARCH):
        heir = follow(small.commune.id, day)
        assert heir is not None
        assert heir.id == small.other_commune.id
    assert [one.unit_id for one in periods(Membership, person_id=person.id)] == [
        small.commune.id,
        small.other_commune.id,
    ]
    assert outcome.gains == ()
    undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)
    assert len(links()) == 1
