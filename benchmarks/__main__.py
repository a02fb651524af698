"""Print one line for each operation that must be fast; exit 1 when one is not."""

import sys

from benchmarks import coverage

MEASURES = (coverage.measure,)


def main() -> int:
    """Measure everything and print the ratios."""
    ratios = [measure() for measure in MEASURES]
    for ratio in ratios:
        verdict = "met" if ratio.is_met else "NOT MET"
        print(
            f"{ratio.operation}: {ratio.found:.1f} x faster than {ratio.against}"
            f" (wanted {ratio.wanted:.0f} x: {verdict})"
        )
    return 0 if all(ratio.is_met for ratio in ratios) else 1


if __name__ == "__main__":
    sys.exit(main())
