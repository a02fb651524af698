"""A day as an option of a command."""

from datetime import date

import click

from registry.domain.errors import Invalid
from registry.domain.vietnamese.reading import parse_day


class _Day(click.ParamType[date]):
    """A day of the calendar; anything else is a usage error."""

    name = "ngày"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the day that was typed."""
        if isinstance(value, date):
            return value
        try:
            return parse_day(value)
        except Invalid as refusal:
            self.fail(f"“{value}”: {refusal.message}", param, ctx)


DAY = _Day()
