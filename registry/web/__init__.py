"""The pages: the only part that speaks HTTP."""

from flask import Flask

from registry.web.accounts.views import blueprint as accounts
from registry.web.assignments.views import blueprint as assignments
from registry.web.cards.views import blueprint as cards
from registry.web.decisions.views import blueprint as decisions
from registry.web.memberships.views import blueprint as memberships
from registry.web.people.views import blueprint as people
from registry.web.signups.views import blueprint as signups
from registry.web.trainings.views import blueprint as trainings
from registry.web.units.views import blueprint as units

PAGES = (
    accounts,
    assignments,
    cards,
    decisions,
    memberships,
    people,
    signups,
    trainings,
    units,
)


def register_pages(app: Flask) -> None:
    """Mount every noun's pages."""
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
