"""A small province whose communes merge, split and end, and what is there after a batch."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from registry.domain.permissions import system_actor
from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.units import Unit
from registry.queries.units.on_a_day import UnitRow, search
from registry.services.reorganisations.applying import apply
from registry.services.reorganisations.outcome import Outcome
from registry.services.units.checks import faults
from tests.factories.coverage import RuledProvince
from tests.factories.reorganisations import LATER, LATER_MOMENT, compose_rows
from tests.factories.units import make_unit

DAY = date(2025, 2, 1)
EVE = DAY - timedelta(days=1)


class SmallProvince(RuledProvince):
    """A province in which two communes merge into a third, new one."""

    def __init__(self) -> None:
        super().__init__()
        self.team = make_unit(
            "Tổ công nghệ số cộng đồng thôn 1", UnitKind.COMMUNITY_TEAM, self.commune
        )

    def merge(self, how: How | None = How.MERGE) -> list[AnnexRow]:
        """Return the rows by which the communes of the first district become one new commune."""
        new = "Xã Thăng Bình" if how is How.MERGE else "Xã Bình Đào"
        return [
            AnnexRow(
                number, "phụ lục", old_id=unit.id, new_name=new, new_kind="xã", how=how,
                new_parent_id=self.district.id, part=Part.WHOLE,
                new_code="90109" if how is How.MERGE else "90102",
            )
            for number, unit in enumerate((self.commune, self.other_commune), start=2)
        ]  # fmt: skip

    def split(self) -> list[AnnexRow]:
        """Return the rows by which the first commune is split between its two neighbours."""
        return [
            AnnexRow(
                number, "phụ lục", old_id=self.commune.id, new_name=name, new_kind="xã",
                new_code=code, new_parent_id=self.district.id, part=Part.PART, how=How.DIVIDE,
            )
            for number, (name, code) in enumerate((("Xã Một", "90111"), ("Xã Hai", "90112")), 2)
        ]  # fmt: skip

    def give(self) -> list[AnnexRow]:
        """Return the row by which the first commune gives a part away and lives on."""
        return [
            AnnexRow(
                2, "phụ lục", old_id=self.commune.id, new_name="Xã Một", new_kind="xã",
                new_code="90111", new_parent_id=self.district.id, part=Part.PART, how=How.SEPARATE,
            )
        ]  # fmt: skip

    def dissolve(self, unit: Unit) -> list[AnnexRow]:
        """Return the row by which a unit is dissolved."""
        return [AnnexRow(2, "phụ lục", old_id=unit.id, how=How.DISSOLVE)]

    def rename(self, unit: Unit, name: str) -> list[AnnexRow]:
        """Return the row that renames a department."""
        return [
            AnnexRow(
                2, "phụ lục", old_id=unit.id, new_name=name, new_kind="department",
                new_parent_id=self.province.id, how=How.RENAME, part=Part.WHOLE,
            )
        ]  # fmt: skip


def carried(rows: list[AnnexRow], day: date = DAY, **more: Any) -> Outcome:
    """Apply rows that have no problem."""
    batch = compose_rows(day, rows, **more)
    outcome = apply(system_actor(), batch.id, LATER_MOMENT)
    assert outcome.problems == ()
    assert faults(LATER) == []
    return outcome


def named(name: str, day: date = DAY) -> UnitRow:
    """Return the unit of that name."""
    (found,) = [hit.row for hit in search(name, day) if hit.row.name == name]
    return found


def periods(model: type[Any], **where: object) -> list[Any]:
    """Return the rows of a dated table, in their order."""
    found = db.session.scalars(select(model).filter_by(**where).order_by(model.valid_from))
    return list(found)
