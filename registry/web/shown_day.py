"""The day a page shows: `?ngay=dd/mm/yyyy`, else the registry's default day (docs/adr/0009)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask, has_request_context, request

from registry.domain.errors import Invalid
from registry.domain.vietnamese.names import normalise_signs
from registry.domain.vietnamese.reading import parse_day
from registry.domain.vietnamese.writing import format_day
from registry.queries.parameters import default_day
from registry.web.request import today

PARAMETER = "ngay"

# Links to these carry the day on, also from the navigation and by way of pages without a day.
DATED_ENDPOINTS = frozenset(
    {
        "assignments.ending",
        "assignments.of_unit",
        "assignments.waiting",
        "coverage.gaps",
        "coverage.report",
        "decisions.of_unit",
        "people.index",
        "people.show",
        "units.index",
        "units.show",
    }
)


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
    typed = normalise_signs(request.args.get(PARAMETER, ""))
    if not typed:
        return ShownDay(default, default)
    try:
        return ShownDay(parse_day(typed), default)
    except Invalid as refusal:
        return ShownDay(default, default, refusal.message)


def register(app: Flask) -> None:
    """Keep the day while one moves about: add it to the addresses of pages that know a day."""
    app.url_defaults(_add_day)


def _add_day(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint not in DATED_ENDPOINTS or PARAMETER in values or not has_request_context():
        return
    typed = normalise_signs(request.args.get(PARAMETER, ""))
    if not typed:
        return
    try:
        values[PARAMETER] = format_day(parse_day(typed))
    except Invalid:  # said on the page that was asked; not worth carrying on
        return
