"""Functions an office can hold over a territory: dated configuration, nowhere a constant."""

from registry.domain.labelled import Labelled


class OfficeFunction(Labelled):
    """What an office does for a territory."""

    REVIEWING = "reviewing", "Cơ quan thẩm định"
    DECIDING = "deciding", "Cơ quan phê duyệt"
    COORDINATING = "coordinating", "Cơ quan điều phối chung"
    VERIFYING = "verifying", "Cơ quan xác nhận cấp huyện"
