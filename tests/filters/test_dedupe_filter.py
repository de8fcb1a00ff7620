"""Dedupe: what is the same is refused with its evidence, what is different stays, and the disk keeps memory flat."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from windrow.errors import RunError
from windrow.flow import FILTERS
from windrow.flow.filters.dedupe import Dedupe, DedupeOptions
from windrow.row import Chunk, Message, Row
from windrow.shapes import Seed
from windrow.text.minhash import jaccard, shingles
from windrow.text.tokens import words

VOCABULARY = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in "bdfgklmnprst"]


def sft(question, answer):
    return Row("sft", messages=(Message("user", question), Message("assistant", answer)))


def texts(rng, *, asked=15, taught=40):
    return [rng.choice(VOCABULARY) for _ in range(asked)], [rng.choice(VOCABULARY) for _ in range(taught)]


def kept(rows, folder, planted=(), **options):
    """The rows kept, and the verdicts on the others, as the engine would."""
    dedupe = Dedupe(DedupeOptions(**options), base=Path())
    dedupe.open(planted, folder)
    stay, refused = [], []
    for row in rows:
        verdict = dedupe.admit(row)
        if verdict.outcome == "pass":
            dedupe.keep(row)
            stay.append(row)
        else:
            refused.append((row, verdict))
    dedupe.close()
    return stay, refused


def test_the_same_but_for_case_and_spacing_is_a_duplicate(tmp_path):
    first = sft("What is wide?", "The sea.")
    stay, [(_, verdict)] = kept([first, sft("what  is wide?", "the SEA.\n")], tmp_path)
    assert stay == [first]
    assert (verdict.reason, verdict.kind) == ("duplicate", "filter")
    assert verdict.evidence == {"duplicate_of": first.id, "jaccard": 1.0}


def test_two_instructions_about_one_long_input_are_two_rows_and_one_instruction_is_one(tmp_path):
    rng = random.Random(4)
    given, answer = (" ".join(text) for text in texts(rng, asked=120, taught=6))

    def task(instruction):
        reference = {"instruction": instruction, "input": given, "output": answer}
        return replace(sft(f"{instruction}\n\n{given}", answer), reference=reference)

    rows = [task("Sum up the note."), task("Sum up the note. Use at most nine words."), task("So sum up the note.")]
    stay, refused = kept([*rows, task("Sum up, the note!")], tmp_path)
    assert stay == rows
    assert [verdict.reason for _, verdict in refused] == ["near_duplicate"]


def test_one_answer_may_be_an_example_and_the_better_side_of_a_pair(tmp_path):
    question, answer = (" ".join(text) for text in texts(random.Random(2)))
    asked, told = (Message("user", question),), (Message("assistant", answer),)
    pair = Row("preference", prompt=asked, chosen=told, rejected=(Message("assistant", "No."),))
    again = replace(pair, rejected=(Message("assistant", "Never."),))
    stay, refused = kept([sft(question, answer), pair, again], tmp_path)
    assert stay == [sft(question, answer), pair]
    assert [(row, verdict.reason) for row, verdict in refused] == [(again, "duplicate")]


def test_a_prompt_among_the_seeds_is_no_example_to_repeat(tmp_path):
    question = " ".join(texts(random.Random(3), asked=80)[0])
    prompt = Row("prompt", prompt=(Message("user", question),))
    row = sft(question, "A short answer.")
    assert kept([row], tmp_path, [Seed(prompt.id, prompt)]) == ([row], [])


def test_nearly_the_same_is_a_near_duplicate_with_its_exact_likeness(tmp_path):
    asked, taught = texts(random.Random(1))
    changed = [*taught[:20], "sea", *taught[21:]]
    first, second = sft(" ".join(asked), " ".join(taught)), sft(" ".join(asked), " ".join(changed))
    _, [(_, verdict)] = kept([first, second], tmp_path)
    whole = [shingles(asked) | shingles(side) for side in (taught, changed)]
    assert verdict.reason == "near_duplicate"
    assert verdict.evidence == {"duplicate_of": first.id, "jaccard": round(jaccard(*whole), 4)}


def test_near_duplicates_stay_when_not_asked_for(tmp_path):
    asked, taught = texts(random.Random(1))
    rows = [sft(" ".join(asked), " ".join(taught)), sft(" ".join(asked), " ".join([*taught[:-1], "sea"]))]
    assert kept(rows, tmp_path / "near")[0] == rows[:1]
    assert kept(rows, tmp_path / "exact", near=False)[0] == rows


def test_a_stock_answer_does_not_make_one_of_two_questions(tmp_path):
    stock = "The passages do not contain the answer to this question, so it cannot be answered from them alone."
    rows = [sft(f"According to the bank, what is the {name}?", stock) for name in ("overdraft", "refund", "fee")]
    assert kept(rows, tmp_path)[0] == rows


def test_passages_do_not_make_one_of_two_questions(tmp_path):
    chunk = Chunk("c1", " ".join(VOCABULARY[:300]), "a.md")
    rows = [
        Row("rag_qa", messages=(Message("user", f"{chunk.text}\n{ask}"), Message("assistant", say)), contexts=(chunk,))
        for ask, say in (("What does it cost?", "5 euro"), ("When is it open?", "At nine"))
    ]
    assert kept(rows, tmp_path)[0] == rows


def test_a_question_stands_once_when_only_prompts_count(tmp_path):
    rows = [sft("What is wide?", "The sea."), sft("What is wide?", "The sky over the land.")]
    assert kept(rows, tmp_path / "row")[0] == rows
    assert kept(rows, tmp_path / "prompt", on="prompt")[0] == rows[:1]


def test_a_row_that_repeats_a_seed_is_refused_unless_seeds_do_not_count(tmp_path):
    row = sft("What is wide?", "The sea.")
    seeds = [Seed("k", row), Seed("c", Chunk("c", "The sea.", "a.md"))]
    assert kept([row], tmp_path / "with", seeds)[0] == []
    assert kept([row], tmp_path / "without", seeds, seeds=False)[0] == [row]


def test_chinese_near_duplicates_are_found(tmp_path):
    long = "长城是中国古代的军事防御工程始建于春秋战国时期历代王朝不断修缮如今是世界文化遗产每年吸引大量游客"
    rows = [sft("请介绍一下长城的历史和现状", long), sft("请介绍一下长城的历史和现状。", long + "!" + "很")]
    assert len(kept(rows, tmp_path)[0]) == 1


def test_planted_near_duplicates_are_found_and_strangers_stay(tmp_path):
    rng = random.Random(7)
    originals, copies = [], []
    for _ in range(600):  # several batches, so that most are found on disk
        asked, taught = texts(rng)
        originals.append(sft(" ".join(asked), " ".join(taught)))
        place = rng.randrange(40)
        copies.append(sft(" ".join(asked), " ".join([*taught[:place], "sea", *taught[place + 1 :]])))
    stay, refused = kept(originals + copies, tmp_path)
    assert stay[:600] == originals
    assert len(refused) >= 0.98 * len(copies)
    assert {verdict.reason for _, verdict in refused} == {"near_duplicate"}


small_rows = st.lists(
    st.builds(sft, *[st.lists(st.sampled_from(["sea", "is", "wide"]), min_size=1, max_size=5).map(" ".join)] * 2),
    max_size=12,
)


@settings(max_examples=30)
@given(rows=small_rows, near=st.booleans())
def test_twice_is_once(tmp_path_factory, rows, near):
    folder = tmp_path_factory.mktemp("dedupe")
    stay, refused = kept(rows, folder, near=near)
    assert len(stay) + len(refused) == len(rows)
    assert kept(stay, folder, near=near) == (stay, [])


@settings(max_examples=30)
@given(rows=small_rows, rng=st.randoms(use_true_random=False))
def test_whatever_the_order_one_of_each_kind_stays_and_it_is_the_first(tmp_path_factory, rows, rng):
    folder = tmp_path_factory.mktemp("dedupe")
    rng.shuffle(rows)
    stay, _ = kept(rows, folder, near=False)
    first = {}
    for row in rows:
        first.setdefault((row.question, row.response), row)
    assert stay == list(first.values())


def test_every_refused_row_is_truly_like_the_one_it_names(tmp_path):
    rng = random.Random(3)
    rows = []
    for _ in range(60):
        asked, taught = texts(rng)
        for _ in range(4):
            taught = [rng.choice(VOCABULARY) if rng.random() < 0.03 else word for word in taught]
            rows.append(sft(" ".join(asked), " ".join(taught)))
    stay, refused = kept(rows, tmp_path)
    by_id = {row.id: row for row in stay}
    for row, verdict in refused:
        other = by_id[verdict.evidence["duplicate_of"]]
        whole = [shingles(words(r.question)) | shingles(words(r.response)) for r in (row, other)]
        assert jaccard(*whole) >= 0.8


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path):
    (tmp_path / "scratch").write_text("a file, not a folder")
    dedupe = Dedupe(DedupeOptions(), base=Path())
    with pytest.raises(RunError, match="scratch file cannot be used"):
        dedupe.open((), tmp_path / "scratch")


def test_the_filter_is_found_by_its_name():
    assert FILTERS.load("dedupe") is Dedupe
