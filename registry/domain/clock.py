"""Time as an argument: a clock gives the instant in UTC and the local day of Asia/Ho_Chi_Minh."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def local_time(instant: datetime) -> datetime:
    """Return an aware instant as the wall clock in Asia/Ho_Chi_Minh shows it."""
    return instant.astimezone(LOCAL_ZONE)


def local_day(instant: datetime) -> date:
    """Return the calendar day in Asia/Ho_Chi_Minh of an aware instant."""
    return local_time(instant).date()


@dataclass(frozen=True, slots=True)
class Moment:
    """The present as one value: the instant something happens, and with it the local day."""

    instant: datetime

    @property
    def day(self) -> date:
        """The calendar day in Asia/Ho_Chi_Minh."""
        return local_day(self.instant)


@dataclass(frozen=True, slots=True)
class Clock:
    """Gives the present; the edge reads it once and passes the value on."""

    read: Callable[[], datetime]

    def moment(self) -> Moment:
        """Return the present moment."""
        return Moment(self.read())

    def today(self) -> date:
        """Return the present day in Asia/Ho_Chi_Minh."""
        return self.moment().day
