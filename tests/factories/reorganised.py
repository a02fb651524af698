"""The reference data and the invented people after the three reorganisations of 2025."""

from datetime import date
from pathlib import Path

from flask import Flask

from registry.app import create_app
from registry.domain.clock import Clock
from registry.domain.permissions import system_actor
from registry.models.base import db
from registry.models.units import Unit
from registry.queries.units.on_a_day import search
from registry.services.seeds.demo import seed_demo
from registry.services.seeds.demo_reorganisations import reorganise_demo
from registry.services.seeds.reference import seed_reference
from registry.settings import Settings, make_home
from tests.conftest import MOMENT
from tests.factories.reorganisations import LATER_MOMENT, LATER_NOW


def reorganised_app(database_url: str, home: Path) -> Flask:
    """Return an application on a database with the schema, after filling it. Its clock is late."""
    settings = Settings(
        home=home,
        database_url=database_url,
        host="127.0.0.1",
        port=8000,
        base_url="http://127.0.0.1:8000",
        secrets=make_home(home),
        limits_enabled=False,
    )
    app = create_app(settings, Clock(lambda: LATER_NOW), TESTING=True)
    with app.app_context():
        seed_reference(system_actor(), MOMENT)
        seed_demo(system_actor(), MOMENT, home)
        assert len(reorganise_demo(system_actor(), LATER_MOMENT)) == 3
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return app


def unit_named(name: str, day: date) -> Unit:
    """Return the unit that bears `name` on `day`."""
    found = next(one.row for one in search(name, day, limit=100) if one.row.name == name)
    return db.session.get_one(Unit, found.id)
