#!/usr/bin/env python3
"""Write the demo files: `python seeds/demo/generate.py [folder]`, by default beside this file.

The same bytes on every day and every machine; nothing here asks the clock or for chance.
"""

import sys
from pathlib import Path

from invention import (
    accounts,
    communes,
    contacts,
    departments,
    districts,
    organisations,
    rosters,
    signups,
    teams,
    trainings,
)
from invention.book import Book

HERE = Path(__file__).resolve().parent
REFERENCE_UNITS = HERE.parent / "reference" / "units.csv"


def main(folder: Path) -> None:
    """Invent everything and write it into `folder`."""
    book = Book(REFERENCE_UNITS)
    for part in (
        departments,
        districts,
        communes,
        organisations,
        teams,
        contacts,
        rosters,
        trainings,
        signups,
        accounts,
    ):
        part.invent(book)
    book.write(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
