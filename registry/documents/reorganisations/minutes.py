"""What the minutes of a batch say, from the batch, its summary and its successor links."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from registry.documents.letterheads import issuing_office, letterhead_of
from registry.documents.reorganisations.paper import Minutes, MinutesRow, UnitList
from registry.documents.reorganisations.words import ShownRow, shown_row
from registry.domain.clock import LOCAL_ZONE, local_day
from registry.domain.reorganisations.annex import Part
from registry.domain.reorganisations.summary import Summary
from registry.domain.reorganisations.wording import SuccessionDeed
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.writing import format_long_day
from registry.models.reorganisations import Reorganisation
from registry.queries.parameters import home_unit
from registry.queries.reorganisations.results import Transition, transition_of
from registry.queries.rosters.lists import account_names
from registry.queries.units.on_a_day import UnitRow, units_by_id

_SHARES = list(Part)


def minutes_of(batch: Reorganisation, today: date) -> Minutes:
    """Return the minutes of an applied batch, issued by the office that reviews today."""
    home = home_unit(today)
    done = batch.summary or Summary()
    moment = batch.applied_at or batch.created_at
    names = account_names([batch.applied_by_id])
    return Minutes(
        letterhead=letterhead_of(issuing_office(home, today), home, today, today),
        decision=_cited(batch),
        effective_on=batch.effective_on,
        applied_at=moment.astimezone(LOCAL_ZONE),
        applied_on=local_day(moment),
        applied_by=names.get(batch.applied_by_id or 0, "quản trị hệ thống"),
        rows=[_row(shown_row(row)) for row in batch.rows],
        units=kind_lines(done),
        counts=count_lines(done),
        lists=_lists(
            transition_of(batch),
            units_by_id(done.units.without_plan, batch.effective_on).values(),
            batch.effective_on,
        ),
    )


def _cited(batch: Reorganisation) -> str:
    decision = batch.decision
    day = f" {format_long_day(decision.issued_on)}" if decision.issued_on else ""
    return f"{decision.name}{day}"


def _row(row: ShownRow) -> MinutesRow:
    share = f" ({row.share})" if row.share else ""
    return MinutesRow(
        old=_named(row.old, row.old_note) + share if row.old else "–",
        new=_named(row.new, row.new_note) if row.new else "–",
        how=row.how,
    )


def _named(name: str, note: str) -> str:
    return f"{name} ({note})" if note else name


def count_lines(summary: Summary) -> list[tuple[str, int, int]]:
    """Return how many of each noun moved to a successor, and how many ended."""
    return [(noun.label, count.moved, count.ended) for noun, count in summary.counts.items()]


def kind_lines(summary: Summary) -> list[tuple[str, int, int]]:
    """Return how many units of each kind there were before and after."""
    before, after = summary.units_before, summary.units_after
    return [
        (kind.label, before.get(kind, 0), after.get(kind, 0))
        for kind in UnitKind
        if kind in before or kind in after
    ]


def _lists(done: Transition, without_plan: Iterable[UnitRow], day: date) -> list[UnitList]:
    successors = {link.successor_id for link in done.links}
    deeds = _deeds(done, day)
    established = [unit for unit_id, unit in done.after.items() if unit_id not in done.before]
    continued = [unit for unit_id, unit in done.after.items() if unit_id in done.before]
    named = [
        unit
        for unit in continued
        if unit.id in successors or unit.name != done.before[unit.id].name
    ]
    ended = [unit for unit_id, unit in done.before.items() if unit_id not in done.after]
    return [
        UnitList("Đơn vị thành lập", _listed(established)),
        UnitList("Đơn vị tiếp tục tồn tại, nhận thêm hoặc đổi tên", _listed(named)),
        UnitList(
            "Đơn vị kết thúc",
            [
                (_name(unit), "; ".join(deeds[unit.id]) or done.reasons.get(unit.id, ""))
                for unit in _ordered(ended)
            ],
        ),
        UnitList("Đơn vị chưa có phương án", _listed(without_plan)),
    ]


def _deeds(done: Transition, day: date) -> dict[int, list[str]]:
    """Return what became of the units that were there before, as the resolution says it."""
    found: dict[int, list[str]] = defaultdict(list)
    for link in sorted(done.links, key=lambda one: _SHARES.index(one.part)):
        old, new = done.before.get(link.predecessor_id), done.after.get(link.successor_id)
        if old is not None and new is not None:
            deed = SuccessionDeed(link.kind, link.part, new.kind, day)
            found[old.id].append(deed.from_old(old.name, new.name))
    return found


def _ordered(units: Iterable[UnitRow]) -> list[UnitRow]:
    return sorted(units, key=lambda unit: (unit.code, unit.name))


def _listed(units: Iterable[UnitRow]) -> list[tuple[str, str]]:
    return [(_name(unit), unit.parent_name or "") for unit in _ordered(units)]


def _name(unit: UnitRow) -> str:
    return f"{unit.name} (mã {unit.code})" if unit.code else unit.name
