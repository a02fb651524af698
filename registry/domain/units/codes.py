"""Official codes of units: how they look."""

import re

from registry.domain.units.kinds import UnitKind

OFFICIAL_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]*")
# Of territories the State numbers (Decision 124/2004/QĐ-TTg).
CODE_LENGTHS = {UnitKind.PROVINCE: 2, UnitKind.DISTRICT: 3, UnitKind.COMMUNE: 5}
_MOST_SIGNS = 20


def wrong_code(kind: UnitKind, code: str) -> str | None:
    """Say why `code` cannot be the official code of a unit of `kind`; None where it can."""
    length = CODE_LENGTHS.get(kind)
    if length is not None and code.isdigit() and len(code) < length:
        return f"Mã của {kind.label} gồm {length} chữ số, kể cả số 0 ở đầu."
    if len(code) > _MOST_SIGNS or not OFFICIAL_CODE.fullmatch(code):
        return f"Mã gồm chữ không dấu và chữ số, không có dấu cách, dài nhất {_MOST_SIGNS} ký tự."
    return None
