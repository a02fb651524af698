"""The coverage report of an earlier day in the units of today: what is asked, and its workbook."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask import request

from registry.domain.permissions import Action
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.writing import format_day
from registry.queries.coverage.figures import Coverage
from registry.queries.coverage.translated import (
    TranslatedCoverage,
    TranslatedLine,
    is_reorganised_between,
    translated_coverage,
)
from registry.queries.units.details import topmost
from registry.queries.units.on_a_day import UnitRow, follow
from registry.web.access import current_actor
from registry.web.coverage.question import (
    Asked,
    choices_below,
    default_root,
    wanted_unit,
)
from registry.web.request import today
from registry.web.shown_day import ShownDay, shown_day

UNITS_OF, OF_TODAY = "theo", "hien-nay"


@dataclass(frozen=True, slots=True)
class TodayQuestion(Asked):
    """The subtree of today and the earlier day asked for; without an answer `problem` says why."""

    day: ShownDay
    answer: TranslatedCoverage | None
    choices: tuple[UnitRow, ...] = ()
    problem: str | None = None

    @property
    def found(self) -> Coverage | None:
        """The earlier units and what each rested on."""
        return self.answer.found if self.answer else None

    @property
    def in_words(self) -> str:
        """What the figures are of, as pages say below their title."""
        return f"Số liệu ngày {format_day(self.day.day)}, theo đơn vị hiện nay"

    @property
    def kept(self) -> dict[str, str]:
        """What a link carries to be asked the same way."""
        return {UNITS_OF: OF_TODAY} | self.day.kept


def wants_units_of_today() -> bool:
    """Tell whether the request asks for a past day's figures in the units of today."""
    return request.args.get(UNITS_OF) == OF_TODAY and shown_day().day < today()


def may_choose_units(day: date) -> bool:
    """Tell whether the units of `day` are others than those of today."""
    return day < today() and is_reorganised_between(day, today())


def asked_in_today_units() -> TodayQuestion:
    """Return what the request asks, within what the visitor may see today.

    A unit that ended is asked for by the one in its place. Raises NotFound outside the scope.
    """
    scope = current_actor().require(Action.COVERAGE_SEE)
    day, later = shown_day(), today()
    wanted = wanted_unit(scope)
    tops = topmost(scope, later)
    root = follow(wanted, later) if wanted else default_root(tops, later)
    if root is None:
        problem = (
            "Đơn vị này không có một đơn vị kế tiếp duy nhất hiện nay. Chọn một đơn vị khác,"
            " hoặc xem theo đơn vị của ngày đó."
        )
        return TodayQuestion(day, None, tuple(tops), problem)
    choices = {row.id: row for row in [*tops, *choices_below(tops, later, scope), root]}
    return TodayQuestion(day, translated_coverage(root, day.day, later), tuple(choices.values()))


def lines_by_kind(
    lines: Iterable[TranslatedLine],
) -> list[tuple[UnitKind, list[TranslatedLine]]]:
    """Return the lines kind by kind, in the order they have."""
    return [(kind, list(found)) for kind, found in groupby(lines, key=lambda one: one.unit.kind)]
