"""Functions an office can hold over a territory: dated configuration, nowhere a constant."""

from enum import StrEnum


class OfficeFunction(StrEnum):
    """What an office does for a territory."""

    REVIEWING = "reviewing"
    DECIDING = "deciding"
    COORDINATING = "coordinating"
    VERIFYING = "verifying"


FUNCTION_LABELS = {
    OfficeFunction.REVIEWING: "Cơ quan thẩm định",
    OfficeFunction.DECIDING: "Cơ quan phê duyệt",
    OfficeFunction.COORDINATING: "Cơ quan điều phối chung",
    OfficeFunction.VERIFYING: "Cơ quan xác nhận cấp huyện",
}
