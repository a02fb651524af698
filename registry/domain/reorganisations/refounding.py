"""Units that are founded again ("tái lập"): each is linked to what stood there once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from registry.domain.reorganisations.annex import (
    How,
    Part,
    RowProblem,
    designation_of,
)
from registry.domain.reorganisations.plan import PlannedUnit, SuccessionPlan
from registry.domain.reorganisations.reading import NewSide
from registry.domain.reorganisations.unit_lookup import name_key
from registry.domain.units.successions import SuccessionKind


@dataclass(frozen=True, slots=True)
class FoundedAgain:
    """The links from former units to those founded again, and what is wrong."""

    links: tuple[SuccessionPlan, ...]
    problems: tuple[RowProblem, ...]


def founded_again(sides: Iterable[NewSide], former: Iterable[PlannedUnit]) -> FoundedAgain:
    """Return, for each side that is founded again, its link from the unit that it was.

    That is the one of its name, of the same kind; of several the one with its code, else the last
    that ended. A commune may come back under another designation ("Xã An": "Phường An").
    """
    wanted = [side for side in sides if How.REESTABLISH in side.hows]
    ended = list(former) if wanted else []
    links, problems = [], []
    for side in wanted:
        found = _former_self(side, ended)
        if found is not None:
            kind = SuccessionKind.REESTABLISHED
            links.append(SuccessionPlan(found.id, side.id, Part.WHOLE, kind))
        else:
            problems.append(
                RowProblem.of(
                    side.row,
                    "new_name",
                    f"Không có đơn vị “{side.name}” nào đã kết thúc để tái lập. Sửa tên, hoặc ghi "
                    "“thành lập”.",
                )
            )
    return FoundedAgain(tuple(links), tuple(problems))


def _former_self(side: NewSide, former: Sequence[PlannedUnit]) -> PlannedUnit | None:
    alike = [
        unit for unit in former if unit.kind is side.kind and _bare(unit.name) == _bare(side.name)
    ]
    same = [unit for unit in alike if name_key(unit.name) == name_key(side.name)] or alike
    coded = [unit for unit in same if side.row.new_code and unit.code == side.row.new_code]
    return next(reversed(coded or same), None)


def _bare(name: str) -> str:
    """Return what a territory's name is without its designation."""
    word = designation_of(name)
    return name_key(name[len(word) + 1 :] if word else name)
