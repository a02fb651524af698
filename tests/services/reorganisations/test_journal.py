"""What a journal writes and remembers, and how that is taken back."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.errors import Conflict
from registry.domain.memberships import MemberRole
from registry.models.base import db, table_of, values_of
from registry.models.memberships import Membership
from registry.models.reorganisations import ReorganisationChange
from registry.queries.reorganisations.journal import journal_of
from registry.services.reorganisations.journal import Journal, RowUpdate, replay_backwards
from tests.factories.coverage import RuledProvince
from tests.factories.people import make_decision, make_member, make_membership, make_person
from tests.factories.small_province import DAY
from tests.factories.units import START
from tests.factories.world import make_batch

TABLE = table_of(Membership)


class Written:
    """Three memberships, of which a batch changes one, deletes one, and adds a fourth."""

    def __init__(self) -> None:
        here = RuledProvince()
        people = [make_person(name) for name in ("Lê Một", "Lê Hai", "Lê Ba")]
        self.changed, self.deleted, _ = (make_membership(person, here.commune) for person in people)
        self.before = self.rows()
        self.batch_id = make_batch(here.commune, make_decision(here.commune)).id
        journal = Journal(self.batch_id)
        journal.update(
            TABLE,
            [
                RowUpdate(
                    self.changed.id,
                    {"role": MemberRole.MEMBER, "valid_to": None},
                    {"role": MemberRole.HEAD, "valid_to": DAY},
                )
            ],
        )
        gone = values_of(self.deleted)
        journal.delete(TABLE, [gone])
        added = {**gone, "person_id": people[0].id, "valid_from": DAY}
        del added["id"]
        (self.added_id,) = journal.insert(TABLE, [added])
        self.count = journal.close()
        self.after = self.rows()
        self.changes = journal_of(self.batch_id)

    def rows(self) -> dict[int, dict[str, Any]]:
        """Return what the table holds, by id."""
        return {row["id"]: dict(row) for row in db.session.execute(select(TABLE)).mappings()}


def test_every_write_is_remembered_in_its_order_as_plain_values(app: Flask) -> None:
    written = Written()
    changed, deleted = written.changed.id, written.deleted.id
    assert written.count == 3
    assert [
        (row.sequence, row.table_name, row.row_id, row.before is None, row.after is None)
        for row in written.changes
    ] == [
        (1, "memberships", changed, False, False),
        (2, "memberships", deleted, False, True),
        (3, "memberships", written.added_id, True, False),
    ]
    update, deletion, addition = written.changes
    assert update.before == {"role": "member", "valid_to": None}
    assert update.after == {"role": "head", "valid_to": "2025-02-01"}
    assert deletion.before is not None
    assert (deletion.before["person_id"], deletion.before["valid_from"]) == (
        written.before[deleted]["person_id"],
        START.isoformat(),
    )
    assert addition.after is not None
    assert addition.after["valid_from"] == "2025-02-01"


def test_only_the_rows_written_differ_and_a_change_counts_the_version_on(app: Flask) -> None:
    written = Written()
    changed, deleted = written.changed.id, written.deleted.id
    assert written.after == {
        **{row_id: row for row_id, row in written.before.items() if row_id != deleted},
        changed: written.before[changed] | {"role": MemberRole.HEAD, "valid_to": DAY, "version": 2},
        written.added_id: written.after[written.added_id],
    }
    replay_backwards(written.changes)
    assert written.rows() == {
        **written.before,
        changed: written.before[changed] | {"version": 3},
    }


@pytest.mark.parametrize(
    "side",
    [{"valid_to": "hôm qua"}, {"role": "lạ"}, {"cột lạ": "1"}, {"valid_to": 5}],
    ids=["no day", "no role", "no column", "a number for a day"],
)
def test_a_damaged_journal_is_refused_in_words_before_anything_is_taken_back(
    app: Flask, side: dict[str, Any]
) -> None:
    written = Written()
    written.changes[0].before = side
    with pytest.raises(Conflict, match="phần ghi lại những gì đợt sắp xếp này đã đổi bị hỏng"):
        replay_backwards(written.changes)
    assert written.rows() == written.after


def test_a_change_of_a_table_there_is_not_is_refused_likewise(app: Flask) -> None:
    change = ReorganisationChange(table_name="bảng lạ", row_id=1, before={"a": 1}, after=None)
    with pytest.raises(Conflict, match="bị hỏng"):
        replay_backwards([change])


def test_rows_that_name_different_columns_are_not_written_together(app: Flask) -> None:
    here = RuledProvince()
    rows = [
        values_of(make_membership(make_member(name, here.district), here.commune, is_main=False))
        for name in ("Lê Một", "Lê Hai")
    ]
    del rows[1]["valid_to"]
    with pytest.raises(ValueError, match="rows of memberships name different columns"):
        Journal(1).insert(TABLE, rows)
