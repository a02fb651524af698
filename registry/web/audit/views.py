"""The page of the audit."""

import json
import re
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from registry.domain.audit.deeds import deed_label, field_label, noun_label, origin_label
from registry.domain.clock import LOCAL_ZONE
from registry.domain.errors import Invalid
from registry.domain.permissions import Action
from registry.domain.vietnamese.names import normalise_signs, text_sort_key
from registry.domain.vietnamese.reading import parse_day
from registry.domain.vietnamese.writing import format_day
from registry.queries.audit import EventFilter, nouns, page_of_events
from registry.queries.units.on_a_day import units_by_id
from registry.web.access import current_actor, requires
from registry.web.paging import window
from registry.web.request import today

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FINGERPRINT = re.compile(r"[0-9a-f]{32,64}")
_SHOWN_OF_FINGERPRINT = 12
_TRUTH = {True: "có", False: "không", None: "–"}

blueprint = Blueprint("audit", __name__)


@blueprint.get("/nhat-ky")
@requires(Action.AUDIT_SEE)
def index() -> ResponseReturnValue:
    """List events, the newest first, narrowed by noun, object and days; no personal value."""
    current_actor().require(Action.AUDIT_SEE)
    since, since_error = _day("tu-ngay")
    until, until_error = _day("den-ngay")
    wanted = EventFilter(
        noun=request.args.get("loai") or None,
        object_id=normalise_signs(request.args.get("doi-tuong", "")) or None,
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until else None,
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
        origin_label=origin_label,
        in_words=in_words,
    )


def in_words(value: Any) -> str:
    """Return a value of an event's details as the page shows it.

    Days and truth stand as people say them, and of a fingerprint the part that lists print.
    """
    if isinstance(value, str):
        if _FINGERPRINT.fullmatch(value):
            return f"{value[:_SHOWN_OF_FINGERPRINT]}…"
        return format_day(date.fromisoformat(value)) if _ISO_DAY.fullmatch(value) else value
    if value is None or isinstance(value, bool):
        return _TRUTH[value]
    if isinstance(value, list):
        return ", ".join(in_words(one) for one in value) or "–"
    return json.dumps(value, ensure_ascii=False)


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
