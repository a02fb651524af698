"""Makers of coverage rules and of the parameters coverage is asked with."""

from datetime import date

from registry.domain.assignments import AssignmentRole, CountingSetting
from registry.domain.coverage import Parts, Tally
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.coverage import Completeness, CoverageRule
from registry.models.parameters import DatedSetting, Parameter
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


def set_counting(setting: CountingSetting, value: int, since: date = START) -> None:
    """Let a way of counting hold from a day."""
    db.session.add(DatedSetting(name=setting.value, since=since, value=str(value)))
    db.session.flush()


def make_complete(province: Unit, since: date = START) -> None:
    """Say that all is known of a province from a day on."""
    db.session.merge(Completeness(unit_id=province.id, complete_from=since))
    db.session.flush()


def tally_of(required: int, any_covered: int, strict_covered: int) -> Tally:
    """Return a tally in which all that is covered is so by papers of today's unit, unchecked."""
    return Tally(
        Parts(current=any_covered, none=required - any_covered),
        Parts(current=strict_covered, none=required - strict_covered),
        any_unchecked=any_covered,
        strict_unchecked=strict_covered,
    )


def make_home(province: Unit, first: date = START, last: date = date(2024, 6, 30)) -> None:
    """Name the home province and the days for which its units are known."""
    set_parameter(HOME_UNIT, str(province.id))
    set_parameter(KNOWN_FROM, first.isoformat())
    set_parameter(LAST_DAY, last.isoformat())
    make_complete(province, first)


class RuledProvince(Province):
    """The home province, whose units must have a focal point and may stand anywhere."""

    def __init__(self) -> None:
        super().__init__()
        allow_everywhere()
        make_home(self.province)
        make_rules()
