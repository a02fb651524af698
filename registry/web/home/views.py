"""The first page, for everybody: counts, no names of people and no telephone numbers."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from registry.documents.coverage.lines import level_lines, page_figure_columns, parent_lines
from registry.domain.errors import NotFound
from registry.domain.permissions import Action
from registry.queries.coverage.figures import Coverage, coverage
from registry.queries.parameters import default_day, home_unit, reference_last_day
from registry.queries.units.on_a_day import units_by_id
from registry.web.access import current_actor, requires
from registry.web.request import today

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@requires(Action.HOME_SEE)
def index() -> ResponseReturnValue:
    """Show the home province's coverage; before any data is loaded, what to run."""
    day = default_day(today())
    try:
        province = home_unit(day)
    except NotFound:
        return render_template("home/empty.html")
    found = coverage(province, day)
    return render_template(
        "home/index.html",
        found=found,
        last_known=reference_last_day(),
        level_columns=page_figure_columns("Cấp", found.headline),
        levels=level_lines(found),
        parent_columns=page_figure_columns("Đơn vị", found.headline),
        parents=parent_lines(found),
        listed_units=_units_to_be_listed(found),
    )


def _units_to_be_listed(found: Coverage) -> frozenset[int]:
    """Return the units, of those the page has figures for, whose list the visitor may open."""
    scope = current_actor().scope(Action.COVERAGE_SEE)
    if scope.is_empty:
        return frozenset()
    shown = [found.unit.id, *(line.id for line in found.by_parent())]
    rows = units_by_id(shown, today())
    return frozenset(
        unit_id
        for unit_id in shown
        if scope.covers(rows[unit_id].path if unit_id in rows else None, unit_id)
    )
