"""Questions about the batches there are."""

from datetime import date

from flask import Flask

from registry.domain.permissions import EVERYTHING, Role, Scope
from registry.models.base import db
from registry.models.reorganisations import Reorganisation
from registry.models.units import Unit
from registry.queries.reorganisations.batches import (
    batch_by_id,
    batches_where,
    composed_by,
    was_applied,
)
from registry.queries.units.on_a_day import path_on
from tests.conftest import NOW, TODAY
from tests.factories.accounts import make_account
from tests.factories.people import make_decision
from tests.factories.units import Province


def test_a_draft_waits_for_whoever_composed_it_as_long_as_its_own_decision_is_in_reach(
    app: Flask,
) -> None:
    here = Province()
    account = make_account(Role.UNIT_OFFICER, here.district)

    def drafted(place: Unit, *, by: int | None = None) -> Reorganisation:
        batch = Reorganisation(
            effective_on=TODAY,
            decision_id=make_decision(place).id,
            created_at=NOW,
            created_by_id=by,
        )
        db.session.add(batch)
        db.session.flush()
        return batch

    def waiting(scope: Scope) -> list[Reorganisation]:
        return batches_where(composed_by(account.id, scope, TODAY))

    near = drafted(here.district, by=account.id)
    far = drafted(here.other_district, by=account.id)
    for place, batch in ((here.district, near), (here.other_district, far)):
        scope = Scope(prefixes=frozenset({path_on(place.id, TODAY) or ""}))
        assert waiting(scope) == [batch]
    drafted(here.district)
    far.applied_at = NOW
    db.session.flush()
    assert waiting(EVERYTHING) == [near]


def test_batches_come_the_latest_day_first_and_the_later_composed_before_the_earlier(
    app: Flask,
) -> None:
    here = Province()
    days = (date(2024, 6, 10), date(2024, 7, 1), date(2024, 6, 10))
    first, last, second = (
        Reorganisation(
            effective_on=day, decision_id=make_decision(here.province).id, created_at=NOW
        )
        for day in days
    )
    for batch in (first, last, second):
        db.session.add(batch)
        db.session.flush()
    assert batches_where() == [last, second, first]
    assert batches_where(Reorganisation.effective_on == days[0]) == [second, first]
    assert batch_by_id(last.id) is last
    assert batch_by_id(987_654) is None


def test_a_batch_was_applied_by_its_day_and_number_be_it_undone_since(app: Flask) -> None:
    here = Province()
    batch = Reorganisation(
        effective_on=TODAY,
        decision_id=make_decision(here.province, "8/NQ-HĐND").id,
        created_at=NOW,
    )
    db.session.add(batch)
    make_decision(here.province, "9/NQ-HĐND")
    db.session.flush()
    assert not was_applied(TODAY, "8/NQ-HĐND")
    batch.applied_at = NOW
    db.session.flush()
    assert was_applied(TODAY, "8/NQ-HĐND")
    assert not was_applied(TODAY, "9/NQ-HĐND")
    assert not was_applied(date(2024, 6, 29), "8/NQ-HĐND")
    batch.undone_at = NOW
    db.session.flush()
    assert was_applied(TODAY, "8/NQ-HĐND")
