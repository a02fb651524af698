"""Makers of scans and of decisions as typed."""

from datetime import date

from registry.domain.decisions import DecisionKind
from registry.models.units import Unit
from registry.services.decisions import RecordDecision, Scan
from tests.factories.units import START

_PAGE = (
    b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj "
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj "
)


def pdf(size: int = 0) -> bytes:
    """Return a PDF of one empty page, padded with a comment to at least `size` bytes."""
    head = b"%PDF-1.4\n"
    body, offsets = head, []
    for part in _PAGE.split(b"endobj "):
        if part:
            offsets.append(len(body))
            body += part + b"endobj\n"
    body += b"%" + b"-" * max(0, size - len(body)) + b"\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        body
        + b"xref\n0 4\n0000000000 65535 f \n"
        + table
        + b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    )


def typed_decision(
    unit: Unit,
    number: str = "20/QĐ-UBND",
    *,
    issued_on: date | None = START,
    issuer: str | None = "UBND xã",
    effective_to: date | None = None,
    scan: Scan | None = None,
) -> RecordDecision:
    """Return a decision as an officer types it."""
    return RecordDecision(
        unit_id=unit.id,
        number=number,
        kind=DecisionKind.DECISION,
        issued_on=issued_on,
        issuer=issuer,
        signer="Người Ký Thử",
        signer_form="KT. CHỦ TỊCH, PHÓ CHỦ TỊCH",
        effective_from=None,
        effective_to=effective_to,
        scan=scan,
    )
