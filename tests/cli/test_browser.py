"""The three reports in a real browser, Chromium without a window."""

import csv
import html
import json
import re
import shutil
import subprocess

import pytest

from sk_textnn.cli import main

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="There is no Chromium; Debian's package chromium has one."
)

EVIL = "<script>alert(1)</script>"
PHONE = 375
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",  # telephones lay them over the page
    "--allow-file-access-from-files",  # so that the frame around a report may look into it
    "--enable-logging=stderr",
    "--v=0",
)
COMMANDS = {
    "search": ("--n-iter", "3", "--cv", "2", "--n-jobs", "1"),
    "compare": ("--cv", "2", "--n-jobs", "1"),
    "diagnose": ("--test-size", "0.3"),
}
# A page that shows a report as wide as a telephone and tells what it sees there.
FRAME = """<!DOCTYPE html><meta charset="utf-8">
<iframe src="%s" style="width: %dpx; height: 800px; border: 0"></iframe><pre id="seen"></pre>
<script>
window.onload = () => {
  const frame = document.querySelector("iframe"), page = frame.contentDocument;
  const root = page.documentElement;
  const box = (part) => part.getBoundingClientRect();
  const size = (part) => [box(part).width, box(part).height];
  const outside = (svg) => [...svg.querySelectorAll("line, circle, rect")].filter(
    (mark) => box(mark).left < 0 || box(mark).right > root.clientWidth
  ).length;
  document.getElementById("seen").textContent = JSON.stringify({
    width: root.clientWidth,
    scroll: Math.max(root.scrollWidth, page.body.scrollWidth),
    pictures: [...page.querySelectorAll("svg")].map(size),
    marks: [...page.querySelectorAll("svg")].map((svg) => svg.querySelectorAll(".dot").length),
    outside: [...page.querySelectorAll("svg")].map(outside),
    scripts: page.scripts.length,
    images: page.images.length,
    loaded: frame.contentWindow.performance.getEntriesByType("resource").length,
    text: page.body.innerText,
    hidden: [...page.querySelectorAll("section")].filter((part) => size(part)[1] < 40).length,
    back: frame.contentWindow.getComputedStyle(page.body).backgroundColor,
    ink: frame.contentWindow.getComputedStyle(page.body).color,
    title: page.title,
  });
};
</script>
"""


@pytest.fixture
def chromium(tmp_path):
    """Return a function that runs the browser and returns what it wrote, and its complaints."""

    def run(path, *more):
        profile = tmp_path / "profile"
        shutil.rmtree(profile, ignore_errors=True)
        command = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", *more, path.as_uri()]
        done = subprocess.run(command, capture_output=True, check=True, timeout=120)
        told = done.stderr.decode(errors="replace")
        return done.stdout.decode(), [line for line in told.splitlines() if "CONSOLE" in line]

    return run


@pytest.fixture(params=sorted(COMMANDS))
def report(request, fake_networks, tmp_path):
    """The report of one command on texts that would like to be code."""
    path = tmp_path / "texts.csv"
    long = "a-word-without-any-place-to-break-it-that-is-wider-than-a-telephone-" * 2
    # Texts under two labels: some of them are mistakes, which are shown.
    evil = [f"{EVIL} " + " ".join(f"{letter}{row}" for letter in "uvwxyz") for row in range(12)]
    rows = [(text, label) for text in evil for label in ("<b>dog</b>", "cow")]
    rows += [(f"the young one purrs at {row} {long}", f"a cat & {long}") for row in range(12)]
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    command, out = request.param, tmp_path / "out"
    assert main([command, str(path), "--out", str(out), *COMMANDS[command]]) == 0
    return next(out.glob("*.html"))


def look(chromium, report, *more):
    """Return what is seen of a report at the width of a telephone."""
    frame = report.with_name("frame.html")
    frame.write_text(FRAME % (report.name, PHONE), encoding="utf-8")
    source, complaints = chromium(frame, "--dump-dom", *more)
    seen = re.search(r'<pre id="seen">(.*?)</pre>', source, flags=re.DOTALL)
    assert seen is not None, source[-500:]
    return json.loads(html.unescape(seen[1])), complaints


def test_report_in_a_browser(chromium, report, tmp_path):
    seen, complaints = look(chromium, report)
    assert complaints == []
    assert (seen["width"], seen["scroll"]) == (PHONE, PHONE)  # it does not scroll sideways
    assert len(seen["pictures"]) >= 2
    assert all(width > 100 and height > 50 for width, height in seen["pictures"])
    assert all(seen["marks"])
    assert not any(seen["outside"])
    assert seen["hidden"] == 0
    assert (seen["scripts"], seen["images"], seen["loaded"]) == (0, 0, 0)
    assert seen["text"].count(EVIL) >= 2
    assert "<b>dog</b>" in seen["text"]
    assert "The most important findings" in seen["text"]
    assert "texts.csv" in seen["title"]
    assert seen["back"] == "rgb(255, 255, 255)"

    dark, _ = look(chromium, report, "--blink-settings=preferredColorScheme=0")
    assert dark["back"] == "rgb(20, 24, 29)"
    assert dark["ink"] == "rgb(230, 233, 237)"

    printed = tmp_path / "report.pdf"
    chromium(report, f"--print-to-pdf={printed}")
    assert printed.read_bytes().startswith(b"%PDF")


def test_the_frame_sees_what_is_wrong(chromium, tmp_path):
    page = tmp_path / "bad.html"
    page.write_text(
        "<!DOCTYPE html><body><div style='width: 900px'>wide</div><svg width='0'></svg>"
        "<section></section><script>console.error('no'); missing()</script>",
        encoding="utf-8",
    )
    seen, complaints = look(chromium, page)
    assert seen["scroll"] > PHONE
    assert seen["pictures"][0][0] == 0
    assert (seen["scripts"], seen["hidden"], seen["marks"]) == (1, 1, [0])
    assert len(complaints) == 2
