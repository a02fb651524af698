"""The demo while it is being written: reference units to look things up in, rows to add to."""

import csv
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from invention import days, dice, heads, names
from invention.rows import (
    Account,
    Assignment,
    Attendance,
    Contact,
    Decision,
    Membership,
    Person,
    Roster,
    Signup,
    Training,
    Unit,
)

# A domain name that can never exist (RFC 2606): nothing sent there reaches anybody.
MAIL_DOMAIN = "vidu.invalid"
# Valid as Vietnamese mobile numbers; parts of the 059 range not known to be given out.
_MOBILE_PREFIXES = ("0590", "0591", "0594", "0595", "0596", "0597")


@dataclass(frozen=True)
class Profile:
    """What a person is, apart from the name."""

    job_title: str
    education_level: str = "bachelor"
    it_major: int = 0
    contract_type: str = "permanent"
    is_manager: int = 0
    has_email: bool = True
    full_name: str = ""
    gender: str = ""
    # First and last year of birth; empty for the usual ages of staff or of managers.
    born: tuple[int, int] | None = None


class Book:
    """All demo rows, by file; every fact is added through it."""

    def __init__(self, reference_units: Path) -> None:
        with reference_units.open(encoding="utf-8", newline="") as file:
            rows = [
                Unit(**{**row, "takes_part": int(row["takes_part"])})  # type: ignore[arg-type]
                for row in csv.DictReader(file)
            ]
        self._reference = {unit.key: unit for unit in rows}
        self._taken_names: set[str] = set()
        self._taken_numbers: set[str] = set()
        self._taken_mails: set[str] = set()
        self.units: dict[str, Unit] = {}
        self.contacts: list[Contact] = []
        self.people: dict[str, Person] = {}
        self.memberships: list[Membership] = []
        self.decisions: dict[str, Decision] = {}
        self.assignments: list[Assignment] = []
        self.rosters: list[Roster] = []
        self.trainings: list[Training] = []
        self.attendances: list[Attendance] = []
        self.signups: list[Signup] = []
        self.accounts: list[Account] = []

    def unit(self, key: str) -> Unit:
        """Return a reference or demo unit."""
        return self._reference.get(key) or self.units[key]

    def of_kind(self, kind: str) -> list[Unit]:
        """Return the reference units of a kind, in the order of the reference file."""
        return [unit for unit in self._reference.values() if unit.kind == kind]

    def district_of(self, key: str) -> str:
        """Return the code of the district a unit is or stands in, empty at province level."""
        unit = self.unit(key)
        while unit.parent:
            if unit.kind == "district":
                return unit.key
            unit = self.unit(unit.parent)
        return ""

    def invent(self, key: str, unit: str, profile: Profile) -> Person:
        """Add a person with an invented name, birth year, phone and mail, in no unit yet."""
        full_name = profile.full_name or next(
            name
            for name in names.candidates(key, self.district_of(unit), profile.gender)
            if names.fold(name) not in self._taken_names
        )
        self._taken_names.add(names.fold(full_name))
        person = Person(
            key=key,
            full_name=full_name,
            birth_year=_birth_year(key, profile),
            phone=self.free_number(key, _MOBILE_PREFIXES, 6),
            email=self._mail(key, full_name) if profile.has_email else "",
            job_title=profile.job_title,
            education_level=profile.education_level,
            it_major=profile.it_major,
            contract_type=profile.contract_type,
            is_manager=profile.is_manager,
        )
        self.people[key] = person
        return person

    def employ(self, key: str, unit: str, profile: Profile, role: str = "member") -> str:
        """Add a person whose main membership is in `unit`, and return the person's key."""
        self.invent(key, unit, profile)
        self.memberships.append(Membership(person=key, unit=unit, role=role))
        return key

    def join(self, person: str, unit: str, role: str = "member", organisation: str = "") -> None:
        """Make somebody a member of a further unit, beside the main one."""
        self.memberships.append(
            Membership(person=person, unit=unit, role=role, organisation=organisation, is_main=0)
        )

    def decide(
        self, key: str, unit: Unit, valid_from: str, kind: str = "decision", issued_on: str = ""
    ) -> str:
        """Add the paper behind facts of `unit` that begin on `valid_from`, and return its key.

        `issued_on` says that it was signed, and took effect, only later than the facts it names.
        """
        is_later = bool(issued_on)
        issued_on = issued_on or days.signing_day(key, valid_from)
        ordinal = heads.ordinal(unit, issued_on) + dice.number(f"{key}/ordinal", 3)
        by_deputy = dice.number(key, 2) == 1
        signer = names.candidates(
            f"{unit.key}/signer/{by_deputy}", self.district_of(unit.key), heads.gender(unit)
        )
        self.decisions[key] = Decision(
            key=key,
            unit=unit.key,
            number=heads.paper_number(unit, kind, ordinal),
            issued_on=issued_on,
            issuer=heads.issuer(unit),
            signer=next(signer),
            signer_form=heads.signer_form(unit, by_deputy=by_deputy),
            kind=kind,
            effective_from=(issued_on if is_later or valid_from == days.FIRST_DAY else valid_from),
        )
        return key

    def free_number(self, key: str, prefixes: Sequence[str], digits: int) -> str:
        """Return a phone number that belongs to `key` and to nobody else."""
        attempt = 0
        while True:
            name = f"{key}/phone/{attempt}"
            number = dice.pick(f"{name}/prefix", prefixes) + str(
                dice.number(name, 10**digits)
            ).zfill(digits)
            if number not in self._taken_numbers:
                self._taken_numbers.add(number)
                return number
            attempt += 1

    def _mail(self, key: str, full_name: str) -> str:
        *before, given = names.fold(full_name).replace("'", "").split()
        local = given + "".join(word[0] for word in before)
        ordinal = 10 + dice.number(f"{key}/mail", 80)
        while f"{local}{ordinal}" in self._taken_mails:
            ordinal += 1
        self._taken_mails.add(f"{local}{ordinal}")
        return f"{local}{ordinal}@{MAIL_DOMAIN}"

    def write(self, folder: Path) -> None:
        """Write every file into `folder`."""
        _write(folder / "units.csv", Unit, list(self.units.values()))
        _write(folder / "unit_contacts.csv", Contact, self.contacts)
        _write(folder / "people.csv", Person, list(self.people.values()))
        _write(folder / "memberships.csv", Membership, self.memberships)
        _write(folder / "decisions.csv", Decision, list(self.decisions.values()))
        _write(folder / "assignments.csv", Assignment, self.assignments)
        _write(folder / "rosters.csv", Roster, self.rosters)
        _write(folder / "trainings.csv", Training, self.trainings)
        _write(folder / "attendances.csv", Attendance, self.attendances)
        _write(folder / "signups.csv", Signup, self.signups)
        _write(folder / "accounts.csv", Account, self.accounts)


def _birth_year(key: str, profile: Profile) -> int:
    usual = (1966, 1985) if profile.is_manager else (1974, 2000)
    first, last = profile.born or usual
    return first + dice.number(f"{key}/birth", last - first + 1)


def _write(path: Path, kind: type[Any], rows: Sequence[Any]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(field.name for field in fields(kind))
        writer.writerows(astuple(row) for row in rows)
