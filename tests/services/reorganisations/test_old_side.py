"""What the registry says of the units of an old side before it lets them be known."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.permissions import system_actor
from registry.domain.reorganisations.annex import AnnexRow
from registry.models.base import db
from registry.queries.units.on_a_day import find_by_code
from registry.services.reorganisations.applying import apply
from registry.services.seeds.reference import seed_reference
from registry.services.units.checks import faults
from tests.conftest import MOMENT, TODAY
from tests.factories.reorganisations import LATER_MOMENT, compose_rows

JULY, FIRST = date(2025, 7, 1), date(1945, 11, 22)


@pytest.fixture
def shipped(app: Flask) -> None:
    """Load what is shipped."""
    seed_reference(system_actor(), MOMENT)
    db.session.commit()


def other_province(district: str | None) -> list[AnnexRow]:
    return [
        AnnexRow(
            number, "a.csv", old_code=f"2500{number}", old_name=name, old_kind="xã",
            old_parent=district, old_province="Tỉnh Khác", new_code="25002", new_name="Xã Mới",
            new_kind="xã", new_province_code="25", new_province="Tỉnh Khác",
        )
        for number, name in ((2, "Xã Một"), (3, "Xã Hai"))
    ]  # fmt: skip


def test_an_old_side_known_since_the_first_day_of_the_rules_has_no_fault(shipped: None) -> None:
    batch = compose_rows(JULY, other_province("Huyện Tây"), create_missing=True, known_from=FIRST)
    assert apply(system_actor(), batch.id, LATER_MOMENT).problems == ()
    assert faults(TODAY) == []
    assert find_by_code("25002", FIRST) is not None


def test_an_old_side_that_would_be_misplaced_is_refused_with_its_rows(shipped: None) -> None:
    batch = compose_rows(JULY, other_province(None), create_missing=True)
    problems = apply(system_actor(), batch.id, LATER_MOMENT).problems
    assert [(problem.row, problem.field) for problem in problems] == [
        (2, "old_parent"),
        (3, "old_parent"),
    ]
    assert find_by_code("25002", JULY) is None


def test_an_old_side_below_a_unit_known_later_begins_no_earlier_than_that(shipped: None) -> None:
    rows = [
        AnnexRow(
            2, "a.csv", old_code="29999", old_name="Xã Mới Thấy", old_kind="xã",
            old_parent="Huyện Núi Thành", old_province="Tỉnh Quảng Nam", new_code="29999",
            new_name="Xã Mới Thấy", new_kind="xã", new_province="Tỉnh Quảng Nam",
        )
    ]  # fmt: skip
    early = date(2024, 5, 31)
    batch = compose_rows(date(2025, 1, 1), rows, create_missing=True, known_from=early)
    (problem,) = apply(system_actor(), batch.id, LATER_MOMENT).problems
    assert problem.field == "known_from"
    assert "“Huyện Núi Thành” chỉ từ ngày 01/06/2024" in problem.message
