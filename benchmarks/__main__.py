"""Print one line for each operation that must be fast; exit 1 when one is not."""

import sys

from benchmarks import coverage, reorganisation


def main() -> int:
    """Measure everything and print the ratios."""
    results = [coverage.measure(), *reorganisation.measure()]
    for result in results:
        print(result)
    return 0 if all(result.is_met for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
