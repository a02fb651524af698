"""What a reorganisation turned into what: units of the eve beside those of the day, and links."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from registry.domain.reorganisations.annex import Part
from registry.domain.reorganisations.summary import Summary
from registry.domain.units.successions import SuccessionKind
from registry.models.reorganisations import Reorganisation
from registry.models.units import UnitPeriod
from registry.queries.reorganisations.journal import (
    journal_of,
    successions_of_batch,
    units_of_taken_away,
)
from registry.queries.units.on_a_day import UnitRow, units_by_id
from registry.queries.units.periods import units_of_periods


@dataclass(frozen=True, slots=True)
class Link:
    """`successor_id` took the whole place of `predecessor_id`, or a share of it, by a deed."""

    predecessor_id: int
    successor_id: int
    part: Part
    kind: SuccessionKind


@dataclass(frozen=True, slots=True)
class Transition:
    """The units a batch is about: as they were on the eve, as they are on the day.

    A unit only in `before` ended, with its reason; one only in `after` is new.
    """

    before: Mapping[int, UnitRow] = field(default_factory=dict)
    after: Mapping[int, UnitRow] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    reasons: Mapping[int, str] = field(default_factory=dict)


def transition_of(batch: Reorganisation) -> Transition:
    """Return what an applied batch, not undone, did to units."""
    links = tuple(
        Link(link.predecessor_id, link.successor_id, Part(link.part), link.kind)
        for link in successions_of_batch(batch.id)
    )
    unit_ids = units_of_periods(
        change.row_id
        for change in journal_of(batch.id)
        if change.table_name == UnitPeriod.__tablename__
    )
    unit_ids |= units_of_taken_away(batch.id)
    unit_ids |= {unit_id for link in links for unit_id in (link.predecessor_id, link.successor_id)}
    return Transition(
        before=units_by_id(unit_ids, batch.eve),
        after=units_by_id(unit_ids, batch.effective_on),
        links=links,
        reasons=(batch.summary or Summary()).units.reasons,
    )
