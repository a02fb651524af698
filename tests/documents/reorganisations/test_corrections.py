"""What the page of undoing says about corrections that go with a batch."""

from datetime import date

from flask import Flask

from registry.documents.reorganisations.corrections import corrections_lost_in_words
from registry.domain.permissions import system_actor
from registry.domain.reorganisations.corrections import UnitSaid
from registry.domain.units.kinds import UnitKind
from registry.queries.units.on_a_day import children
from registry.services.reorganisations.corrections import CorrectUnit, correct_unit
from registry.services.reorganisations.everyday import FoundUnit, Paper, found_unit
from tests.conftest import MOMENT, TODAY
from tests.factories.coverage import RuledProvince


def test_each_is_told_by_the_unit_as_it_is_called_now_with_both_values(app: Flask) -> None:
    here = RuledProvince()
    paper = Paper(effective_on=date(2024, 6, 20), number="5/QĐ-UBND")
    command = FoundUnit(
        parent_id=here.commune.id, kind=UnitKind.COMMUNITY_TEAM, name="Tổ Mọt", paper=paper
    )
    batch = found_unit(system_actor(), command, MOMENT)
    (team,) = children(here.commune.id, TODAY)
    put_right = CorrectUnit(
        unit_id=team.id,
        day=TODAY,
        wrong=UnitSaid("Tổ Mọt", None, here.commune.id),
        right=UnitSaid("Tổ Một", None, here.other_commune.id),
    )
    correct_unit(system_actor(), put_right, MOMENT)
    assert corrections_lost_in_words(batch, TODAY) == [
        "Tổ Một · Xã Bình Đào: tên đơn vị Tổ Mọt → Tổ Một",
        "Tổ Một · Xã Bình Đào: đơn vị cấp trên Xã Bình Minh → Xã Bình Đào",
    ]
