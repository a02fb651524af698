"""Where a chain of events breaks: what was erased duly, and what stands under no key."""

from collections.abc import Iterator

import pytest

from registry.domain.audit.chain import Beside, Break, ChainedEvent, event_hash, first_break
from registry.domain.keyring import VersionedKey

KEY = VersionedKey("k1", {"k1": b"k" * 32})


def chain(*events: dict[str, object], key_id: str | None, beside: Beside) -> Iterator[ChainedEvent]:
    """Yield events of person 5, chained in their order; `beside` stands beside those with proof."""
    previous = "0" * 64
    for sequence, event in enumerate(events, start=1):
        values = {"personal_hash": None, "person_id": 5, "action": "person.edit", **event}
        values |= {"sequence": sequence, "previous_hash": previous}
        previous = event_hash(values, None if key_id is None else KEY.by_id[key_id])
        yield ChainedEvent(values, previous, key_id, beside if values["personal_hash"] else None)


@pytest.mark.parametrize(
    ("person_id", "erased", "breaks"),
    [
        (5, {}, True),
        (5, {"5": 1}, True),
        (5, {"5": 2}, True),
        (5, {"5": 3}, False),
        (5, {"6": 3}, True),
        (None, {"5": 3, None: 3}, True),
    ],
)
def test_values_may_lack_beside_an_event_only_where_a_later_one_erased_them(
    person_id: int | None, erased: dict[str | None, int], *, breaks: bool
) -> None:
    events = ({}, {"personal_hash": "ab" * 32, "person_id": person_id}, {"action": "audit.erase"})
    found = first_break(
        chain(*events, key_id="k1", beside=Beside(person_id, "salt", None)), KEY, erased
    )
    assert found == (Break(2, "không khớp chuỗi kiểm tra") if breaks else None)


@pytest.mark.parametrize("events", [1, 2])
def test_a_chain_that_ends_without_a_key_is_not_sealed(events: int) -> None:
    nobody = Beside(None, "", None)
    found = first_break(chain(*[{}] * events, key_id=None, beside=nobody), KEY, {})
    assert found == Break(events, "không có khóa, trong khi nhật ký đã được niêm phong bằng khóa")
    assert first_break(chain(*[{}] * events, key_id="k1", beside=nobody), KEY, {}) is None


def test_nothing_written_breaks_nothing() -> None:
    assert first_break([], KEY, {}) is None
