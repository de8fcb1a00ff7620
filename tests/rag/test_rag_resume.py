"""Killed and resumed, edited and run again: what was answered is not asked again, and an edit asks what it must."""

import hashlib
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from corpora import linked

from windrow.ledger.sqlite import SQLiteLedger
from windrow.testing import SpawnedServer

AT_ONCE = 8
CONFIG = """
name: rag
seeds: [{{use: documents, path: docs}}]
models: {{teacher: {{model: openai/any, base_url: "{url}", concurrency: {at_once}}}}}
recipes: [{{use: rag_qa, multi_hop: 0.4, unanswerable: 0.4}}]
exports: [trl, retrieval]
terms: {{acknowledged: true}}
"""


class Works:
    """A config in a folder of its own, run again and again into one run folder."""

    def __init__(self, folder, url):
        beside = Path(sys.executable).with_name("windrow")
        self.command = str(beside) if beside.exists() else shutil.which("windrow")
        self.folder = folder
        self.out = folder / "out"
        (folder / "rag.yaml").write_text(CONFIG.format(url=url, at_once=AT_ONCE), encoding="utf-8")

    def start(self, out=None):
        command = [self.command, "run", "rag.yaml", "--out", str(out or self.out), "--display", "none"]
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


def files(out):
    return {
        path.relative_to(out): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((out / "exports").rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def server():
    with SpawnedServer("readers:good", latency=0.02, cwd=Path(__file__).parent) as running:
        yield running


@pytest.fixture
def works(tmp_path, write, server):
    write(linked())
    return Works(tmp_path, server.url)


def test_a_killed_run_asks_on_where_it_stopped_and_exports_the_same_bytes(works, server, tmp_path):
    assert works.start(tmp_path / "whole").wait() == 0
    asked = server.stats()["requests"]
    process = works.start()
    while server.stats()["requests"] < asked + asked // 2:
        assert process.poll() is None, "the run ended before it could be killed"
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert works.start().wait() == 0
    assert asked <= server.stats()["requests"] - asked <= asked + 2 * AT_ONCE
    assert files(works.out) == files(tmp_path / "whole")
    assert works.run() == []


def test_an_edit_a_new_document_and_another_name_each_cost_their_own_calls(works, write):
    assert len(works.run()) > 100
    documents = linked()
    name = "machines/fern.md"
    write({name: documents[name].replace("made for cafés", "made for bakeries")})
    assert (edited := works.run())
    assert all("Fern Machine" in request for request in edited)
    write({"machines/yarrow.md": documents[name].replace("Fern", "Yarrow").replace("minutes", "seconds")})
    assert (new := works.run())
    assert all("Yarrow Machine" in request for request in new)
    (works.folder / "docs" / name).rename(works.folder / "docs" / "machines" / "zz.md")
    assert (renamed := works.run())
    assert all("Fern Machine" in request for request in renamed)
