"""Roles of a member in a unit, and what bearing one is called there."""

from registry.domain.labelled import Labelled
from registry.domain.units.kinds import UnitKind


class MemberRole(Labelled):
    """What a member is in the unit."""

    HEAD = "head", "Trưởng"
    DEPUTY = "deputy", "Phó"
    CORE = "core", "Nòng cốt"
    MEMBER = "member", "Thành viên"


_TEAM_TITLES = {MemberRole.HEAD: "Tổ trưởng", MemberRole.DEPUTY: "Tổ phó"}
_TITLES = {
    UnitKind.COMMUNITY_TEAM: _TEAM_TITLES,
    UnitKind.ASSISTANCE_GROUP: _TEAM_TITLES,
    UnitKind.EXPERT_GROUP: _TEAM_TITLES,
    UnitKind.INCIDENT_TEAM: {MemberRole.HEAD: "Đội trưởng", MemberRole.DEPUTY: "Đội phó"},
    UnitKind.STEERING_COMMITTEE: {
        MemberRole.HEAD: "Trưởng ban",
        MemberRole.DEPUTY: "Phó Trưởng ban",
    },
}
# One person leads them, called by the office held there.
LED_KINDS = frozenset(_TITLES)
_WITHOUT_A_TITLE = {MemberRole.HEAD: "Người đứng đầu", MemberRole.DEPUTY: "Cấp phó"}


def role_title(role: MemberRole, kind: UnitKind, job_title: str | None = None) -> str:
    """Return what a member of a unit of `kind` is called: "Tổ trưởng" of a team.

    Elsewhere whoever leads or helps to lead is called by the office held, `job_title`, where that
    is given: nobody is "Trưởng" or "Phó" of nothing.
    """
    if role not in _WITHOUT_A_TITLE:
        return role.label
    of_kind = _TITLES.get(kind)
    return of_kind[role] if of_kind else job_title or _WITHOUT_A_TITLE[role]
