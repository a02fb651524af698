"""Annexes whose columns were guessed wait in their batch until somebody confirms them."""

from dataclasses import replace

import pytest

from registry.domain.audit.deeds import Deed
from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.permissions import Actor, Role
from registry.domain.reorganisations.annex import AnnexRow, How
from registry.domain.reorganisations.annex_columns import AnnexColumn, GuessedAnnex
from registry.models.base import db
from registry.models.reorganisations import Reorganisation, ReorganisationAnnex
from registry.models.units import Unit
from registry.services.reorganisations import annexes, composing
from registry.services.reorganisations.applying import apply, try_out
from registry.services.reorganisations.composing import ComposeBatch, compose, discard
from tests.conftest import MOMENT
from tests.factories.accounts import make_actor
from tests.factories.audited import told
from tests.factories.units import START, Province

COLUMNS = (
    AnnexColumn(0, "A", "Tên cũ", ("Xã Bình Minh",), "old_name", is_sure=True),
    AnnexColumn(1, "B", "Tên mới", ("Xã Mới",), "new_name", is_sure=True),
)
GUESSED = GuessedAnnex("a.xlsx", 2, COLUMNS, [["Tên cũ", "Tên mới"], ["Xã Bình Minh", 1.5]])
CHOSEN = {0: "old_name", 1: None}


def end(unit: Unit, number: int = 2) -> AnnexRow:
    return AnnexRow(number, "a.xlsx", old_id=unit.id, how=How.DISSOLVE)


@pytest.fixture
def batch(here: Province, reviewer: Actor) -> Reorganisation:
    """Return a batch of one row, with an annex that waits."""
    order = ComposeBatch(
        effective_on=START.replace(month=6, day=20),
        decision_number="12/NQ-HĐND",
        rows=[replace(end(here.far_commune), source="khac.csv")],
        annexes=[GUESSED],
    )
    return compose(reviewer, order, MOMENT)


def confirm(actor: Actor, batch: Reorganisation, *rows: AnnexRow) -> None:
    command = annexes.ConfirmColumns(
        batch_id=batch.id, annex_id=batch.annexes[0].id, fields=CHOSEN, rows=rows
    )
    annexes.confirm_columns(actor, command, MOMENT)


def sources(batch: Reorganisation) -> list[tuple[str, int]]:
    db.session.expire(batch)
    return [(row.source, row.number) for row in batch.rows]


def test_an_annex_waits_as_it_was_read(batch: Reorganisation) -> None:
    db.session.expire_all()
    (annex,) = batch.annexes
    assert (annex.name, annex.first_row, annex.confirmed_at) == ("a.xlsx", 2, None)
    assert annex.columns == COLUMNS
    assert annex.cells == [["Tên cũ", "Tên mới"], ["Xã Bình Minh", 1.5]]


def test_while_an_annex_waits_its_batch_is_neither_tried_nor_applied(
    batch: Reorganisation, reviewer: Actor
) -> None:
    for outcome in (try_out(reviewer, batch.id, MOMENT), apply(reviewer, batch.id, MOMENT)):
        (problem,) = outcome.problems
        assert (problem.source, problem.row) == ("a.xlsx", 0)
        assert "Chưa xác nhận các cột" in problem.message
    assert batch.applied_at is None


def test_confirming_puts_the_rows_in_and_once_more_in_their_place(
    here: Province, batch: Reorganisation, reviewer: Actor
) -> None:
    confirm(reviewer, batch, end(here.commune), end(here.other_commune, 3))
    assert sources(batch) == [("khac.csv", 2), ("a.xlsx", 2), ("a.xlsx", 3)]
    assert [column.field for column in batch.annexes[0].columns] == ["old_name", None]
    confirm(reviewer, batch, end(here.commune, 4))
    assert sources(batch) == [("khac.csv", 2), ("a.xlsx", 4)]
    assert batch.annexes[0].confirmed_at == MOMENT.instant
    details = [one.details for one in told(Deed.REORGANISATION_CONFIRM_COLUMNS)]
    assert details == [{"rows": 2, "source": "a.xlsx"}, {"rows": 1, "source": "a.xlsx"}]


def test_a_batch_that_was_applied_keeps_its_rows_and_no_table(
    here: Province, batch: Reorganisation, reviewer: Actor
) -> None:
    confirm(reviewer, batch, end(here.commune))
    outcome = apply(reviewer, batch.id, MOMENT)
    assert outcome.problems == ()
    assert len(sources(batch)) == 2
    assert batch.annexes == []
    assert {row.annex_id for row in batch.rows} == {None}
    with pytest.raises(Conflict):
        annexes.remove_annex(reviewer, batch.id, 1, MOMENT)


def test_an_annex_taken_out_takes_its_rows_along_and_no_others(
    here: Province, batch: Reorganisation, reviewer: Actor
) -> None:
    confirm(reviewer, batch, end(here.commune))
    annex_id = batch.annexes[0].id
    assert annexes.remove_annex(reviewer, batch.id, annex_id, MOMENT) == "a.xlsx"
    assert sources(batch) == [("khac.csv", 2)]
    assert batch.annexes == []
    with pytest.raises(Conflict, match="không còn"):
        annexes.remove_annex(reviewer, batch.id, annex_id, MOMENT)


def test_more_annexes_come_at_the_end(
    here: Province, batch: Reorganisation, reviewer: Actor
) -> None:
    row = replace(end(here.commune), source="them.csv")
    added = annexes.add_annexes(reviewer, batch.id, [row], [GUESSED], MOMENT)
    assert sources(batch) == [("khac.csv", 2), ("them.csv", 2)]
    assert [annex.id for annex in batch.annexes][1:] == [annex.id for annex in added]
    assert [one.details for one in told(Deed.REORGANISATION_ADD_ANNEXES)] == [
        {"rows": 1, "annexes": 1}
    ]


def test_a_discarded_batch_leaves_no_annex(
    here: Province, batch: Reorganisation, reviewer: Actor
) -> None:
    confirm(reviewer, batch, end(here.commune))
    discard(reviewer, batch.id, MOMENT)
    assert db.session.query(ReorganisationAnnex).count() == 0


def test_rows_of_annexes_have_the_limits_of_all_rows(
    here: Province, batch: Reorganisation, reviewer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composing, "MOST_ROWS", 2)
    rows = [end(here.commune), end(here.other_commune, 3)]
    with pytest.raises(Invalid, match="nhiều nhất 2 dòng"):
        confirm(reviewer, batch, *rows)
    with pytest.raises(Invalid, match="nhiều nhất 2 dòng"):
        annexes.add_annexes(reviewer, batch.id, rows, [], MOMENT)
    with pytest.raises(Invalid):
        annexes.add_annexes(reviewer, batch.id, [replace(rows[0], old_name="★")], [], MOMENT)


def test_only_who_reorganises_its_units_works_on_an_annex(
    here: Province, batch: Reorganisation, foreign: Unit, reviewer: Actor
) -> None:
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    with pytest.raises(NotAllowed):
        confirm(officer, batch)
    with pytest.raises(NotAllowed):
        annexes.remove_annex(officer, batch.id, batch.annexes[0].id, MOMENT)
    with pytest.raises(NotAllowed):
        annexes.add_annexes(officer, batch.id, [], [GUESSED], MOMENT)
    outside = AnnexRow(2, "", old_id=foreign.id, how=How.DISSOLVE)
    with pytest.raises(NotFound):
        confirm(reviewer, batch, outside)


def test_a_batch_keeps_so_many_annexes_and_no_more(
    batch: Reorganisation, reviewer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composing, "MOST_ANNEXES", 2)
    annexes.add_annexes(reviewer, batch.id, [], [GUESSED], MOMENT)
    with pytest.raises(Invalid, match="nhiều nhất 2 phụ lục"):
        annexes.add_annexes(reviewer, batch.id, [], [GUESSED], MOMENT)
    assert len(batch.annexes) == 2
    annexes.remove_annex(reviewer, batch.id, batch.annexes[0].id, MOMENT)
    annexes.add_annexes(reviewer, batch.id, [], [GUESSED], MOMENT)
