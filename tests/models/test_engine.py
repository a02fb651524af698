"""How a connection begins."""

from collections.abc import Mapping

from flask import Flask
from sqlalchemy import create_engine, text

from registry.models.base import db
from registry.models.engine import SQLITE_PRAGMAS, engine_options, prepare_engine


def test_what_is_committed_on_sqlite_outlives_a_power_cut(
    no_waiting_for_the_disk: Mapping[str, str],
) -> None:
    assert no_waiting_for_the_disk["journal_mode"] == "WAL"
    assert no_waiting_for_the_disk["synchronous"] == "FULL"


def test_a_connection_to_sqlite_is_set_up_as_told(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(SQLITE_PRAGMAS, "synchronous", "FULL")
    url = f"sqlite:///{tmp_path / 'registry.sqlite'}"
    engine = create_engine(url, **engine_options(url))
    prepare_engine(engine)
    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in SQLITE_PRAGMAS
        }
    engine.dispose()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "secure_delete": 1,
    }


def test_postgresql_compiles_no_statement_and_plans_each_anew(app: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        assert "jit" not in SQLITE_PRAGMAS
    else:
        assert db.session.scalar(text("SHOW jit")) == "off"
        assert db.session.scalar(text("SHOW plan_cache_mode")) == "force_custom_plan"
