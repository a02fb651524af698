"""Where a batch stands follows from its moments."""

from datetime import UTC, datetime

from registry.domain.reorganisations.batches import BatchState

MOMENT = datetime(2025, 7, 1, tzinfo=UTC)


def test_a_batch_is_composed_then_applied_then_undone():
    assert BatchState.at(None, None) is BatchState.COMPOSED
    assert BatchState.at(MOMENT, None) is BatchState.APPLIED
    assert BatchState.at(MOMENT, MOMENT) is BatchState.UNDONE
