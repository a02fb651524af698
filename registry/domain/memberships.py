"""Roles of a member in a unit."""

from registry.domain.labelled import Labelled


class MemberRole(Labelled):
    """What a member is in the unit."""

    HEAD = "head", "Trưởng"
    DEPUTY = "deputy", "Phó"
    CORE = "core", "Nòng cốt"
    MEMBER = "member", "Thành viên"
