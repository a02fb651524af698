"""Forms of accounts."""

from wtforms import HiddenField

from registry.domain.field_names import ACCOUNT_FIELDS
from registry.web.forms.fields import (
    BaseForm,
    CodeField,
    SecretField,
    at_most,
    required,
)


class SignInForm(BaseForm):
    """Login and password."""

    login = CodeField(
        ACCOUNT_FIELDS["login"],
        validators=[required("Nhập tên đăng nhập."), at_most(100, "Tên đăng nhập")],
        description="Thường là số điện thoại đã đăng ký.",
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = SecretField(
        "Mật khẩu",
        validators=[required("Nhập mật khẩu.")],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class ForgotPasswordForm(BaseForm):
    """The login whose password was forgotten."""

    login = CodeField(
        ACCOUNT_FIELDS["login"],
        validators=[required("Nhập tên đăng nhập."), at_most(100, "Tên đăng nhập")],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )


class SetPasswordForm(BaseForm):
    """A new password, twice."""

    password = SecretField(
        "Mật khẩu mới",
        validators=[required("Nhập mật khẩu mới.")],
        description="Ít nhất 14 ký tự. Nên dùng một câu ngắn, dễ nhớ.",
        render_kw={"autocomplete": "new-password"},
    )
    repeated = SecretField(
        "Nhập lại mật khẩu mới",
        validators=[required("Nhập lại mật khẩu mới.")],
        render_kw={"autocomplete": "new-password"},
    )
