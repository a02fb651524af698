"""The choices of a field, from values that know their words."""

from collections.abc import Iterable

from registry.domain.labelled import Labelled
from registry.domain.memberships import MemberRole, role_title
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.writing import upper_first


def labelled(values: Iterable[Labelled]) -> list[tuple[str, str]]:
    """Return the machine name and the word of each value, as a choice takes them: "Văn bản …"."""
    return [(value.value, upper_first(value.label)) for value in values]


def role_choices(kind: UnitKind = UnitKind.DEPARTMENT) -> list[tuple[str, str]]:
    """Return the roles of members as a unit of `kind` calls them: "Tổ trưởng" of a team.

    Where the unit is still to be chosen, as most call them: "Người đứng đầu".
    """
    return [(role.value, role_title(role, kind)) for role in MemberRole]
