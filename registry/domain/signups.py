"""Self-registration: states, the notice shown, and which units take it.

A sign-up is "accepted", never "approved": approval belongs to a list with a decision.
"""

from dataclasses import dataclass
from datetime import date

from registry.domain.errors import Conflict
from registry.domain.labelled import Labelled
from registry.domain.units.kinds import MEMBER_CATEGORIES, UnitKind
from registry.domain.vietnamese.names import search_key


class SignupState(Labelled):
    """Where a request stands."""

    RECEIVED = "received", "Đã tiếp nhận"
    COMPLETION_ASKED = "completion_asked", "Yêu cầu bổ sung"
    ACCEPTED = "accepted", "Đã chấp nhận"
    DECLINED = "declined", "Không chấp nhận"


def check_open(state: SignupState) -> None:
    """Check that a request can still be decided.

    Raises Conflict when somebody has already decided it.
    """
    if state in {SignupState.ACCEPTED, SignupState.DECLINED}:
        raise Conflict(f"Đăng ký này đã có kết quả “{state.label}”. Tải lại trang để xem.")


def check_waits_for_completion(state: SignupState) -> None:
    """Check that the person who signed up has been asked for more.

    Raises Conflict when he has not, or has answered already.
    """
    if state is not SignupState.COMPLETION_ASKED:
        raise Conflict(
            f"Đăng ký đang ở trạng thái “{state.label}”, không chờ bổ sung. Tải lại trang để xem."
        )


def title_in_section(job_title: str, section: str | None) -> str:
    """Return a title with the bộ phận it is held in, unless it names that already."""
    words = search_key(section or "")
    if not words or f" {words} " in f" {search_key(job_title)} ":
        return job_title
    return f"{job_title} {section}"


@dataclass(frozen=True, slots=True)
class Example:
    """What the forms of a sign-up give as an example, in the words of its day."""

    job_title: str
    section: str | None = None


# With the districts the titles of Plan 4660 ended; since then a commune's officers sit in offices.
_EXAMPLES = (
    (
        date(2025, 7, 1),
        Example("Chuyên viên Phòng Văn hóa – Xã hội", "Phòng Văn hóa – Xã hội"),
    ),
    (date.min, Example("Công chức Văn phòng – thống kê")),
)


def example_on(day: date) -> Example:
    """Return the example that fits the bodies and titles of `day`."""
    return next(example for since, example in _EXAMPLES if since <= day)


def takes_signups(kind: UnitKind, *, takes_part: bool) -> bool:
    """Tell whether people may ask to join a unit: it takes part, its kind has members (IV.6)."""
    return takes_part and kind in MEMBER_CATEGORIES


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice on personal data in force on a day; `version` is kept with each request."""

    version: str
    legal_basis: str


# Decree 13/2023/NĐ-CP was replaced when the law came into force, on 1 January 2026.
# Since bộ phận is asked for, it is among what is told to be kept.
_NOTICES = (
    (date(2026, 11, 29), Notice("2026-11", "Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15")),
    (date(2026, 1, 1), Notice("2026-01", "Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15")),
    (date.min, Notice("2023-07", "Nghị định số 13/2023/NĐ-CP về bảo vệ dữ liệu cá nhân")),
)


def notice_on(day: date) -> Notice:
    """Return the notice shown on `day`."""
    return next(notice for since, notice in _NOTICES if since <= day)
