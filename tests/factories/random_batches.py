"""Annexes made at random: every deed a decision may name, about units that are there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.reorganisations.plan import PlannedUnit
from registry.domain.units.kinds import UnitKind

KINDS = (
    UnitKind.COMMUNE,
    UnitKind.COMMUNE,
    UnitKind.COMMUNE,
    UnitKind.COMMUNITY_TEAM,
    UnitKind.DEPARTMENT,
    UnitKind.DISTRICT,
)
ABOVE = {
    UnitKind.COMMUNE: UnitKind.DISTRICT,
    UnitKind.COMMUNITY_TEAM: UnitKind.COMMUNE,
    UnitKind.DEPARTMENT: UnitKind.PROVINCE,
    UnitKind.DISTRICT: UnitKind.PROVINCE,
}
PLACES = st.integers(0, 40)

Row = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """What a few rows of a batch do; the numbers choose among the units then.

    `again`: about the same units as the operation of that kind before.
    """

    what: str
    kind: UnitKind
    units: int
    place: int
    again: bool


@dataclass(frozen=True)
class Chosen:
    """The units an operation is about, the place of a new one, and how a new one is called."""

    one: PlannedUnit
    other: PlannedUnit
    third: PlannedUnit
    former: PlannedUnit
    place: int
    name: Callable[[], str]

    def new(self, how: How | None = None, part: Part | None = None, **more: Any) -> Row:
        """Return the new side that is a unit of the kind, not there before."""
        side = {"new_kind": self.one.kind.value, "new_parent_id": self.place}
        return side | {"new_name": self.name(), "how": how, "part": part} | more


def _old(unit: PlannedUnit) -> Row:
    return {"old_id": unit.id}


def _into(unit: PlannedUnit, how: How | None, part: Part | None = Part.WHOLE) -> Row:
    """Return the new side that is a unit that is there."""
    side: Row = {
        "new_name": unit.name,
        "new_kind": unit.kind.value,
        "new_parent_id": unit.parent_id,
        "how": how,
        "part": part,
    }
    return side | ({"new_code": unit.code} if unit.code else {})


def _called(unit: PlannedUnit, name: str, how: How, kind: str | None = None) -> Row:
    """Return the row by which a unit goes on under another name."""
    return _old(unit) | {
        "new_name": name,
        "new_kind": kind or unit.kind.value,
        "new_parent_id": unit.parent_id,
        "part": Part.WHOLE,
        "how": how,
    }


def _promoted(on: Chosen) -> list[Row]:
    if on.one.kind is not UnitKind.COMMUNE:
        return [_called(on.one, on.name(), How.PROMOTE)]
    return [_called(on.one, f"Phường {on.name()}", How.PROMOTE, "phường")]


_GIVEN, _ALL = Part.PART, Part.WHOLE
DEEDS: Mapping[str, Callable[[Chosen], list[Row]]] = {
    "establish": lambda on: [on.new(How.ESTABLISH if on.place % 2 else None)],
    "rename": lambda on: [_called(on.one, on.name(), How.RENAME)],
    "promote": _promoted,
    "move": lambda on: [_old(on.one) | on.new(How.MOVE, _ALL, new_name=on.one.name)],
    "absorb": lambda on: [_old(on.one) | _into(on.other, How.ABSORB)],
    "merge": lambda on: [
        _old(unit) | side
        for side in [on.new(How.MERGE, _ALL)]
        for unit in (on.one, on.other, on.third)
    ],
    "merge under the name of one": lambda on: [
        _old(unit) | on.new(How.MERGE, _ALL, new_name=on.one.name) for unit in (on.one, on.other)
    ],
    "divide": lambda on: [_old(on.one) | on.new(How.DIVIDE, _GIVEN) for _ in range(2)],
    "divide among those there": lambda on: [
        _old(on.one) | _into(unit, None, _GIVEN) for unit in (on.other, on.third)
    ],
    "separate": lambda on: [_old(on.one) | on.new(How.SEPARATE, _GIVEN) for _ in range(2)],
    "dissolve": lambda on: [_old(on.one) | {"how": How.DISSOLVE}],
    "give to a new one": lambda on: [_old(on.one) | on.new(None, _GIVEN)],
    "give": lambda on: [_old(on.one) | _into(on.other, How.ADJUST, _GIVEN)],
    "give the rest": lambda on: [
        _old(on.one) | _into(on.other, None, _GIVEN),
        _old(on.one) | on.new(None, Part.REST),
    ],
    "give the rest to one there": lambda on: [
        _old(on.one) | on.new(None, _GIVEN),
        _old(on.one) | _into(on.other, None, Part.REST),
    ],
    "exchange": lambda on: [
        _old(on.one) | _into(on.other, How.ADJUST, _GIVEN),
        _old(on.other) | _into(on.one, How.ADJUST, _GIVEN),
    ],
    "rename and give": lambda on: [
        _called(on.one, on.name(), How.RENAME),
        _old(on.one) | _into(on.other, How.ADJUST, _GIVEN),
    ],
    "keep and give": lambda on: [
        _old(on.one) | _into(on.one, None),
        _old(on.one) | on.new(How.SEPARATE, _GIVEN),
        _old(on.one) | _into(on.other, None, _GIVEN),
    ],
    "keep the rest and give": lambda on: [
        _old(on.one) | _into(on.one, None, Part.REST),
        _old(on.one) | _into(on.other, None, _GIVEN),
    ],
    "absorb and give": lambda on: [
        _old(on.one) | _into(on.other, How.ABSORB),
        _old(on.other) | _into(on.third, How.ADJUST, _GIVEN),
    ],
    "swap names": lambda on: [
        _called(on.one, on.other.name, How.RENAME),
        _called(on.other, on.one.name, How.RENAME),
    ],
    "take a name": lambda on: [
        _old(on.other) | _into(on.third, How.ABSORB),
        _called(on.one, on.other.name, How.RENAME),
    ],
    "take a code": lambda on: [
        _old(on.one) | {"how": How.DISSOLVE},
        on.new(None, None, new_code=on.one.code),
    ],
    "found again": lambda on: [on.new(How.REESTABLISH, None, new_name=on.former.name)],
    "found again out of one": lambda on: [
        _old(on.one) | on.new(How.REESTABLISH, _GIVEN, new_name=on.former.name)
    ],
}
OPERATIONS = st.builds(
    Operation,
    what=st.sampled_from(sorted(DEEDS)),
    kind=st.sampled_from(KINDS),
    units=PLACES,
    place=PLACES,
    again=st.booleans(),
)


@dataclass
class Annexes:
    """Makes annexes, and remembers of which units the last one was."""

    last: dict[UnitKind, tuple[int, int, int]] = field(default_factory=dict)
    names: int = 0

    def rows(
        self,
        operations: Sequence[Operation],
        eve: Sequence[PlannedUnit],
        former: Sequence[PlannedUnit],
        order: int,
    ) -> list[AnnexRow]:
        """Return the rows of operations on units of the eve, in any order.

        Some of them cannot be applied.
        """
        made = [row for operation in operations for row in self._rows(operation, eve, former)]
        turn = order % max(len(made), 1)
        made = [*made[turn:], *made[:turn]][:: -1 if order % 2 else 1]
        return [AnnexRow(**fields, number=number) for number, fields in enumerate(made, start=2)]

    def _rows(
        self,
        operation: Operation,
        eve: Sequence[PlannedUnit],
        former: Sequence[PlannedUnit],
    ) -> list[Row]:
        alike = [unit for unit in eve if unit.kind is operation.kind]
        places = [unit for unit in eve if unit.kind is ABOVE[operation.kind]]
        if not places or not alike:
            return []
        start, step = operation.units, 1 + operation.units // 20
        one, other, third = (alike[(start + place * step) % len(alike)] for place in range(3))
        before = self.last.get(operation.kind)
        if operation.again and before and {unit.id for unit in alike} >= set(before):
            by_id = {unit.id: unit for unit in alike}
            one, other, third = (by_id[unit_id] for unit_id in before)
        self.last[operation.kind] = (one.id, other.id, third.id)
        names = {unit.name for unit in alike}
        gone = [u for u in former if u.kind is operation.kind and u.name not in names]
        if operation.what.startswith("found again") and not gone:
            return []
        return DEEDS[operation.what](
            Chosen(
                one=one,
                other=other,
                third=third,
                former=gone[-1] if gone else one,
                place=places[operation.place % len(places)].id,
                name=self._name,
            )
        )

    def _name(self) -> str:
        self.names += 1
        return f"Đơn vị số {self.names}"
