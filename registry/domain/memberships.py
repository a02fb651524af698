"""Roles of a member in a unit."""

from enum import StrEnum


class MemberRole(StrEnum):
    """What a member is in the unit."""

    HEAD = "head"
    DEPUTY = "deputy"
    CORE = "core"
    MEMBER = "member"


MEMBER_ROLE_LABELS = {
    MemberRole.HEAD: "Trưởng",
    MemberRole.DEPUTY: "Phó",
    MemberRole.CORE: "Nòng cốt",
    MemberRole.MEMBER: "Thành viên",
}
