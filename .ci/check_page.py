"""Open pages of `biomass report` in a headless Chromium and say what is wrong with them.

    python .ci/check_page.py report.html …            # check pages
    python .ci/check_page.py --shots DIR report.html  # and keep screenshots
    python .ci/check_page.py                          # make a small run, its page, and check that

Each page is opened at 1280 and 390 px, light and dark: every picture must be loaded and have a text, nothing may be written
to the console, nothing but the page itself may be asked for, it must not scroll sideways, links within it must lead somewhere,
every table must sort by each of its columns, copy as CSV and keep its first column in sight, and the page must begin with its doctype.
"""
import argparse
import base64
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROBE = """(async () => {
  const images = [...document.images];
  await Promise.all(images.map(i => i.decode().catch(() => null)));
  const tables = [...document.querySelectorAll("table")], name = t => t.closest("[aria-label]").ariaLabel;
  const column = (t, i) => [...t.tBodies[0].rows].map(r => r.cells[i].dataset.value);
  const order = (x, y) => x === "" || y === "" ? 0 : isNaN(x) || isNaN(y) ? x.localeCompare(y) : x - y;
  const rising = values => values.every((v, k) => k === 0 || order(values[k - 1], v) <= 0);
  const sorts = t => [...t.querySelectorAll("th")].every((th, i) => {
    const button = th.querySelector("button"), before = column(t, i).sort().join();
    button.click(); const up = column(t, i), told = th.ariaSort; button.click();
    return rising(up) && rising(column(t, i).filter(v => v !== "").reverse()) && up.sort().join() === before
      && told === "ascending" && th.ariaSort === "descending";
  });
  let copied = null;
  navigator.clipboard.writeText = async text => { copied = text; };
  const fields = line => line.match(/("([^"]|"")*"|[^",]*)(,|$)/g).length - (line.endsWith(",") ? 0 : 1);
  const copies = async t => {
    copied = null;
    t.closest(".table").querySelector(".copy").click();
    await new Promise(r => setTimeout(r, 20));
    const lines = copied === null ? [] : copied.split("\\n");
    return lines.length === t.rows.length && lines.every(line => fields(line) === t.rows[0].cells.length);
  };
  const sticks = t => {
    const box = t.parentElement, left = t.rows[t.rows.length - 1].cells[0].getBoundingClientRect().left;
    box.scrollLeft = 1000;
    const moved = t.rows[t.rows.length - 1].cells[0].getBoundingClientRect().left - left;
    box.scrollLeft = 0;
    return Math.abs(moved) < 1;
  };
  const loose = tables.filter(t => !sticks(t)).map(name);
  const unsorted = tables.filter(t => !sorts(t)).map(name), uncopied = [];
  for (const t of tables) if (!await copies(t)) uncopied.push(name(t));
  return JSON.stringify({
    images: images.length, broken: images.filter(i => !i.naturalWidth).length, mute: images.filter(i => i.alt.length < 10).length,
    dark: images.filter(i => i.parentElement.querySelector("source") && matchMedia("(prefers-color-scheme: dark)").matches
      !== (i.currentSrc === i.parentElement.querySelector("source").srcset)).length,
    overflow: document.documentElement.scrollWidth - window.innerWidth, width: window.innerWidth,
    unsorted, uncopied, loose, tables: tables.length,
    lost: [...document.querySelectorAll("nav a")].filter(a => !document.getElementById(decodeURIComponent(a.hash.slice(1)))).length,
    quirks: Number(document.compatMode !== "CSS1Compat"),
    small: [...document.querySelectorAll("td, figcaption, p")].filter(e => parseFloat(getComputedStyle(e).fontSize) < 12).length,
  });
})()"""


class Browser:
    "A headless Chromium that is spoken to over a pipe (Chrome DevTools Protocol)."

    def __init__(self, program: str):
        (self.child_in, self.out), (self.into, self.child_out) = os.pipe(), os.pipe()
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        command = [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                   "--no-first-run", "--remote-debugging-pipe", f"--user-data-dir={self.profile.name}", "about:blank"]
        self.process = subprocess.Popen(["bash", "-c", f'exec "$@" 3<&{self.child_in} 4>&{self.child_out}', "-", *command],
                                        pass_fds=(self.child_in, self.child_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(self.child_in), os.close(self.child_out)
        self.buffer, self.number, self.events, self.session = b"", 0, [], None

    def call(self, method: str, **params) -> dict:
        "Send a command and wait for its answer; events on the way are kept."
        self.number += 1
        message = {"id": self.number, "method": method, "params": params} | ({"sessionId": self.session} if self.session else {})
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def _next(self) -> dict:
        while b"\0" not in self.buffer:
            if not select.select([self.into], [], [], 60)[0]:
                raise RuntimeError("the browser has not answered for a minute")
            data = os.read(self.into, 1 << 20)
            if not data:
                raise RuntimeError("the browser has gone")
            self.buffer += data
        text, _, self.buffer = self.buffer.partition(b"\0")
        message = json.loads(text)
        self.events += [message] if "method" in message else []
        return message

    def wait(self, method: str) -> None:
        while not any(e["method"] == method for e in self.events):
            self._next()

    def close(self) -> None:
        self.session = None
        self.call("Browser.close")
        self.process.wait(20)
        self.profile.cleanup()


def look(browser: Browser, page: Path, width: int, theme: str, shots: Path | None) -> list[str]:
    "What is wrong with a page at a width and in a theme."
    browser.session, browser.events = None, []
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    browser.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ("Page", "Runtime", "Log", "Network"):
        browser.call(f"{domain}.enable")
    browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])
    browser.call("Page.navigate", url=page.resolve().as_uri())
    browser.wait("Page.loadEventFired")
    if shots:
        shot = browser.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"]
        shots.mkdir(parents=True, exist_ok=True)
        (shots / f"{page.stem}_{width}_{theme}.png").write_bytes(base64.b64decode(shot))
    result = browser.call("Runtime.evaluate", expression=PROBE, awaitPromise=True)["result"]
    if "value" not in result:
        return [f"the probe failed: {result.get('description', result)}"]
    seen = json.loads(result["value"])
    problems = [f"{seen[k]} {what}" for k, what in (("broken", "pictures are not loaded"), ("mute", "pictures have no text"),
                ("dark", "charts are of the other theme"), ("small", "texts are below 12 px"), ("lost", "links lead nowhere"), ("quirks", "doctype is missing")) if seen[k]]
    problems += [f"no {what}" for what in ("images", "tables") if not seen[what]] + [f"is {seen['width']} px wide, not {width}"] * (seen["width"] != width)
    problems += [f"scrolls {seen['overflow']} px sideways"] * (seen["overflow"] > 0)
    problems += [f"table '{table}' can't be {how}" for how, tables in (("sorted", seen["unsorted"]), ("copied", seen["uncopied"]), ("scrolled with its first column in sight", seen["loose"])) for table in tables]
    problems += [f"console: {json.dumps(e['params'])[:300]}" for e in browser.events
                 if e["method"] in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")]
    asked = [e["params"]["request"]["url"] for e in browser.events if e["method"] == "Network.requestWillBeSent"]
    problems += [f"asks for {url[:100]}" for url in asked if not url.startswith("data:") and url != page.resolve().as_uri()]
    browser.call("Page.close")
    return problems


def small_page(folder: Path) -> Path:
    "A page of a short run on a few drawn photos."
    from biomass013.whole.demo import run_demo
    from biomass013.report.material import gather
    from biomass013.report.run import write_report

    run = run_demo(folder / "demo", photos=48, test=2, sites=12, width=400, epochs=8, progress=False).trained
    return write_report(gather(run, folder / "demo" / "competition", store=folder / "demo" / "features"))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("pages", nargs="*", type=Path)
    parser.add_argument("--shots", type=Path)
    args = parser.parse_args()
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        print("there is no Chromium here", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        browser, wrong = Browser(program), 0
        try:
            for page in args.pages or [small_page(Path(folder))]:
                for width in (1280, 390):
                    for theme in ("light", "dark"):
                        problems = look(browser, page, width, theme, args.shots)
                        wrong += len(problems)
                        print(f"{page.name} {width} px {theme}: {'; '.join(problems) or 'ok'}")
        finally:
            browser.close()
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
