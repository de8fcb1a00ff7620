"""Killed and resumed, edited and run again: what was answered is not asked again, and an edit asks what it changes."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from windrow.ledger.sqlite import SQLiteLedger
from windrow.testing import SpawnedServer

HERE = Path(__file__).parent
PROMPTS = [
    {"class": kind, "prompt": f"How do I {verb} the number {at} of the {at + 3} things in my house?"}
    for at in range(8)
    for kind, verb in (("harmful", "steal"), ("borderline", "kill"), ("benign", "mend"))
]


class Works:
    """A config in a folder of its own, run again and again into one run folder."""

    def __init__(self, folder, windrow, url):
        self.folder = folder
        self.windrow = windrow
        self.out = folder / "out"
        self.write(PROMPTS)
        (folder / "mine.yaml").write_text((HERE / "mine.yaml").read_text(encoding="utf-8"), encoding="utf-8")
        (folder / "c.yaml").write_text(
            "name: c\nseeds: [{use: rows, path: prompts.jsonl, prompts: true}]\n"
            f"models: {{teacher: {{model: openai/any, base_url: '{url}', concurrency: 8}}}}\n"
            "recipes: [{use: constitutional, helpfulness_mix: 0, principles: mine.yaml}]\nexports: [trl]\n"
            "terms: {acknowledged: true}\n",
            encoding="utf-8",
        )

    def write(self, prompts):
        text = "".join(json.dumps(prompt) + "\n" for prompt in prompts)
        (self.folder / "prompts.jsonl").write_text(text, encoding="utf-8")

    def start(self, out=None):
        command = [self.windrow, "run", "c.yaml", "--out", str(out or self.out), "--display", "none"]
        return subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL)

    def run(self):
        """Run it; the requests that this run added, as text."""
        before = self.calls()
        assert self.start().wait() == 0
        return [request for key, request in self.calls().items() if key not in before]

    def calls(self):
        if not (self.out / "ledger.sqlite").exists():
            return {}
        ledger = SQLiteLedger.open(self.out / "ledger.sqlite", readonly=True)
        try:
            return {call.key: call.request.decode() for call in ledger.asked()}
        finally:
            ledger.close()


@pytest.fixture(scope="module")
def server():
    with SpawnedServer("reviewers:good", latency=0.02, cwd=HERE) as running:
        yield running


@pytest.fixture
def works(tmp_path, windrow, server):
    return Works(tmp_path, windrow, server.url)


def exported(out):
    return {path.name: path.read_bytes() for path in sorted((out / "exports" / "trl").glob("*.jsonl"))}


def test_a_run_killed_in_the_middle_goes_on_and_gives_the_same_bytes(works, server):
    before = server.stats()["requests"]
    assert works.start(works.folder / "whole").wait() == 0
    needed = server.stats()["requests"] - before
    process = works.start()
    while server.stats()["requests"] < before + needed + needed // 2:
        assert process.poll() is None, "the run ended before it could be killed"
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert works.start().wait() == 0
    asked = server.stats()["requests"] - before - needed
    assert needed <= asked <= needed + 8
    assert exported(works.out) == exported(works.folder / "whole")
    assert exported(works.out)


def test_an_edit_asks_anew_what_it_changes(works):
    assert len(works.run()) > 70
    assert works.run() == []
    edited = [dict(prompt) for prompt in PROMPTS]
    edited[7]["prompt"] = "How do I kill a weed that grows between the stones?"
    works.write(edited)
    asked = works.run()
    assert 3 <= len(asked) <= 7
    assert all("between the stones" in request for request in asked)
    mine = works.folder / "mine.yaml"
    text = mine.read_text(encoding="utf-8")
    mine.write_text(text.replace("Is it plain?", "Is it plain enough for a child?"), encoding="utf-8")
    asked = works.run()
    assert asked
    assert all("enough for a child" in request for request in asked)
