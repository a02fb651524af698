"""What is in the registry already, so that loading the seed files again changes nothing."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from registry.models.base import Model, db
from registry.models.people import Person
from registry.models.trainings import Topic
from registry.queries.there_is import there_is


def keys_there(table: type[Model], columns: Sequence[str]) -> set[tuple[Any, ...]]:
    """Return the values of `columns` in every row of `table`."""
    wanted = [getattr(table, column) for column in columns]
    return {tuple(row) for row in db.session.execute(select(*wanted))}


def topics_by_code() -> dict[str, Topic]:
    """Return the training topics by code."""
    return {topic.code: topic for topic in db.session.scalars(select(Topic))}


def has_people() -> bool:
    """Tell whether the registry holds any person."""
    return there_is(select(Person.id))
