"""What the database refuses is said in words by the page and by the command."""

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from registry.domain.errors import Unavailable
from registry.domain.outages import Outage
from registry.domain.vietnamese.names import normalise
from registry.models.guards import NO_OVERLAPS
from registry.models.refusals import is_worth_retrying, refusal_of


class DriverError(Exception):
    """What a driver raises, with PostgreSQL's code for it."""

    def __init__(self, said: str, sqlstate: str | None = None) -> None:
        super().__init__(said)
        self.sqlstate = sqlstate


def operational(said: str, sqlstate: str | None = None) -> OperationalError:
    return OperationalError("UPDATE x", None, DriverError(said, sqlstate))


@pytest.mark.parametrize(
    "error",
    [
        operational("could not serialize access", "40001"),
        operational("deadlock detected", "40P01"),
        operational("canceling statement due to lock timeout", "55P03"),
        operational("database is locked"),
        operational("database table is locked"),
    ],
)
def test_a_database_in_use_is_tried_again_then_said_to_be_busy(error: OperationalError) -> None:
    assert is_worth_retrying(error)
    said = refusal_of(error)
    assert said is not None
    assert said.message == Outage.BUSY.message


def test_a_database_that_is_gone_is_not_busy() -> None:
    gone = operational("server closed the connection unexpectedly", "57P01")
    assert not is_worth_retrying(gone)
    said = refusal_of(gone)
    assert isinstance(said, Unavailable)
    assert said.message == Outage.GONE.message


@pytest.mark.parametrize("guard", NO_OVERLAPS, ids=lambda guard: guard.name)
def test_every_guard_against_overlaps_has_words_of_its_own(guard) -> None:
    said = DriverError(f'violates exclusion constraint "no_overlap_{guard.name}"', "23P01")
    error = IntegrityError("INSERT", None, said)
    assert is_worth_retrying(error)
    refusal = refusal_of(error)
    assert refusal is not None
    assert refusal.message.endswith("Kiểm tra lại ngày bắt đầu, ngày kết thúc.")
    assert normalise(refusal.message) == refusal.message


@pytest.mark.parametrize(
    "said",
    [
        'duplicate key value violates unique constraint "uq_cards_live"',
        "UNIQUE constraint failed: cards.line_id",
    ],
)
def test_a_second_live_card_is_refused_in_words_on_both_databases(said: str) -> None:
    refusal = refusal_of(IntegrityError("INSERT", None, DriverError(said)))
    assert refusal is not None
    assert "vừa được cấp thẻ" in refusal.message


def test_no_two_guards_say_the_same_of_different_things() -> None:
    errors = [
        IntegrityError("INSERT", None, DriverError(f"no_overlap_{guard.name}"))
        for guard in NO_OVERLAPS
    ]
    said = [refusal.message for error in errors if (refusal := refusal_of(error))]
    assert len(set(said)) >= len(NO_OVERLAPS) - 1


def test_another_broken_rule_is_a_fault_of_ours() -> None:
    assert refusal_of(IntegrityError("INSERT", None, DriverError("NOT NULL constraint"))) is None
