"""What an event tells keeps its type: a day is read back as a day, a text as a text."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from registry.domain.assignments import Duty
from registry.domain.audit.values import as_stored, as_written

DAY, INSTANT = date(2024, 6, 30), datetime(2024, 6, 30, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        DAY,
        INSTANT,
        date.min,
        "2024-06-30",
        "2024-99-99",
        '{"$day": "2024-06-30"}',
        7,
        1.5,
        True,
        None,
        [None, DAY, "2024-06-30"],
        {"before": {"valid_from": DAY}, "after": {"valid_from": "2024-06-30"}},
    ],
)
def test_what_was_given_is_read_back_from_json(value: Any) -> None:
    assert as_written(json.loads(json.dumps(as_stored(value)))) == value


def test_what_json_has_no_word_for_is_written_as_the_nearest_it_has() -> None:
    assert as_stored({7: Duty.DEDICATED, "hours": Decimal("8.5")}) == {
        "7": "dedicated",
        "hours": "8.5",
    }
    assert as_stored((1, 2)) == [1, 2]
    assert as_stored({3}) == [3]
    elsewhere = datetime(2024, 6, 30, 9, tzinfo=timezone(timedelta(hours=7)))
    assert as_stored(elsewhere) == as_stored(INSTANT)


@pytest.mark.parametrize(
    "stored",
    [
        {"$day": "2024-99-99"},
        {"$day": None},
        {"$day": ["2024-06-30"]},
        {"$instant": "9999-12-31T23:59:59+00:00"},
        {"$instant": 7},
        {"$day": "2024-06-30", "more": 1},
    ],
)
def test_what_says_it_is_a_day_and_is_none_stays_as_it_stands(stored: dict[str, Any]) -> None:
    assert as_written(stored) == stored
