"""What a coverage page is asked: day, subtree, standard, kind, and which units to list."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from flask import request

from registry.documents.coverage.lines import CoverageRow
from registry.documents.coverage.listed import Listed, is_listed
from registry.domain.coverage import RequiredUnit, Standard
from registry.domain.errors import NotFound
from registry.domain.permissions import Action, Scope
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.names import text_sort_key
from registry.domain.vietnamese.writing import format_day
from registry.queries.coverage.figures import Coverage, coverage
from registry.queries.coverage.spans import vacancies
from registry.queries.parameters import home_unit
from registry.queries.units.details import children_in, topmost
from registry.queries.units.on_a_day import UnitRow, path_on, unit_on
from registry.web.access import current_actor
from registry.web.request import today
from registry.web.shown_day import ShownDay, shown_day

T = TypeVar("T", bound=StrEnum)
D = TypeVar("D")
T_found = TypeVar("T_found")

UNIT, KIND, STANDARD, LISTED = "don-vi", "cap", "tieu-chuan", "xem"

_UNIT_ID = re.compile("[0-9]{1,9}")

# Units that others stand under which must be covered: the choices of the picker below the whole.
_GROUPING_KINDS = (UnitKind.DISTRICT,)


class Asked(ABC):
    """Whatever a coverage page was asked, on one day and in one way."""

    __slots__ = ()

    @property
    @abstractmethod
    def kept(self) -> dict[str, str]:
        """What a link carries to be asked the same way."""

    def address(
        self,
        unit_id: int,
        kind: str | None = None,
        standard: str | None = None,
        listed: str | None = None,
    ) -> dict[str, str]:
        """Return what an address carries to ask for a unit, or for the list behind a figure."""
        chosen = {UNIT: str(unit_id), KIND: kind, STANDARD: standard, LISTED: listed}
        return {name: value for name, value in chosen.items() if value} | self.kept


@dataclass(frozen=True, slots=True)
class CoverageQuestion(Asked):
    """The subtree and day asked for. Without an answer `found` is None and `problem` says why."""

    day: ShownDay
    scope: Scope
    found: Coverage | None
    choices: tuple[UnitRow, ...] = ()
    problem: str | None = None

    @property
    def in_words(self) -> str:
        """What the figures are of, as pages say below their title."""
        return f"Tính đến ngày {format_day(self.day.day)}"

    @property
    def kept(self) -> dict[str, str]:
        """What a link carries to be asked the same way."""
        return self.day.kept


@dataclass(frozen=True, slots=True)
class CoverageList:
    """The units a list shows out of `total`, and how it was narrowed."""

    standard: Standard
    listed: Listed
    kind: UnitKind | None
    units: tuple[CoverageRow, ...]
    total: int


def asked() -> CoverageQuestion:
    """Return what the request asks, within what the visitor may see today.

    Raises NotFound when the unit asked for lies outside, or does not exist: the two read the same.
    """
    scope = current_actor().require(Action.COVERAGE_SEE)
    day = shown_day()
    wanted = wanted_unit(scope)
    tops = topmost(scope, day.day)
    root = unit_on(wanted, day.day) if wanted else default_root(tops, day.day)
    if root is None:
        problem = _why_nothing(day.day, named=wanted is not None)
        return CoverageQuestion(day, scope, None, tuple(tops), problem)
    below = choices_below(tops, day.day, scope)
    choices = {row.id: row for row in [*tops, *below, root]}
    found = coverage(root, day.day, scope, today())
    return CoverageQuestion(day, scope, found, tuple(choices.values()))


def default_root(tops: list[UnitRow], day: date) -> UnitRow | None:
    """Return the home province of `day` where it is among the units one may see, else the first."""
    try:
        home = home_unit(day).id
    except NotFound:
        home = None
    return next((row for row in tops if row.id == home), next(iter(tops), None))


def choices_below(tops: list[UnitRow], day: date, scope: Scope) -> list[UnitRow]:
    """Return the units below `tops` that group those which must be covered, by code."""
    below = [
        row
        for top in tops
        for row in children_in(top.id, day, scope, today())
        if row.kind in _GROUPING_KINDS
    ]
    return sorted(below, key=lambda row: row.code)


def wanted_unit(scope: Scope) -> int | None:
    """Return the unit the address names, or None; raises NotFound when it is not to be seen."""
    typed = request.args.get(UNIT, "")
    if not typed:
        return None
    unit_id = int(typed) if _UNIT_ID.fullmatch(typed) else None
    if unit_id is None or not scope.covers(path_on(unit_id, today()), unit_id):
        raise NotFound
    return unit_id


def _why_nothing(day: date, *, named: bool) -> str:
    try:
        home_unit(day)
    except NotFound as refusal:
        return refusal.message
    what = "Đơn vị này không tồn tại" if named else "Không có đơn vị nào trong phạm vi được giao"
    return f"{what} vào ngày {format_day(day)}. Chọn một ngày khác."


def answered(day: date, found: T_found | None, problem: str | None) -> T_found:
    """Return what was `found`, for a document that cannot say why there is none.

    Raises NotFound with the reason; also for a day to come, of which nobody can report yet.
    """
    if problem_of_day := shown_day().error:
        raise NotFound(problem_of_day)
    if day > today():
        raise NotFound("Chưa lập được báo cáo cho ngày chưa đến. Chọn ngày hôm nay hoặc trước đó.")
    if found is None:
        raise NotFound(problem or "")
    return found


def listed_units(found: Coverage) -> CoverageList:
    """Return the units the request wants listed, in the order it wants."""
    standard = _choice(Standard, STANDARD, Standard.ANY)
    wanted = _choice(Listed, LISTED, Listed.MISSING)
    kind = _choice(UnitKind, KIND, None)
    counted = [unit for unit in found.units if (unit.kind is kind if kind else unit.headline)]
    rows = list_rows(
        [unit for unit in counted if is_listed(unit, wanted, standard)], found, standard
    )
    return CoverageList(standard, wanted, kind, tuple(_sorted(rows)), len(counted))


def list_rows(
    units: Iterable[RequiredUnit], found: Coverage, standard: Standard
) -> list[CoverageRow]:
    """Return `units` with the first day of the vacancy of each by `standard`."""
    since = vacancies(found, standard)
    return [
        CoverageRow(
            unit,
            since.get(unit.id),
            (found.as_of - since[unit.id]).days if unit.id in since else None,
        )
        for unit in units
    ]


def _choice(choices: type[T], name: str, otherwise: D) -> T | D:
    """Return the choice the address names; anything else is as if nothing had been chosen."""
    typed = request.args.get(name, "")
    return choices(typed) if typed in list(choices) else otherwise


# What `?sort=` says, by the key of the column it sorts by.
SORTS = {"code": "ma", "name": "ten", "parent": "truc-thuoc", "days": "thieu-tu"}
_ORDERS: dict[str, Callable[[CoverageRow], str | date | tuple[str, str]]] = {
    "ma": lambda row: (row.unit.code, row.unit.name),
    "ten": lambda row: text_sort_key(row.unit.name),
    "truc-thuoc": lambda row: text_sort_key(row.unit.parent_name),
    "thieu-tu": lambda row: row.since or date.max,
}


def _sorted(rows: list[CoverageRow]) -> list[CoverageRow]:
    """Sort by what `?sort=` names (descending after "-"); rows that are equal stay by code."""
    wanted = request.args.get("sort", "")
    order = _ORDERS.get(wanted.removeprefix("-"))
    if order is None:
        return rows
    return sorted(rows, key=order, reverse=wanted.startswith("-"))
