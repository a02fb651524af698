"""The words of the reorganisation desk."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from registry.domain.reorganisations.annex import How, Part
from registry.models.reorganisations import Reorganisation, ReorganisationRow

COUNT_LABELS = {
    "people": "Người",
    "memberships": "Tư cách thành viên",
    "assignments": "Phân công",
    "teams": "Tổ công nghệ số cộng đồng",
    "grants": "Vai trò của tài khoản",
    "offices": "Chức năng thẩm định, phê duyệt",
    "lists": "Danh sách thành viên đang xử lý",
    "signups": "Đăng ký đang xử lý",
    "cards": "Thẻ thành viên",
}

COLUMN_LABELS = {
    "old_code": "Mã cũ",
    "old_name": "Tên cũ",
    "old_kind": "Loại cũ",
    "old_parent": "Đơn vị cấp trên cũ",
    "old_province": "Tỉnh cũ",
    "new_code": "Mã mới",
    "new_name": "Tên mới",
    "new_kind": "Loại mới",
    "new_parent": "Đơn vị cấp trên mới",
    "new_province": "Tỉnh mới",
    "new_province_code": "Mã tỉnh mới",
    "part": "Toàn bộ hay một phần",
    "how": "Cách sắp xếp",
    "allocation": "Phân bổ",
}

QUESTION_LABELS = {
    "unit": "Đơn vị trực thuộc",
    "membership": "Người",
    "assignment": "Phân công",
}


class State(StrEnum):
    """Where a batch stands; it follows from its moments."""

    COMPOSED = "composed"
    APPLIED = "applied"
    UNDONE = "undone"


STATE_LABELS = {
    State.COMPOSED: "Đang soạn",
    State.APPLIED: "Đã thực hiện",
    State.UNDONE: "Đã hoàn tác",
}
STATE_TONES = {State.COMPOSED: "wait", State.APPLIED: "good", State.UNDONE: None}


def state_of(batch: Reorganisation) -> State:
    """Return where a batch stands."""
    if batch.undone_at is not None:
        return State.UNDONE
    return State.COMPOSED if batch.applied_at is None else State.APPLIED


def happened_at(batch: Reorganisation) -> datetime:
    """Return the moment of the last step of a batch."""
    return batch.undone_at or batch.applied_at or batch.created_at


def row_words(row: ReorganisationRow) -> dict[str, Any]:
    """Return a row as its table shows it: the old side, the new side, how."""
    said = row.content
    dissolved = said.get("how") == How.DISSOLVE
    return {
        "id": row.id,
        "number": row.number,
        "source": row.source,
        "old": said.get("old_name") or said.get("old_code"),
        "old_note": _note(said.get("old_code"), said.get("old_parent"), said.get("old_province")),
        "new": None if dissolved else said.get("new_name"),
        "new_note": _note(said.get("new_code"), said.get("new_parent"), said.get("new_province")),
        "how": _how(said),
        "part": said.get("part") == Part.PART or said.get("how") in {How.DIVIDE, How.SEPARATE},
    }


def _how(said: dict[str, Any]) -> str:
    if said.get("how"):
        return str(said["how"])
    return "thành lập" if not (said.get("old_name") or said.get("old_code")) else "theo mã và tên"


def _note(code: str | None, parent: str | None, province: str | None) -> str:
    places = [place for place in (parent, province) if place]
    return " · ".join([*([f"mã {code}"] if code else []), *dict.fromkeys(places)])
