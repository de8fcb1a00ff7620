"""Is the report's page as good as it says, in a real browser? Opens it in Chromium, light and dark, wide and narrow.

    python accept/report.py [FOLDER]      pictures go to FOLDER (default: build/report)

For each page: no script is there and none ran, nothing was asked for but the page itself, nothing sticks out to the
side, every text stands out from what is behind it, every chart has a size. Exit code 1 where not, 4 without Chromium.
"""

import functools
import http.server
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import report_runs

WINDROW = Path(sys.executable).with_name("windrow")
ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
INSTALL = "no Chromium found. Debian and Ubuntu: apt-get install chromium. Fedora: dnf install chromium."
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-extensions",
    "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
SCHEMES = {"light": 1, "dark": 0}  # as --blink-settings=preferredColorScheme counts them
WIDTHS = (390, 820, 1280)
PICTURED = (500, 1280)  # a window is no narrower
LEAST_CONTRAST = 4.5
MOST_TALL = 12_000
FRAME = '<!doctype html><meta charset="utf-8"><pre id="told"></pre><script>const widths = %s, page = %s;\n%s</script>'
PAUSE = 300  # seconds that a browser gets


class Pages(http.server.ThreadingHTTPServer):
    """Serves a folder on loopback and keeps what was asked for."""

    def __init__(self, folder):
        self.folder, self.asked = folder, []
        super().__init__(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def address(self, page):
        return f"http://127.0.0.1:{self.server_port}/{page}"


class Handler(http.server.SimpleHTTPRequestHandler):
    """Says nothing, and notes every request."""

    def log_message(self, *_):
        self.server.asked.append(self.path)


@dataclass
class Browser:
    """Chromium, and the hosts that it calls of its own accord."""

    program: str
    own: frozenset = frozenset()

    def open(self, address, scheme, *more):
        """What it prints, and the hosts but ours that it wanted something of, by its own log of the network."""
        with tempfile.TemporaryDirectory() as profile:
            log = Path(profile) / "net.json"
            flags = [*FLAGS, f"--user-data-dir={profile}", f"--log-net-log={log}"]
            flags += [f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}", *more]
            done = subprocess.run(  # noqa: S603 - ours
                [self.program, *flags, address], capture_output=True, text=True, check=False, timeout=PAUSE
            )
            text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        hosts = {urlsplit(url).hostname for url in re.findall(r'"url":"(https?://[^"]+)"', text)}
        return done.stdout, hosts - {"127.0.0.1", None} - self.own


def windrow(*arguments):
    """The command, whose exit code 3 is for the report to tell."""
    command = [WINDROW, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode not in (0, 3):
        sys.exit(f"windrow {' '.join(map(str, arguments))}: exit code {done.returncode}\n{done.stderr}")


def measured(browser, server, page, scheme):
    """What the script says of the page in frames of each width; and which hosts were asked."""
    script = Path(__file__).with_name("report_look.js").read_text(encoding="utf-8")
    look = server.folder / "look.html"
    look.write_text(FRAME % (json.dumps(WIDTHS), json.dumps(page), script), encoding="utf-8")
    printed, hosts = browser.open(server.address(look.name), scheme, "--dump-dom", "--virtual-time-budget=20000")
    found = re.search(r'<pre id="told">(.+?)</pre>', printed, re.DOTALL)
    return json.loads(unescape(found[1])) if found else [], hosts


def faults(told):
    """What is wrong with the page at one width."""
    yield from (f"sticks out: {what}" for what in told["sticks_out"])
    if told["faintest"]["value"] < LEAST_CONTRAST:
        yield f"contrast {told['faintest']['value']}: {told['faintest']['text']}"
    if told["empty"]:
        yield f"{told['empty']} charts without a size"
    if told["scripts"] or told["owned"]:
        yield "a script is there, or one ran"


def pictured(browser, server, page, scheme, pictures, tall):
    """Takes the pictures; what was asked for beside the page."""
    for width in PICTURED:
        picture = pictures / f"{page.removesuffix('.html')}-{scheme}-{width}.png"
        server.asked.clear()
        size = f"--window-size={width},{min(tall[width], MOST_TALL)}"
        _, hosts = browser.open(server.address(page), scheme, size, f"--screenshot={picture}")
        yield from hosts
        yield from (path for path in server.asked if path != f"/{page}")
        if not picture.exists():
            yield f"no picture {picture.name}"


def looked_at(browser, server, page, pictures):
    """What is wrong with the page, in words."""
    for scheme in SCHEMES:
        told, hosts = measured(browser, server, page, scheme)
        if not told:
            yield f"{page} {scheme}: the browser said nothing"
            continue
        tall = dict(zip(PICTURED, (told[0]["tall"], told[-1]["tall"]), strict=True))
        asked = [*hosts, *pictured(browser, server, page, scheme, pictures, tall)]
        yield from (f"{page} {scheme}: asked for {what}" for what in dict.fromkeys(asked))
        yield from (f"{page} {scheme} {one['width']}: {fault}" for one in told for fault in faults(one))
        wide = told[-1]
        print(f"{page:<14} {scheme:<5} {wide['charts']:>3} charts, least contrast {wide['faintest']['value']:.1f}")


def main():
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        print(INSTALL, file=sys.stderr)
        return 4
    pictures = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "report")
    pictures.mkdir(parents=True, exist_ok=True)
    _, own = Browser(program).open("about:blank", "light", "--dump-dom")
    browser = Browser(program, frozenset(own))
    with tempfile.TemporaryDirectory() as folder:
        runs = report_runs.grow(Path(folder), windrow)
        pages = Path(folder) / "pages"
        pages.mkdir()
        for name, run in runs.items():
            shutil.copy(run.folder / "report.html", pages / f"{name}.html")
        windrow("report", runs["judged"].folder, "--compare", runs["other"].folder, "--html", pages / "compared.html")
        names = sorted(path.name for path in pages.iterdir())
        server = Pages(pages)
        wrong = [fault for page in names for fault in looked_at(browser, server, page, pictures)]
        server.shutdown()
    for fault in wrong:
        print(fault)
    print(f"{len(wrong)} faults. Pictures to look at: {pictures}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
