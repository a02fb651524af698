"""No service that writes leaves a fact behind at a unit that is known to end."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from registry.domain.errors import DomainError
from registry.domain.permissions import system_actor
from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.reorganisations.summary import Counts
from registry.models.base import db
from registry.models.units import UnitPeriod
from registry.services.reorganisations import applying
from registry.services.reorganisations.facts import FACT_TABLES
from tests.conftest import MOMENT
from tests.factories.reorganisations import compose_rows
from tests.factories.small_province import DAY
from tests.factories.writers import RACES, Ground, Race, Spot


@pytest.fixture
def ground(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    """Return where everything that writes is tried; lists stay on their desks."""
    monkeypatch.setattr(applying, "return_open_lists", lambda *_: Counts())
    return Ground(tmp_path)


def is_of_reorganisations(race: Race) -> bool:
    return race.service.__module__.startswith("registry.services.reorganisations")


def left_behind() -> Iterator[str]:
    """Name the facts that last longer than a unit they name."""
    ends = {
        period.unit_id: period.valid_to
        for period in db.session.scalars(select(UnitPeriod).order_by(UnitPeriod.valid_from))
    }
    for what in FACT_TABLES:
        for row in db.session.execute(select(what.table)).mappings():
            for unit_id in (row[column] for column in what.units):
                end = ends.get(unit_id)
                if end is not None and (row["valid_to"] is None or row["valid_to"] > end):
                    yield f"{what.table.name} {dict(row)}"


def let_end(spots: list[Spot]) -> None:
    """Merge each commune into a new one, leaving the versions that were shown as they are."""
    rows = [
        AnnexRow(
            number, "phụ lục", old_id=spot.unit.id, new_name=f"Xã Mới {number}", new_kind="xã",
            new_code=f"{95000 + number}", new_parent_id=spot.home.district.id, part=Part.WHOLE,
            how=How.MERGE,
        )
        for number, spot in enumerate(spots)
    ]  # fmt: skip
    versioned = [what.table for what in FACT_TABLES if "version" in what.table.c]
    shown = {
        table: dict(db.session.execute(select(table.c.id, table.c.version)).all())
        for table in versioned
    }
    batch = compose_rows(DAY, rows)
    assert applying.apply(system_actor(), batch.id, MOMENT).problems == ()
    for table, versions in shown.items():
        for row_id, version in versions.items():
            db.session.execute(update(table).where(table.c.id == row_id).values(version=version))
    db.session.expire_all()


def test_whatever_is_written_before_the_day_of_a_batch_goes_on_and_nothing_is_refused(
    ground: Ground,
) -> None:
    """Services of reorganisations themselves may refuse: their units have changes to come."""
    spots = [(race, ground.place()) for race in RACES]
    presses = [(race, race.ready(spot)) for race, spot in spots]
    let_end([spot for race, spot in spots if not is_of_reorganisations(race)])
    assert list(left_behind()) == []
    refused = {}
    for race, press in presses:
        name = f"{race.service.__module__}.{race.service.__name__}"
        try:
            press()
        except DomainError as refusal:
            refused[name] = str(refusal)
        db.session.flush()
        assert list(left_behind()) == [], name
    assert refused == {}
