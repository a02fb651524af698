"""What is there after the three reorganisations of 2025 (the fixture `reorganised`)."""

from datetime import date

from registry.models.base import db
from registry.models.units import Unit
from registry.queries.units.on_a_day import search


def unit_named(name: str, day: date) -> Unit:
    """Return the unit that bears `name` on `day`."""
    found = next(one.row for one in search(name, day, limit=100) if one.row.name == name)
    return db.session.get_one(Unit, found.id)
