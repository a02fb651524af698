"""Forms of units."""

from registry.web.forms.fields import (
    BaseForm,
    EmailField,
    PhoneField,
    TextField,
    VersionField,
    at_most,
    optional,
)


class ContactForm(BaseForm):
    """How a unit is reached."""

    version = VersionField()
    phone = PhoneField(
        "Điện thoại cơ quan",
        validators=[optional()],
        description="Số máy bàn hoặc di động dùng để liên hệ công việc.",
    )
    email = EmailField("Thư điện tử công vụ", validators=[optional(), at_most(254, "Thư điện tử")])
    address = TextField("Địa chỉ trụ sở", validators=[optional(), at_most(300, "Địa chỉ")])
    head_title = TextField(
        "Người đứng đầu",
        validators=[optional(), at_most(200, "Người đứng đầu")],
        description="Ví dụ: Chủ tịch UBND xã",
    )
