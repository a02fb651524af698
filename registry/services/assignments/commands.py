"""What an officer asks for about an assignment."""

from dataclasses import dataclass
from datetime import date

from registry.domain.assignments import AbsenceKind, AssignmentRole, Duty
from registry.queries.assignments.holders import Holder
from registry.services.decisions import RecordDecision


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentDetails:
    """What an assignment says beside its days.

    `decision_id` names a decision already recorded for the unit, `new_decision` one to be recorded
    with it (its `unit_id` is set here); with neither the assignment waits for its decision.
    `dedicated_basis` is the paper or job position that says so of somebody who is chuyên trách
    beside concurrent fields.
    """

    holder: Holder
    role: AssignmentRole
    duty: Duty
    concurrent_fields: str | None = None
    dedicated_basis: str | None = None
    decision_id: int | None = None
    new_decision: RecordDecision | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAssignment:
    """A new assignment of a unit, from a day on; with an end for who acts for somebody away.

    `successor_id` is the part into which it goes on where the unit splits later.
    """

    unit_id: int
    details: AssignmentDetails
    valid_from: date
    valid_to: date | None = None
    successor_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectAssignment:
    """What an assignment always was: replaces everything, days included; no new period begins.

    `accept_gap`: the officer was told that the unit is left without focal point, and goes on.
    """

    assignment_id: int
    version: int
    details: AssignmentDetails
    valid_from: date
    valid_to: date | None
    accept_gap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAssignment:
    """What an assignment is from a day on; what it was until then stays in the history."""

    assignment_id: int
    version: int
    details: AssignmentDetails
    change_from: date
    accept_gap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EndAssignment:
    """An assignment ends; `ends_on` is the first day on which it no longer holds."""

    assignment_id: int
    version: int
    ends_on: date
    reason: str
    accept_gap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAbsence:
    """The holder of an assignment is away from a day on, `valid_to` being the first day back.

    Rewrites the absence `absence_id`, without it the one that is not over yet, where there is one:
    `version` is the one shown, 0 when none was. `taken_back`: it was recorded by mistake, and goes.
    `acting_id` is the assignment of who acts meanwhile.
    """

    assignment_id: int
    version: int
    absence_id: int | None = None
    kind: AbsenceKind
    valid_from: date
    valid_to: date | None
    acting_id: int | None = None
    taken_back: bool = False
    accept_gap: bool = False
