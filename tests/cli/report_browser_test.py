"""rbgp report's page in a real browser: nothing sticks out, all of it can be read."""

import json
import re
import shutil
import subprocess
import sys
import unittest
import xml.etree.ElementTree as ElementTree

from rbgp_command import SKIPPED, TIMEOUT_S, CommandTest

BROWSER = shutil.which("chromium")
PLOTS = ["time-gap", "time-repetition", "convergence", "families", "failures", "roofline"]

# What a page may not do, measured in the page itself: it has no script of its own.
PROBE = """
const wide = [...document.querySelectorAll("body *")].filter((each) =>
    !each.closest(".scroll") && each.getBoundingClientRect().right > innerWidth + 0.5);
const shown = [...document.querySelectorAll("svg")].filter((each) => each.checkVisibility());
const texts = [...document.querySelectorAll("body *")].filter((each) =>
    each.checkVisibility() && [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
const pixels = (each) => {
  const svg = each.closest("svg");
  return parseFloat(getComputedStyle(each).fontSize) *
      (svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1);
};
const outside = [...document.querySelectorAll("svg text")].filter((each) => {
  if (!each.checkVisibility()) return false;
  const box = each.getBoundingClientRect(), svg = each.closest("svg").getBoundingClientRect();
  return box.left < svg.left - 1 || box.right > svg.right + 1 || box.bottom > svg.bottom + 1;
});
const hidden = [...document.querySelectorAll(".candidates code")].filter((each) => {
  const box = each.getBoundingClientRect(), view = each.closest(".scroll").getBoundingClientRect();
  return each.checkVisibility() && box.right > view.right + 1;
});
document.documentElement.dataset.facts = JSON.stringify({
  width: innerWidth,
  scrollWidth: document.scrollingElement.scrollWidth,
  wide: wide.map((each) => each.outerHTML.slice(0, 80)),
  plots: shown.map((each) => each.closest("section").id),
  smallest: Math.min(...texts.map(pixels)),
  hidden: hidden.map((each) => each.textContent),
  outside: outside.map((each) => each.textContent),
  surface: getComputedStyle(document.querySelector("section")).backgroundColor,
  ink: getComputedStyle(document.body).color,
});
"""


class ReportBrowserTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.journal = self.folder / "sweep.jsonl"
        self.page = self.folder / "report.html"
        self.done("tune", "--m", 64, "--k", 96, "--n", 24, "--sparsity", 75, "--strategy", "random",
                  "--device", "cpu", "--max-candidates", 12, "--journal", self.journal, "--out",
                  self.folder / "plan.json")
        self.spoil()
        self.done("report", self.journal, "--out", self.page)

    def spoil(self):
        """Makes some candidates failed ones, and adds what a device can do at best."""
        lines = [json.loads(line) for line in self.journal.read_text().splitlines()]
        failures = [("wrong_result", "row 1 of O is <wrong>"), ("launch_failed", "error 700")]
        winner = next(line for line in lines if line["kind"] == "final")["winner"]
        for number, line in enumerate(lines):
            if line["kind"] == "candidate" and number % 3 == 0 and line["id"] != winner:
                kind, failure = failures[number % 2]
                line.update(ok=False, median_ms=0, failure_kind=kind, failure=failure)
        lines.append({"kind": "ceilings", "multiply_adds_per_ms": 1e8, "bytes_per_ms": 1e7})
        self.journal.write_text("".join(json.dumps(line) + "\n" for line in lines))

    def test_fits_and_is_legible(self):
        inks = set()
        for width, height, *more in ((1280, 800), (1180, 800), (768, 1024), (611, 800), (390, 844),
                                     (360, 640), (1280, 800, "--force-dark-mode")):
            with self.subTest(width=width, more=more):
                facts = self.measured(width, height, *more)
                self.assertEqual(facts["width"], width)
                self.assertLessEqual(facts["scrollWidth"], width)
                self.assertEqual(facts["wide"], [])
                self.assertEqual(facts["plots"], PLOTS)
                self.assertGreaterEqual(facts["smallest"], 11)
                self.assertEqual(facts["outside"], [])
                if width < 700 or width >= 1280:  # else the leaderboard scrolls
                    self.assertEqual(facts["hidden"], [])
                inks.add((facts["ink"], facts["surface"]))
        self.assertEqual(len(inks), 2)  # light and dark

    def measured(self, width, height, *more):
        """The facts that the probe finds at a size of the window."""
        # In a frame of that size: a window of the browser is never narrower than 500 pixels. The page's
        # own rules let no script run, so that the probe brings a copy without them.
        page = self.page.read_text()
        self.assertNotIn("<script", page)
        copy = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
        probe = self.folder / "probe.html"
        probe.write_text(copy.replace("</body>", f"<script>{PROBE}</script></body>"))
        frame = self.folder / "frame.html"
        frame.write_text(f"""<!DOCTYPE html><meta name="color-scheme" content="light dark">
<iframe id="frame" src="probe.html" style="border:0;width:{width}px;height:{height}px"></iframe>
<pre id="facts"></pre><script>
onload = () => facts.textContent = frame.contentDocument.documentElement.dataset.facts;
</script>""")
        dump = self.browse(frame, "--allow-file-access-from-files", *more)
        text = re.search(r'<pre id="facts">(.*?)</pre>', dump).group(1)
        facts = json.loads(ElementTree.fromstring(f"<pre>{text}</pre>").text)
        self.browse(self.page, *more)  # as it is, with its rules
        return facts

    def browse(self, page, *more):
        """The document as the browser has it; nothing may have been written to its console."""
        process = subprocess.run(
            [BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--enable-logging=stderr", "--window-size=1400,1000",
             f"--user-data-dir={self.folder / 'profile'}", *more, "--dump-dom", page.as_uri()],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=TIMEOUT_S,
            check=False)
        self.assertEqual(process.returncode, 0, process.stderr)
        console = [line for line in process.stderr.splitlines() if "CONSOLE" in line]
        self.assertEqual(console, [])
        return process.stdout


if __name__ == "__main__":
    if not BROWSER:
        print("skipped: no chromium here; ./quickstart test installs it")
        sys.exit(SKIPPED)
    unittest.main()
