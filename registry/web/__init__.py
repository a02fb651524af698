"""The pages: the only part that speaks HTTP."""

from flask import Flask

from registry.web.accounts.own import blueprint as own_account
from registry.web.accounts.releasing import blueprint as link_releases
from registry.web.accounts.views import blueprint as accounts
from registry.web.assignments.checking import blueprint as paper_checks
from registry.web.assignments.taking_back import blueprint as mistaken_assignments
from registry.web.assignments.vacancy import blueprint as vacancies
from registry.web.assignments.views import blueprint as assignments
from registry.web.audit.views import blueprint as audit
from registry.web.cards.views import blueprint as cards
from registry.web.coverage.counting import blueprint as counting
from registry.web.coverage.views import blueprint as coverage
from registry.web.decisions.ending import blueprint as paper_ends
from registry.web.decisions.taking_back import blueprint as mistaken_papers
from registry.web.decisions.views import blueprint as decisions
from registry.web.home.views import blueprint as home
from registry.web.memberships.views import blueprint as memberships
from registry.web.outbox.views import blueprint as outbox
from registry.web.people.views import blueprint as people
from registry.web.reorganisations import blueprint as reorganisations
from registry.web.rosters import blueprint as rosters
from registry.web.signups.views import blueprint as signups
from registry.web.trainings.views import blueprint as trainings
from registry.web.units import blueprint as units

PAGES = (
    accounts,
    assignments,
    audit,
    cards,
    counting,
    coverage,
    decisions,
    home,
    link_releases,
    memberships,
    mistaken_assignments,
    mistaken_papers,
    outbox,
    own_account,
    paper_checks,
    paper_ends,
    people,
    reorganisations,
    rosters,
    signups,
    trainings,
    units,
    vacancies,
)


def register_pages(app: Flask) -> None:
    """Mount every noun's pages."""
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
