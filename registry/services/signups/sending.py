"""Send a request to join a unit, and complete it when asked to.

A request grants nothing; only accepting it writes a person, a membership and an account.
"""

import secrets
from dataclasses import dataclass, field

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.emails import read_email
from registry.domain.errors import Invalid, NotFound, Problem
from registry.domain.permissions import Action, Actor
from registry.domain.signups import (
    SignupState,
    check_waits_for_completion,
    notice_on,
    title_in_section,
)
from registry.domain.typed_codes import CODE_BYTES, code_of, grouped, read_code
from registry.domain.vietnamese.characters import refusal_of
from registry.domain.vietnamese.names import normalise, search_key
from registry.domain.vietnamese.typed_names import read_name
from registry.formats.phone_numbers import parse_phone
from registry.models.base import db
from registry.models.signups import Signup
from registry.queries.signups import (
    joinable_unit,
    signup_by_code,
    signup_by_submit_key,
)
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time
from registry.services.person_periods import JOB_TITLE_MAX_LENGTH

UNKNOWN_CODE = "Không tìm thấy đăng ký có mã này. Kiểm tra lại từng nhóm của mã."


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """What a person types about himself; bộ phận and official e-mail may be empty."""

    full_name: str = field(repr=False)
    job_title: str
    phone: str = field(repr=False)
    email: str | None = field(default=None, repr=False)
    section: str | None = None


def check_applicant(applicant: Applicant) -> Applicant:
    """Return what was typed, cleaned: name in NFC, telephone in E.164, e-mail in lower case.

    Asks nothing of the registry, so it tells nobody who is in it.
    Raises Invalid with every problem found.
    """
    problems: list[Problem] = []
    full_name = phone = ""
    try:
        full_name = read_name(applicant.full_name).name
    except Invalid as refusal:
        problems.extend(refusal.problems)
    job_title, typed_section = normalise(applicant.job_title), normalise(applicant.section or "")
    problems += [
        Problem(name, said)
        for name, text in (("job_title", job_title), ("section", typed_section))
        if (said := refusal_of(text))
    ]
    if not job_title:
        problems.append(Problem("job_title", "Nhập chức vụ, chức danh."))
    elif len(job_title) > JOB_TITLE_MAX_LENGTH:
        message = f"Chức vụ, chức danh dài nhiều nhất {JOB_TITLE_MAX_LENGTH} ký tự."
        problems.append(Problem("job_title", message))
    section = typed_section if search_key(typed_section) else None
    if len(title_in_section(job_title, section)) > JOB_TITLE_MAX_LENGTH >= len(job_title):
        message = f"Chức vụ, chức danh và bộ phận dài nhiều nhất {JOB_TITLE_MAX_LENGTH} ký tự."
        problems.append(Problem("section", message))
    try:
        phone = parse_phone(applicant.phone)
    except Invalid as refusal:
        problems.extend(refusal.problems)
    email = normalise(applicant.email or "") or None
    try:
        email = read_email(email) if email else None
    except Invalid as refusal:
        problems.extend(refusal.problems)
    if problems:
        raise Invalid(problems)
    return Applicant(
        full_name=full_name, job_title=job_title, phone=phone, email=email, section=section
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitSignup:
    """A request to join a unit; `submit_key` is the form's, so that a repeat makes nothing new."""

    unit_id: int
    applicant: Applicant
    submit_key: str


@one_at_a_time
def submit(actor: Actor, command: SubmitSignup, moment: Moment) -> Signup:
    """Record a request, or return the one the same form made before.

    Raises NotFound when the unit takes no members today, Invalid with every problem found.
    """
    actor.require(Action.SIGNUP_SUBMIT)
    if earlier := signup_by_submit_key(command.submit_key):
        return earlier
    if joinable_unit(command.unit_id, moment.day) is None:
        raise NotFound("Đơn vị này không nhận đăng ký. Tìm lại đơn vị công tác.")
    applicant = check_applicant(command.applicant)
    signup = Signup(
        reference_code=grouped(code_of(secrets.token_bytes(CODE_BYTES))),
        submit_key=command.submit_key,
        unit_id=command.unit_id,
        notice_version=notice_on(moment.day).version,
        submitted_at=moment.instant,
        state=SignupState.RECEIVED,
    )
    _write_applicant(signup, applicant)
    db.session.add(signup)
    db.session.flush()
    record_signup(actor, Deed.SIGNUP_SUBMIT, signup, moment)
    return signup


def own_signup(actor: Actor, typed_code: str) -> Signup:
    """Return the request whose code its sender typed, however he typed it.

    Raises NotFound, in one text, for a code that is unknown or no code at all.
    """
    actor.require(Action.SIGNUP_SUBMIT)
    code = read_code(typed_code)
    signup = signup_by_code(grouped(code)) if code else None
    if signup is None:
        raise NotFound(UNKNOWN_CODE)
    return signup


@one_at_a_time
def complete(actor: Actor, typed_code: str, applicant: Applicant, moment: Moment) -> Signup:
    """Replace what was typed after more was asked for; the request waits for the reviewer again.

    Raises NotFound for an unknown code, Conflict when nothing was asked, Invalid with all problems.
    """
    signup = own_signup(actor, typed_code)
    check_waits_for_completion(signup.state)
    _write_applicant(signup, check_applicant(applicant))
    signup.state = SignupState.RECEIVED
    signup.reason = None
    db.session.flush()
    record_signup(actor, Deed.SIGNUP_COMPLETE, signup, moment)
    return signup


def _write_applicant(signup: Signup, applicant: Applicant) -> None:
    signup.full_name = applicant.full_name
    signup.search_key = search_key(applicant.full_name)
    signup.job_title = applicant.job_title
    signup.section = applicant.section
    signup.phone = applicant.phone
    signup.email = applicant.email


def record_signup(
    actor: Actor,
    action: Deed,
    signup: Signup,
    moment: Moment,
    **details: object,
) -> None:
    """Audit a step. What was typed stays out: before acceptance nobody's record could erase it."""
    record(
        actor,
        Event(
            action,
            "signups",
            signup.id,
            unit_id=signup.unit_id,
            details={"state": signup.state.value, **details},
        ),
        moment,
    )
