"""Time as an argument: a clock gives the instant in UTC and the local day of Asia/Ho_Chi_Minh."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def local_time(instant: datetime) -> datetime:
    """Return an aware instant as the wall clock in Asia/Ho_Chi_Minh shows it."""
    return instant.astimezone(LOCAL_ZONE)


def local_day(instant: datetime) -> date:
    """Return the calendar day in Asia/Ho_Chi_Minh of an aware instant."""
    return local_time(instant).date()


def bounds_of(day: date) -> tuple[datetime, datetime]:
    """Return the instants at which a calendar day in Asia/Ho_Chi_Minh begins and is over."""
    begins = datetime.combine(day, time.min, LOCAL_ZONE)
    return begins, begins + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """The present as one value: the instant something happens, and with it the local day.

    `instant` is written with what happens. Where a trial stands on another day it lies on that day;
    `system` is then what the system's clock shows.
    """

    instant: datetime
    system: datetime | None = None

    @property
    def day(self) -> date:
        """The calendar day in Asia/Ho_Chi_Minh."""
        return local_day(self.instant)

    @property
    def running(self) -> datetime:
        """The instant by which lives and waits are measured: it passes even where the day stands.

        Of a session, a link, a failed sign-in: what ends by itself is written and judged by this.
        """
        return self.instant if self.system is None else self.system


@dataclass(frozen=True, slots=True)
class Clock:
    """Gives the present; the edge reads it once and passes the value on.

    On `standing_on`, if given, the day stands and only the time of day runs.
    """

    read: Callable[[], datetime]
    standing_on: date | None = None

    def moment(self) -> Moment:
        """Return the present moment."""
        now = self.read()
        if self.standing_on is None:
            return Moment(now)
        return Moment(datetime.combine(self.standing_on, local_time(now).timetz()), now)

    def today(self) -> date:
        """Return the present day in Asia/Ho_Chi_Minh."""
        return self.moment().day
