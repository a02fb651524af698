"""Words about training classes."""

from registry.domain.labelled import Labelled


class TrainingMode(Labelled):
    """How a class is held."""

    IN_PERSON = "in_person", "Trực tiếp"
    ONLINE = "online", "Trực tuyến"
    HYBRID = "hybrid", "Kết hợp"


class TrainingResult(Labelled):
    """What came of attending."""

    COMPLETED = "completed", "Hoàn thành"
    NOT_COMPLETED = "not_completed", "Chưa hoàn thành"
