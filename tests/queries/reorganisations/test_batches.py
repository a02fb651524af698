"""Questions about the batches there are."""

from flask import Flask

from registry.domain.permissions import EVERYTHING, Role, Scope
from registry.models.base import db
from registry.models.reorganisations import Reorganisation
from registry.models.units import Unit
from registry.queries.reorganisations.batches import batches_where, composed_by
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
