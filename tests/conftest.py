"""Prints the count of the shared vectors and the closing line that every runner prints."""


def pytest_terminal_summary(terminalreporter):
    import test_httpstatus

    outcomes = terminalreporter.stats
    passed = len(outcomes.get("passed", []))
    failed = len(outcomes.get("failed", [])) + len(outcomes.get("error", []))
    terminalreporter.write_line(f"vectors: {len(test_httpstatus.VECTORS)}")
    terminalreporter.write_line(f"{passed} passed, {failed} failed")
