"""Mapped classes and database constraints; no queries, no rules.

Importing the package maps every table, so that migrations and tests see the whole schema.
"""

from registry.models import (
    accounts,
    assignments,
    audit,
    cards,
    coverage,
    decisions,
    keys,
    legal_bases,
    memberships,
    offices,
    outbox,
    parameters,
    people,
    platforms,
    reorganisations,
    rosters,
    settled_duplicates,
    signups,
    submissions,
    trainings,
    units,
)

__all__ = [
    "accounts",
    "assignments",
    "audit",
    "cards",
    "coverage",
    "decisions",
    "keys",
    "legal_bases",
    "memberships",
    "offices",
    "outbox",
    "parameters",
    "people",
    "platforms",
    "reorganisations",
    "rosters",
    "settled_duplicates",
    "signups",
    "submissions",
    "trainings",
    "units",
]
