"""Coverage of a province on a day, against a recursive query over the same rows.

The other side walks the tree by the parents of each unit and needs no cache of paths; it is
written as one would write it first: the subtree downwards, and upwards from each unit of it to
see whether a holder belongs.
"""

import tempfile
import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

from sqlalchemy import insert, text

from benchmarks.measuring import Ratio, compare
from registry.app import create_app
from registry.domain.assignments import AssignmentRole, Duty
from registry.domain.decisions import DecisionKind
from registry.domain.memberships import MemberRole
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.coverage import Completeness, CoverageRule
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.people import Person, PersonPeriod
from registry.models.schema import upgrade
from registry.models.units import Unit, UnitPeriod
from registry.queries.coverage.figures import coverage
from registry.queries.units.on_a_day import UnitRow, unit_on
from registry.services.units.paths import rebuild_paths
from registry.settings import Settings, make_home

PROVINCES = 6
START, DAY = date(2024, 6, 1), date(2024, 6, 30)
WANTED = 3.0
WITHOUT_FOCAL_POINT, HELD_BY_SECTION = 0.1, 0.3

RECURSIVE = """
WITH RECURSIVE below(unit_id, kind, takes_part) AS (
    SELECT unit_id, kind, takes_part FROM unit_periods
     WHERE unit_id = :root AND valid_from <= :day AND (valid_to IS NULL OR valid_to > :day)
    UNION ALL
    SELECT p.unit_id, p.kind, p.takes_part
      FROM unit_periods p JOIN below ON p.parent_id = below.unit_id
     WHERE p.valid_from <= :day AND (p.valid_to IS NULL OR p.valid_to > :day)
),
above(unit_id, ancestor_id) AS (
    SELECT unit_id, unit_id FROM below
    UNION ALL
    SELECT above.unit_id, p.parent_id
      FROM above JOIN unit_periods p ON p.unit_id = above.ancestor_id
     WHERE p.parent_id IS NOT NULL
       AND p.valid_from <= :day AND (p.valid_to IS NULL OR p.valid_to > :day)
),
counting(unit_id, is_strict) AS (
    SELECT a.unit_id, a.section_id IS NOT NULL
           OR (a.duty = 'dedicated' AND coalesce(said.contract_type, '') <> 'contract')
      FROM assignments a
      JOIN decisions d ON d.id = a.decision_id AND d.issued_on <= :day
      LEFT JOIN person_periods said ON said.person_id = a.person_id
       AND said.valid_from <= :day AND (said.valid_to IS NULL OR said.valid_to > :day)
     WHERE a.role = 'focal_point'
       AND a.valid_from <= :day AND (a.valid_to IS NULL OR a.valid_to > :day)
       AND a.unit_id IN (SELECT unit_id FROM below)
       AND (EXISTS (SELECT 1 FROM above
                     WHERE above.unit_id = a.section_id AND above.ancestor_id = a.unit_id)
         OR EXISTS (SELECT 1 FROM memberships m JOIN above
                       ON (above.unit_id = m.unit_id AND above.ancestor_id = a.unit_id)
                       OR (above.unit_id = a.unit_id AND above.ancestor_id = m.unit_id)
                     WHERE m.person_id = a.person_id
                       AND m.valid_from <= :day AND (m.valid_to IS NULL OR m.valid_to > :day)))
)
SELECT coalesce(p.official_code, u.registry_code), p.name, below.kind, parent.name, contact.phone,
       EXISTS (SELECT 1 FROM counting WHERE counting.unit_id = below.unit_id),
       EXISTS (SELECT 1 FROM counting WHERE counting.unit_id = below.unit_id AND is_strict)
  FROM below
  JOIN coverage_rules rule ON rule.kind = below.kind AND rule.role = 'focal_point'
       AND rule.valid_from <= :day AND (rule.valid_to IS NULL OR rule.valid_to > :day)
  JOIN units u ON u.id = below.unit_id
  JOIN unit_periods p ON p.unit_id = u.id
       AND p.valid_from <= :day AND (p.valid_to IS NULL OR p.valid_to > :day)
  LEFT JOIN unit_periods parent ON parent.unit_id = p.parent_id
       AND parent.valid_from <= :day AND (parent.valid_to IS NULL OR parent.valid_to > :day)
  LEFT JOIN unit_contacts contact ON contact.unit_id = u.id
 WHERE below.takes_part
"""

_Answer = list[tuple[str, str, str, str, str | None, bool, bool]]


def measure() -> Ratio:
    """Generate a few provinces and compare the two ways to count one of them."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        url = f"sqlite:///{home / 'registry.sqlite'}"
        upgrade(url)
        app = create_app(
            Settings(home, url, "127.0.0.1", 8000, "http://127.0.0.1:8000", make_home(home))
        )
        with app.app_context():
            root = unit_on(_generate(Random(4660)), DAY)  # noqa: S311 - invented facts, not secrets
            if root is None:
                raise LookupError
            found = compare(lambda: _ours(root), lambda: _theirs(root))
            db.engine.dispose()
    return Ratio(
        "Coverage of one province on a day", "recursive query over the same rows", found, WANTED
    )


def _ours(root: UnitRow) -> _Answer:
    return sorted(
        (
            unit.code,
            unit.name,
            unit.kind.value,
            unit.parent_name,
            unit.phone,
            unit.any_covered,
            unit.strict_covered,
        )
        for unit in coverage(root, DAY).units
    )


def _theirs(root: UnitRow) -> _Answer:
    rows = db.session.execute(text(RECURSIVE), {"root": root.id, "day": DAY.isoformat()})
    return sorted(
        (code, name, kind, parent, phone, bool(any_covered), bool(strict_covered))
        for code, name, kind, parent, phone, any_covered, strict_covered in rows
    )


class _Rows:
    """Rows to insert, numbered as they are made."""

    def __init__(self) -> None:
        self.units: list[dict[str, object]] = []
        self.periods: list[dict[str, object]] = []
        self.people: list[dict[str, object]] = []
        self.person_periods: list[dict[str, object]] = []
        self.memberships: list[dict[str, object]] = []
        self.assignments: list[dict[str, object]] = []

    def unit(self, kind: UnitKind, parent: int | None) -> int:
        number = len(self.units) + 1
        self.units.append({"id": number, "registry_code": f"U-{number}"})
        self.periods.append(
            {
                "unit_id": number,
                "name": f"Đơn vị {number}",
                "kind": kind,
                "parent_id": parent,
                "takes_part": True,
                "search_key": "",
                "sort_key": "",
                "valid_from": START,
            }
        )
        return number

    def member(self, unit: int) -> int:
        number = len(self.people) + 1
        self.people.append(
            {
                "id": number,
                "full_name": f"Người {number}",
                "search_key": "",
                "sort_key": "",
                "created_at": datetime(2024, 6, 1, tzinfo=UTC),
            }
        )
        self.person_periods.append({"person_id": number, "valid_from": START})
        self.memberships.append(
            {
                "line_id": uuid.uuid4().hex,
                "person_id": number,
                "unit_id": unit,
                "role": MemberRole.MEMBER,
                "is_main": True,
                "valid_from": START,
            }
        )
        return number

    def focal_point(
        self, unit: int, duty: Duty, *, person: int | None, section: int | None
    ) -> None:
        self.assignments.append(
            {
                "line_id": uuid.uuid4().hex,
                "person_id": person,
                "section_id": section,
                "unit_id": unit,
                "role": AssignmentRole.FOCAL_POINT,
                "duty": duty,
                "decision_id": 1,
                "valid_from": START,
            }
        )


def _generate(draw: Random) -> int:
    """Write the provinces, each the size of Quảng Nam in June 2024; return the first one's id."""
    rows = _Rows()
    for _ in range(PROVINCES):
        province = rows.unit(UnitKind.PROVINCE, None)
        for _ in range(20):
            _with_people(rows, draw, rows.unit(UnitKind.DEPARTMENT, province), UnitKind.SECTION)
        districts = [rows.unit(UnitKind.DISTRICT, province) for _ in range(18)]
        for district in districts:
            _with_people(rows, draw, district, UnitKind.DISTRICT_OFFICE)
        for number in range(241):
            commune = rows.unit(UnitKind.COMMUNE, districts[number % 18])
            _with_people(rows, draw, commune, UnitKind.COMMUNITY_TEAM)
    _write(rows)
    return 1


def _with_people(rows: _Rows, draw: Random, unit: int, kind_below: UnitKind) -> None:
    """Give a unit members, two units below it with members, and most times a focal point."""
    below = [rows.unit(kind_below, unit) for _ in range(2)]
    members = [rows.member(place) for place in (unit, unit, *below, *below)]
    if draw.random() < WITHOUT_FOCAL_POINT:
        return
    duty = draw.choice(list(Duty))
    if kind_below is not UnitKind.COMMUNITY_TEAM and draw.random() < HELD_BY_SECTION:
        rows.focal_point(unit, duty, person=None, section=below[0])
    else:
        rows.focal_point(unit, duty, person=draw.choice(members), section=None)


def _write(rows: _Rows) -> None:
    session = db.session
    session.execute(insert(Unit), rows.units)
    session.execute(insert(UnitPeriod), rows.periods)
    session.execute(insert(Person), rows.people)
    session.execute(insert(PersonPeriod), rows.person_periods)
    session.execute(insert(Membership), rows.memberships)
    session.add(Decision(unit_id=1, number="1", kind=DecisionKind.DECISION, issued_on=START))
    session.flush()
    session.add(Completeness(unit_id=1, complete_from=START))
    session.execute(insert(Assignment), rows.assignments)
    for kind in (UnitKind.DEPARTMENT, UnitKind.DISTRICT, UnitKind.COMMUNE):
        session.add(
            CoverageRule(
                kind=kind,
                role=AssignmentRole.FOCAL_POINT,
                minimum=1,
                grace_days=0,
                headline=True,
                valid_from=START,
            )
        )
    rebuild_paths()
    session.commit()
