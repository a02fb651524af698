"""A paper recorded by mistake today is taken out, while nothing rests on it."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from registry.domain.audit.deeds import Deed
from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.permissions import Actor, Role
from registry.models.base import db
from registry.models.decisions import Decision, StoredFile
from registry.services.decisions import ScanStore, record_decision
from registry.services.mistaken_papers import take_back_decision
from tests.conftest import MOMENT, NOW
from tests.factories.accounts import make_actor
from tests.factories.audited import told
from tests.factories.decisions import typed_decision
from tests.factories.people import make_assignment, make_member
from tests.factories.units import Province


@pytest.fixture
def here(app: Flask) -> Province:
    """Return a small province."""
    return Province()


@pytest.fixture
def officer(here: Province) -> Actor:
    """Return the officer of the commune."""
    return make_actor(Role.UNIT_OFFICER, here.commune)


@pytest.fixture
def paper(here: Province, officer: Actor, tmp_path: Path) -> Decision:
    """Return a paper that the officer recorded today."""
    return record_decision(officer, typed_decision(here.commune), MOMENT, ScanStore(tmp_path, 1024))


def test_it_never_was_and_its_number_is_given_to_no_other(
    here: Province, officer: Actor, paper: Decision, tmp_path: Path
) -> None:
    paper_id = paper.id
    assert take_back_decision(officer, paper_id, paper.version, MOMENT) == here.commune.id
    assert db.session.get(Decision, paper_id) is None
    (said,) = told(Deed.DECISION_TAKE_BACK)
    assert (said.object_id, said.unit_id) == (str(paper_id), here.commune.id)
    assert said.details == {"number": "20/QĐ-UBND"}
    store = ScanStore(tmp_path, 1024)
    again = record_decision(officer, typed_decision(here.commune), MOMENT, store)
    assert again.id > paper_id


def test_while_an_assignment_rests_on_it_it_stays(
    here: Province, officer: Actor, paper: Decision
) -> None:
    make_assignment(make_member("Lê Đầu Mối", here.commune), here.commune, paper)
    with pytest.raises(Invalid, match="phân công"):
        take_back_decision(officer, paper.id, paper.version, MOMENT)


def test_with_a_scan_it_stays(here: Province, officer: Actor, paper: Decision) -> None:
    paper.file = StoredFile(
        storage_name="a",
        original_name="quet.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0",
        created_at=NOW,
    )
    db.session.flush()
    with pytest.raises(Invalid, match="bản quét"):
        take_back_decision(officer, paper.id, paper.version, MOMENT)


def test_of_an_earlier_day_it_is_corrected(here: Province, officer: Actor, tmp_path: Path) -> None:
    yesterday = replace(MOMENT, instant=NOW.replace(day=29))
    store = ScanStore(tmp_path, 1024)
    paper = record_decision(officer, typed_decision(here.commune), yesterday, store)
    with pytest.raises(Invalid, match="trong ngày hôm nay"):
        take_back_decision(officer, paper.id, paper.version, MOMENT)


def test_others_take_nothing_out(here: Province, officer: Actor, paper: Decision) -> None:
    with pytest.raises(NotFound):
        take_back_decision(
            make_actor(Role.UNIT_OFFICER, here.other_commune), paper.id, paper.version, MOMENT
        )
    with pytest.raises(NotAllowed):
        take_back_decision(make_actor(Role.VIEWER, here.commune), paper.id, paper.version, MOMENT)
    with pytest.raises(Conflict):
        take_back_decision(officer, paper.id, paper.version + 1, MOMENT)
    assert db.session.get(Decision, paper.id) is paper
