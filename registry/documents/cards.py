"""What is said of the units whose members may carry a card."""

from registry.documents.tables import Column
from registry.queries.cards import UnitCards

COLUMNS: tuple[Column[UnitCards], ...] = (
    Column(key="unit", label="Đơn vị", value=lambda row: row.unit.shown_name, width=36),
    Column(key="holders", label="Thành viên", value=lambda row: row.holders, figure=True),
    Column(key="unprinted", label="Chưa in thẻ", value=lambda row: row.unprinted, figure=True),
)
