"""A form's key is taken once, also of many sendings at once; the others learn of the first."""

import threading
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from registry.domain.clock import Moment
from registry.models.base import db
from registry.models.engine import WRITES
from registry.models.submissions import FormSubmission
from registry.services.submissions import KEPT_FOR, claim, finish, forget_old
from tests.conftest import MOMENT, NOW
from tests.factories.at_once import in_threads


def test_of_eight_sendings_at_once_one_is_the_first_and_seven_are_led_to_its_result(
    app: Flask,
) -> None:
    said: list[str] = []

    def send() -> None:
        earlier = claim("k", "c", MOMENT)
        if earlier is None:
            finish("k", "/ket-qua")
            said.append("first")
        else:
            said.append(earlier.location)

    assert in_threads(app, [send] * 8) == [None] * 8
    assert sorted(said) == ["/ket-qua"] * 7 + ["first"]


def test_who_waited_for_a_sending_that_was_undone_has_the_key(app: Flask) -> None:
    taken, waiting = threading.Event(), threading.Event()
    won: list[bool] = []

    def undone() -> None:
        with app.app_context():
            db.session.connection(execution_options={WRITES: True})
            claim("k", "c", MOMENT)
            taken.set()
            waiting.wait(5)
            waiting.clear()
            waiting.wait(0.2)  # the other waits for the key, or for the write lock
            db.session.rollback()
            db.session.remove()

    def second() -> None:
        taken.wait(5)
        waiting.set()
        won.append(claim("k", "c", MOMENT) is None)
        finish("k", "/lan-hai")

    first = threading.Thread(target=undone)
    first.start()
    taken.wait(5)
    if db.engine.dialect.name == "sqlite":
        waiting.set()  # the second begins with the write lock, and does not come as far before
    assert in_threads(app, [second]) == [None]
    first.join()
    assert won == [True]
    assert db.session.scalars(select(FormSubmission.location)).all() == ["/lan-hai"]


def test_what_was_accepted_is_told_with_its_content(app: Flask) -> None:
    assert claim("k", "c", MOMENT) is None
    assert claim("another", "c", MOMENT) is None
    finish("k", "/ket-qua")
    for key, location in (("k", "/ket-qua"), ("another", "")):
        earlier = claim(key, "other", MOMENT)
        assert earlier is not None
        assert (earlier.content_hash, earlier.location) == ("c", location)


def test_a_key_is_kept_for_thirty_days_and_then_forgotten(app: Flask) -> None:
    claim("k", "c", MOMENT)
    forget_old(Moment(NOW + KEPT_FOR))
    assert claim("k", "c", MOMENT) is not None
    forget_old(Moment(NOW + KEPT_FOR + timedelta(microseconds=1)))
    db.session.expire_all()
    assert claim("k", "c", MOMENT) is None
