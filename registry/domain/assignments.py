"""Roles and duties of an assignment, and when it counts for coverage (design §3.

Plan 4660 III.1b, IV.2, V.1b).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class AssignmentRole(StrEnum):
    """What a person or a section is assigned to do for the unit served."""

    FOCAL_POINT = "focal_point"
    SUPPORTING = "supporting"
    LEADER = "leader"
    IT_OFFICER = "it_officer"
    SECURITY_OFFICER = "security_officer"


class Duty(StrEnum):
    """How the work is carried: kept as it was declared; `in_charge` counts as concurrent."""

    DEDICATED = "dedicated"
    CONCURRENT = "concurrent"
    IN_CHARGE = "in_charge"


ROLE_LABELS = {
    AssignmentRole.FOCAL_POINT: "Đầu mối CĐS",
    AssignmentRole.SUPPORTING: "Phối hợp",
    AssignmentRole.LEADER: "Lãnh đạo phụ trách",
    AssignmentRole.IT_OFFICER: "Cán bộ CNTT",
    AssignmentRole.SECURITY_OFFICER: "Cán bộ an toàn thông tin",
}

DUTY_LABELS = {
    Duty.DEDICATED: "Chuyên trách",
    Duty.CONCURRENT: "Kiêm nhiệm",
    Duty.IN_CHARGE: "Phụ trách",
}


@dataclass(frozen=True, slots=True)
class Holding:
    """What must be known of one assignment to say whether it counts on a day.

    `holder_belongs`: the person is on that day a member of the unit served or of one below or above
    it;
    for a section, that the section exists on that day and stands below the unit served.
    """

    role: AssignmentRole
    duty: Duty
    held_by_section: bool
    valid_from: date
    valid_to: date | None
    decided_on: date | None
    unit_in_scope: bool
    holder_belongs: bool
    holder_is_contract_worker: bool


def counts_as_focal_point(holding: Holding, day: date) -> bool:
    """Tell whether the assignment covers its unit on `day` ("Có đầu mối", Plan 4660 III.1b)."""
    return (
        holding.role is AssignmentRole.FOCAL_POINT
        and holding.valid_from <= day
        and (holding.valid_to is None or day < holding.valid_to)
        and holding.decided_on is not None
        and holding.decided_on <= day
        and holding.unit_in_scope
        and holding.holder_belongs
    )


def counts_as_dedicated(holding: Holding, day: date, *, contract_workers_count: bool) -> bool:
    """Tell whether it also meets "Có bộ phận hoặc cán bộ chuyên trách" on `day` (Plan 4660 IV.2.

    V.1b).
    """
    if not counts_as_focal_point(holding, day):
        return False
    if holding.held_by_section:
        return True
    if holding.holder_is_contract_worker and not contract_workers_count:
        return False
    return holding.duty is Duty.DEDICATED
