"""What a reorganisation does to open lists and sign-ups of ended units."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Table

from registry.domain.clock import Moment
from registry.domain.memberships import MemberRole
from registry.domain.periods import days_later
from registry.domain.reorganisations.carry_over import Ended
from registry.domain.reorganisations.summary import Counts
from registry.domain.rosters import LineAction, Party, RosterState
from registry.domain.signups import SignupState
from registry.models.rosters import Roster, RosterLine
from registry.models.signups import Signup
from registry.queries.memberships import approved_line_ids
from registry.queries.rosters.lists import last_roster_numbers, open_rosters_of
from registry.queries.signups import open_signups_of
from registry.services.reorganisations.facts import Carried
from registry.services.reorganisations.journal import Journal, RowUpdate

REASON = "sắp xếp đơn vị"

_ROSTERS: Table = Roster.__table__  # type: ignore[assignment] # a mapped class's table
_LINES: Table = RosterLine.__table__  # type: ignore[assignment] # as above
_SIGNUPS: Table = Signup.__table__  # type: ignore[assignment] # as above


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line for the successor's draft."""

    action: LineAction
    party: Party
    role: MemberRole
    organisation: str | None
    membership_line_id: str | None
    effective_from: date


def return_open_lists(
    journal: Journal,
    ended: Mapping[int, Ended],
    memberships: Carried,
    day: date,
    moment: Moment,
) -> Counts:
    """Return open lists as "sắp xếp đơn vị"; give each successor a draft; count those returned.

    The draft holds the lines of the returned lists and the members the predecessors' lists had
    approved, each person once. An open list of the successor itself is joined into it.
    """
    wanted: dict[int, dict[Party, DraftLine]] = defaultdict(dict)
    returned = open_rosters_of(ended)
    approved = _approved(memberships, day)
    heirs = {heir for heir, _ in approved}
    heirs |= {heir for roster in returned if (heir := ended[roster.unit_id].heir) is not None}
    joined = open_rosters_of(heirs)
    for roster in [*joined, *returned]:
        goal = ended[roster.unit_id].heir if roster.unit_id in ended else roster.unit_id
        if goal is None:
            continue
        for line in roster.lines:
            copy = _copied(line, ended, day)
            if copy is not None:
                wanted[goal].setdefault(copy.party, copy)
    for heir, draft in approved:
        wanted[heir].setdefault(draft.party, draft)
    _send_back(journal, [*returned, *joined])
    _draft(journal, wanted, moment)
    return Counts(moved=len(returned))


def _approved(memberships: Carried, day: date) -> list[tuple[int, DraftLine]]:
    """Return the approved members that moved, with the unit they moved to."""
    moved = [(memberships.rows[row_id], refs) for row_id, refs in memberships.moved]
    approved = approved_line_ids((row["line_id"] for row, _ in moved), day)
    return [
        (
            refs[0],
            DraftLine(
                LineAction.ADD,
                Party(row["person_id"], refs[1]),
                row["role"],
                row["organisation"],
                None,
                max(day, row["valid_from"]),
            ),
        )
        for row, refs in moved
        if refs[0] is not None and row["line_id"] in approved
    ]


def _copied(line: RosterLine, ended: Mapping[int, Ended], day: date) -> DraftLine | None:
    """Return a line for the successor's draft, None for a unit that ended without successor.

    A change or an end comes a day after the membership began anew in the successor.
    """
    member_unit_id = line.member_unit_id
    if member_unit_id is not None and member_unit_id in ended:
        member_unit_id = ended[member_unit_id].heir
    if line.person_id is None and member_unit_id is None:
        return None
    earliest = day if line.action is LineAction.ADD else days_later(day, 1)
    return DraftLine(
        line.action,
        Party(line.person_id, member_unit_id),
        line.role,
        line.organisation,
        line.membership_line_id,
        max(earliest, line.effective_from),
    )


def _send_back(journal: Journal, rosters: Sequence[Roster]) -> None:
    journal.update(
        _ROSTERS,
        [
            RowUpdate(
                roster.id,
                {"state": roster.state, "return_reason": roster.return_reason},
                {"state": RosterState.RETURNED, "return_reason": REASON},
            )
            for roster in rosters
        ],
    )


def _draft(
    journal: Journal, wanted: Mapping[int, Mapping[Party, DraftLine]], moment: Moment
) -> None:
    units = sorted(unit_id for unit_id, lines in wanted.items() if lines)
    numbers = last_roster_numbers(units)
    ids = journal.insert(
        _ROSTERS,
        [
            {
                "unit_id": unit_id,
                "number": numbers.get(unit_id, 0) + 1,
                "state": RosterState.DRAFT,
                "created_at": moment.instant,
                "version": 1,
            }
            for unit_id in units
        ],
    )
    journal.insert(
        _LINES,
        [
            {
                "roster_id": roster_id,
                "position": position,
                "action": line.action,
                "person_id": line.party.person_id,
                "member_unit_id": line.party.member_unit_id,
                "membership_line_id": line.membership_line_id,
                "role": line.role,
                "organisation": line.organisation,
                "effective_from": line.effective_from,
            }
            for roster_id, unit_id in zip(ids, units, strict=True)
            for position, line in enumerate(wanted[unit_id].values(), start=1)
        ],
    )


def move_open_signups(journal: Journal, ended: Mapping[int, Ended]) -> Counts:
    """Let open requests follow their unit; decline those whose unit has no successor."""
    moved, declined = [], []
    for signup in open_signups_of(ended):
        heir = ended[signup.unit_id].heir
        if heir is not None:
            moved.append(RowUpdate(signup.id, {"unit_id": signup.unit_id}, {"unit_id": heir}))
        else:
            declined.append(
                RowUpdate(
                    signup.id,
                    {"state": signup.state, "reason": signup.reason},
                    {"state": SignupState.DECLINED, "reason": f"Đơn vị kết thúc: {REASON}"},
                )
            )
    journal.update(_SIGNUPS, [*moved, *declined])
    return Counts(len(moved), len(declined))
