"""Turn every skipped or expected failure into a failure: what `make test` passes, it has run."""

from collections.abc import Generator
from typing import TypeVar

import pytest

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that skipped itself or was marked as expected to fail."""
    report = yield
    return refuse_skip(report)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fail a file that skipped all its tests while it was read."""
    report = yield
    return refuse_skip(report)


def refuse_skip(report: Report) -> Report:
    """Return the report, as a failure when it says that something was not proved."""
    if report.outcome == "skipped":
        report.outcome = "failed"
        vars(report).pop("wasxfail", None)  # pytest leaves a report with it out of its exit status
        report.longrepr = f"Nothing may be skipped: {report.longrepr}"
    return report
