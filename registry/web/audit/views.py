"""The page of the audit."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from registry.domain.audit.deeds import deed_label, field_label, noun_label, origin_label
from registry.domain.audit.details import Names, details_in_words, object_in_words, things_told
from registry.domain.clock import LOCAL_ZONE
from registry.domain.errors import Invalid
from registry.domain.permissions import Action
from registry.domain.vietnamese.names import normalise_signs, text_sort_key
from registry.domain.vietnamese.reading import parse_day
from registry.queries.audit import (
    EventFilter,
    EventRow,
    nouns,
    page_of_events,
)
from registry.queries.audit_names import names_of
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
        deed_label=deed_label,
        field_label=field_label,
        object_in_words=object_in_words,
        who_in_words=_who,
        details_in_words=details_in_words,
        names=_names(page.rows, today()),
    )


def _names(rows: Sequence[EventRow], day: date) -> Names:
    """Return what the things are called of which a page's events tell, and their units."""
    told = {
        thing for row in rows for thing in things_told(row.noun, row.object_id, row.details)
    } | {("units", row.unit_id) for row in rows if row.unit_id is not None}
    return names_of(told, day)


def _who(event: EventRow) -> str:
    """Return who did it: a person by name and login, else what it was done by."""
    if event.login is None:
        return origin_label(event.origin)
    return f"{event.name} ({event.login})" if event.name else event.login


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
