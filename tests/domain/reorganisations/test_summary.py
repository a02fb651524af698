"""The figures of a batch."""

from registry.domain.reorganisations.summary import Counts, Summary


def test_what_nobody_counted_is_nought():
    assert Counts() == Counts(moved=0, ended=0)
    assert Summary() == Summary(established=0, continued=0, ended=0, uncovered=0, left_out=0)
