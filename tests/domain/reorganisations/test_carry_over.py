"""What becomes of memberships, assignments, grants and offices of units that end."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.periods import Period
from registry.domain.reorganisations.carry_over import (
    MERGED,
    Continue,
    End,
    Ended,
    Fact,
    Repoint,
    Withdraw,
)
from registry.domain.reorganisations.carry_over import carry_over as decide
from registry.domain.reorganisations.questions import AskedNoun, Item

DAY = date(2025, 7, 1)
EARLY, LATE = date(2024, 6, 1), date(2025, 9, 1)
OLD, OTHER_OLD, SPLIT, LEFT, GIVER, NEW, ELSEWHERE = 1, 2, 3, 4, 5, 10, 11
A, B = (Item(AskedNoun.MEMBERSHIP, line) for line in "ab")
ENDED = {
    OLD: Ended(NEW, "hợp nhất"),
    OTHER_OLD: Ended(NEW, "hợp nhất"),
    SPLIT: Ended(None, "chia tách"),
    LEFT: Ended(NEW, "chia tách", is_asked=True),
    GIVER: Ended(GIVER, "", is_asked=True),
}


def fact(number=1, unit=OLD, key=("An",), since=EARLY, until=None, **more):
    return Fact(number, (unit,), key, since, until, **more)


def carry_over(*facts, standing=(), answers=None):
    """Decide about facts, those `standing` being found by the units they name."""
    return decide(
        DAY,
        facts,
        ENDED,
        lambda units: [one for one in standing if units.intersection(one.refs)],
        answers or {},
    )


def test_a_fact_begun_before_is_cut_and_continues_in_the_successor():
    one = fact(until=LATE)
    outcome = carry_over(one)
    assert outcome.continued == [Continue(one, (NEW,))]
    assert (outcome.repointed, outcome.ended, outcome.withdrawn) == ([], [], [])


@pytest.mark.parametrize("since", [DAY, LATE])
def test_a_fact_that_begins_on_the_day_or_later_names_the_successor_from_its_beginning(since):
    one = fact(since=since)
    assert carry_over(one).repointed == [Repoint(one, (NEW,))]


def test_without_successor_a_fact_ends_with_the_reason_of_its_unit():
    begun = fact(1, SPLIT)
    on_the_day, future = fact(2, SPLIT, ("Bình",), DAY), fact(3, SPLIT, ("Cúc",), LATE)
    outcome = carry_over(begun, on_the_day, future)
    assert outcome.ended == [End(begun, "chia tách")]
    assert outcome.withdrawn == [Withdraw(on_the_day, "chia tách"), Withdraw(future, "chia tách")]


def test_an_answer_sends_a_fact_of_a_split_unit_where_it_says():
    one, two = fact(1, SPLIT, item=A), fact(2, SPLIT, ("Bình",), item=B)
    outcome = carry_over(one, two, answers={B: ELSEWHERE})
    assert outcome.continued == [Continue(two, (ELSEWHERE,))]
    assert outcome.ended == [End(one, "chia tách")]


def test_an_answer_does_not_move_a_fact_whose_unit_has_a_successor():
    one = fact(item=A)
    outcome = carry_over(one, answers={A: ELSEWHERE})
    assert outcome.continued == [Continue(one, (NEW,))]


def test_who_takes_what_is_left_of_a_unit_takes_what_no_answer_sends_elsewhere():
    one, two = fact(1, LEFT, item=A), fact(2, LEFT, ("Bình",), item=B)
    outcome = carry_over(one, two, answers={B: ELSEWHERE})
    assert outcome.continued == [Continue(one, (NEW,)), Continue(two, (ELSEWHERE,))]


def test_of_a_unit_that_lives_on_only_what_an_answer_sends_goes():
    one, two = fact(1, GIVER, item=A), fact(2, GIVER, ("Bình",), item=B)
    outcome = carry_over(one, two, answers={A: GIVER, B: ELSEWHERE})
    assert outcome.continued == [Continue(two, (ELSEWHERE,))]
    assert (outcome.repointed, outcome.ended, outcome.withdrawn) == ([], [], [])


def test_an_answer_is_about_the_unit_asked_about_and_not_about_another_that_a_fact_names():
    both = Fact(1, (GIVER, LEFT), ("An",), EARLY, None, item=A)
    assert carry_over(both, answers={A: ELSEWHERE}).continued == [Continue(both, (ELSEWHERE, NEW))]
    split = Fact(1, (GIVER, SPLIT), ("An",), EARLY, None, item=A)
    assert carry_over(split, answers={A: ELSEWHERE}).ended == [End(split, "chia tách")]


def test_who_comes_to_a_unit_that_lives_on_holds_nothing_that_one_of_it_holds_already():
    coming, there = fact(1, since=date(2024, 9, 1)), fact(2, GIVER)
    outcome = carry_over(replace(coming, refs=(LEFT,), item=A), there, answers={A: GIVER})
    assert (outcome.continued, [step.kept for step in outcome.ended]) == ([], [there])


def test_of_two_alike_from_two_merged_units_the_one_begun_first_goes_on():
    younger, elder = fact(1, since=date(2024, 9, 1)), fact(2, OTHER_OLD)
    outcome = carry_over(younger, elder)
    assert outcome.continued == [Continue(elder, (NEW,))]
    assert outcome.ended == [End(younger, MERGED, kept=elder)]


def test_of_two_begun_the_same_day_the_one_recorded_first_goes_on():
    second, first = fact(2), fact(1, OTHER_OLD)
    assert carry_over(second, first).continued == [Continue(first, (NEW,))]


def test_a_fact_already_at_the_successor_stays_when_it_is_the_elder():
    moving, there = fact(1, since=date(2024, 9, 1)), fact(2, NEW)
    outcome = carry_over(moving, standing=[there])
    assert outcome.continued == []
    assert outcome.ended == [End(moving, MERGED, kept=there)]


def test_a_fact_already_at_the_successor_ends_when_it_is_the_younger():
    moving, there, future = fact(1), fact(2, NEW, since=date(2024, 9, 1)), fact(3, NEW, since=LATE)
    there = replace(there, valid_to=LATE)
    outcome = carry_over(moving, standing=[there, future])
    assert outcome.continued == [Continue(moving, (NEW,))]
    assert outcome.ended == [End(there, MERGED, kept=moving)]
    assert outcome.withdrawn == [Withdraw(future, MERGED, kept=moving)]


def test_facts_of_others_or_in_another_role_are_no_rivals():
    focal, supporting = fact(1, key=("An", "focal")), fact(2, OTHER_OLD, ("An", "supporting"))
    there = fact(3, NEW, ("Bình", "focal"))
    outcome = carry_over(focal, supporting, standing=[there])
    assert [step.fact for step in outcome.continued] == [focal, supporting]
    assert outcome.ended == []


def test_alike_facts_that_share_no_day_from_then_on_both_go_on():
    first, then = fact(1, until=LATE), fact(2, OTHER_OLD, since=LATE)
    outcome = carry_over(first, then)
    assert outcome.continued == [Continue(first, (NEW,))]
    assert outcome.repointed == [Repoint(then, (NEW,))]


def test_an_overlap_that_was_over_before_the_day_is_none():
    moving, past = fact(1), fact(2, NEW, until=date(2025, 1, 1))
    assert carry_over(moving, standing=[replace(past, valid_to=DAY + timedelta(1))]).ended != []
    later = fact(3, OTHER_OLD, since=LATE)
    assert carry_over(replace(moving, valid_to=LATE), later).ended == []


def test_a_unit_that_would_become_a_member_of_itself_ends_its_membership():
    one = Fact(1, (OLD, OTHER_OLD), (), EARLY, None)
    assert carry_over(one).ended == [End(one, MERGED)]


def test_a_fact_that_named_one_unit_twice_names_its_successor_twice():
    one = Fact(1, (OLD, OLD), (), EARLY, None)
    assert carry_over(one).continued == [Continue(one, (NEW, NEW))]


TERRITORY = 20


def office(number, unit, since=EARLY):
    return Fact(number, (TERRITORY, unit), ("reviewing",), since, None, same_by=(0,))


def test_an_office_of_a_territory_is_alike_whichever_unit_holds_it():
    moving, there = office(1, OLD), office(2, ELSEWHERE, date(2024, 9, 1))
    outcome = carry_over(moving, standing=[there])
    assert outcome.continued == [Continue(moving, (TERRITORY, NEW))]
    assert outcome.ended == [End(there, MERGED, kept=moving)]


def test_a_fact_found_at_the_successor_too_is_no_rival_of_itself():
    moving = office(1, OLD)
    outcome = carry_over(moving, standing=[moving])
    assert outcome.continued == [Continue(moving, (TERRITORY, NEW))]
    assert outcome.ended == []


# --- whatever the facts --------------------------------------------------------------------------

days = st.integers(-400, 400).map(lambda offset: DAY + timedelta(days=offset))
units = st.sampled_from([OLD, OTHER_OLD, SPLIT, NEW, ELSEWHERE])


@st.composite
def registries(draw):
    """Return facts none of which is held twice on a day, those over before the day left out."""
    facts: list[Fact] = []
    for number in range(1, draw(st.integers(1, 14)) + 1):
        since = draw(days)
        length = draw(st.none() | st.integers(1, 500))
        made = fact(
            number,
            draw(units),
            (draw(st.sampled_from("ABC")),),
            since,
            None if length is None else since + timedelta(days=length),
            item=Item(AskedNoun.MEMBERSHIP, str(number)),
        )
        if (made.valid_to is None or made.valid_to > DAY) and not overlapping([*facts, made]):
            facts.append(made)
    return facts


def overlapping(facts):
    return [
        (one, other)
        for one, other in combinations(facts, 2)
        if one.slot(one.refs) == other.slot(other.refs)
        and Period(one.valid_from, one.valid_to).overlaps(Period(other.valid_from, other.valid_to))
    ]


def written(facts, outcome):
    """Return the facts as they stand once the outcome is written."""
    standing = {one.id: one for one in facts}
    for end in outcome.ended:
        standing[end.fact.id] = replace(end.fact, valid_to=DAY)
    for gone in outcome.withdrawn:
        del standing[gone.fact.id]
    for step in outcome.repointed:
        standing[step.fact.id] = replace(step.fact, refs=step.refs)
    continued = []
    for step in outcome.continued:
        standing[step.fact.id] = replace(step.fact, valid_to=DAY)
        continued.append(replace(step.fact, refs=step.refs, valid_from=DAY))
    return [*standing.values(), *continued]


def days_before(facts):
    return {
        (one.id, one.refs, one.valid_from, min(one.valid_to or DAY, DAY))
        for one in facts
        if one.valid_from < DAY
    }


@given(registries(), st.sets(st.integers(1, 14)))
def test_whatever_the_facts_the_rules_hold(facts, answered):
    answers = {Item(AskedNoun.MEMBERSHIP, str(number)): ELSEWHERE for number in answered}
    moving = [one for one in facts if one.refs[0] in ENDED]
    others = [one for one in facts if one.refs[0] not in ENDED]
    outcome = carry_over(
        *moving,
        standing=[one for one in others if one.refs[0] in {NEW, ELSEWHERE}],
        answers=answers,
    )
    after = written(facts, outcome)
    let_go = [*outcome.ended, *outcome.withdrawn]

    assert overlapping(after) == []
    assert days_before(after) == days_before(facts)
    assert [
        one
        for one in after
        if one.refs[0] in ENDED and (one.valid_to is None or one.valid_to > DAY)
    ] == []

    decided = [step.fact.id for step in (*outcome.continued, *outcome.repointed, *let_go)]
    assert len(decided) == len(set(decided))
    assert {one.id for one in moving} <= set(decided)

    gone = {step.fact.id for step in let_go}
    open_before = {one.id for one in facts if one.valid_to is None}
    open_after = {one.id for one in after if one.valid_to is None}
    assert open_before - gone == open_after
    assert all(step.reason for step in let_go)


@given(registries())
def test_whatever_ends_by_merging_has_an_elder_that_goes_on(facts):
    moving = [one for one in facts if one.refs[0] in ENDED]
    standing = [one for one in facts if one.refs[0] == NEW]
    outcome = carry_over(*moving, standing=standing)
    after = {(one.id, one.refs) for one in written(facts, outcome)}
    for step in (*outcome.ended, *outcome.withdrawn):
        if step.reason == MERGED:
            assert (step.kept.valid_from, step.kept.id) < (step.fact.valid_from, step.fact.id)
            assert (step.kept.id, (NEW,)) in after
