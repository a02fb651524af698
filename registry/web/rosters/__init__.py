"""Pages of member lists: composed by a unit, checked by the reviewing office, decided upon."""
