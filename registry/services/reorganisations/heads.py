"""Settle who leads the teams that a batch made of others: by an answer, else it is told to do."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from registry.domain.memberships import LED_KINDS, MemberRole, role_title
from registry.domain.reorganisations.annex import RowProblem
from registry.domain.reorganisations.questions import LATER, AskedNoun, Item, Question
from registry.domain.reorganisations.unit_lookup import name_key
from registry.queries.reorganisations.facts import dated_rows
from registry.queries.reorganisations.leading import Team, TeamMember, teams_on
from registry.queries.units.on_a_day import UnitRow, units_by_id
from registry.services.reorganisations.answering import Planned
from registry.services.reorganisations.facts import MEMBERSHIPS, change_from
from registry.services.reorganisations.journal import Journal

_NONE = Team()
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LedTeam:
    """A team that a batch left with several heads or with none, or with more deputies than before.

    `question` asks who leads it, where that has to be said; `leader` is the line of whom an answer
    names.
    """

    unit: UnitRow
    heads: tuple[str, ...]
    deputies: tuple[str, ...]
    question: Question | None = None
    leader: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to say who leads it."""
        return self.question is not None and self.leader is None

    @property
    def lack(self) -> str:
        """What is to be settled: "2 tổ trưởng"."""
        return f"{len(self.heads)} {self.title}" if self.heads else f"chưa có {self.title}"

    @property
    def title(self) -> str:
        """What who leads it is called: "tổ trưởng"."""
        return role_title(MemberRole.HEAD, self.unit.kind).lower()

    @property
    def deputies_in_words(self) -> str:
        """How many help to lead it: "2 tổ phó"."""
        title = role_title(MemberRole.DEPUTY, self.unit.kind).lower()
        return f"{len(self.deputies)} {title}"


@dataclass(frozen=True, slots=True)
class Leading:
    """The teams to be looked at, answers that do not fit, and the roles answers gave, by line."""

    teams: tuple[LedTeam, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    roles: Mapping[str, MemberRole] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Made:
    """A team on the day, beside what it and those it was made of were on the eve."""

    unit: UnitRow
    item: Item
    now: Team
    before: Sequence[Team]

    @property
    def is_asked(self) -> bool:
        """Whether it has several heads, or none although there was one."""
        heads = len(self.now.heads)
        return heads > 1 or (heads == 0 and any(team.heads for team in self.before))

    @property
    def has_more_deputies(self) -> bool:
        """Whether it has more of them than any team had that it was made of."""
        most = max((len(team.deputies) for team in self.before), default=0)
        return len(self.now.deputies) > max(1, most)


def settle_heads(journal: Journal, planned: Planned, ids: Mapping[int, int], day: date) -> Leading:
    """Give each team the head an answer names, from the day on; return what is left to settle.

    Whoever led it beside becomes a member; nobody else's role changes.
    """
    leaders = dict(planned.answers.leaders)
    teams: list[LedTeam] = []
    problems: list[RowProblem] = []
    roles: dict[int, tuple[str, MemberRole]] = {}
    for made in _made(planned, ids, day):
        word = leaders.pop(made.item, LATER)
        chosen = None
        if name_key(word) != name_key(LATER):
            chosen, problem = _chosen(made, word)
            problems += [problem] if problem else []
        if chosen is not None:
            roles |= _roles(made.now, chosen)
        if made.is_asked or chosen is not None or made.has_more_deputies:
            teams.append(_led(made, chosen))
    problems += [
        RowProblem.with_answer(item, "đợt này không hỏi ai đứng đầu tổ đó. Bỏ dòng phân bổ này.")
        for item in leaders
    ]
    _write(journal, {row_id: role for row_id, (_, role) in roles.items()}, day)
    return Leading(tuple(teams), tuple(problems), dict(roles.values()))


def _made(planned: Planned, ids: Mapping[int, int], day: date) -> Iterator[_Made]:
    """Yield the teams made of others and those that gave a part away, by code and name."""
    plan = planned.plan
    kinds = {unit.id: unit.kind for unit in (*planned.units, *plan.established)}
    made_of: dict[int, set[int]] = defaultdict(set)
    for link in plan.successions:
        if kinds[link.successor_id] in LED_KINDS:
            made_of[ids.get(link.successor_id, link.successor_id)].add(link.predecessor_id)
    for giver in plan.givers():
        if kinds[giver] in LED_KINDS:
            made_of.setdefault(giver, set())
    now = teams_on(made_of, day)
    eve = teams_on({*made_of, *(old for olds in made_of.values() for old in olds)}, day - _ONE_DAY)
    units = units_by_id(made_of, day)
    above = units_by_id({unit.parent_id or 0 for unit in units.values()}, day)
    for unit in sorted(units.values(), key=lambda unit: (unit.code, unit.name)):
        place = above[unit.parent_id or 0].code if unit.parent_id in above else ""
        yield _Made(
            unit,
            Item(AskedNoun.HEAD, f"{place}/{unit.name}"),
            now.get(unit.id, _NONE),
            [eve.get(old, _NONE) for old in (unit.id, *sorted(made_of[unit.id]))],
        )


def _chosen(made: _Made, word: str) -> tuple[TeamMember | None, RowProblem | None]:
    """Return the member an answer names by line or by name."""
    key = name_key(word)
    members = made.now.members
    found = [one for one in members if one.line_id == word] or [
        one for one in members if key in {name_key(one.name), name_key(_shown(made, one))}
    ]
    if len(found) == 1:
        return found[0], None
    count = f"có {len(found)} thành viên" if found else "không có thành viên"
    message = f"“{made.unit.name}” {count} tên như vậy từ ngày có hiệu lực. Chọn lại."
    return None, RowProblem.with_answer(made.item, message)


def _roles(team: Team, chosen: TeamMember) -> dict[int, tuple[str, MemberRole]]:
    """Return the roles that change, by membership and with its line."""
    wanted = dict.fromkeys(team.heads, MemberRole.MEMBER) | {chosen: MemberRole.HEAD}
    return {
        member.membership_id: (member.line_id, role)
        for member, role in wanted.items()
        if member.role is not role
    }


def _led(made: _Made, chosen: TeamMember | None) -> LedTeam:
    team = LedTeam(
        made.unit,
        tuple(member.name for member in made.now.heads),
        tuple(member.name for member in made.now.deputies),
        leader=chosen.line_id if chosen else None,
    )
    if not made.is_asked and chosen is None:
        return team
    question = Question(
        AskedNoun.HEAD,
        made.item.key,
        f"{made.unit.name}: {team.lack}",
        made.unit.id,
        made.unit.parent_name or "",
        tuple((member.line_id, _shown(made, member)) for member in made.now.members),
        (LATER, f"Chọn sau ({team.lack})"),
    )
    return replace(team, question=question)


def _shown(made: _Made, member: TeamMember) -> str:
    return f"{member.name} – {role_title(member.role, made.unit.kind)}"


def _write(journal: Journal, roles: Mapping[int, MemberRole], day: date) -> None:
    rows = dated_rows(MEMBERSHIPS.table, ("id",), roles, day)
    change_from(journal, MEMBERSHIPS, day, [(row, {"role": roles[row["id"]]}) for row in rows])
