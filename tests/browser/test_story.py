"""The story that must work, clicked through: on a phone without JavaScript, and at a desk."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from registry.domain.permissions import Role
from tests.browser import steps
from tests.browser.served import Served
from tests.browser.steps import Stage
from tests.browser.visitors import Visitor


@pytest.fixture
def stage(browser: Browser, served: Served) -> Iterator[Callable[..., Stage]]:
    stages = []

    def build(width: int, *, scripts: bool, axe: bool = False) -> Stage:
        stages.append(Stage(browser, served, width, scripts, axe))
        return stages[-1]

    yield build
    for built in stages:
        built.close()


def test_the_story_works_on_a_phone_without_scripts(stage):
    play(stage(360, scripts=False))


def test_the_story_works_at_a_desk(stage):
    play(stage(1280, scripts=True, axe=True))


@pytest.mark.parametrize("served", ["reorganised"], indirect=True)
def test_the_story_works_in_a_registry_that_knows_of_later_reorganisations(stage):
    play(stage(1280, scripts=True))


@pytest.mark.parametrize("served", ["postgresql"], indirect=True)
def test_the_story_works_at_a_desk_on_postgresql(stage):
    play(stage(1280, scripts=True))


def play(stage: Stage) -> None:
    public, viewer = stage.visitor(), stage.visitor()
    steps.sign_in(viewer, stage.served.logins[Role.VIEWER])
    steps.see_the_home_page(public, covered=268)
    before = steps.read_the_report(viewer)
    early = steps.read_the_report(viewer, "10/06/2024")

    officer, reviewer, unit = an_officer_joins(stage, public)
    steps.record_the_decision(officer, unit)
    steps.record_who_supports(officer)
    the_list_is_approved(stage, officer, reviewer)
    steps.record_a_class(reviewer)
    person = steps.see_the_class_on_the_person(reviewer)
    card = steps.check_the_cards(public, steps.print_the_cards(reviewer))
    steps.end_the_membership(officer, person)
    steps.the_card_is_not_valid_any_more(public, card)

    steps.see_the_home_page(public, covered=269)
    after = steps.read_the_report(viewer)
    steps.one_more_commune_is_covered(before, after)
    steps.agree_with_the_excel(viewer, after)
    steps.agree_with_the_pdf(viewer, after)
    assert steps.read_the_report(viewer, "10/06/2024") == early

    steps.correct_the_number(officer, unit)
    steps.change_the_officer(officer, unit)


def an_officer_joins(stage: Stage, public: Visitor) -> tuple[Visitor, Visitor, str]:
    """Return the windows of the new officer and of the reviewer, and the unit's address."""
    status = steps.register_oneself(public)
    steps.nothing_is_granted_yet(public)
    reviewer, officer = stage.signed_in(Role.REVIEWER), stage.visitor()
    link = steps.accept_the_sign_up(reviewer)
    steps.see_that_it_was_accepted(public, status)
    steps.set_the_password(officer, link)
    steps.the_link_works_only_once(public, link)
    foreign = steps.address_of_unit(reviewer, "Xã Trà Nam")
    unit = steps.see_only_the_own_unit(officer, foreign)
    steps.add_a_colleague(officer, unit, steps.CULTURE_CLERK, "Công chức Văn hóa – Xã hội", "172")
    steps.add_a_colleague(officer, unit, steps.JUSTICE_CLERK, "Công chức Tư pháp – Hộ tịch", "173")
    return officer, reviewer, unit


def the_list_is_approved(stage: Stage, officer: Visitor, reviewer: Visitor) -> None:
    roster = steps.submit_the_member_list(officer)
    steps.the_officer_cannot_approve(officer, roster)
    steps.check_the_list(reviewer, roster)
    approver, late = stage.signed_in(Role.APPROVER), stage.signed_in(Role.APPROVER)
    steps.approve_the_list(approver, late, roster)
