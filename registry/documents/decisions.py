"""What is said of decisions in a list: of one unit's, and of those that lack something."""

from registry.documents.tables import Column
from registry.domain.field_names import DECISION_FIELDS
from registry.models.decisions import Decision

COLUMNS: tuple[Column[Decision], ...] = (
    Column(key="number", label=DECISION_FIELDS["number"], value=lambda row: row.number),
    Column(key="kind", label="Loại", value=lambda row: row.kind.label),
    Column(key="issued_on", label=DECISION_FIELDS["issued_on"], value=lambda row: row.issued_on),
    Column(key="issuer", label=DECISION_FIELDS["issuer"], value=lambda row: row.issuer),
    Column(key="has_scan", label="Bản quét", value=lambda row: "Có" if row.file_id else "Chưa có"),
)
