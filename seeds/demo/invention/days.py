"""Days of the demo: when the registry begins, when papers are signed (working days only)."""

from datetime import date, timedelta

from invention import dice

FIRST_DAY = "2024-06-01"
_EARLIEST_PAPER = date(2023, 1, 9)
_LATEST_OLD_PAPER = date(2024, 5, 30)
_SATURDAY = 5
# New Year, Tết, the Hùng Kings' day, 30 April and 1 May, 2 September.
_HOLIDAYS = (
    (date(2023, 1, 20), date(2023, 1, 26)),
    (date(2023, 4, 29), date(2023, 5, 3)),
    (date(2023, 9, 1), date(2023, 9, 4)),
    (date(2024, 1, 1), date(2024, 1, 1)),
    (date(2024, 2, 8), date(2024, 2, 14)),
    (date(2024, 4, 18), date(2024, 4, 18)),
    (date(2024, 4, 27), date(2024, 5, 1)),
)


def working_day_on_or_before(day: date) -> date:
    """Return `day`, or the last day before it that is no week-end and no public holiday."""
    while day.weekday() >= _SATURDAY or any(first <= day <= last for first, last in _HOLIDAYS):
        day -= timedelta(days=1)
    return day


def old_paper_day(name: str) -> str:
    """Return the working day from January 2023 to May 2024 on which paper `name` was signed."""
    span = (_LATEST_OLD_PAPER - _EARLIEST_PAPER).days
    return working_day_on_or_before(
        _EARLIEST_PAPER + timedelta(days=dice.number(f"{name}/day", span))
    ).isoformat()


def signing_day(name: str, valid_from: str) -> str:
    """Return when the paper behind a fact that begins on `valid_from` was signed.

    Facts of the registry's first day rest on older papers; later ones were signed on the day
    or shortly before.
    """
    if valid_from == FIRST_DAY:
        return old_paper_day(name)
    before = timedelta(days=dice.number(f"{name}/before", 4))
    return working_day_on_or_before(date.fromisoformat(valid_from) - before).isoformat()
