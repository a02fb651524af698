"""The policy table in words: who may do what, as Markdown for `docs/permissions.md`."""

from registry.domain.permissions import TABLE, WITHOUT_UNIT, Action, Role

_ORDER = tuple(reversed(Role))
_INTRODUCTION = """\
# Permissions

Printed by `flask permissions table` (`make docs`) from `registry/domain/permissions.py`; never
edited by hand.

● everywhere the role reaches · ○ not about a unit · empty: not allowed.

Where a role reaches: *Cán bộ đơn vị* its office and the units below it; *Xác nhận cấp huyện*,
*Thẩm định*, *Ghi nhận quyết định phê duyệt* and *Lãnh đạo* the territory that `offices` gives
their office today; *Thành viên* the own record only. A grant counts while the account is enabled
and its person is today a member of the office; *Quản trị hệ thống* needs no person. Outside the
scope a thing reads like one that does not exist.
"""


def as_markdown() -> str:
    """Return the table: a row for each action, a column for each role, from the public up."""
    head = ["Việc", "", *(role.label for role in _ORDER)]
    rows = [[action.label, f"`{action.value}`", *_marks(action)] for action in Action]
    lines = [head, ["---", "---", *([":-:"] * len(_ORDER))], *rows]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f"{_INTRODUCTION}\n{table}\n"


def _marks(action: Action) -> list[str]:
    mark = "○" if action in WITHOUT_UNIT else "●"
    return [mark if action in TABLE[role] else "" for role in _ORDER]
