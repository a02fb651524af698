"""One request happens at one moment."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.domain.clock import Clock
from registry.domain.permissions import Role
from registry.models.base import db
from tests.conftest import NOW
from tests.factories.accounts import make_account


def test_a_request_reads_the_clock_once(
    app: Flask, sign_in: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    readings: list[datetime] = []
    days = count()

    def read() -> datetime:
        readings.append(NOW + timedelta(days=next(days)))
        return readings[-1]

    make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri")
    db.session.commit()
    client = sign_in("quantri")
    counted = replace(app.extensions["registry"], clock=Clock(read))
    monkeypatch.setitem(app.extensions, "registry", counted)
    assert client.get("/nhat-ky").status_code == 200
    assert len(readings) == 1
