"""Where a batch stands."""

from datetime import datetime

from registry.domain.labelled import Labelled


class BatchState(Labelled):
    """Where a batch stands; it follows from its moments."""

    COMPOSED = "composed", "Đang soạn"
    APPLIED = "applied", "Đã thực hiện"
    UNDONE = "undone", "Đã hoàn tác"

    @classmethod
    def at(cls, applied_at: datetime | None, undone_at: datetime | None) -> "BatchState":
        """Return the state of a batch that was applied and undone at these moments, if it was."""
        if undone_at is not None:
            return cls.UNDONE
        return cls.COMPOSED if applied_at is None else cls.APPLIED
