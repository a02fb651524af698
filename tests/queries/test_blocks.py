"""Many ids at once: in portions, or reserved for rows to come."""

import pytest
from flask import Flask

from registry.models.base import db
from registry.models.people import Person
from registry.queries import blocks
from tests.factories.people import make_person


def test_ids_come_sorted_and_once_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 2)
    assert list(blocks.blocks([5, 1, 5, 3, 2, 4])) == [[1, 2], [3, 4], [5]]
    assert list(blocks.blocks(["b", "a"])) == [["a", "b"]]
    assert list(blocks.blocks([])) == []


def test_reserved_ids_are_as_many_as_asked_for_follow_on_each_other_and_are_nobody_s(
    app: Flask,
) -> None:
    there = make_person()
    key = Person.__table__.c.id
    reserved = blocks.reserved_ids(key, 3)
    assert reserved == [there.id + 1, there.id + 2, there.id + 3]
    for number in reserved:
        db.session.add(
            Person(
                id=number, full_name="Lê A", search_key="", sort_key="", created_at=there.created_at
            )
        )
    db.session.flush()
    assert blocks.reserved_ids(key, 1) == [there.id + 4]
