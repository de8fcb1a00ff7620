"""Rows compared with rows: twice the same, all but the same, one that says the opposite, one prompt in two splits.

Everything is kept on disk. Rows of one prompt may stand in several files of one split (an answer to learn, a pair to
prefer, a label), but not in two splits, or the test is no test.
"""

from __future__ import annotations

from hashlib import blake2b
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import orjson

from windrow.flow.exports.conversation import split_of
from windrow.text.lookalikes import Candidates, Digests
from windrow.text.minhash import jaccard, run_hashes, shingles
from windrow.text.tokens import normalise, words

if TYPE_CHECKING:
    from pathlib import Path

    from windrow.flow.exports.findings import Reporter
    from windrow.flow.exports.lines import Line

NEAR = 0.9  # dedupe removes at 0.8 while growing; here only what is all but the same is worth a word
ONCE = "drop one of the two"
ASIDE = {"meta", "id"}  # columns that make no other row of a row
SIDES = (("chosen", "rejected"), ("preferred_output", "non_preferred_output"))


class Comparison:
    """The rows and prompts read so far."""

    def __init__(self, folder: Path) -> None:
        self._seen = Digests(folder / "seen.sqlite")
        self._alike = Candidates(folder / "alike.sqlite", threshold=NEAR)
        self._splits: dict[str, None] = {}

    def see(self, line: Line, prompt: list[Any], report: Reporter) -> None:
        """Say which rows say what an earlier one says or its opposite, have its id, or its prompt in another split."""
        place = f"{report.file}:{line.number}"
        content = {key: value for key, value in line.record.items() if key not in ASIDE}
        first = self._first("row", orjson.dumps(content, option=orjson.OPT_SORT_KEYS), place)
        if first:
            report.warning("duplicate_row", line.number, f"the same row stands at {first}", ONCE)
        else:
            self._see_alike(content, place, line.number, report)
        self._see_opposite(content, place, line.number, report)
        name = _id_of(line.record)
        first = self._first("id", name.encode(), place) if name else ""
        if first:
            report.error("duplicate_id", line.number, f"the id {name!r} stands at {first} already", ONCE)
        self.see_prompt(line, prompt, report)

    def see_prompt(self, line: Line, prompt: list[Any], report: Reporter) -> None:
        """Say whether the prompt stands in another split."""
        text = normalise("\n".join(_texts(prompt)))
        if not text:
            return
        mine = split_of(PurePath(report.file).stem)[0]
        self._splits[mine] = None
        first = next(filter(None, (self._where(_prompt(text, split)) for split in self._splits if split != mine)), "")
        if first:
            message = f"the same prompt stands at {first}, so the test set is no test"
            report.error("leak", line.number, message, "split by family: windrow's holdout does")
        self._seen.add(_prompt(text, mine), f"{report.file}:{line.number}")

    def close(self) -> None:
        """Let go of the files."""
        self._seen.close()
        self._alike.close()

    def _see_alike(self, content: dict[str, Any], place: str, number: int, report: Reporter) -> None:
        said = [text for key in sorted(content) for text in _texts(content[key])]
        found = words("\n".join(said))
        hashes, runs = run_hashes(found), shingles(found)
        keys = self._alike.keys(hashes)
        form = f"{sorted(key for key in content if content[key] is not None)} {content.get('label')}"
        for name, other in self._alike.like(keys, hashes):
            alike = jaccard(runs, shingles(other.split(" ")))
            stands, _, of = name.partition("\n")
            if alike >= NEAR and of == form:
                report.warning("near_duplicate", number, f"{alike:.0%} the same as {stands}", "drop one, or run dedupe")
                return
        if found:
            self._alike.add(f"{place}\n{form}", keys, hashes, " ".join(found))

    def _see_opposite(self, content: dict[str, Any], place: str, number: int, report: Reporter) -> None:
        for mine, opposite in _claims(content):
            self._seen.add(_digest("claim", mine), place)
            first = self._where(_digest("claim", opposite))
            if first and mine != opposite:
                message = f"the row at {first} says the opposite of the same answers"
                report.error("contradiction", number, message, "keep the one that is right")

    def _first(self, what: str, content: bytes, place: str) -> str:
        """Where `content` first stood as a row or an id; '' where it is new."""
        digest = _digest(what, content)
        first = self._where(digest)
        if not first:
            self._seen.add(digest, place)
        return first

    def _where(self, digest: bytes) -> str:
        return self._seen.first(digest) or ""


def _claims(content: dict[str, Any]) -> list[tuple[bytes, bytes]]:
    """What the row says of answers, each as what it says and what would be the opposite."""
    asked = content.get("prompt", content.get("input"))
    for better, worse in SIDES:
        if better in content and worse in content:
            sides = [orjson.dumps(content[side], option=orjson.OPT_SORT_KEYS) for side in (better, worse)]
            told = orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)
            return [(b"\0".join([told, *sides]), b"\0".join([told, *reversed(sides)]))]
    label = content.get("label")
    if label not in (0, 1) or "completion" not in content:
        return []
    told = orjson.dumps([asked, content["completion"]], option=orjson.OPT_SORT_KEYS)
    return [(told + b"%d" % bool(label), told + b"%d" % (not label))]


def _digest(what: str, content: bytes) -> bytes:
    return blake2b(content, digest_size=16, person=what.encode()).digest()


def _prompt(text: str, split: str) -> bytes:
    return _digest("prompt", f"{split}\0{text}".encode())


def _id_of(record: dict[str, Any]) -> str:
    """The row's id: its own column, or that in its meta."""
    meta = record.get("meta")
    if isinstance(meta, str):
        try:
            meta = orjson.loads(meta)
        except orjson.JSONDecodeError:
            meta = None
    found = record.get("id", meta.get("id") if isinstance(meta, dict) else None)
    return found if isinstance(found, str) else ""


def _texts(side: Any) -> list[str]:  # noqa: ANN401 - JSON
    """What is said on one side of a row: its text, or that of its turns other than the system's."""
    if isinstance(side, str):
        return [side]
    if isinstance(side, dict):
        side = side.get("messages")
    turns = side if isinstance(side, list) else []
    return [
        turn if isinstance(turn, str) else orjson.dumps([turn.get("content"), turn.get("tool_calls")]).decode()
        for turn in turns
        if isinstance(turn, str) or (isinstance(turn, dict) and turn.get("role") != "system")
    ]
