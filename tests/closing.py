"""The run's closing words: tests per engine, what the drills proved, and what this machine could not show."""

from collections import Counter

import pytest
from _pytest.terminal import TerminalReporter

from tests.shown import NOT_SHOWN

# The property under which a drill leaves its line for the book of proofs.
PROOF = "proof"
ENGINES = ("sqlite", "postgresql")


class Closing:
    """Counts where the reports of all workers arrive, and fails a run that left one engine behind."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.per_engine: Counter[str] = Counter(dict.fromkeys(ENGINES, 0))
        self.not_shown: set[str] = set()
        self.proofs: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and isinstance(report.longrepr, tuple):
            reason = report.longrepr[2].removeprefix("Skipped: ")
            self.not_shown |= {reason} if reason.startswith(NOT_SHOWN) else set()
        elif report.when == "call":
            self.per_engine.update(str(value) for name, value in report.user_properties if name == "engine")
            self.proofs += [str(value) for name, value in report.user_properties if name == PROOF and report.passed]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if session.exitstatus == pytest.ExitCode.OK and self._lags():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        if self.not_shown:
            terminalreporter.section("not shown on this machine")
            for reason in sorted(self.not_shown):
                terminalreporter.line(reason)
        for proof in self.proofs:
            terminalreporter.line(proof)
        counts = ", ".join(f"{name} {self.per_engine[name]}" for name in ENGINES)
        terminalreporter.line(f"tests per engine: {counts}", red=self._lags())
        if self._lags():
            terminalreporter.line("the engines ran unequal numbers of tests: the run fails", red=True)

    def _lags(self) -> bool:
        """A run that was narrowed by hand, or that could not have an engine, is not held to equal numbers."""
        narrowed = bool(self.config.option.keyword) or any("::" in name for name in self.config.args)
        stopped = bool(self.config.getoption("maxfail")) or bool(self.config.getoption("lf", default=False))
        return not (narrowed or stopped or self.not_shown) and len(set(self.per_engine.values())) > 1
