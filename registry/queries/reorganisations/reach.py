"""Who comes to see more by a reorganisation: what each account reaches before and after it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from registry.domain.permissions import Role
from registry.models.accounts import Account, Grant
from registry.models.base import db
from registry.models.offices import Office
from registry.models.units import UnitPath
from registry.queries.accounts import FUNCTIONS_OF_ROLES
from registry.queries.units.on_a_day import in_force

Reach = Mapping[tuple[int, str, Role], frozenset[int]]
"""What is reached by (account, login, role): ids of units."""


@dataclass(frozen=True, slots=True)
class Gain:
    """An account that comes to see units it did not see before, nor what they were made of."""

    account_id: int
    login: str
    role: Role
    units_before: int
    units_after: int


def reach_on(day: date) -> Reach:
    """Return the units each enabled account reaches by its grants on `day`, role by role."""
    below = _subtrees_on(day)
    territories: dict[tuple[int | None, str], list[int]] = defaultdict(list)
    for office in db.session.scalars(select(Office).where(in_force(Office, day))):
        territories[office.office_id, office.function].append(office.territory_id)
    reached: dict[tuple[int, str, Role], set[int]] = defaultdict(set)
    rows = db.session.execute(
        select(Grant.account_id, Account.login, Grant.role, Grant.office_id)
        .join(Account, Account.id == Grant.account_id)
        .where(in_force(Grant, day), Grant.office_id.is_not(None), Account.disabled_at.is_(None))
    )
    for account_id, login, role, office_id in rows:
        function = FUNCTIONS_OF_ROLES.get(role)
        roots = [office_id] if function is None else territories[office_id, function]
        for root in roots:
            reached[account_id, login, role] |= below.get(root or 0, frozenset())
    return {key: frozenset(units) for key, units in reached.items()}


def gains_of(before: Reach, after: Reach, links: Iterable[tuple[int, int]]) -> list[Gain]:
    """Return the accounts that see on the day what they did not see on the eve, by login.

    `links` are (predecessor, successor): a unit is nothing new to who saw all it was made of.
    """
    made_of: dict[int, set[int]] = defaultdict(set)
    for predecessor, successor in links:
        made_of[successor].add(predecessor)
    found = []
    for key, units in after.items():
        seen = before.get(key, frozenset())
        if any(_is_new(unit_id, seen, made_of.get(unit_id, ())) for unit_id in units):
            account_id, login, role = key
            found.append(Gain(account_id, login, role, len(seen), len(units)))
    return sorted(found, key=lambda gain: (gain.login, gain.role))


def _is_new(unit_id: int, seen: Collection[int], made_of: Collection[int]) -> bool:
    """Tell whether a unit, or something it took in, was not seen before."""
    if not made_of:
        return unit_id not in seen
    return not all(old in seen for old in made_of)


def _subtrees_on(day: date) -> dict[int, frozenset[int]]:
    """Return for each unit of `day` itself and everything below it."""
    found: dict[int, set[int]] = defaultdict(set)
    for unit_id, path in db.session.execute(
        select(UnitPath.unit_id, UnitPath.path).where(in_force(UnitPath, day))
    ):
        for above in path.strip("/").split("/"):
            found[int(above)].add(unit_id)
    return {unit_id: frozenset(units) for unit_id, units in found.items()}
