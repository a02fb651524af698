"""One rule for what was entered by mistake: taken out the same day, unless something rests on it.

It never was, so it is no end: nothing of it is left but the audit. A day later others have worked
with it, and it is corrected or ended.
"""

from collections.abc import Iterable
from datetime import date

from registry.domain.audit.deeds import Deed, noun_label
from registry.domain.errors import Invalid
from registry.domain.field_names import in_text
from registry.queries.audit import done_on


def refuse_unless_of_today(deed: Deed, noun: str, row_id: int, today: date) -> None:
    """Raise Invalid when something was entered on another day than today."""
    if row_id not in done_on(deed, noun, [row_id], today):
        raise Invalid.on(
            "",
            "Chỉ gỡ bỏ được nội dung ghi nhầm trong ngày hôm nay. Nội dung ghi từ trước thì đính "
            "chính, hoặc ghi kết thúc từ một ngày.",
        )


def refuse_while_in_use(nouns: Iterable[str]) -> None:
    """Raise Invalid, naming what rests on something that is to be taken out."""
    if named := ", ".join(in_text(noun_label(noun)) for noun in nouns):
        raise Invalid.on(
            "",
            f"Không gỡ bỏ được: đã ghi thêm dữ liệu dựa vào nội dung này ({named}). Bỏ phần đó "
            "trước, hoặc ghi kết thúc từ một ngày.",
        )
