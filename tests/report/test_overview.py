import io

from rich.console import Console

from scanner.report.overview import print_overview
from scanner.result import ScanResult


def test_several_domains_are_one_line_each_the_worst_first(scanned: dict[str, ScanResult]) -> None:
    out = io.StringIO()
    print_overview(scanned.values(), "fr", Console(file=out, width=100))
    lines = out.getvalue().splitlines()
    assert len(lines) == 1 + len(scanned)
    assert lines[1].startswith("val-negligee.fr")
    assert "non noté" in lines[-1]
    assert "…" not in out.getvalue()
    assert "\x1b" not in out.getvalue()
