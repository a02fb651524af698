"""A province reorganised whole, tried out and applied, against the same rows written by raw SQL.

280 communes with 3,766 teams and 25,000 members become 94; their 24 districts end. The other side
writes what the service wrote, row for row: the units, what hangs on them, the journal to undo it,
the cache of paths. It is given all values ready and only has to write them.
"""

import gc
import json
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import insert, select

from benchmarks.measuring import Cost
from registry.app import create_app
from registry.domain.assignments import AssignmentRole, Duty
from registry.domain.clock import Moment
from registry.domain.decisions import DecisionKind
from registry.domain.memberships import MemberRole
from registry.domain.permissions import system_actor
from registry.domain.reorganisations.annex import AnnexRow, Part
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.coverage import CoverageRule
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.parameters import Parameter
from registry.models.people import Person
from registry.models.reorganisations import ReorganisationChange
from registry.models.schema import upgrade
from registry.models.units import KindPlacement, Unit, UnitPath, UnitPeriod
from registry.queries.parameters import HOME_UNIT
from registry.services.reorganisations.applying import apply, try_out
from registry.services.reorganisations.composing import ComposeBatch, compose
from registry.services.units.paths import rebuild_paths
from registry.settings import Settings, make_home

DISTRICTS, COMMUNES, TEAMS, MEMBERS, NEW_COMMUNES = 24, 280, 3766, 25_000, 94
MEMBERS_OF_A_TEAM = 5
START, DAY = date(2024, 6, 1), date(2025, 7, 1)
NOW = datetime(2025, 8, 1, 2, tzinfo=UTC)
MOMENT = Moment(NOW)
PROVINCE, ALLOWED, ROUNDS = "Tỉnh Thử Nghiệm", 5.0, 5

_Write = tuple[str, Sequence[tuple[Any, ...]]]


def measure() -> list[Cost]:
    """Generate the province and compare trying out and applying with writing the same rows."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        url = f"sqlite:///{home / 'registry.sqlite'}"
        upgrade(url)
        app = create_app(
            Settings(home, url, "127.0.0.1", 8000, "http://127.0.0.1:8000", make_home(home))
        )
        with app.app_context():
            _generate()
            batch_id = _compose()
            writes = list(_writes_of(batch_id))
            tried, applied, raw = _times(
                lambda: _expect_no_problem(try_out(system_actor(), batch_id, MOMENT)),
                lambda: _expect_no_problem(apply(system_actor(), batch_id, MOMENT)),
                lambda: _write(writes),
            )
            db.session.remove()
            db.engine.dispose()
    against = "the same rows as raw SQL"
    return [
        Cost("Reorganisation of a province, tried out", against, tried / raw, ALLOWED),
        Cost("Reorganisation of a province, applied", against, applied / raw, ALLOWED),
    ]


def _times(*sides: Callable[[], object]) -> list[float]:
    """Return the median time of each side, all taking turns; nothing is kept of any."""
    # The values ready for the other side are no burden of ours when unused objects are looked for.
    gc.collect()
    gc.freeze()
    spent: list[list[float]] = [[] for _ in sides]
    for _ in range(ROUNDS):
        for side, times in zip(sides, spent, strict=True):
            start = time.perf_counter()
            side()
            times.append(time.perf_counter() - start)
            db.session.rollback()
    gc.unfreeze()
    return [median(times) for times in spent]


def _expect_no_problem(outcome: Any) -> None:
    if outcome.problems:
        raise ValueError(outcome.problems[0].message)


# --- the other side ------------------------------------------------------------------------------


def _writes_of(batch_id: int) -> Iterator[_Write]:
    """Apply the batch once and yield, as statements with their values, every row it wrote."""
    _expect_no_problem(apply(system_actor(), batch_id, MOMENT))
    changes = db.session.scalars(
        select(ReorganisationChange).order_by(ReorganisationChange.sequence)
    ).all()
    for (table, columns, kind), group in groupby(changes, _shape):
        yield _statement(table, columns, kind), [_values(change, columns) for change in group]
    journal = ("reorganisation_id", "sequence", "table_name", "row_id", "before", "after")
    yield (
        _statement("reorganisation_changes", journal, "insert"),
        [
            (
                change.reorganisation_id,
                change.sequence,
                change.table_name,
                change.row_id,
                json.dumps(change.before),
                json.dumps(change.after),
            )
            for change in changes
        ],
    )
    paths = db.session.execute(
        select(UnitPath.id, UnitPath.unit_id, UnitPath.path, UnitPath.valid_from, UnitPath.valid_to)
    ).all()
    yield "DELETE FROM unit_paths WHERE id = ?", [(row.id,) for row in paths]
    yield (
        "INSERT INTO unit_paths (unit_id, path, valid_from, valid_to) VALUES (?, ?, ?, ?)",
        [
            (
                row.unit_id,
                row.path,
                row.valid_from.isoformat(),
                row.valid_to.isoformat() if row.valid_to else None,
            )
            for row in paths
        ],
    )
    db.session.rollback()


def _shape(change: ReorganisationChange) -> tuple[str, tuple[str, ...], str]:
    kind = "insert" if change.before is None else "delete" if change.after is None else "update"
    return change.table_name, tuple(sorted(change.after or {})), kind


def _statement(table: str, columns: Sequence[str], kind: str) -> str:
    if kind == "delete":
        return f"DELETE FROM {table} WHERE id = ?"  # noqa: S608 - names of our own tables
    if kind == "update":
        assigned = ", ".join(f'"{column}" = ?' for column in columns)
        return f"UPDATE {table} SET {assigned} WHERE id = ?"  # noqa: S608 - as above
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - as above


def _values(change: ReorganisationChange, columns: Sequence[str]) -> tuple[Any, ...]:
    values = tuple((change.after or {})[column] for column in columns)
    return values if change.before is None else (*values, change.row_id)


def _write(writes: Sequence[_Write]) -> None:
    connection = db.session.connection()
    for statement, rows in writes:
        connection.exec_driver_sql(statement, list(rows))


# --- the province --------------------------------------------------------------------------------


def _compose() -> int:
    """Keep the batch: each new commune takes the place of about three."""
    rows = [
        AnnexRow(
            number=number + 2,
            source="phụ lục",
            old_code=f"{10_000 + number}",
            old_name=f"Xã Cũ {number}",
            old_kind="xã",
            old_parent=f"Huyện {number % DISTRICTS}",
            old_province=PROVINCE,
            new_code=f"{20_000 + number % NEW_COMMUNES}",
            new_name=f"Xã Mới {number % NEW_COMMUNES}",
            new_kind="xã",
            new_province_code="99",
            new_province=PROVINCE,
            part=Part.WHOLE,
        )
        for number in range(COMMUNES)
    ]
    batch = compose(
        system_actor(), ComposeBatch(effective_on=DAY, decision_number="1/NQ", rows=rows), MOMENT
    )
    db.session.commit()
    return batch.id


class _Rows:
    """Rows to insert, numbered as they are made."""

    def __init__(self) -> None:
        self.units: list[dict[str, Any]] = []
        self.periods: list[dict[str, Any]] = []
        self.people: list[dict[str, Any]] = []
        self.memberships: list[dict[str, Any]] = []
        self.assignments: list[dict[str, Any]] = []

    def unit(self, name: str, kind: UnitKind, parent: int | None, code: str | None = None) -> int:
        number = len(self.units) + 1
        self.units.append({"id": number, "registry_code": None if code else f"U-{number}"})
        self.periods.append(
            {
                "unit_id": number, "name": name, "kind": kind, "official_code": code,
                "parent_id": parent, "takes_part": True, "search_key": name, "sort_key": name,
                "valid_from": START,
            }
        )  # fmt: skip
        return number

    def member(self, unit: int) -> int:
        number = len(self.people) + 1
        name = f"Người {number}"
        self.people.append(
            {"id": number, "full_name": name, "search_key": name, "sort_key": name,
             "created_at": NOW}
        )  # fmt: skip
        self.memberships.append(
            {"line_id": uuid.uuid4().hex, "person_id": number, "unit_id": unit,
             "role": MemberRole.MEMBER, "is_main": True, "valid_from": START}
        )  # fmt: skip
        return number

    def focal_point(self, unit: int, person: int) -> None:
        self.assignments.append(
            {"line_id": uuid.uuid4().hex, "person_id": person, "section_id": None, "unit_id": unit,
             "role": AssignmentRole.FOCAL_POINT, "duty": Duty.CONCURRENT, "decision_id": 1,
             "valid_from": START}
        )  # fmt: skip


def _generate() -> None:
    rows = _Rows()
    province = rows.unit(PROVINCE, UnitKind.PROVINCE, None, "99")
    districts = [
        rows.unit(f"Huyện {number}", UnitKind.DISTRICT, province, f"{900 + number}")
        for number in range(DISTRICTS)
    ]
    communes = [
        rows.unit(
            f"Xã Cũ {number}", UnitKind.COMMUNE, districts[number % DISTRICTS], f"{10_000 + number}"
        )
        for number in range(COMMUNES)
    ]
    for number in range(TEAMS):
        name = f"Tổ công nghệ số cộng đồng {number}"
        team = rows.unit(name, UnitKind.COMMUNITY_TEAM, communes[number % COMMUNES])
        for _ in range(MEMBERS_OF_A_TEAM):
            rows.member(team)
    for commune in communes:
        rows.focal_point(commune, rows.member(commune))
    while len(rows.people) < MEMBERS:
        rows.member(communes[len(rows.people) % COMMUNES])
    _insert(rows)


def _insert(rows: _Rows) -> None:
    session = db.session
    session.execute(insert(Unit), rows.units)
    session.execute(insert(UnitPeriod), rows.periods)
    session.execute(insert(Person), rows.people)
    session.execute(insert(Membership), rows.memberships)
    session.add(Decision(unit_id=1, number="1", kind=DecisionKind.DECISION, issued_on=START))
    session.flush()
    session.execute(insert(Assignment), rows.assignments)
    session.add(Parameter(name=HOME_UNIT, value="1"))
    for kind, above in (
        (UnitKind.PROVINCE, None),
        (UnitKind.DISTRICT, UnitKind.PROVINCE),
        (UnitKind.COMMUNE, UnitKind.DISTRICT),
        (UnitKind.COMMUNE, UnitKind.PROVINCE),
        (UnitKind.COMMUNITY_TEAM, UnitKind.COMMUNE),
    ):
        session.add(
            KindPlacement(kind=kind, parent_kind=above.value if above else None, valid_from=START)
        )
    session.add(
        CoverageRule(
            kind=UnitKind.COMMUNE, role=AssignmentRole.FOCAL_POINT, minimum=1, grace_days=0,
            headline=True, valid_from=START,
        )
    )  # fmt: skip
    rebuild_paths()
    session.commit()
