"""`flask legal-bases`: what reports cite, from a day and until a day."""

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from registry.models.audit import AuditEvent
from registry.models.base import db
from tests.factories.coverage import make_home
from tests.factories.units import Province

PLAN = "Kế hoạch số 1/KH-UBND"


@pytest.fixture
def here(app: Flask) -> Province:
    here = Province()
    make_home(here.province)
    db.session.commit()
    return here


def ask(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["legal-bases", *words])


def test_what_is_added_is_listed_until_it_is_ended(app: Flask, here: Province) -> None:
    assert ask(app, "list").stdout == ""
    added = ask(app, "add", PLAN, "--from", "2024-06-10")
    assert (added.exit_code, added.stdout) == (0, "")
    assert (
        ask(app, "list", "--as-of", "2024-06-30")
        .stdout.splitlines()[1]
        .endswith(f"10/06/2024  {PLAN}")
    )
    assert ask(app, "list", "--as-of", "2024-06-09").stdout == ""
    assert ask(app, "end", "1", "--on", "2024-06-20").exit_code == 0
    assert ask(app, "list", "--as-of", "2024-06-30").stdout == ""
    deeds = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)).all()
    assert deeds[-2:] == ["legal_basis.record", "legal_basis.end"]


def test_a_refusal_is_said_in_words(app: Flask, here: Province) -> None:
    result = ask(app, "end", "7", "--on", "2024-06-20")
    assert result.exit_code == 1
    assert "Không có căn cứ này." in result.stderr


def test_a_character_no_paper_can_print_is_refused_by_its_name(app: Flask, here: Province) -> None:
    result = ask(app, "add", f"{PLAN} ★")
    assert result.exit_code == 2
    assert "Ký tự “★” không dùng được" in result.stderr
    assert ask(app, "list").stdout == ""
