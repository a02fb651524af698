"""Words about training classes."""

from enum import StrEnum


class TrainingMode(StrEnum):
    """How a class is held."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    HYBRID = "hybrid"


class TrainingResult(StrEnum):
    """What came of attending."""

    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"


MODE_LABELS = {
    TrainingMode.IN_PERSON: "Trực tiếp",
    TrainingMode.ONLINE: "Trực tuyến",
    TrainingMode.HYBRID: "Kết hợp",
}
RESULT_LABELS = {
    TrainingResult.COMPLETED: "Hoàn thành",
    TrainingResult.NOT_COMPLETED: "Chưa hoàn thành",
}
