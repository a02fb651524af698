"""Who leads the teams a reorganisation touches, and whom else they have."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from registry.domain.memberships import MemberRole
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.people import Person
from registry.queries.blocks import blocks
from registry.queries.units.on_a_day import in_force

_RANKS = list(MemberRole)


@dataclass(frozen=True, slots=True)
class TeamMember:
    """A person in a team on a day, by the membership in force then."""

    membership_id: int
    line_id: str
    name: str
    role: MemberRole


@dataclass(frozen=True, slots=True)
class Team:
    """The people of a team on a day, those who lead first, then by name."""

    members: tuple[TeamMember, ...] = ()

    @property
    def heads(self) -> list[TeamMember]:
        """Return who leads it."""
        return [member for member in self.members if member.role is MemberRole.HEAD]

    @property
    def deputies(self) -> list[TeamMember]:
        """Return who helps to lead it."""
        return [member for member in self.members if member.role is MemberRole.DEPUTY]


def teams_on(unit_ids: Iterable[int], day: date) -> Mapping[int, Team]:
    """Return the people of these units on `day`; a unit without any is left out."""
    found: dict[int, list[TeamMember]] = defaultdict(list)
    for block in blocks(unit_ids):
        rows = db.session.execute(
            select(
                Membership.unit_id,
                Membership.id,
                Membership.line_id,
                Person.full_name,
                Membership.role,
            )
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.unit_id.in_(block), in_force(Membership, day))
            .order_by(Person.sort_key, Person.id)
        )
        for unit_id, membership_id, line_id, name, role in rows:
            found[unit_id].append(TeamMember(membership_id, line_id, name, role))
    return {
        unit_id: Team(tuple(sorted(members, key=lambda member: _RANKS.index(member.role))))
        for unit_id, members in found.items()
    }


def without_one_head(unit_ids: Iterable[int], day: date) -> set[int]:
    """Return those of the units that have no head on `day`, or several."""
    wanted = set(unit_ids)
    teams = teams_on(wanted, day)
    return {unit_id for unit_id in wanted if len(teams.get(unit_id, Team()).heads) != 1}
