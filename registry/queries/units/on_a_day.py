"""Questions about units on a day: by id, by code, by path, by name; what lies under what."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from registry.domain.periods import Period
from registry.domain.permissions import Scope
from registry.domain.units.kinds import PLACE_MARK, PLACED_KINDS, UnitKind
from registry.domain.units.names import located_name
from registry.domain.units.successions import SuccessionKind
from registry.domain.vietnamese.names import exact_key, search_key, unit_query_words
from registry.models.base import Dated, db, ready_alias
from registry.models.units import Succession, Unit, UnitContact, UnitPath, UnitPeriod
from registry.queries.blocks import blocks

_SEARCH_BLOCK = 200

_UnitSelect = Select[*tuple[Any, ...]]

# The day of a statement that is made once, for every day.
DAY: Any = bindparam("day", type_=Date)
_PARENT, _SCOPE_PATH = ready_alias(UnitPeriod), ready_alias(UnitPath)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as it is on the day asked.

    `code` is the official code where there is one, else the registry code.
    """

    id: int
    code: str
    name: str
    short_name: str | None
    kind: UnitKind
    designation: str | None
    parent_id: int | None
    parent_name: str | None
    path: str
    takes_part: bool
    not_taking_part_reason: str | None
    phone: str | None
    valid_from: date
    valid_to: date | None

    @property
    def shown_name(self) -> str:
        """The name as a body, "UBND xã …" where it has one."""
        return self.short_name or self.name

    @property
    def place(self) -> str:
        """What follows the name in lists: " · Xã …" of a unit whose name repeats, else nothing."""
        if self.kind not in PLACED_KINDS or self.parent_name is None:
            return ""
        return f"{PLACE_MARK}{self.parent_name}"

    @property
    def located_name(self) -> str:
        """The name as a body, of a team with its commune."""
        return located_name(self.shown_name, self.kind, self.parent_name)


def in_force(table: type[Dated], day: date | SQLColumnExpression[date]) -> ColumnElement[bool]:
    """Return the condition that a dated row of `table` (a mapped class or alias) holds on `day`."""
    return and_(
        table.valid_from <= day,
        or_(table.valid_to.is_(None), table.valid_to > day),  # a column when mapped
    )


def under(column: SQLColumnExpression[str], prefix: str) -> ColumnElement[bool]:
    """Return the condition that a path lies in the subtree `prefix`: a range, for the index."""
    # "/" is followed by "0" in byte order, and every path of the subtree begins with the prefix's
    # last "/".
    return and_(column >= prefix, column < prefix[:-1] + "0")


def in_scope_of(
    scope: Scope, unit_id: SQLColumnExpression[int | None], today: date
) -> ColumnElement[bool]:
    """Return the condition that a unit lies in `scope`.

    Rights are asked for today, whatever day is shown.
    """
    if scope.everything:
        return true()
    conditions: list[ColumnElement[bool]] = []
    if scope.prefixes:
        conditions.append(
            select(_SCOPE_PATH.id)
            .where(
                _SCOPE_PATH.unit_id == unit_id,
                in_force(_SCOPE_PATH, today),
                or_(*(under(_SCOPE_PATH.path, prefix) for prefix in sorted(scope.prefixes))),
            )
            .exists()
        )
    if scope.closed_unit_ids:
        conditions.append(unit_id.in_(sorted(scope.closed_unit_ids)))
    return or_(*conditions) if conditions else false()


# Made once, for every day: making it costs more time than the database needs to answer.
_ROWS: _UnitSelect = (
    select(
        # In the order in which UnitRow takes them; mapped rows would cost more than the query.
        Unit.id,
        func.coalesce(UnitPeriod.official_code, Unit.registry_code, ""),
        UnitPeriod.name,
        UnitPeriod.short_name,
        UnitPeriod.kind,
        UnitPeriod.designation,
        UnitPeriod.parent_id,
        _PARENT.name,
        UnitPath.path,
        UnitPeriod.takes_part,
        UnitPeriod.not_taking_part_reason,
        UnitContact.phone,
        UnitPeriod.valid_from,
        UnitPeriod.valid_to,
    )
    .join(UnitPeriod, and_(UnitPeriod.unit_id == Unit.id, in_force(UnitPeriod, DAY)))
    .join(UnitPath, and_(UnitPath.unit_id == Unit.id, in_force(UnitPath, DAY)))
    .outerjoin(_PARENT, and_(_PARENT.unit_id == UnitPeriod.parent_id, in_force(_PARENT, DAY)))
    .outerjoin(UnitContact, UnitContact.unit_id == Unit.id)
)


_PATH_ON = select(UnitPath.path).where(
    UnitPath.unit_id == bindparam("unit_id", type_=Integer), in_force(UnitPath, DAY)
)


def _read(statement: _UnitSelect, day: date) -> list[UnitRow]:
    return [UnitRow(*row) for row in db.session.execute(statement, {"day": day})]


def unit_on(unit_id: int, day: date) -> UnitRow | None:
    """Return the unit as of `day`, or None when it does not exist then."""
    rows = _read(_ROWS.where(Unit.id == unit_id), day)
    return rows[0] if rows else None


def units_by_id(unit_ids: Iterable[int], day: date) -> dict[int, UnitRow]:
    """Return the units of `unit_ids` that exist on `day`, by id."""
    wanted = sorted(set(unit_ids))
    if not wanted:
        return {}
    return {row.id: row for row in _read(_ROWS.where(Unit.id.in_(wanted)), day)}


def find_by_code(code: str, day: date) -> UnitRow | None:
    """Return the unit that bears `code` (official, else registry) on `day`.

    One code names different units over time.
    """
    rows = _read(
        _ROWS.where(
            or_(
                UnitPeriod.official_code == code,
                and_(UnitPeriod.official_code.is_(None), Unit.registry_code == code),
            )
        ),
        day,
    )
    return rows[0] if rows else None


def subtree(
    prefix: str,
    day: date,
    *,
    kinds: Sequence[UnitKind] = (),
    scope: Scope | None = None,
    today: date | None = None,
) -> list[UnitRow]:
    """Return the units under `prefix` (itself included) on `day`, by code, then name.

    `kinds` and `scope` (asked for `today`) narrow the answer.
    """
    statement = _ROWS.where(under(UnitPath.path, prefix))
    if kinds:
        statement = statement.where(UnitPeriod.kind.in_(kinds))
    if scope is not None:
        statement = statement.where(in_scope_of(scope, Unit.id, today or day))
    return sorted(_read(statement, day), key=lambda row: (row.code, row.name))


def children(unit_id: int, day: date) -> list[UnitRow]:
    """Return the units directly below a unit on `day`, by kind, then in name order."""
    statement = _ROWS.where(UnitPeriod.parent_id == unit_id).order_by(
        UnitPeriod.kind, UnitPeriod.sort_key, Unit.id
    )
    return _read(statement, day)


def path_on(unit_id: int, day: date) -> str | None:
    """Return the unit's path on `day`, or None when it does not exist then."""
    return db.session.scalar(_PATH_ON, {"unit_id": unit_id, "day": day})


def paths_on(unit_ids: Iterable[int], day: date) -> dict[int, str]:
    """Return the paths of those of the units that exist on `day`, by id."""
    found: dict[int, str] = {}
    for block in blocks(unit_ids):
        rows = db.session.execute(
            select(UnitPath.unit_id, UnitPath.path).where(
                UnitPath.unit_id.in_(block), in_force(UnitPath, day)
            )
        )
        found.update((unit_id, path) for unit_id, path in rows)
    return found


def ids_in_scope(unit_ids: Iterable[int], scope: Scope, today: date) -> set[int]:
    """Return those of the units that lie in `scope`; rights are asked for today."""
    wanted = set(unit_ids)
    paths = paths_on(wanted, today) if not scope.everything else {}
    return {unit_id for unit_id in wanted if scope.covers(paths.get(unit_id), unit_id)}


def follow(unit_id: int, day: date) -> UnitRow | None:
    """Return the unit on `day`, or the one whole successor that stands in its place then."""
    row = unit_on(unit_id, day)
    if row is not None:
        return row
    heirs = db.session.scalars(_taking_its_place(unit_id, day).where(Succession.part != "part"))
    found = list(heirs)
    return follow(found[0], day) if len(found) == 1 else None


def _taking_its_place(unit_id: int, day: date) -> Select[int]:
    """Select who took the place of a unit that had ended by `day`, on the day it ended.

    What it gave away before is no more than that: a giver may even have become part of its taker.
    """
    ended = (
        select(func.max(func.coalesce(UnitPeriod.valid_to, date.max)))
        .where(UnitPeriod.unit_id == unit_id)
        .scalar_subquery()
    )
    return (
        select(Succession.successor_id)
        .where(
            Succession.predecessor_id == unit_id,
            Succession.effective_on == ended,
            Succession.effective_on <= day,
            Succession.kind != SuccessionKind.REESTABLISHED,
        )
        .order_by(Succession.successor_id)
    )


def life_of(unit_id: int) -> Period | None:
    """Return the time from a unit's first day to its end, or None when it never was."""
    periods = db.session.execute(
        select(UnitPeriod.valid_from, UnitPeriod.valid_to)
        .where(UnitPeriod.unit_id == unit_id)
        .order_by(UnitPeriod.valid_from)
    ).all()
    return Period(periods[0].valid_from, periods[-1].valid_to) if periods else None


@dataclass(frozen=True, slots=True)
class UnitFound:
    """A unit that answers a search; a `former_name` held up to `until`.

    `is_predecessors`: it is that of a unit whose place, or a share of it, this one took.
    """

    row: UnitRow
    former_name: str | None = None
    until: date | None = None
    is_predecessors: bool = False


@dataclass(frozen=True, slots=True)
class EndedUnit:
    """A unit that ended before the day asked, under its last name, and the units in its place.

    `elsewhere`: others in its place lie outside the scope, and are not named.
    """

    unit_id: int
    name: str
    kind: UnitKind
    ended_on: date
    heirs: tuple[UnitRow, ...]
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class _NameMatch:
    """A name that answers a search, its bearer, and the last day of it when it is a former one."""

    unit_id: int
    name: str
    sort_key: str
    until: date | None

    def rank(self, wanted: str) -> tuple[bool, bool, bool, str, int]:
        """Order of the answers: exact accents, names of the day, whole names, the alphabet."""
        return (
            not _accents_agree(wanted, self.name),
            self.until is not None,
            search_key(self.name) != search_key(wanted),
            self.sort_key,
            self.unit_id,
        )


def _accents_agree(wanted: str, name: str) -> bool:
    """Tell whether the words typed that begin a word of `name` do so accents and all.

    Abbreviations ("UBND x.") begin none and are not asked for accents.
    """
    folded, exact = search_key(name).split(), exact_key(name).split()
    return all(
        any(own.startswith(word) for own in exact)
        for word in exact_key(wanted).split()
        if any(own.startswith(search_key(word)) for own in folded)
    )


def search(
    text: str,
    day: date,
    *,
    kinds: Sequence[UnitKind] = (),
    scope: Scope | None = None,
    today: date | None = None,
    limit: int = 20,
) -> list[UnitFound]:
    """Find units of `day` by present or former name, abbreviation or code, with or without accents.

    A unit that no longer exists leads to the units in its place. Exact accents come first, then
    present names, those typed whole, the alphabet. `scope` (asked for `today`) and `kinds` narrow
    the answer.
    """
    words = unit_query_words(text)
    if not words:
        return []
    matches = sorted(_name_matches(words, day), key=lambda match: match.rank(text))
    found: dict[int, UnitFound] = {}
    for start in range(0, len(matches), _SEARCH_BLOCK):
        block = matches[start : start + _SEARCH_BLOCK]
        standing = _standing_for([match.unit_id for match in block], day)
        statement = _ROWS.where(Unit.id.in_({one for ids in standing.values() for one in ids}))
        if kinds:
            statement = statement.where(UnitPeriod.kind.in_(kinds))
        if scope is not None:
            statement = statement.where(in_scope_of(scope, Unit.id, today or day))
        for answer in _answers(block, standing, {row.id: row for row in _read(statement, day)}):
            found.setdefault(answer.row.id, answer)
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def search_ended(text: str, day: date, *, scope: Scope, today: date, limit: int) -> list[EndedUnit]:
    """Find units that ended before `day` by any of their names or codes, as `search` does.

    `ended_on` is the first day on which they stood no more. `scope` is asked for `today`.
    """
    words = unit_query_words(text)
    if not words:
        return []
    matches = sorted(_name_matches(words, day), key=lambda match: match.rank(text))
    ids = list(dict.fromkeys(match.unit_id for match in matches if match.until is not None))
    last = _last_periods(ids, day, scope, today)
    shown = [last[unit_id] for unit_id in ids if unit_id in last][:limit]
    heirs = {period.unit_id: heirs_on(period.unit_id, day) for period in shown}
    wanted = {heir for found in heirs.values() for heir in found}
    rows = units_by_id(ids_in_scope(wanted, scope, today), day)
    return [
        EndedUnit(
            period.unit_id,
            period.name,
            period.kind,
            period.valid_to,
            tuple(rows[heir] for heir in heirs[period.unit_id] if heir in rows),
            elsewhere=any(heir not in rows for heir in heirs[period.unit_id]),
        )
        for period in shown
        if period.valid_to is not None
    ]


def _last_periods(
    unit_ids: Sequence[int], day: date, scope: Scope, today: date
) -> dict[int, UnitPeriod]:
    """Return the last period of those of the units that stood before `day` and stand no more."""
    found: dict[int, UnitPeriod] = {}
    later = aliased(UnitPeriod)
    goes_on = (
        select(later.id)
        .where(later.unit_id == UnitPeriod.unit_id, later.valid_from > UnitPeriod.valid_from)
        .exists()
    )
    for start in range(0, len(unit_ids), _SEARCH_BLOCK):
        periods = db.session.scalars(
            select(UnitPeriod).where(
                UnitPeriod.unit_id.in_(unit_ids[start : start + _SEARCH_BLOCK]),
                UnitPeriod.valid_to <= day,
                ~goes_on,
                in_scope_of(scope, UnitPeriod.unit_id, today),
            )
        )
        found |= {period.unit_id: period for period in periods}
    return found


def _answers(
    matches: Iterable[_NameMatch], standing: Mapping[int, list[int]], rows: Mapping[int, UnitRow]
) -> Iterator[UnitFound]:
    for match in matches:
        former_name = match.name if match.until else None
        for unit_id in standing[match.unit_id]:
            if unit_id in rows:
                is_predecessors = match.unit_id != unit_id
                yield UnitFound(rows[unit_id], former_name, match.until, is_predecessors)


def _name_matches(words: Sequence[str], day: date) -> list[_NameMatch]:
    padded = " " + UnitPeriod.search_key
    periods = db.session.execute(
        select(
            UnitPeriod.unit_id,
            UnitPeriod.name,
            UnitPeriod.sort_key,
            UnitPeriod.valid_to,
        ).where(UnitPeriod.valid_from <= day, *(padded.contains(f" {word}") for word in words))
    )
    matches: dict[tuple[int, str], _NameMatch] = {}
    for unit_id, name, sort_key, valid_to in periods:
        # A name outlasts its period when the next one, under another parent say, bears it too.
        until = valid_to - timedelta(days=1) if valid_to is not None and valid_to <= day else None
        known = matches.get((unit_id, name))
        if known is None or (known.until and (until is None or until > known.until)):
            matches[unit_id, name] = _NameMatch(unit_id, name, sort_key, until)
    return list(matches.values())


def _standing_for(unit_ids: Iterable[int], day: date) -> dict[int, list[int]]:
    """Return for each unit itself when it exists on `day`, else the units in its place then."""
    wanted = set(unit_ids)
    existing = set(
        db.session.scalars(
            select(UnitPath.unit_id).where(UnitPath.unit_id.in_(wanted), in_force(UnitPath, day))
        )
    )
    return {
        unit_id: [unit_id] if unit_id in existing else heirs_on(unit_id, day) for unit_id in wanted
    }


def heirs_on(unit_id: int, day: date) -> list[int]:
    """Return the units that stand on `day` in the place of one that ended, in a fixed order."""
    standing: list[int] = []
    for heir in db.session.scalars(_taking_its_place(unit_id, day)).all():
        standing.extend([heir] if path_on(heir, day) is not None else heirs_on(heir, day))
    return list(dict.fromkeys(standing))
