"""One rule for all that may take the last focal point of a unit away (Plan 4660 III.1b).

A service looks which days are covered, writes, and asks here what was lost. Nothing is lost in
silence: the gap is named, and accepted by who makes it. Which units to look at before a change
about people, a decision or a unit, `registry.queries.coverage.at_risk` says.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from registry.domain.clock import Moment
from registry.domain.coverage import first_day_lost
from registry.domain.errors import Invalid
from registry.domain.periods import Period
from registry.domain.permissions import Action, Actor
from registry.domain.vietnamese.names import text_sort_key
from registry.domain.vietnamese.writing import format_day
from registry.queries.coverage.spans import covered_days
from registry.queries.units.on_a_day import ids_in_scope, units_by_id

# A list can leave many units alone at once; whoever reads the refusal wants to see how many.
MOST_NAMED = 10
OUT_OF_SIGHT = "một đơn vị ngoài phạm vi được giao"


def refuse_gaps(
    before: Mapping[int, Sequence[Period]],
    actor: Actor,
    moment: Moment,
    *,
    accepted: bool,
    since: date | None = None,
) -> dict[int, date]:
    """Return the units that lost their last focal point, and the day from which each has none.

    `before` is what `covered_days` said before the change was written. Days before `since` are no
    loss (a first day was put right), nor are those on which the unit itself does not exist. Raises
    Invalid on `accept_gap`, naming units and days, unless `accepted`; a unit that
    lies neither in the actor's scope nor above it is told of and not named.
    """
    now = covered_days(before)
    lost = {
        unit_id: day
        for unit_id, periods in before.items()
        if (day := first_day_lost(periods, now.get(unit_id, ()), since)) is not None
    }
    names = _names(lost)
    gaps = {unit_id: day for unit_id, day in lost.items() if unit_id in names}
    if gaps and not accepted:
        scope = actor.scope(Action.UNIT_SEE)
        seen = ids_in_scope(gaps, scope, moment.day) | scope.above
        told = {unit_id: names[unit_id] if unit_id in seen else OUT_OF_SIGHT for unit_id in gaps}
        raise Invalid.on("accept_gap", _refusal(gaps, told))
    return gaps


def accepted_gaps(gaps: Mapping[int, date]) -> dict[str, object]:
    """Return what the audit says of gaps accepted, by unit; nothing when there are none."""
    return {"gaps": dict(gaps)} if gaps else {}


def _names(lost: Mapping[int, date]) -> dict[int, str]:
    """Return the name each unit bears on its day; one that does not exist then has none."""
    by_day: dict[date, list[int]] = defaultdict(list)
    for unit_id, day in lost.items():
        by_day[day].append(unit_id)
    return {
        unit_id: unit.shown_name
        for day, unit_ids in by_day.items()
        for unit_id, unit in units_by_id(unit_ids, day).items()
    }


def _refusal(gaps: Mapping[int, date], names: Mapping[int, str]) -> str:
    by_day: dict[date, list[str]] = defaultdict(list)
    for unit_id in sorted(gaps, key=lambda one: (gaps[one], text_sort_key(names[one])))[
        :MOST_NAMED
    ]:
        by_day[gaps[unit_id]].append(names[unit_id])
    said = "; từ ngày ".join(f"{format_day(day)} {', '.join(of)}" for day, of in by_day.items())
    more = len(gaps) - MOST_NAMED
    others = f" và {more} đơn vị khác" if more > 0 else ""
    return (
        f"Từ ngày {said}{others} không còn đầu mối CĐS nào được tính. "
        "Phân công người thay thế trước, hoặc đánh dấu xác nhận rồi thực hiện lại."
    )
