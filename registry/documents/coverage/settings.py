"""The settings of how coverage is counted, in words: what each says, its values through time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from registry.domain.assignments import CountingRules, CountingSetting
from registry.domain.vietnamese.writing import format_number

_EXPLANATIONS = {
    CountingSetting.GRACE_DAYS: (
        "Phân công của đơn vị trước sắp xếp còn được tính là có đầu mối trong thời hạn này, kể từ "
        "ngày đơn vị mới hoạt động. Quá thời hạn mà chưa có quyết định mới thì không tính."
    ),
    CountingSetting.CONTRACT_WORKERS: (
        "Người làm việc theo hợp đồng, chuyên gia thuê, cộng tác viên luôn được tính là có đầu mối "
        "(mục III.1b); ở đây là có được tính cho tiêu chuẩn chuyên trách (mục IV.2) hay không."
    ),
    CountingSetting.OTHER_PAPERS: (
        "Thông báo phân công nhiệm vụ, công văn hoặc văn bản cử do thủ trưởng đơn vị ban hành có "
        "được tính là có đầu mối (mục III.1b) hay không. Tiêu chuẩn chuyên trách chỉ tính quyết "
        "định; tờ trình, kế hoạch và nghị quyết không bao giờ tính."
    ),
    CountingSetting.DUTIES_BY_LAW: (
        "Ở cấp xã, người được giao theo chức danh hoặc phòng mà không có văn bản phân công: đến "
        "ngày 30/06/2025 là công chức Văn phòng – thống kê (Kế hoạch 4660/KH-UBND, mục IV.1), từ "
        "ngày 01/07/2025 là người của Phòng Văn hóa – Xã hội. Ở đây là có được tính là có đầu mối "
        "(mục III.1b) hay không; chỉ tính khi đã ghi rõ người phụ trách, và không bao giờ tính "
        "cho tiêu chuẩn chuyên trách (mục IV.2)."
    ),
}


@dataclass(frozen=True, slots=True)
class SettingLine:
    """A setting as a page shows it: `values` are those set, the latest first, with their days."""

    setting: CountingSetting
    explanation: str
    now: str
    default: str
    values: Sequence[tuple[date, str]]


def lines_of_settings(
    values_of: Callable[[CountingSetting], Sequence[tuple[date, int]]], day: date
) -> list[SettingLine]:
    """Return every setting with the value it has on `day` and those it had or will have."""
    lines = []
    for setting, explanation in _EXPLANATIONS.items():
        default = int(getattr(CountingRules(), setting.value))
        values = values_of(setting)
        now = next((value for since, value in reversed(values) if since <= day), default)
        lines.append(
            SettingLine(
                setting,
                explanation,
                _shown(setting, now),
                _shown(setting, default),
                [(since, _shown(setting, value)) for since, value in reversed(values)],
            )
        )
    return lines


def _shown(setting: CountingSetting, value: int) -> str:
    """Return a value in words."""
    if setting is CountingSetting.GRACE_DAYS:
        return f"{format_number(value)} ngày"
    return "Có" if value else "Không"
