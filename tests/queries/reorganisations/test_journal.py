"""The journal of a batch, and what was written on top of it."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask

from registry.domain.reorganisations.annex import Part
from registry.domain.units.kinds import UnitKind
from registry.domain.units.successions import SuccessionKind
from registry.models.base import db
from registry.models.reorganisations import Reorganisation, ReorganisationChange
from registry.models.units import Succession, Unit
from registry.queries.reorganisations.journal import (
    journal_of,
    later_batches_on,
    rests_on,
    successions_of_batch,
)
from registry.queries.reorganisations.results import Link, transition_of
from tests.conftest import NOW, TODAY
from tests.factories.people import make_decision, make_member
from tests.factories.units import Province, end_unit, make_succession, make_unit, rename_unit


@pytest.fixture
def here(app: Flask) -> Province:
    return Province()


def make_batch(here: Province) -> Reorganisation:
    batch = Reorganisation(
        effective_on=TODAY,
        decision_id=make_decision(here.province).id,
        created_at=NOW,
        applied_at=NOW,
    )
    db.session.add(batch)
    db.session.flush()
    return batch


def wrote(
    batch: Reorganisation,
    sequence: int,
    row_id: int,
    *,
    table: str = "unit_periods",
    before: Mapping[str, Any] | None = None,
) -> ReorganisationChange:
    change = ReorganisationChange(
        reorganisation_id=batch.id,
        sequence=sequence,
        table_name=table,
        row_id=row_id,
        before=dict(before) if before is not None else None,
    )
    db.session.add(change)
    db.session.flush()
    return change


def link(batch: Reorganisation, old: Unit, new: Unit, part: str = "part") -> Succession:
    found = Succession(
        predecessor_id=old.id,
        successor_id=new.id,
        effective_on=TODAY,
        part=part,
        kind=SuccessionKind.SEPARATED,
        reorganisation_id=batch.id,
    )
    db.session.add(found)
    db.session.flush()
    return found


def test_a_journal_and_the_links_are_those_of_the_batch_in_their_order(here: Province) -> None:
    batch, other = make_batch(here), make_batch(here)
    second = wrote(batch, 2, 5)
    first = wrote(batch, 1, 6)
    wrote(other, 1, 7)
    assert journal_of(batch.id) == [first, second]
    links = [
        link(batch, here.other_commune, here.commune),
        link(batch, here.commune, here.far_commune),
        link(batch, here.commune, here.other_commune),
    ]
    link(other, here.far_commune, here.commune)
    make_succession(here.far_commune, here.other_commune, TODAY)
    assert successions_of_batch(batch.id) == [links[2], links[1], links[0]]


def test_batches_applied_later_on_the_same_units_are_told_in_order(here: Province) -> None:
    period, other = here.commune.periods[0].id, here.other_commune.periods[0].id
    composed_first, composed_before = make_batch(here), make_batch(here)
    earlier, batch, later, undone, elsewhere, another_table = (make_batch(here) for _ in range(6))
    wrote(earlier, 1, period)
    wrote(batch, 1, period)
    wrote(batch, 2, other)
    # Batches are composed in one order and applied in another: the journal tells.
    wrote(later, 1, period)
    wrote(composed_first, 1, period)
    wrote(composed_first, 2, period)
    wrote(composed_before, 1, other)
    wrote(undone, 1, period)
    undone.undone_at = NOW
    wrote(elsewhere, 1, here.far_commune.periods[0].id)
    wrote(another_table, 1, period, table="memberships")
    db.session.flush()
    assert later_batches_on([here.commune.id], batch) == [composed_first, later]
    assert later_batches_on([here.other_commune.id], batch) == [composed_before]
    assert later_batches_on([here.commune.id], composed_first) == []


def test_what_a_batch_made_bears_what_others_wrote_about_it_since(here: Province) -> None:
    batch = make_batch(here)
    new = make_unit("Xã Mới", UnitKind.COMMUNE, here.district)
    made = wrote(batch, 1, new.id, table="units")
    period = wrote(batch, 2, new.periods[0].id)
    assert rests_on([made, period]) == []
    # A period the batch did not write rests on the unit it made; its path is only a cache.
    assert rests_on([made]) == ["unit_periods"]
    make_member("Lê Văn Thử", new)
    make_succession(here.commune, new, TODAY)
    assert rests_on([made, period]) == ["memberships", "successions"]
    # Nothing rests on what was there before and only changed.
    changed = wrote(batch, 3, here.commune.id, table="units", before={"tax_code": None})
    assert rests_on([changed]) == []


def test_a_batch_s_units_are_told_as_on_the_eve_and_as_on_the_day(here: Province) -> None:
    batch = make_batch(here)
    old = make_unit("Xã Cũ", UnitKind.COMMUNE, here.district)
    end_unit(old, TODAY)
    new = make_unit("Xã Mới", UnitKind.COMMUNE, here.district, since=TODAY)
    rename_unit(here.commune, "Xã Tên Mới", TODAY)
    wrote(batch, 1, here.commune.periods[-1].id)
    # A row of another table that bears the number of a period is about no unit.
    wrote(batch, 2, here.other_commune.periods[0].id, table="memberships")
    wrote(make_batch(here), 1, here.far_commune.periods[0].id)
    link(batch, old, new, "whole")
    link(batch, here.commune, new)
    found = transition_of(batch)
    assert {row.name for row in found.before.values()} == {"Xã Cũ", "Xã Bình Minh"}
    assert {row.name for row in found.after.values()} == {"Xã Mới", "Xã Tên Mới"}
    assert set(found.links) == {
        Link(old.id, new.id, Part.WHOLE, SuccessionKind.SEPARATED),
        Link(here.commune.id, new.id, Part.PART, SuccessionKind.SEPARATED),
    }
    assert found.reasons == {}
