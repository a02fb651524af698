"""The values of a batch lie in the database as they always did, so that old batches stay readable.

What is written here as stored was copied from a registry filled before these values had types.
"""

from typing import Any

from flask import Flask
from sqlalchemy import JSON, Column, bindparam, select, text, type_coerce

from registry.domain.permissions import system_actor
from registry.domain.reorganisations.annex import AnnexRow, How, Part, RowContent
from registry.domain.reorganisations.questions import AskedNoun, Item
from registry.domain.reorganisations.summary import Counted, Counts, Heads, NamedUnits, Summary
from registry.domain.units.kinds import UnitKind
from registry.models.base import Base, db
from registry.models.reorganisations import Reorganisation
from registry.services.reorganisations.composing import ComposeBatch, compose
from tests.conftest import MOMENT, TODAY
from tests.factories.coverage import make_home
from tests.factories.units import Province

STORED_ROW = {
    "old_code": "90101",
    "old_name": "Xã Bình Minh",
    "new_name": "Xã Bình An",
    "part": "part",
    "how": "chia",
    "new_parent_id": 4,
}
ROW = RowContent(
    old_code="90101",
    old_name="Xã Bình Minh",
    new_name="Xã Bình An",
    part=Part.PART,
    how=How.DIVIDE,
    new_parent_id=4,
)
FIGURES = {
    "established": 1,
    "continued": 2,
    "ended": 3,
    "uncovered": 1,
    "left_out": 4,
    "counts": {
        "people": {"moved": 12, "ended": 1},
        "cards": {"moved": 4, "ended": 0},
    },
    "heads_before": {"people": 13, "assignments": 2},
    "heads_after": {"people": 12, "assignments": 2},
    "units_before": {"commune": 3, "province": 1},
    "units_after": {"commune": 1, "province": 1},
}
STORED_SUMMARY = FIGURES | {
    "id": 7,
    "dry_run": False,
    "moved": {"people": 12, "cards": 4},
    "problems": [],
    "units": {"reasons": [[5, "chia"], [6, "giải thể"]], "without_plan": [8], "uncovered": [9]},
}
SUMMARY = Summary(
    established=1,
    continued=2,
    ended=3,
    uncovered=1,
    left_out=4,
    counts={Counted.PEOPLE: Counts(12, 1), Counted.CARDS: Counts(4, 0)},
    heads_before=Heads(13, 2),
    heads_after=Heads(12, 2),
    units_before={UnitKind.COMMUNE: 3, UnitKind.PROVINCE: 1},
    units_after={UnitKind.COMMUNE: 1, UnitKind.PROVINCE: 1},
    units=NamedUnits({5: "chia", 6: "giải thể"}, (8,), (9,)),
)


def make_batch() -> Reorganisation:
    """Keep a batch with one row and one answer."""
    make_home(Province().province)
    order = ComposeBatch(
        effective_on=TODAY,
        decision_number="12/NQ-HĐND",
        rows=[AnnexRow.of(2, "phu-luc.csv", ROW)],
        answers={Item(AskedNoun.MEMBERSHIP, "1f"): "90107"},
    )
    return compose(system_actor(), order, MOMENT)


def store(statement: str, value: object) -> None:
    """Write plain JSON, as an installation wrote it long ago."""
    db.session.execute(text(statement).bindparams(bindparam("value", value, JSON)))
    db.session.expire_all()


def stored(table: str, column: str) -> Any:
    """Return the plain JSON of the only row of a table."""
    found: Column[Any] = Base.metadata.tables[table].c[column]
    return db.session.scalar(select(type_coerce(found, JSON)))


def test_a_row_is_stored_by_what_it_says_and_read_back_with_its_place(app: Flask) -> None:
    batch = make_batch()
    assert stored("reorganisation_rows", "content") == STORED_ROW
    store("UPDATE reorganisation_rows SET content = :value", STORED_ROW)
    assert batch.rows[0].content == ROW
    assert batch.rows[0].annex_row == AnnexRow.of(2, "phu-luc.csv", ROW)
    assert batch.rows[0].annex_row.content == ROW


def test_a_row_of_earlier_days_is_read_though_its_place_was_stored_with_it(app: Flask) -> None:
    batch = make_batch()
    earlier = STORED_ROW | {"number": 2, "source": "phu-luc.csv"}
    store("UPDATE reorganisation_rows SET content = :value", earlier)
    assert batch.rows[0].content == ROW
    assert batch.rows[0].annex_row == AnnexRow.of(2, "phu-luc.csv", ROW)


def test_an_answer_is_stored_as_the_allocation_file_names_it(app: Flask) -> None:
    batch = make_batch()
    item = "SELECT item FROM reorganisation_answers"
    assert db.session.scalar(text(item)) == "membership:1f"
    db.session.execute(text("UPDATE reorganisation_answers SET item = 'ghi nhầm'"))
    db.session.expire_all()
    assert batch.answers[0].item == Item(None, "ghi nhầm")


def test_a_summary_of_earlier_days_is_read_and_written_with_the_same_names(app: Flask) -> None:
    batch = make_batch()
    assert batch.summary is None
    store("UPDATE reorganisations SET summary = :value", STORED_SUMMARY)
    assert batch.summary == SUMMARY
    batch.summary = None
    db.session.flush()
    batch.summary = SUMMARY
    db.session.flush()
    assert stored("reorganisations", "summary") == FIGURES | {"units": STORED_SUMMARY["units"]}


def test_a_summary_from_before_units_were_named_is_read_too(app: Flask) -> None:
    batch = make_batch()
    store("UPDATE reorganisations SET summary = :value", FIGURES)
    assert batch.summary is not None
    assert batch.summary.units == NamedUnits()
    assert batch.summary.counts[Counted.PEOPLE] == Counts(12, 1)
