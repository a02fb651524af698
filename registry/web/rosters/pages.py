"""What the pages of a member list show: lines in groups, who did which step, what comes next."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from registry.documents.rosters import ShownLine, decision_words
from registry.domain.clock import local_day
from registry.domain.permissions import Action
from registry.domain.rosters import (
    GOES_ON,
    OPEN_ROSTER_STATES,
    TURNS,
    LineAction,
    LineFacts,
    LineOutcome,
    LineSigns,
    RosterState,
    Step,
    involvement_of,
    line_obstacle,
    line_warnings,
    steps_from,
)
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.rosters import Roster
from registry.queries.rosters.lines import line_facts, line_rows, line_signs, people_on
from registry.queries.rosters.lists import (
    account_names,
    involved_in,
    last_roster_of,
    roster_in,
    unit_name_until,
)
from registry.queries.units.on_a_day import path_on
from registry.services.citizen_numbers import with_another_bearer
from registry.services.rosters.turns import not_there
from registry.web.access import current_actor
from registry.web.personal_keys import personal_keys
from registry.web.request import today

STEPS = ("Soạn danh sách", "Gửi thẩm định", "Thẩm định", "Phê duyệt")
# A list that waits for this step stands at that place of `STEPS`.
_PLACES = {Step.SUBMIT: 1, Step.REVIEW: 3, Step.DECIDE: 4}
# The pages of the desks, in the order of their buttons.
_DESKS = {
    Step.VERIFY: ("Xác nhận", "rosters.verify"),
    Step.REVIEW: ("Thẩm định", "rosters.review"),
    Step.DECIDE: ("Xem và ghi nhận quyết định", "rosters.approve"),
}


@dataclass(frozen=True, slots=True)
class Happened:
    """A step of a list, for the timeline."""

    day: date
    title: str
    text: str | None
    by: str | None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class RosterPage:
    """Everything the page of one list shows; `is_own`: the reader has to do with it himself."""

    roster: Roster
    unit_name: str
    lines: list[ShownLine]
    decision: Decision | None
    is_own: bool

    @property
    def flagged(self) -> list[ShownLine]:
        """The lines of an open list to look at."""
        return [line for line in self.lines if line.is_flagged]

    @property
    def clean(self) -> list[ShownLine]:
        """The lines of an open list without warnings."""
        return [line for line in self.lines if not line.is_flagged]

    def with_outcome(self, outcome: LineOutcome) -> list[ShownLine]:
        """Return the lines of a decided list by what became of them."""
        return [line for line in self.lines if line.row.outcome is outcome]

    def count(self, action: LineAction) -> int:
        """Return how many lines ask for `action`, without those of members who only go on."""
        return sum(
            line.row.action is action and line.row.asks_for != GOES_ON for line in self.lines
        )

    @property
    def going_on(self) -> int:
        """How many lines are of members whom the unit took over."""
        return sum(line.row.asks_for == GOES_ON for line in self.lines)

    @property
    def step(self) -> int:
        """The step of `STEPS` that comes next; beyond the last once the list is decided."""
        next_steps = steps_from(self.roster.state)
        places = [place for step, place in _PLACES.items() if step in next_steps]
        if places:
            return places[0]
        return 1 if self.roster.state is RosterState.RETURNED else len(STEPS) + 1

    @property
    def may_compose(self) -> bool:
        """Tell whether the reader can edit the list, send it on or delete it."""
        return self._may(Step.SUBMIT)

    @property
    def desks(self) -> list[tuple[str, str]]:
        """The words and the address of each desk at which the reader can take a step now."""
        return [
            (label, url_for(endpoint, roster_id=self.roster.id))
            for step, (label, endpoint) in _DESKS.items()
            if self._may(step)
        ]

    def _may(self, step: Step) -> bool:
        actor, roster, turn = current_actor(), self.roster, TURNS[step]
        return (
            step in steps_from(roster.state)
            and actor.scope(turn.action).covers(path_on(roster.unit_id, today()), roster.unit_id)
            and not (turn.by_another and self.is_own)
        )

    @property
    def may_continue(self) -> bool:
        """Tell whether the reader can begin the next list from what this one left open."""
        roster = self.roster
        last = last_roster_of(roster.unit_id)
        path = path_on(roster.unit_id, today())
        return (
            roster.state not in OPEN_ROSTER_STATES
            and last is not None
            and last.id == roster.id
            and path is not None
            and current_actor().scope(Action.ROSTER_COMPOSE).covers(path, roster.unit_id)
        )

    def history(self) -> list[Happened]:
        """Return who did which step, the latest first."""
        roster = self.roster
        names = account_names(
            [
                roster.submitted_by_id,
                roster.verified_by_id,
                roster.reviewed_by_id,
                roster.decided_by_id,
            ]
        )
        steps = [
            (roster.decided_at, "Phê duyệt", roster.decided_by_id, self.decision),
            (roster.reviewed_at, "Thẩm định", roster.reviewed_by_id, None),
            (roster.verified_at, "Cấp huyện xác nhận", roster.verified_by_id, None),
            (roster.submitted_at, "Gửi thẩm định", roster.submitted_by_id, None),
            (roster.created_at, "Bắt đầu soạn", None, None),
        ]
        happened = [
            _happened(at, title, names.get(account_id or 0), decision)
            for at, title, account_id, decision in steps
            if at is not None
        ]
        if roster.state is RosterState.RETURNED:
            last = happened[0]
            happened[0] = Happened(last.day, "Yêu cầu bổ sung", roster.return_reason, last.by)
        return happened


def _happened(at: datetime, title: str, name: str | None, decision: Decision | None) -> Happened:
    return Happened(
        day=local_day(at),
        title=title,
        text=decision_words(decision) if decision else None,
        by=name,
        href=url_for("decisions.show", decision_id=decision.id)
        if decision and _opens(decision)
        else None,
    )


def _opens(decision: Decision) -> bool:
    """Return whether the visitor may open a decision: that of an approval is the authority's."""
    scope = current_actor().scope(Action.DECISION_SEE)
    return scope.covers(path_on(decision.unit_id, today()), decision.unit_id)


def roster_page(roster: Roster) -> RosterPage:
    """Read what the page of a list shows; warnings only while somebody can still act on them."""
    day = today()
    is_open = roster.state in OPEN_ROSTER_STATES
    facts = line_facts(roster, day) if is_open else {}
    signs = _signs(roster, facts) if is_open else {}
    lines = [
        ShownLine(
            number=number,
            row=row,
            warnings=tuple(line_warnings(signs[row.id])) if row.id in signs else (),
            obstacle=line_obstacle(facts[row.id]) if row.id in facts else None,
        )
        for number, row in enumerate(
            line_rows(roster, facts, day, current_actor().scope(Action.PERSON_SEE)), start=1
        )
    ]
    return RosterPage(
        roster=roster,
        unit_name=unit_name_until(
            roster.unit_id, local_day(roster.decided_at) if roster.decided_at else day
        ),
        lines=lines,
        decision=db.session.get(Decision, roster.decision_id) if roster.decision_id else None,
        is_own=involvement_of(current_actor(), involved_in(roster)) is not None,
    )


def _signs(roster: Roster, facts: dict[int, LineFacts]) -> dict[int, LineSigns]:
    """Return what to look at, compared with those whom the reader may know."""
    actor, day = current_actor(), today()
    sharing = with_another_bearer(actor, people_on(roster.id).values(), personal_keys(), day)
    return line_signs(roster, facts, day, actor.scope(Action.PERSON_SEE), sharing)


def seen_roster(action: Action, roster_id: int) -> Roster:
    """Return a list of a unit on which the reader may do `action`.

    Raises NotFound when it is out of his scope: it reads like one that does not exist; Gone when it
    was deleted.
    """
    scope = current_actor().scope(action)
    roster = roster_in(roster_id, scope, today())
    if roster is None:
        raise not_there(roster_id, scope, today())
    return roster
