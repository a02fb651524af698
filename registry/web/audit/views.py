"""The page of the audit."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from registry.domain.audit.deeds import deed_label, field_label, noun_label, origin_label
from registry.domain.audit.details import Names, details_in_words, ids_told, object_in_words
from registry.domain.clock import LOCAL_ZONE
from registry.domain.errors import Invalid
from registry.domain.permissions import Action
from registry.domain.vietnamese.names import normalise_signs, text_sort_key
from registry.domain.vietnamese.reading import parse_day
from registry.queries.audit import (
    EventFilter,
    EventRow,
    nouns,
    numbers_of_decisions,
    page_of_events,
)
from registry.queries.units.on_a_day import units_by_id
from registry.web.access import current_actor, requires
from registry.web.paging import window
from registry.web.request import today

blueprint = Blueprint("audit", __name__)


@blueprint.get("/nhat-ky")
@requires(Action.AUDIT_SEE)
def index() -> ResponseReturnValue:
    """List events, the newest first, narrowed by noun, object and days; no personal value."""
    current_actor().require(Action.AUDIT_SEE)
    since, since_error = _day("tu-ngay")
    until, until_error = _day("den-ngay")
    wanted = EventFilter(
        noun=normalise_signs(request.args.get("loai", "")) or None,
        object_id=normalise_signs(request.args.get("doi-tuong", "")) or None,
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until and until < date.max else None,
    )
    page = page_of_events(wanted, window(50))
    return render_template(
        "audit/index.html",
        page=page,
        wanted=wanted,
        noun_options=sorted(
            ((noun, noun_label(noun)) for noun in nouns()),
            key=lambda option: text_sort_key(option[1]),
        ),
        errors=[error for error in (since_error, until_error) if error],
        units=units_by_id((event.unit_id for event in page.rows if event.unit_id), today()),
        deed_label=deed_label,
        noun_label=noun_label,
        field_label=field_label,
        object_in_words=object_in_words,
        origin_label=origin_label,
        details_in_words=details_in_words,
        names=_names(page.rows, today()),
    )


def _names(rows: Sequence[EventRow], day: date) -> Names:
    """Return what the units and decisions are called of which a page's events tell."""
    unit_ids, decision_ids = ids_told(row.details for row in rows)
    units = units_by_id(unit_ids, day)
    return Names(
        units={unit_id: unit.shown_name for unit_id, unit in units.items()},
        decisions=numbers_of_decisions(decision_ids),
    )


def _day(name: str) -> tuple[date | None, str | None]:
    """Return the day of a parameter, and what is wrong with it."""
    typed = normalise_signs(request.args.get(name, ""))
    if not typed:
        return None, None
    try:
        return parse_day(typed), None
    except Invalid as refusal:
        return None, refusal.message


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LOCAL_ZONE)
