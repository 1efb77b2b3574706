"""A real browser without a screen: what it makes of a document. It is given no network at all."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

AXE = Path(sys.prefix) / "share" / "axe" / "axe.min.js"
PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or ""

needs_browser = pytest.mark.skipif(
    not PROGRAM or not AXE.is_file(), reason="Chromium or axe-core is missing: `make browser` installs both"
)

_QUIET = (
    "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--mute-audio",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_REPORT = """
addEventListener("load", () => axe.run(document, {runOnly: %s}).then(found => {
  const wide = [...document.querySelectorAll("body *")].filter(each => {
    if (each.closest("pre, .scroll, svg, .skip")) return false;
    return each.getBoundingClientRect().right > document.documentElement.clientWidth + 1;
  });
  parent.postMessage({
    violations: found.violations.map(each =>
      [each.id, each.nodes.map(node => node.html.slice(0, 200) + " " + node.failureSummary)]),
    passes: found.passes.length,
    wide: wide.map(each => each.outerHTML.slice(0, 200)),
    fetched: performance.getEntriesByType("resource").map(each => each.name).filter(each => !each.startsWith("data:")),
    width: innerWidth,
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
  }, "*");
}));
"""
#: A window of ours is never narrower than 500 px; a frame may be. It takes its colours from the page around it.
_FRAME = """<!doctype html><html style="color-scheme: {scheme}"><title>frame</title><body style="margin: 0">
<iframe src="page.html" style="border: 0; width: {width}px; height: {height}px"></iframe>
<script>addEventListener("message", told => {{
  const data = document.createElement("script");
  data.type = "application/json"; data.id = "told";
  data.textContent = JSON.stringify(told.data).replaceAll("<", "\\\\u003c");
  document.body.append(data);
}});</script></body></html>
"""


@dataclass(frozen=True, slots=True)
class Look:
    """What the browser says of one document: axe-core's violations with their places, elements that stick out of
    the window, addresses that were fetched, and how many rules of axe-core passed."""

    violations: tuple[str, ...]
    wide: tuple[str, ...]
    fetched: tuple[str, ...]
    passes: int


def look(html: str, width: int, *, dark: bool = False) -> Look:
    """Open a document, run axe-core's WCAG 2.2 AA and best-practice rules in it, and measure its layout."""
    with tempfile.TemporaryDirectory() as name:
        frame = _framed(Path(name), _with_axe(html), width, 1_600, dark)
        dom = _run(name, width, dark, "--virtual-time-budget=60000", "--dump-dom", frame)
    start = dom.find('id="told"')
    assert start >= 0, "axe-core did not answer: " + dom[-500:]
    told: dict[str, Any] = json.loads(dom[dom.index(">", start) + 1 : dom.index("</script>", start)])
    assert (told["width"], told["dark"]) == (width, dark), "the browser did not open the document as asked"
    violations = tuple(f"{rule}: {place}" for rule, places in told["violations"] for place in places)
    return Look(violations, tuple(told["wide"]), tuple(told["fetched"]), told["passes"])


def screenshot(html: str, target: Path, width: int, height: int, *, dark: bool = False) -> None:
    """The document as a PNG; narrower than 500 px, it stands at the left of a wider picture."""
    with tempfile.TemporaryDirectory() as name:
        frame = _framed(Path(name), html, width, height, dark)
        _run(name, width, dark, f"--screenshot={target.absolute()}", frame, height=height)


def _framed(folder: Path, html: str, width: int, height: int, dark: bool) -> str:
    (folder / "page.html").write_text(html, "utf-8", errors="replace")
    frame = folder / "frame.html"
    frame.write_text(_FRAME.format(scheme="dark" if dark else "light", width=width, height=height), "utf-8")
    return frame.as_uri()


def _with_axe(html: str) -> str:
    """The same document, allowed to run our script: its policy forbids every script, and must."""
    assert "default-src 'none'" in html, "a document forbids scripts and remote resources by its own policy"
    open_ = html.replace("default-src 'none'", "default-src 'none'; script-src 'unsafe-inline'", 1)
    scripts = f"<script>{AXE.read_text('utf-8')}</script><script>{_REPORT % json.dumps(_RULES)}</script>"
    return open_.replace("</body>", f"{scripts}</body>")


def _run(folder: str, width: int, dark: bool, *arguments: str, height: int = 1600) -> str:
    command = [PROGRAM, *_QUIET, f"--user-data-dir={folder}/profile", f"--window-size={max(width, 500)},{height}"]
    command += [f"--blink-settings=preferredColorScheme={0 if dark else 1}", *arguments]
    if os.geteuid() == 0:
        command.insert(1, "--no-sandbox")
    return subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=180, env={**os.environ, "HOME": folder}
    ).stdout
