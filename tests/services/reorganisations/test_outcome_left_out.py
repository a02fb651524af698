"""What a trial says an annex leaves out is what the check of units finds once it is applied."""

import random
from collections.abc import Sequence
from datetime import date

import pytest
from flask import Flask

from registry.domain.permissions import system_actor
from registry.domain.reorganisations.annex import AnnexRow, Part
from registry.domain.reorganisations.left_out import UNMENTIONED
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.services.reorganisations.applying import apply, nothing_kept, try_out
from registry.services.seeds.reference import seed_reference
from registry.services.units.checks import look_at_units
from registry.services.units.paths import rebuild_paths
from tests.conftest import MOMENT, TODAY
from tests.factories.reorganisations import LATER_MOMENT, compose_rows
from tests.factories.units import NewUnit, new_units

JULY = date(2025, 7, 1)
DISTRICTS, COMMUNES = 3, 4


@pytest.fixture
def province(app: Flask) -> list[AnnexRow]:
    """Return the annex of a province of a few districts: each two communes become a new one."""
    seed_reference(system_actor(), MOMENT)
    (top,) = new_units(NewUnit("Tỉnh Thử", UnitKind.PROVINCE, code="96"))
    districts = new_units(
        *(
            NewUnit(f"Huyện {number}", UnitKind.DISTRICT, top.id, code=f"96{number}")
            for number in range(DISTRICTS)
        )
    )
    new_units(
        *(
            NewUnit(f"Phòng Văn hóa {district.id}", UnitKind.DISTRICT_OFFICE, district.id)
            for district in districts
        )
    )
    codes = [[f"96{at}{number:02}" for number in range(COMMUNES)] for at in range(DISTRICTS)]
    new_units(
        *(
            NewUnit(f"Xã {code}", UnitKind.COMMUNE, district.id, code=code)
            for district, own in zip(districts, codes, strict=True)
            for code in own
        )
    )
    rebuild_paths()
    db.session.commit()
    every = [code for own in codes for code in own]
    return [
        AnnexRow(
            number, "a.csv", old_code=code, old_name=f"Xã {code}", new_code=every[at - at % 2],
            new_name=f"Xã Mới {at // 2}", new_kind="xã", new_province="Tỉnh Thử", part=Part.WHOLE,
        )
        for number, (at, code) in enumerate(enumerate(every), start=2)
    ]  # fmt: skip


def kept_of(rows: Sequence[AnnexRow], chance: random.Random) -> list[AnnexRow]:
    """Return an annex some rows of which are lacking, or speak of a part; some new side remains."""
    lacking = chance.sample(range(len(rows)), chance.randint(0, 5))
    return [row for at, row in enumerate(rows) if at not in lacking]


def test_what_is_left_out_is_what_outlives_its_kind_and_the_communes_without_row(
    province: list[AnnexRow],
) -> None:
    found_some = 0
    for seed in range(12):
        rows = kept_of(province, random.Random(seed))  # noqa: S311 - a case, no secret
        with nothing_kept():
            batch = compose_rows(JULY, rows)
            tried = try_out(system_actor(), batch.id, LATER_MOMENT)
            done = apply(system_actor(), batch.id, LATER_MOMENT)
            assert tried.problems == done.problems
            if done.problems:
                # The code of a new commune is still that of the old one whose row is lacking.
                assert {problem.field for problem in done.problems} == {"new_code"}
                continue
            assert tried.left_out == done.left_out
            faults = {fault.split(":")[0] for fault in look_at_units(TODAY).faults}
            outliving = {
                f"{unit.code} {unit.name}"
                for unit, why in done.left_out
                if "không được đứng" in why
            }
            assert outliving == faults
            without_row = {row.old_name for row in province} - {row.old_name for row in rows}
            told = {unit.name for unit, why in done.left_out if why.startswith(UNMENTIONED)}
            assert told == without_row
            found_some += bool(faults)
    assert found_some > 3
