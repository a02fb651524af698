"""States of a self-registration (wording.md: a sign-up is accepted, not "approved")."""

from enum import StrEnum

from registry.domain.errors import Conflict


class SignupState(StrEnum):
    """Where a request stands."""

    RECEIVED = "received"
    COMPLETION_ASKED = "completion_asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"


SIGNUP_STATE_LABELS = {
    SignupState.RECEIVED: "Đã tiếp nhận",
    SignupState.COMPLETION_ASKED: "Yêu cầu bổ sung",
    SignupState.ACCEPTED: "Đã chấp nhận",
    SignupState.DECLINED: "Không chấp nhận",
}


def check_open(state: SignupState) -> None:
    """Check that a request can still be decided.

    Raises Conflict when somebody has already decided it.
    """
    if state in {SignupState.ACCEPTED, SignupState.DECLINED}:
        raise Conflict(
            f"Đăng ký này đã có kết quả “{SIGNUP_STATE_LABELS[state]}”. Tải lại trang để xem."
        )
