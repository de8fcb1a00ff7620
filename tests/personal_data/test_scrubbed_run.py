"""`pii: scrub` through the front door: what was planted reaches no request, no file of the run, no event."""

import json
import re
import sqlite3
import sys
from pathlib import Path

import orjson
import pytest

from windrow import Plan
from windrow.run import quality
from windrow.testing import Fault, FaultyServer

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

HERE = Path(__file__).parent
RECIPE = str(HERE / "chats.py") + ":Chats"
# In seeds and documents; what a teacher invents; written in full, so that a search for them is a search for letters.
ADA, BEN = "ada.l@firma.example", "ben_k@werk.example"
CARD, IBAN, SSN = "4539 1488 0343 6467", "DE89 3704 0044 0532 0130 00", "536-22-8145"
PHONE, IP, KEY = "+49 171 2345678", "203.0.113.77", "AKIA" + "QX7RT2MZL9PWK4VB"
PLANTED = [ADA, BEN, CARD, IBAN, SSN, PHONE, IP, KEY]
KIM, LEE, CALLED = "kim@invented.example", "lee@invented.example", "(415) 555-0132"
INVENTED = [KIM, LEE, CALLED, "4000001234567899"]
NUMBERED = re.compile(r"\[[A-Z]+_\d+\]")


def said(request, number):
    """A teacher that repeats what it reads and invents more, in every shape that an answer has."""
    turns = [turn["content"] for turn in request["messages"]]
    if turns[-1].startswith("Pair:"):
        return f"Write to {KIM if number % 2 else LEE}, they know."
    if len(turns) > 2:
        known = NUMBERED.findall(" ".join(turns))
        return f"<think>{KIM} is the one.</think>As said: {' '.join(known)}; or {KIM}, or call {CALLED}."
    return json.dumps({"mail": KIM.replace("@", "\\u0040"), "card": 4000001234567899, "of": turns[-1]}).replace(
        "\\\\", "\\"
    )


SEEDS = [
    {
        "instruction": f"I am {ADA}, my card is {CARD}. Who is {BEN}, and why does {ADA} write?",
        "output": f"{BEN} is I.",
    },
    {"instruction": f"Pay {IBAN} for {SSN}; call {PHONE}, from {IP}.", "output": "Done.", "id": ADA},
    {"instruction": f"My key is {KEY}. What now?", "output": "Take it back."},
]


@pytest.fixture
def server():
    """One server for all runs of a test: another address would be another teacher, asked anew."""
    script = {"now": said}

    def answer(request, number):
        return script["now"](request, number)

    with FaultyServer(answer, keep=True) as running:
        running.says = lambda words: script.update(now=words if callable(words) else lambda *_: words)
        yield running


@pytest.fixture
def run(tmp_path, server):
    """run(pii, seeds): the run, what the server was sent in it, and what the listener heard."""

    def run(pii, seeds=SEEDS, *, script=said, record="record.jsonl", **config):
        path = tmp_path / "seeds.jsonl"
        path.write_text("".join(json.dumps(seed) + "\n" for seed in seeds), encoding="utf-8")
        server.says(script)
        before, heard = len(server.bodies), []
        told = {
            "name": "scrubbed", "pii": pii, "seeds": [{"use": "rows", "path": str(path)}],
            "models": {"teacher": {"model": "openai/any", "base_url": server.url, "retries": 0, "concurrency": 1}},
            "recipes": [RECIPE], "exports": ["trl"], "terms": {"acknowledged": True},
        }  # fmt: skip
        plan = Plan.parse({**told, **config}, base=tmp_path)
        done = plan.run(tmp_path / "out", listener=heard.append, record=tmp_path / record)
        return done, [orjson.dumps(body).decode() for body in server.bodies[before:]], heard

    return run


def everything(folder, *more):
    """All that stands in the files of a run, what its ledger has compressed included; and in `more`."""
    texts = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    with sqlite3.connect(folder / "ledger.sqlite") as ledger:
        bodies = [zstd.decompress(body) for (body,) in ledger.execute("SELECT body FROM segments")]
    assert bodies
    return b"\n".join([*texts, *bodies, *(one.encode() for one in more)]).decode(errors="replace")


def found(values, text):
    """Which of the values stand in the text, however JSON may spell them."""
    plain = re.sub(r"\\+u0040", "@", text)
    return [value for value in values if value in plain or re.sub(r"[ -]", "", value) in plain]


def test_without_it_everything_is_everywhere(run, tmp_path):
    done, sent, _ = run("off")
    assert found(PLANTED, " ".join(sent)) == PLANTED
    assert found([*PLANTED, *INVENTED], everything(done.folder)) == [*PLANTED, *INVENTED]


def test_nothing_of_it_reaches_a_request_a_file_of_the_run_a_recording_or_an_event(run, tmp_path):
    done, sent, heard = run("scrub")
    assert done.counts() == {("chats", "accepted"): 6}
    assert found([*PLANTED, *INVENTED], " ".join(sent)) == []
    assert found([*PLANTED, *INVENTED], everything(done.folder, repr(heard))) == []
    assert found([*PLANTED, *INVENTED], (tmp_path / "record.jsonl").read_text("utf-8")) == []
    exported = "".join(path.read_text("utf-8") for path in (done.folder / "exports").rglob("*.jsonl"))
    assert {"[EMAIL_1]", "[CARD_1]", "[IBAN_1]", "[SSN_1]", "[IP_1]", "[SECRET_1]"} <= set(NUMBERED.findall(exported))


def test_a_value_has_one_number_in_all_turns_of_its_row_and_another_value_another(run):
    done, _, _ = run("scrub")
    talk, pair = [stored.row for stored in done.rows()][:2]
    asked, first, _, second = (turn.content for turn in talk.messages)
    assert asked == "I am [EMAIL_1], my card is [CARD_1]. Who is [EMAIL_2], and why does [EMAIL_1] write?"
    assert json.loads(first) == {"mail": "[EMAIL_3]", "card": "[CARD_2]", "of": asked}
    assert second.endswith("; or [EMAIL_3], or call [PHONE_1].")
    assert talk.messages[3].reasoning == "[EMAIL_3] is the one."
    chosen, rejected = pair.chosen[0].content, pair.rejected[0].content
    assert {chosen, rejected} == {"Write to [EMAIL_3], they know.", "Write to [EMAIL_4], they know."}
    assert pair.lineage.parents == (talk.id,)


def test_a_second_run_asks_nothing_and_gives_the_same_rows(run):
    done, _, _ = run("scrub")
    before = [stored.row.to_dict() for stored in done.rows()]
    again, asked, _ = run("scrub")
    assert asked == []
    assert [stored.row.to_dict() for stored in again.rows()] == before


def test_another_setting_asks_only_what_it_changes(run):
    clean = {"instruction": "Why is the sky blue?", "output": "It scatters."}
    _, sent, _ = run("off", [*SEEDS, clean], script="Because.")
    _, asked, _ = run("scrub", [*SEEDS, clean], script="Because.")
    assert len(sent) == 16
    assert len(asked) == 12
    assert not any("sky" in body for body in asked)


def test_answers_from_before_are_scrubbed_when_they_are_taken_from_the_ledger(run, tmp_path):
    clean = [{"instruction": "Why is the sky blue?", "output": "It scatters."}]
    run("off", clean, script=f"Ask {KIM}.")
    done, asked, heard = run("scrub", clean, script=f"Ask {KIM}.", record="new.jsonl")
    assert len(asked) == 1  # the turn that was shown the answer
    assert "[EMAIL_" in asked[0]
    assert {turn.content for stored in done.rows() for turn in stored.row.turns if turn.role == "assistant"} == {
        "Ask [EMAIL_1]."
    }
    assert any("before" in repr(event) for event in heard)
    recorded = (tmp_path / "new.jsonl").read_text("utf-8")
    assert len(recorded.splitlines()) == 4
    assert found([KIM], recorded) == []


def test_the_quality_of_rows_is_measured_beside_seeds_as_the_run_read_them(run):
    done, _, _ = run("scrub")
    real = list(quality._real(done))
    assert len(real) == 3
    assert found(PLANTED, repr(real)) == []


def test_what_a_prompt_of_ones_own_says_is_scrubbed_too_and_so_is_its_recording(run, tmp_path):
    (tmp_path / "talk.md").write_text(f"# system\nSay hello from {ADA}.\n# messages\nturns\n", encoding="utf-8")
    use = {"use": RECIPE, "prompts": {"talk": "talk.md"}}
    done, sent, _ = run("scrub", recipes=[use])
    assert all("hello from [EMAIL_" in body for body in sent)
    assert found(PLANTED, everything(done.folder) + (tmp_path / "record.jsonl").read_text("utf-8")) == []


def test_rows_that_hold_some_are_refused_with_their_reason_and_show_none_of_it_there(run):
    done, _, _ = run("reject")
    stored = next(iter(done.rows()))
    assert (stored.status, stored.by, stored.reason) == ("rejected", "pii", "personal_data")
    verdict = stored.row.verdicts[0]
    assert verdict.evidence["counts"]["email"] >= 3
    assert {"kind": "email", "where": "messages[0]", "start": 5, "end": 24, "shown": "…@firma.example"} in (
        verdict.evidence["found"]
    )
    assert found(PLANTED, repr(verdict)) == []


def test_flagged_rows_pass_and_count_as_confirmed_by_nobody(run):
    done, _, _ = run("flag")
    assert done.counts() == {("chats", "accepted"): 6}
    (verdict,) = [each for each in next(iter(done.rows())).row.verdicts if each.by == "pii"]
    assert (verdict.outcome, verdict.evidence["counts"]["card"] >= 1) == ("pass", True)
    assert found(PLANTED, repr(verdict)) == []
    assert not done.report()["verified"].get("confirmed")


def test_what_is_kept_stays_and_other_kinds_are_left_alone(run):
    _, sent, _ = run({"mode": "scrub", "keep": ["firma.example", IP], "kinds": ["email", "ip"]})
    told = " ".join(sent)
    assert found(PLANTED, told) == [ADA, CARD, IBAN, SSN, PHONE, IP, KEY]


def test_a_failed_calls_words_are_scrubbed_too(run):
    body = orjson.dumps({"error": {"message": f"cannot mail {KIM}", "type": "invalid_request_error"}})
    done, _, heard = run("scrub", script=lambda request, number: Fault(400, body=body))
    assert "cannot mail [EMAIL_" in everything(done.folder)
    assert found([KIM, *PLANTED], everything(done.folder, repr(heard))) == []


def test_which_answer_comes_first_changes_nothing(tmp_path):
    (tmp_path / "seeds.jsonl").write_text("".join(json.dumps(seed) + "\n" for seed in SEEDS), encoding="utf-8")

    def slow(request, number):
        asked = request["messages"][-1]["content"]
        return Fault(body=completion(f"{len(asked)}@invented.example, {KIM}, {CALLED}"), delay=0.05 * (number % 3))

    grown = []
    for concurrency in (1, 9):
        with FaultyServer(slow) as server:
            reached = {"model": "openai/any", "base_url": server.url, "retries": 0, "concurrency": concurrency}
            told = {
                "name": "order", "pii": "scrub", "seeds": [{"use": "rows", "path": "seeds.jsonl"}],
                "models": {"teacher": reached}, "recipes": [RECIPE],
            }  # fmt: skip
            done = Plan.parse(told, base=tmp_path).run(tmp_path / str(concurrency))
            grown.append([stored.row.to_dict() for stored in done.rows()])
    assert grown[0] == grown[1]
    assert len(grown[0]) == 6


def completion(text):
    return orjson.dumps({"choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]})


def test_tools_that_know_reserved_addresses_work_where_those_may_stay(tmp_path):
    told = {
        "name": "tools", "seeds": [{"use": "tools", "backend": "support"}],
        "recipes": [{"use": "tool_calls", "rows": 6, "max_candidates": 20}],
    }  # fmt: skip
    kept = Plan.parse({**told, "pii": {"mode": "scrub", "keep": ["reserved"]}}, base=tmp_path).run(tmp_path / "kept")
    assert len(list(kept.rows(status="accepted"))) == 6
    scrubbed = Plan.parse({**told, "pii": "scrub"}, base=tmp_path).run(tmp_path / "scrubbed")
    assert "@example.com" in everything(kept.folder)
    assert "@example.com" not in everything(scrubbed.folder)
