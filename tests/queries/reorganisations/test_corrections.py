"""Which corrections go with a batch that is undone."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.permissions import system_actor
from registry.domain.reorganisations.corrections import UnitSaid
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.units import Unit
from registry.queries.reorganisations.corrections import LostCorrection, corrections_lost
from registry.queries.units.on_a_day import children
from registry.services.reorganisations.corrections import CorrectUnit, correct_unit
from registry.services.reorganisations.everyday import (
    Change,
    ChangeUnit,
    FoundUnit,
    Paper,
    change_unit,
    found_unit,
)
from tests.conftest import MOMENT, TODAY
from tests.factories.coverage import RuledProvince
from tests.factories.units import Province, make_unit

PAPER = Paper(effective_on=date(2024, 6, 20), number="5/QĐ-UBND")


@pytest.fixture
def here(app: Flask) -> Province:
    """Return the home province."""
    return RuledProvince()


def correct(unit: Unit, wrong: str, right: str, day: date = TODAY) -> None:
    command = CorrectUnit(unit_id=unit.id, day=day, wrong=UnitSaid(wrong), right=UnitSaid(right))
    correct_unit(system_actor(), command, MOMENT)


def test_of_a_founded_unit_every_correction_goes(here: Province) -> None:
    command = FoundUnit(
        parent_id=here.commune.id, kind=UnitKind.COMMUNITY_TEAM, name="Tổ Mọt", paper=PAPER
    )
    batch = found_unit(system_actor(), command, MOMENT)
    assert corrections_lost(batch) == []
    (row,) = children(here.commune.id, TODAY)
    team = db.session.get_one(Unit, row.id)
    correct(team, "Tổ Mọt", "Tổ Một")
    correct(here.other_commune, "Xã Bình Đào", "Phường Bình Đào")
    assert corrections_lost(batch) == [
        LostCorrection(team.id, "name", "Tổ Mọt", "Tổ Một", is_founded=True)
    ]


def test_of_a_unit_that_was_there_before_only_what_the_batch_itself_said_goes(
    here: Province,
) -> None:
    team = make_unit("Tổ Mọt", UnitKind.COMMUNITY_TEAM, here.commune)
    renamed = ChangeUnit(unit_id=team.id, change=Change.RENAME, paper=PAPER, new_name="Tổ Nhắt")
    batch = change_unit(system_actor(), renamed, MOMENT)
    correct(team, "Tổ Mọt", "Tổ Một", date(2024, 6, 5))
    assert corrections_lost(batch) == []
    correct(team, "Tổ Nhắt", "Tổ Nhất")
    assert corrections_lost(batch) == [
        LostCorrection(team.id, "name", "Tổ Nhắt", "Tổ Nhất", is_founded=False)
    ]
