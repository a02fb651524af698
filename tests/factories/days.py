"""The moment of a day."""

from datetime import UTC, date, datetime, time

from registry.domain.clock import Moment


def moment_on(day: date) -> Moment:
    """Return 9 o'clock local time of a day."""
    return Moment(datetime.combine(day, time(2), tzinfo=UTC))
