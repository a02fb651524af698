"""A field has one name, and texts that speak of it use that one."""

from registry.domain.audit.deeds import NOUNS, Deed, field_label
from registry.domain.field_names import FIELD_NAMES, in_text, the_only_name
from registry.domain.people import CHANGES


def test_fields_are_named_by_the_nouns_of_the_audit_and_the_annex() -> None:
    assert set(FIELD_NAMES) - set(NOUNS) == {"reorganisation_rows"}


def test_the_audit_calls_each_field_of_a_noun_by_its_name() -> None:
    for noun, names in FIELD_NAMES.items():
        for field, name in names.items():
            assert field_label(noun, field) == in_text(name)


def test_a_field_of_another_noun_is_named_where_all_nouns_agree() -> None:
    assert field_label("accounts", "contract_type") == "hình thức tuyển dụng"
    assert the_only_name("valid_from") is None
    assert field_label("grants", "valid_from") == "từ ngày"
    assert field_label("tigers", "stripes") == "stripes"


def test_what_is_told_of_a_person_is_told_of_events_there_are() -> None:
    assert set(CHANGES) - set(Deed) == set()
