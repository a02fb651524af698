"""Questions about the legal bases of papers."""

from datetime import date

from sqlalchemy import func, or_, select

from registry.models.base import db
from registry.models.legal_bases import LegalBasis
from registry.models.units import UnitPath
from registry.queries.there_is import there_is
from registry.queries.units.on_a_day import in_force


def legal_bases_of(path: str, day: date) -> list[LegalBasis]:
    """Return what papers of `day` on the unit with `path` cite: those of the nearest territory.

    A basis holds while its territory exists: a province that was merged leaves none to the other.
    Within a territory the earliest comes first. Empty when the registry knows none.
    """
    ancestors = [int(part) for part in path.strip("/").split("/")]
    rows = db.session.execute(
        select(LegalBasis, UnitPath.path)
        .join(UnitPath, UnitPath.unit_id == LegalBasis.territory_id)
        .where(
            LegalBasis.territory_id.in_(ancestors),
            in_force(LegalBasis, day),
            in_force(UnitPath, day),
        )
        .order_by(func.length(UnitPath.path).desc(), LegalBasis.valid_from, LegalBasis.id)
    ).all()
    return [basis for basis, territory_path in rows if territory_path == rows[0][1]]


def is_cited_from(territory_id: int, citation: str, day: date) -> bool:
    """Tell whether a territory has this basis on `day` or later."""
    return there_is(
        select(LegalBasis.id).where(
            LegalBasis.territory_id == territory_id,
            LegalBasis.citation == citation,
            or_(LegalBasis.valid_to.is_(None), LegalBasis.valid_to > day),
        )
    )


def legal_basis_by_id(basis_id: int) -> LegalBasis | None:
    """Return one basis."""
    return db.session.get(LegalBasis, basis_id)
