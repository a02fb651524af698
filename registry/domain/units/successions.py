"""How one unit came to stand in the place of another, or took a part of it."""

from datetime import date

from registry.domain.labelled import Labelled

ARRANGED_SINCE = date(2025, 6, 16)
"""From the law on local government 72/2025/QH15 on, resolutions speak of "sắp xếp … thành"."""


class SuccessionKind(Labelled):
    """What a resolution calls the deed that links a predecessor to a successor."""

    ABSORBED = "absorbed", "nhập vào"
    MERGED = "merged", "hợp nhất"
    ARRANGED = "arranged", "sắp xếp"
    DIVIDED = "divided", "chia"
    SEPARATED = "separated", "tách"
    ADJUSTED = "adjusted", "điều chỉnh địa giới"
    PROMOTED = "promoted", "thành lập trên cơ sở nguyên trạng"
    RENAMED = "renamed", "đổi tên"
    REESTABLISHED = "reestablished", "tái lập"
