"""The question where somebody goes on whose unit is known to split."""

from collections.abc import Iterable

from registry.domain.vietnamese.writing import format_day
from registry.queries.units.on_a_day import heirs_on, units_by_id
from registry.services.reorganisations.following import coming_split
from registry.web.forms.fields import BaseForm, SelectField, number_or_none
from registry.web.request import today

NO_PLAN = ("", "Chưa có phương án")


class SuccessorForm(BaseForm):
    """Into which part of a unit that splits later a fact goes; the macro `successor` shows it."""

    # The service looks whether it is a part of the unit: which unit, may be chosen here as well.
    successor_id = SelectField(
        "Sau khi chia tách thuộc đơn vị nào?", coerce=number_or_none, validate_choice=False
    )

    def offer_parts(self, unit_ids: Iterable[int]) -> None:
        """Ask for the part where one of the units splits on a day to come."""
        found = [split for unit_id in unit_ids if (split := coming_split(unit_id, today()))]
        days = {split.day for split in found}
        if len(days) == 1:
            day = format_day(min(days))
            self.successor_id.label.text = f"Từ ngày {day} thuộc đơn vị nào?"
        parts = {
            unit.id: unit.located_name
            for split in found
            for unit in units_by_id(split.parts, split.day).values()
        }
        if parts:
            self.successor_id.choices = [NO_PLAN, *parts.items()]

    def offer_heirs(self, unit_id: int) -> None:
        """Ask for the unit in the place of one that ended, where there are several."""
        heirs = heirs_on(unit_id, today())
        if len(heirs) > 1:
            self.successor_id.label.text = "Đơn vị kế thừa nhận người này"
            units = units_by_id(heirs, today())
            self.successor_id.choices = [
                ("", "Chọn đơn vị"),
                *((heir, units[heir].located_name) for heir in heirs),
            ]
