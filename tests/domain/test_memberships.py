"""What bearing a role is called: by the kind of unit, never "Trưởng" or "Phó" of nothing."""

import pytest

from registry.domain.memberships import MemberRole, role_title
from registry.domain.units.kinds import UnitKind

HEAD, DEPUTY, CORE = MemberRole.HEAD, MemberRole.DEPUTY, MemberRole.CORE


@pytest.mark.parametrize(
    ("role", "kind", "job_title", "title"),
    [
        (HEAD, UnitKind.COMMUNITY_TEAM, "Trưởng thôn", "Tổ trưởng"),
        (DEPUTY, UnitKind.COMMUNITY_TEAM, "Bí thư Đoàn", "Tổ phó"),
        (DEPUTY, UnitKind.ASSISTANCE_GROUP, None, "Tổ phó"),
        (HEAD, UnitKind.INCIDENT_TEAM, None, "Đội trưởng"),
        (DEPUTY, UnitKind.STEERING_COMMITTEE, "Phó Chủ tịch", "Phó Trưởng ban"),
        (DEPUTY, UnitKind.COMMUNE, "Phó Chủ tịch UBND xã", "Phó Chủ tịch UBND xã"),
        (HEAD, UnitKind.DEPARTMENT, None, "Người đứng đầu"),
        (DEPUTY, UnitKind.DEPARTMENT, "", "Cấp phó"),
        (CORE, UnitKind.COMMUNITY_TEAM, "Kế toán", "Nòng cốt"),
        (MemberRole.MEMBER, UnitKind.COMMUNE, "Kế toán", "Thành viên"),
    ],
)
def test_a_role_is_called_by_the_kind_of_unit(
    role: MemberRole, kind: UnitKind, job_title: str | None, title: str
) -> None:
    assert role_title(role, kind, job_title) == title
