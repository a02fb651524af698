"""Kinds of papers that a fact can rest on."""

from enum import StrEnum


class DecisionKind(StrEnum):
    """What the paper is."""

    DECISION = "decision"
    LETTER = "letter"
    PROPOSAL = "proposal"


DECISION_KIND_LABELS = {
    DecisionKind.DECISION: "Quyết định",
    DecisionKind.LETTER: "Văn bản cử",
    DecisionKind.PROPOSAL: "Tờ trình",
}
