"""What a scope covers."""

import pytest

from registry.domain.permissions import Scope

HERE = Scope(prefixes=frozenset({"/1/7/"}), closed_unit_ids=frozenset({302}))


@pytest.mark.parametrize(
    ("path", "unit_id", "covered"),
    [
        ("/1/7/", None, True),
        ("/1/7/9/", 9, True),
        ("/1/70/", 70, False),
        ("/1/", 1, False),
        (None, None, False),
        (None, 302, True),
        ("/1/8/302/", 302, True),
        (None, 303, False),
    ],
)
def test_a_scope_covers_what_stands_in_its_subtrees_and_what_was_closed_into_them(
    path, unit_id, covered
):
    assert HERE.covers(path, unit_id) is covered


def test_a_scope_is_empty_where_nothing_lies_in_it() -> None:
    assert Scope().is_empty is True
    of_one_kind = (
        Scope(everything=True),
        Scope(prefixes=frozenset({"/1/7/"})),
        Scope(closed_unit_ids=frozenset({302})),
    )
    assert [scope.is_empty for scope in of_one_kind] == [False, False, False]


def test_what_is_everything_covers_also_what_stands_nowhere() -> None:
    assert Scope(everything=True).covers(None)
    assert not Scope().covers("/1/")
