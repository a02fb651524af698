"""Forms of people."""

from datetime import date

from registry.domain.errors import Invalid
from registry.domain.field_names import MEMBERSHIP_FIELDS, PERSON_FIELDS
from registry.domain.memberships import MemberRole
from registry.domain.people import ContractType, EducationLevel, PersonFacts, parse_birth_date
from registry.web.forms.choices import labelled, role_choices
from registry.web.forms.fields import (
    BaseForm,
    CheckboxField,
    CodeField,
    DatedChangeForm,
    EmailField,
    PhoneField,
    RadioField,
    SelectField,
    TextField,
    VersionField,
    VietnameseDateField,
    WholeNumberField,
    at_most,
    optional,
    required,
)
from registry.web.forms.gaps import gap_field
from registry.web.forms.name_field import NameField
from registry.web.forms.successors import SuccessorForm
from registry.web.request import today

NOT_SAID = ("", "Chưa rõ")
YEAR_FIGURES = 4


class YearField(WholeNumberField):
    """A year of four figures, written without a dot."""

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else str(self.data or "")

    def read(self, typed: str) -> int:
        """Return the year typed, or raise Invalid with what to type instead."""
        if not (len(typed) == YEAR_FIGURES and typed.isascii() and typed.isdecimal()):
            raise Invalid.on("", "Nhập năm sinh bằng bốn chữ số, ví dụ 1985.")
        return int(typed)


class BirthDateField(VietnameseDateField):
    """A day of birth; a year alone is told where it belongs."""

    def read(self, typed: str) -> date:
        """Return the day typed, or raise Invalid with what to type instead."""
        return parse_birth_date(typed, today())


class PersonForm(BaseForm):
    """What is recorded of a person, but for the dated facts."""

    full_name = NameField(
        PERSON_FIELDS["full_name"],
        validators=[required("Nhập họ và tên."), at_most(100, "Họ và tên")],
        render_kw={"autocomplete": "off"},
    )
    birth_date = BirthDateField(PERSON_FIELDS["birth_date"], validators=[optional()])
    birth_year = YearField(
        PERSON_FIELDS["birth_year"],
        validators=[optional()],
        description="Khi chỉ biết năm. Ví dụ: 1985",
    )
    phone = PhoneField(
        PERSON_FIELDS["phone"], validators=[optional()], render_kw={"autocomplete": "off"}
    )
    email = EmailField(
        PERSON_FIELDS["email"],
        validators=[optional(), at_most(254, "Thư điện tử")],
        render_kw={"autocomplete": "off"},
    )
    citizen_id = CodeField(
        PERSON_FIELDS["citizen_id"],
        validators=[optional(), at_most(30, "Số CCCD")],
        description="12 chữ số. Được mã hóa khi lưu; mỗi lần xem đủ số đều ghi nhật ký.",
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )


class FactsForm(BaseForm):
    """What a person is by occupation."""

    job_title = TextField(
        PERSON_FIELDS["job_title"], validators=[optional(), at_most(200, "Chức vụ, chức danh")]
    )
    education_level = SelectField(
        PERSON_FIELDS["education_level"], choices=[NOT_SAID, *labelled(EducationLevel)]
    )
    it_major = CheckboxField(PERSON_FIELDS["it_major"])
    contract_type = SelectField(
        PERSON_FIELDS["contract_type"], choices=[NOT_SAID, *labelled(ContractType)]
    )
    is_manager = CheckboxField(PERSON_FIELDS["is_manager"])

    @property
    def facts(self) -> PersonFacts:
        """What was typed."""
        education, contract = self.education_level.data, self.contract_type.data
        return PersonFacts(
            job_title=self.job_title.data,
            education_level=EducationLevel(education) if education else None,
            it_major=self.it_major.data,
            contract_type=ContractType(contract) if contract else None,
            is_manager=self.is_manager.data,
        )

    def show(self, facts: PersonFacts) -> None:
        """Fill the fields with what is stored."""
        self.job_title.data = facts.job_title
        self.education_level.data = facts.education_level.value if facts.education_level else ""
        self.it_major.data = facts.it_major
        self.contract_type.data = facts.contract_type.value if facts.contract_type else ""
        self.is_manager.data = facts.is_manager


class EditFactsForm(FactsForm, DatedChangeForm):
    """What a person is by occupation in a period; its first day is part of a correction only."""

    version = VersionField()
    valid_from = VietnameseDateField(
        PERSON_FIELDS["valid_from"], description="Chỉ dùng khi đính chính."
    )
    accept_gap = gap_field()


class RegisterForm(PersonForm, FactsForm, SuccessorForm):
    """A person and the first membership, from which day on the facts hold."""

    role = SelectField(
        MEMBERSHIP_FIELDS["role"],
        choices=role_choices(),
        default=MemberRole.MEMBER.value,
    )
    organisation = TextField(
        MEMBERSHIP_FIELDS["organisation"],
        validators=[optional(), at_most(200, "Tổ chức đại diện")],
        description="Ví dụ: Đoàn Thanh niên, Hội Phụ nữ",
    )
    valid_from = VietnameseDateField(
        MEMBERSHIP_FIELDS["valid_from"], validators=[required("Nhập ngày bắt đầu tham gia.")]
    )
    # Who is offered is known only once the service has looked; it checks the answer as well.
    despite_likeness = RadioField("Người này là ai?", validate_choice=False)


class EditForm(PersonForm):
    """A person's record; an empty citizen number keeps the one that is stored."""

    version = VersionField()
    forget_citizen_id = CheckboxField("Xóa số CCCD đã lưu")
