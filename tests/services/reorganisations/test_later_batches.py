"""A decision that comes late: accepted where nothing later rests on its units, else told why."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.decisions import DecisionKind
from registry.domain.errors import Conflict
from registry.domain.permissions import system_actor
from registry.domain.reorganisations.annex import AnnexRow, How, RowProblem
from registry.domain.units.kinds import UnitKind
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.reorganisations import Reorganisation
from registry.queries.units.on_a_day import unit_on
from registry.services.reorganisations.applying import apply
from registry.services.reorganisations.later_batches import named_batches, with_later_batches
from registry.services.reorganisations.undoing import undo
from tests.factories.people import make_member
from tests.factories.reorganisations import LATER_MOMENT, compose_rows
from tests.factories.small_province import DAY, SmallProvince, carried, named, periods
from tests.factories.units import make_unit

LATE = date(2024, 9, 1)


@pytest.fixture
def small(app: Flask) -> SmallProvince:
    """Return the small province."""
    return SmallProvince()


def rename(unit_id: int, name: str, number: int = 2) -> AnnexRow:
    return AnnexRow(number, "x", old_id=unit_id, new_name=name, new_kind="xã", how=How.RENAME)


def absorb(unit_id: int, name: str, code: str, number: int = 2) -> AnnexRow:
    return AnnexRow(
        number, "x", old_id=unit_id, new_name=name, new_code=code, new_kind="xã", how=How.ABSORB
    )


def told(rows: list[AnnexRow], day: date) -> list[str]:
    outcome = apply(system_actor(), compose_rows(day, rows).id, LATER_MOMENT)
    return [problem.message for problem in outcome.problems]


def test_a_decision_of_before_is_accepted_where_no_later_batch_touches_its_units(
    small: SmallProvince,
) -> None:
    carried(small.merge())
    person = make_member("Võ Thị Năm", small.far_commune)
    new_one = AnnexRow(
        3, "x", old_id=small.far_commune.id, new_name="Xã Đại Mới", new_code="90209",
        new_kind="xã", new_parent_id=small.other_district.id, how=How.MERGE,
    )  # fmt: skip
    carried([new_one], LATE)
    assert unit_on(small.far_commune.id, LATE) is None
    assert [row.valid_from for row in periods(Membership, person_id=person.id)][1:] == [LATE]


def test_a_decision_about_units_that_changed_later_is_refused_with_the_batches_named(
    small: SmallProvince,
) -> None:
    first = carried(small.merge()).batch_id
    (said,) = told([rename(small.commune.id, "Xã Tên Khác")], LATE)
    assert "“Xã Bình Minh” đã có thay đổi khác từ ngày 01/09/2024 trở đi." in said
    assert said.endswith(f" Đợt đã thực hiện: số {first} (01/02/2025, Nghị quyết số 8/NQ-HĐND).")
    # Also where it is only who takes another in.
    second = carried([rename(small.far_commune.id, "Xã Đại Mới")], date(2025, 3, 1)).batch_id
    spare = make_unit("Xã Thêm", UnitKind.COMMUNE, small.other_district, code="90208")
    (said,) = told([absorb(spare.id, "Xã Đại Minh", "90201")], LATE)
    assert "“Xã Đại Minh” đã có thay đổi khác" in said
    assert f"Đợt đã thực hiện: số {second} (01/03/2025" in said


def test_a_batch_taken_back_stands_against_nothing(small: SmallProvince) -> None:
    outcome = carried(small.merge())
    undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)
    assert told([rename(small.commune.id, "Xã Tên Khác")], LATE) == []


def test_what_ends_by_itself_names_the_batches_too(small: SmallProvince) -> None:
    later = AnnexRow(
        2, "x", old_id=small.district.id, new_name="Huyện Khác", new_kind="huyện", how=How.RENAME
    )
    number = carried([later]).batch_id
    move = [
        AnnexRow(
            at, "x", old_id=unit.id, new_name=unit.periods[0].name, new_kind="xã",
            new_parent_id=small.other_district.id, how=How.MOVE,
        )
        for at, unit in enumerate((small.commune, small.other_commune), start=2)
    ]  # fmt: skip
    (said,) = told(move, LATE)
    assert f"Đợt đã thực hiện: số {number} (01/02/2025" in said


def test_undoing_names_the_batches_that_rest_on_it(small: SmallProvince) -> None:
    first = carried(small.merge()).batch_id or 0
    later = carried([rename(named("Xã Thăng Bình").id, "Xã Thăng Bình Mới")], date(2025, 3, 1))
    with pytest.raises(Conflict) as refusal:
        undo(system_actor(), first, LATER_MOMENT)
    assert f"số {later.batch_id} (01/03/2025, Nghị quyết số 8/NQ-HĐND)" in str(refusal.value)


def test_a_problem_that_no_batch_causes_stays_as_it_was(small: SmallProvince) -> None:
    problems = [RowProblem(2, "old_name", "Sai."), RowProblem(3, "x", "Sai.", held_by=987_654)]
    assert with_later_batches(problems, LATE) == tuple(problems)


def test_of_many_batches_the_first_five_are_named() -> None:
    paper = Decision(number="8/NQ-HĐND", kind=DecisionKind.DECISION)
    batches = [
        Reorganisation(id=number, effective_on=DAY, decision=paper) for number in range(1, 8)
    ]
    assert named_batches(batches[:5]).count("8/NQ-HĐND") == 5
    said = named_batches(batches)
    assert said.startswith(f"{named_batches(batches[:5])}, …")
    assert said.endswith("…")
