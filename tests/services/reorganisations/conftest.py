"""A home province, its reviewer, and a commune of another."""

import pytest
from flask import Flask

from registry.domain.permissions import Actor, Role
from registry.domain.units.kinds import UnitKind
from registry.models.units import Unit
from tests.factories.accounts import make_actor
from tests.factories.coverage import RuledProvince
from tests.factories.units import Province, make_unit


@pytest.fixture
def here(app: Flask) -> Province:
    """Return the home province."""
    return RuledProvince()


@pytest.fixture
def reviewer(here: Province) -> Actor:
    """Return who reorganises it."""
    return make_actor(Role.REVIEWER, here.it_department)


@pytest.fixture
def foreign(here: Province) -> Unit:
    """Return a commune of another province."""
    province = make_unit("Tỉnh Khác", UnitKind.PROVINCE, code="98")
    return make_unit("Xã Khác", UnitKind.COMMUNE, province, code="98101")
