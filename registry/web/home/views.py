"""The first page: what waits for who is signed in, and for everybody counts without names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from registry.documents.coverage.lines import level_lines, page_figure_columns, parent_lines
from registry.documents.rosters import ROSTER_TONES
from registry.domain.errors import NotFound
from registry.domain.permissions import Action
from registry.domain.tasks import FROM_TIME_TO_TIME, Task, tasks_of
from registry.models.accounts import PasswordLink
from registry.queries.account_news import News, news_of_office, news_of_own
from registry.queries.cards import live_card_of
from registry.queries.coverage.figures import Coverage, coverage
from registry.queries.link_releases import held_of_own
from registry.queries.own_units import OwnUnit, own_units
from registry.queries.parameters import default_day, home_unit, reference_last_day
from registry.queries.signups import count_open
from registry.queries.tasks import Waiting, ending, left_over_units, uncovered, waiting
from registry.queries.units.on_a_day import units_by_id
from registry.web.access import current_actor, requires
from registry.web.forms.fields import ButtonForm
from registry.web.request import moment, today
from registry.web.tasks import list_of

blueprint = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """What a person's own record says on the first page: the day of his card, what is lacking."""

    card_issued_on: date | None
    lacks_phone: bool


@dataclass(frozen=True, slots=True)
class Work:
    """What waits for who is signed in; each kind of work with the address of its list.

    `handed_over` are steps that others wait for, `lacking` facts that nobody has written down.
    `requests` counts what was sent to the own units and is decided elsewhere. The news are of the
    own account and of those of the own offices; `own_held` is a link of the own account that waits.
    """

    own_units: Sequence[OwnUnit]
    requests: int
    handed_over: Sequence[tuple[Waiting, str]]
    lacking: Sequence[tuple[Waiting, str]]
    own_record: OwnRecord | None
    comes_first: bool
    own_news: Sequence[News]
    own_held: PasswordLink | None
    office_news: Sequence[News]


@blueprint.get("/")
@requires(Action.HOME_SEE)
def index() -> ResponseReturnValue:
    """Show what waits for the visitor and the home province's coverage; before any data: how."""
    day = default_day(today())
    try:
        province = home_unit(day)
    except NotFound:
        return render_template("home/empty.html")
    found = coverage(province, day)
    return render_template(
        "home/index.html",
        work=_work(found) if current_user.is_authenticated else None,
        roster_tones=ROSTER_TONES,
        found=found,
        last_known=reference_last_day(),
        level_columns=page_figure_columns("Cấp", found.headline),
        levels=level_lines(found),
        parent_columns=page_figure_columns("Đơn vị", found.headline),
        parents=parent_lines(found),
        listed_units=_units_to_be_listed(found),
        form=ButtonForm() if current_user.is_authenticated else None,
    )


def _work(found: Coverage) -> Work:
    """Return what waits for the visitor; it comes first but for who only looks: he has figures."""
    actor, day = current_actor(), found.as_of
    counted = uncovered(actor, day, today(), found)
    units = own_units(actor, [coverage for coverage, _ in counted], day)
    lacking_units = [lacking for _, lacking in counted if lacking is not None]
    others = (ending(actor, today(), day), left_over_units(actor, today()))
    of_all = [*waiting(actor, moment(), day), *lacking_units, *filter(None, others)]
    entries = [(one, list_of(one)) for one in sorted(of_all, key=_place)]
    has_own_work = bool({*tasks_of(actor)} - FROM_TIME_TO_TIME)
    return Work(
        own_units=units,
        requests=count_open(actor.scope(Action.ROSTER_COMPOSE), today()) if units else 0,
        handed_over=[entry for entry in entries if entry[0].task.is_handed_over],
        lacking=[entry for entry in entries if not entry[0].task.is_handed_over],
        own_record=_own_record(),
        own_news=news_of_own(actor, moment()),
        own_held=held_of_own(actor, moment()),
        office_news=news_of_office(actor, moment()),
        comes_first=bool(entries) or has_own_work or not actor.may(Action.COVERAGE_SEE),
    )


def _place(waiting: Waiting) -> int:
    return list(Task).index(waiting.task)


def _own_record() -> OwnRecord | None:
    person = current_user.account.person
    if person is None:
        return None
    card = live_card_of(person.id, today())
    return OwnRecord(
        card_issued_on=card.issued_on if card else None, lacks_phone=person.phone is None
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
