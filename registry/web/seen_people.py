"""People whom a page names: on which day the visitor may open the record of each."""

from collections.abc import Iterable, Mapping
from datetime import date

from registry.domain.permissions import Action
from registry.domain.vietnamese.writing import format_day
from registry.queries.people import last_seen
from registry.web.access import current_actor
from registry.web.request import today
from registry.web.shown_day import PARAMETER, shown_day


def people_seen(
    person_ids: Iterable[int | None], on: date | None = None
) -> Mapping[int, Mapping[str, str]]:
    """Return what a link to each record carries; who may not be seen on any day is left out.

    On the day `on`, by default the one the page shows. Who belonged to the scope and left is seen
    as on the last day there.
    """
    shown = shown_day().day
    day = on or shown
    scope = current_actor().scope(Action.PERSON_SEE)
    found = last_seen((one for one in person_ids if one is not None), scope, day, today())
    return {
        person_id: {} if last == shown else {PARAMETER: format_day(last)}
        for person_id, last in found.items()
    }
