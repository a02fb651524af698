"""Questions about keys: what the database knows of them, and what stands under each version."""

import pytest
from flask import Flask

from registry.domain.keyring import KeyName
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.cards import Card
from registry.models.keys import KeyFingerprint
from registry.models.people import Person
from registry.queries.keys import (
    SealedNumber,
    noted_fingerprints,
    rows_by_key,
    sealed_numbers,
    some_card,
)
from tests.conftest import NOW
from tests.factories.people import make_person
from tests.factories.units import START


def sealed(encrypted: str | None, index: str | None) -> Person:
    """Make a person with a citizen number as it is stored."""
    person = make_person()
    person.citizen_id_encrypted, person.citizen_id_index = encrypted, index
    db.session.flush()
    return person


def test_numbers_come_that_stand_not_under_the_versions_or_all_that_are_found_by_them(
    app: Flask,
) -> None:
    people = {
        name: sealed(encrypted, index)
        for name, encrypted, index in (
            ("current", "k2:a", "i2:a"),
            ("old seal", "k1:b", "i2:b"),
            ("old index", "k2:c", "i1:c"),
            ("not indexed", "k2:d", None),
            ("old, not indexed", "k1:e", None),
            ("like the current", "k22:f", "i2:f"),
            ("none", None, None),
        )
    }
    names = {person.id: name for name, person in people.items()}

    def found(*versions: str, after: str | None = None, most: int = 9) -> list[str]:
        since = people[after].id if after else 0
        return [names[one.person_id] for one in sealed_numbers(*versions, after=since, most=most)]

    outdated = ["old seal", "old index", "old, not indexed", "like the current"]
    assert found("k2", "i2") == outdated
    assert found("k2", "i2", most=2) == outdated[:2]
    assert found("k2", "i2", after="old seal") == outdated[1:]
    indexed = ["current", "old seal", "old index", "like the current"]
    assert found() == indexed
    assert found("k2") == indexed
    # Where nobody says after whom, from the first person of all on.
    assert [names[one.person_id] for one in sealed_numbers(most=9)] == indexed
    assert sealed_numbers("k2", "i2", most=1) == [
        SealedNumber(people["old seal"].id, "k1:b", "i2:b")
    ]


def test_what_stands_under_each_version_is_counted(app: Flask) -> None:
    assert rows_by_key() == {}
    assert some_card() is None
    for encrypted, index in (("k1:a", "i1:a"), ("k1:b", "i2:b"), ("k2:c", None), (None, None)):
        person = sealed(encrypted, index)
    cards = [
        Card(
            uuid=key_id + line,
            key_id=key_id,
            code_hash=key_id + line,
            line_id=line,
            person_id=person.id,
            issued_on=START,
        )
        for key_id, line in (("c1", "a"), ("c2", "b"), ("c2", "c"))
    ]
    db.session.add_all(cards)
    for sequence, audit_key in enumerate((None, "a1"), start=1):
        db.session.add(
            AuditEvent(
                sequence=sequence,
                at=NOW,
                origin="cli:system",
                action="person.edit",
                noun="people",
                details={},
                key_id=audit_key,
                previous_hash="",
                hash=str(sequence),
            )
        )
    db.session.flush()
    assert rows_by_key() == {
        (KeyName.CARD, "c1"): 1,
        (KeyName.CARD, "c2"): 2,
        (KeyName.AUDIT, "a1"): 1,
        (KeyName.PERSONAL, "k1"): 2,
        (KeyName.PERSONAL, "k2"): 1,
        (KeyName.PERSONAL_INDEX, "i1"): 1,
        (KeyName.PERSONAL_INDEX, "i2"): 1,
    }
    assert some_card() is cards[0]


@pytest.mark.parametrize("name", list(KeyName))
def test_fingerprints_are_noted_by_key_and_version(app: Flask, name: KeyName) -> None:
    for key_id in ("k1", "k2"):
        db.session.add(
            KeyFingerprint(name=name, key_id=key_id, fingerprint=f"{key_id} of it", noted_at=NOW)
        )
    db.session.flush()
    assert noted_fingerprints() == {(name, "k1"): "k1 of it", (name, "k2"): "k2 of it"}
