"""The day a page shows: `?ngay=dd/mm/yyyy`, else the registry's default day (design §3)."""

from dataclasses import dataclass
from datetime import date

from flask import request

from registry.domain.errors import Invalid
from registry.domain.vietnamese_format import format_day, parse_day
from registry.queries.parameters import default_day
from registry.web.edge import today

PARAMETER = "ngay"


@dataclass(frozen=True, slots=True)
class ShownDay:
    """The day whose facts are shown: the default one, with `error`, when no day was typed."""

    day: date
    default: date
    error: str | None = None

    @property
    def kept(self) -> dict[str, str]:
        """What a link carries to show the same day on the next page: `url_for(…, **day.kept)`."""
        return {} if self.day == self.default else {PARAMETER: format_day(self.day)}


def shown_day() -> ShownDay:
    """Return the day this request asks for. It chooses facts only; rights are asked for today."""
    default = default_day(today())
    typed = request.args.get(PARAMETER, "").strip()
    if not typed:
        return ShownDay(default, default)
    try:
        return ShownDay(parse_day(typed), default)
    except Invalid as refusal:
        return ShownDay(default, default, refusal.message)
