"""What is said on the page of undoing about corrections that go with a batch."""

from datetime import date

from registry.domain.audit.deeds import field_label
from registry.models.reorganisations import Reorganisation
from registry.queries.reorganisations.corrections import corrections_lost
from registry.queries.units.names import last_listed_names


def corrections_lost_in_words(batch: Reorganisation, today: date) -> list[str]:
    """Say which corrections go with a batch: "Phường An Mỹ: tên đơn vị Xã An Mỹ → …"."""
    lost = corrections_lost(batch)
    places = {one for row in lost if row.field == "parent_id" for one in (row.wrong, row.right)}
    names = last_listed_names(
        {row.unit_id for row in lost} | (places - {None}), max(today, batch.effective_on)
    )
    return [
        f"{names.get(row.unit_id, '')}: {field_label('units', row.field)} "
        + " → ".join(
            str(names.get(value, value) if row.field == "parent_id" else value or "–")
            for value in (row.wrong, row.right)
        )
        for row in lost
    ]
