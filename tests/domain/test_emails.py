"""E-mail addresses: what is one, and in which form it is kept."""

import pytest

from registry.domain.emails import read_email
from registry.domain.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("an@quangnam.gov.vn", "an@quangnam.gov.vn"),
        (" An.Nguyen@QuangNam.GOV.vn ", "an.nguyen@quangnam.gov.vn"),
        ("\u200ban@quangnam.gov.vn\ufeff", "an@quangnam.gov.vn"),
        ("an\u2011le@quangnam.gov.vn", "an-le@quangnam.gov.vn"),
        ("an+cds@gmail.com", "an+cds@gmail.com"),
        ("mailto:an@quangnam.gov.vn", "an@quangnam.gov.vn"),
        ("<an@quangnam.gov.vn>;", "an@quangnam.gov.vn"),
        ("an@quangnam.gov.vn, ", "an@quangnam.gov.vn"),
        ("an\uff20quangnam.gov.vn", "an@quangnam.gov.vn"),
        ("a" * 242 + "@quangnam.vn", "a" * 242 + "@quangnam.vn"),
    ],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert read_email(typed) == kept
    assert read_email(kept) == kept


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("nguyễnan@quangnam.gov.vn", "chữ có dấu"),
        ("an@quảngnam.vn", "chữ có dấu"),
        ("an.@quangnam.gov.vn", "dấu chấm ở đầu, ở cuối"),
        (".an@quangnam.gov.vn", "dấu chấm ở đầu, ở cuối"),
        ("an@.quangnam.gov.vn", "dấu chấm ở đầu, ở cuối"),
        ("an@quangnam.gov.vn.", "dấu chấm ở đầu, ở cuối"),
        ("an..le@quangnam.gov.vn", "hai dấu chấm liền nhau"),
        ("an@quangnam..vn", "hai dấu chấm liền nhau"),
        ("an@le@quangnam.gov.vn", "đúng một dấu @"),
        ("an.quangnam.gov.vn", "đúng một dấu @"),
        ("", "đúng một dấu @"),
        ("an le@quangnam.gov.vn", "dấu cách"),
        ("an@quangnam", "không đúng dạng. Ví dụ"),
        ("a@1.2.3.4", "không đúng dạng. Ví dụ"),
        ("a@-b.vn", "không đúng dạng. Ví dụ"),
        ("@quangnam.vn", "không đúng dạng. Ví dụ"),
        ("a" * 243 + "@quangnam.vn", "không đúng dạng. Ví dụ"),
    ],
)
def test_what_is_wrong_with_an_address_is_said_without_repeating_it(typed: str, why: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_email(typed, on="contact")
    [problem] = refusal.value.problems
    assert problem.field == "contact"
    assert problem.message.startswith("Địa chỉ thư điện tử không đúng dạng")
    assert why in problem.message
    assert not typed or typed not in problem.message
