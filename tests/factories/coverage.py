"""Makers of coverage rules and of the parameters coverage is asked with."""

from datetime import date

from registry.domain.assignments import AssignmentRole
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.coverage import CoverageRule
from registry.models.parameters import Parameter
from registry.models.units import Unit
from registry.queries.parameters import HOME_UNIT, KNOWN_FROM, LAST_DAY
from tests.factories.units import START, Province, allow_everywhere

HEADLINE_KINDS = (UnitKind.DEPARTMENT, UnitKind.DISTRICT, UnitKind.COMMUNE)


def make_rule(
    kind: UnitKind,
    *,
    headline: bool = True,
    minimum: int = 1,
    grace_days: int = 0,
    since: date = START,
    until: date | None = None,
) -> CoverageRule:
    """Say that units of a kind must have a focal point."""
    rule = CoverageRule(
        kind=kind,
        role=AssignmentRole.FOCAL_POINT,
        minimum=minimum,
        grace_days=grace_days,
        headline=headline,
        valid_from=since,
        valid_to=until,
    )
    db.session.add(rule)
    db.session.flush()
    return rule


def make_rules() -> None:
    """Say who must be covered: the headline kinds, and mass organisations outside the total."""
    for kind in HEADLINE_KINDS:
        make_rule(kind)
    make_rule(UnitKind.MASS_ORGANISATION, headline=False)


def set_parameter(name: str, value: str) -> None:
    """Set a named value of the installation."""
    db.session.merge(Parameter(name=name, value=value))
    db.session.flush()


def make_home(province: Unit, first: date = START, last: date = date(2024, 6, 30)) -> None:
    """Name the home province and the days for which its units are known."""
    set_parameter(HOME_UNIT, str(province.id))
    set_parameter(KNOWN_FROM, first.isoformat())
    set_parameter(LAST_DAY, last.isoformat())


class RuledProvince(Province):
    """The home province, whose units must have a focal point and may stand anywhere."""

    def __init__(self) -> None:
        super().__init__()
        allow_everywhere()
        make_home(self.province)
        make_rules()
