"""The figures of a batch, as they are kept when it is applied."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from registry.domain.labelled import Labelled
from registry.domain.units.kinds import UnitKind


class Counted(Labelled):
    """What a batch moves to a successor, or ends."""

    PEOPLE = "people", "Người"
    MEMBERSHIPS = "memberships", "Tư cách thành viên"
    ASSIGNMENTS = "assignments", "Phân công"
    TEAMS = "teams", "Tổ công nghệ số cộng đồng"
    GRANTS = "grants", "Vai trò của tài khoản"
    OFFICES = "offices", "Chức năng thẩm định, phê duyệt"
    LISTS = "lists", "Danh sách thành viên đang xử lý"
    SIGNUPS = "signups", "Đăng ký đang xử lý"
    CARDS = "cards", "Thẻ thành viên"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of a noun moved to a successor, and how many ended."""

    moved: int = 0
    ended: int = 0


@dataclass(frozen=True, slots=True)
class Heads:
    """How many people belong to some units on a day, and how many assignments stand there."""

    people: int
    assignments: int


@dataclass(frozen=True, slots=True)
class NamedUnits:
    """What successor links do not tell of units, by their ids: why they ended, what they lack.

    `to_lead` are teams that were left with several heads, or with none any more.
    """

    reasons: Mapping[int, str] = field(default_factory=dict)
    without_plan: tuple[int, ...] = ()
    uncovered: tuple[int, ...] = ()
    to_lead: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """How many units a batch touched, what moved and ended with them, before and after.

    `left_out`: of how many the annex should have said more.
    """

    established: int = 0
    continued: int = 0
    ended: int = 0
    uncovered: int = 0
    left_out: int = 0
    counts: Mapping[Counted, Counts] = field(default_factory=dict)
    heads_before: Heads | None = None
    heads_after: Heads | None = None
    units_before: Mapping[UnitKind, int] = field(default_factory=dict)
    units_after: Mapping[UnitKind, int] = field(default_factory=dict)
    units: NamedUnits = field(default_factory=NamedUnits)
