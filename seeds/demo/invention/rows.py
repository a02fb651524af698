"""One dataclass per demo file: its fields are the columns, in their order."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Unit:
    """A unit of `units.csv`, with the columns of the reference file."""

    code: str
    registry_code: str
    name: str
    short_name: str
    kind: str
    designation: str
    parent: str
    area: str = ""
    takes_part: int = 1
    reason: str = ""

    @property
    def key(self) -> str:
        """Return the code other files know the unit by."""
        return self.code or self.registry_code

    @property
    def designation_and_name(self) -> str:
        """Return the name as it stands inside a sentence ("xã Tam Thanh")."""
        return self.name[0].lower() + self.name[1:]


@dataclass(frozen=True)
class Contact:
    """A row of `unit_contacts.csv`."""

    unit: str
    phone: str
    email: str
    address: str
    head_title: str


@dataclass(frozen=True)
class Person:
    """A row of `people.csv`."""

    key: str
    full_name: str
    birth_year: int
    phone: str
    email: str
    job_title: str
    education_level: str
    it_major: int
    contract_type: str
    is_manager: int


@dataclass(frozen=True)
class Membership:
    """A row of `memberships.csv`."""

    person: str
    unit: str
    role: str = "member"
    organisation: str = ""
    is_main: int = 1
    valid_from: str = "2024-06-01"


@dataclass(frozen=True)
class Decision:
    """A row of `decisions.csv`."""

    key: str
    unit: str
    number: str
    issued_on: str
    issuer: str
    signer: str
    signer_form: str
    kind: str
    effective_from: str


@dataclass(frozen=True)
class Assignment:
    """A row of `assignments.csv`: exactly one of `person` and `section` is filled."""

    person: str
    section: str
    unit: str
    role: str
    duty: str
    concurrent_fields: str = ""
    decision: str = ""
    valid_from: str = "2024-06-01"


@dataclass(frozen=True)
class Roster:
    """A row of `rosters.csv`; `lines` are keys of people, separated by semicolons."""

    key: str
    unit: str
    decision: str
    lines: str


@dataclass(frozen=True)
class Training:
    """A row of `trainings.csv`; `topics` are codes, separated by semicolons."""

    key: str
    course: str
    topics: str
    name: str
    starts_on: str
    ends_on: str
    place: str
    mode: str
    organiser: str


@dataclass(frozen=True)
class Attendance:
    """A row of `attendances.csv`."""

    training: str
    person: str
    hours: str
    score: str
    result: str


@dataclass(frozen=True)
class Signup:
    """A row of `signups.csv`."""

    key: str
    unit: str
    full_name: str
    job_title: str
    phone: str
    email: str
    submitted_on: str


@dataclass(frozen=True)
class Account:
    """A row of `accounts.csv`; passwords are set by whoever installs the demo."""

    key: str
    login: str
    role: str
    office: str
    person: str
