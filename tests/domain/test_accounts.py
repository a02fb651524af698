"""How long a link that anybody asked for is left alone."""

from datetime import UTC, datetime, timedelta

from registry.domain.accounts import ON_ITS_WAY, is_on_its_way

MADE = datetime(2024, 6, 30, 2, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def test_a_link_is_left_alone_for_ten_minutes() -> None:
    expires = MADE + timedelta(hours=1)
    assert is_on_its_way(MADE, expires, MADE)
    assert is_on_its_way(MADE, expires, MADE + ON_ITS_WAY - INSTANT)
    assert not is_on_its_way(MADE, expires, MADE + ON_ITS_WAY)


def test_an_expired_link_is_in_nobody_s_way() -> None:
    assert not is_on_its_way(MADE, MADE + INSTANT, MADE + INSTANT)
