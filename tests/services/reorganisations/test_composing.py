"""What a batch may be composed of, and by whom."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from registry.domain.audit.deeds import Deed
from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.permissions import Action, Actor, Role
from registry.domain.reorganisations.annex import AnnexRow, How
from registry.models.base import db
from registry.models.units import Unit
from registry.services.reorganisations import composing
from registry.services.reorganisations.applying import apply
from registry.services.reorganisations.batches import seen_batch
from registry.services.reorganisations.composing import ComposeBatch, add_row, compose, remove_row
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import make_actor
from tests.factories.audited import told
from tests.factories.reorganisations import LATER_MOMENT, compose_rows
from tests.factories.units import START, Province

DAY = date(2024, 6, 20)


def dissolve(unit: Unit) -> AnnexRow:
    return AnnexRow(1, old_id=unit.id, how=How.DISSOLVE)


def batch(actor: Actor, *rows: AnnexRow) -> int:
    return compose(
        actor, ComposeBatch(effective_on=DAY, decision_number="12/NQ-HĐND", rows=rows), MOMENT
    ).id


def test_a_row_put_in_on_screen_names_units_in_scope_only(
    here: Province, reviewer: Actor, foreign: Unit
) -> None:
    made = batch(reviewer)
    with pytest.raises(NotFound):
        add_row(reviewer, made, dissolve(foreign), MOMENT)
    with pytest.raises(NotFound):
        add_row(
            reviewer,
            made,
            AnnexRow(0, new_name="Tổ Mới", new_kind="community_team", new_parent_id=foreign.id),
            MOMENT,
        )
    first = add_row(reviewer, made, dissolve(here.commune), MOMENT)
    second = add_row(reviewer, made, dissolve(here.far_commune), MOMENT)
    assert (first.number, second.number, second.position) == (1, 2, 2)


def test_an_applied_batch_takes_no_more_rows(here: Province, reviewer: Actor) -> None:
    made = batch(reviewer, dissolve(here.commune))
    row_id = seen_batch(reviewer, made, TODAY).rows[0].id
    apply(reviewer, made, MOMENT)
    with pytest.raises(Conflict):
        add_row(reviewer, made, dissolve(here.far_commune), MOMENT)
    with pytest.raises(Conflict):
        remove_row(reviewer, made, row_id, MOMENT)


def test_the_day_of_issue_is_kept_and_not_later_than_today(here: Province, reviewer: Actor) -> None:
    order = ComposeBatch(
        effective_on=DAY, decision_number="12/NQ-HĐND", rows=[], issued_on=date(2024, 6, 15)
    )
    decision = compose(reviewer, order, MOMENT).decision
    assert decision.issued_on == date(2024, 6, 15)
    assert decision.name == "Nghị quyết số 12/NQ-HĐND"
    cited = replace(
        order, decision_number="Nghị quyết số 14/NQ-HĐND ngày 15/6/2024", issued_on=None
    )
    decision = compose(reviewer, cited, MOMENT).decision
    assert (decision.number, decision.issued_on) == ("14/NQ-HĐND", date(2024, 6, 15))
    assert compose(reviewer, cited, MOMENT).decision is decision
    today = replace(order, decision_number="13/NQ-HĐND", issued_on=TODAY)
    assert compose(reviewer, today, MOMENT).decision.issued_on == TODAY
    # Neither of a decision that is new nor of one that is known already.
    for number in ("15/NQ-HĐND", "13/NQ-HĐND"):
        late = replace(order, decision_number=number, issued_on=date(2024, 7, 1))
        with pytest.raises(Invalid) as refusal:
            compose(reviewer, late, MOMENT)
        assert [problem.field for problem in refusal.value.problems] == ["issued_on"]
    db.session.rollback()


def test_a_batch_has_a_limit_of_rows_however_they_come_into_it(
    here: Province, reviewer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composing, "MOST_ROWS", 2)
    rows = [dissolve(unit) for unit in (here.commune, here.other_commune, here.far_commune)]
    with pytest.raises(Invalid, match=r"nhiều nhất 2 dòng\. Lập thêm đợt khác"):
        batch(reviewer, *rows)
    made = batch(reviewer, *rows[:2])
    told_of_it = {"rows": 2, "effective_on": DAY}
    assert [one.details for one in told(Deed.REORGANISATION_COMPOSE)] == [told_of_it]
    with pytest.raises(Invalid, match=r"nhiều nhất 2 dòng\. Lập thêm đợt khác"):
        add_row(reviewer, made, rows[2], MOMENT)
    begun = batch(reviewer, rows[0])
    assert add_row(reviewer, begun, rows[1], MOMENT).number == 1


def test_what_no_paper_can_print_is_refused_at_its_field_the_first_fifty_at_once(
    here: Province, reviewer: Actor
) -> None:
    made = batch(reviewer)
    row = AnnexRow(1, old_id=here.commune.id, how=How.RENAME, new_name="Xã 😀")
    for count, work in (
        (1, lambda: add_row(reviewer, made, row, MOMENT)),
        (50, lambda: batch(reviewer, *[row] * 51)),
    ):
        with pytest.raises(Invalid) as refusal:
            work()
        assert [problem.field for problem in refusal.value.problems] == ["new_name"] * count


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM_ADMINISTRATOR])
def test_only_who_may_reorganise_does(here: Province, role: Role) -> None:
    actor = make_actor(role, here.commune)
    if Action.UNIT_REORGANISE in {action for action in Action if actor.may(action)}:
        return
    with pytest.raises(NotAllowed):
        compose(
            actor,
            ComposeBatch(
                effective_on=DAY, decision_number="8/NQ-HĐND", rows=[dissolve(here.commune)]
            ),
            LATER_MOMENT,
        )


def test_the_old_side_is_known_from_no_day_before_all_rules(here: Province) -> None:
    with pytest.raises(Invalid) as refused:
        compose_rows(
            DAY,
            [dissolve(here.commune)],
            create_missing=True,
            known_from=START - timedelta(days=1),
        )
    (problem,) = refused.value.problems
    assert problem.field == "known_from"
    assert "từ ngày 01/06/2024. Chọn từ ngày đó trở đi" in problem.message
    compose_rows(DAY, [dissolve(here.commune)], create_missing=True, known_from=START)


def test_no_batch_takes_effect_before_all_rules(here: Province) -> None:
    early = START - timedelta(days=1)
    with pytest.raises(Invalid) as refused:
        compose_rows(early, [dissolve(here.commune)])
    (problem,) = refused.value.problems
    assert (problem.field, "01/06/2024" in problem.message) == ("effective_on", True)


def test_the_old_side_is_known_before_the_effective_day_only(here: Province) -> None:
    with pytest.raises(Invalid, match="phải trước ngày có hiệu lực"):
        compose_rows(DAY, [dissolve(here.commune)], create_missing=True, known_from=DAY)
