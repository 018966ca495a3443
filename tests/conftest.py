"""Prints the count of the shared vectors, if they ran, and the closing line of every runner."""
import sys


def pytest_terminal_summary(terminalreporter):
    outcomes = terminalreporter.stats
    passed = len(outcomes.get("passed", []))
    failed = len(outcomes.get("failed", [])) + len(outcomes.get("error", []))
    if "test_httpstatus" in sys.modules:
        terminalreporter.write_line(f"vectors: {len(sys.modules['test_httpstatus'].VECTORS)}")
    terminalreporter.write_line(f"{passed} passed, {failed} failed")
