"""Seeds without personal data: offsets hold, one numbering for all documents, rows that became the same are one."""

import json
import re
from pathlib import Path

import pytest

from windrow import Plan
from windrow.flow.seeds.document_text import Document
from windrow.flow.seeds.documents import DocumentOptions, DocumentSeeds
from windrow.flow.seeds.extracted import Extracted
from windrow.flow.seeds.rows import RowSeedOptions, RowSeeds
from windrow.flow.seeds.scrubbed import scrubbed
from windrow.row import Chunk
from windrow.shapes import Options, Seed, SeedSource
from windrow.testing import FaultyServer
from windrow.text.placeholders import Numbers
from windrow.text.scrub import Finder, scrub

FIND = Finder()
QUIET = "All is quiet here. " * 60
HOUSES = {
    "alder.md": "---\ntitle: Alder house\nauthor: ada@firma.de\n---\n# Alder house\n\n- Contact: ada@firma.de\n",
    "birch.md": "# Birch house\n\nben@firma.de looks after it.\n\n- Contact: ben@firma.de\n- Deputy: ada@firma.de\n",
    "cedar.md": f"# Cedar house\n\nCall 0171 2345678.\n\n- Contact: cleo@firma.de\n{QUIET}"
    "Pay DE89 3704 0044 0532 0130 00.",
}


@pytest.fixture
def folder(tmp_path):
    for name, text in HOUSES.items():
        (tmp_path / "docs").mkdir(exist_ok=True)
        (tmp_path / "docs" / name).write_text(text, encoding="utf-8")
    return tmp_path


def documents(folder):
    options = DocumentOptions.model_validate({"path": "docs", "chunk": {"max_words": 40}})
    return DocumentSeeds(options, base=folder)


def rows(folder, *examples):
    (folder / "seeds.jsonl").write_text("".join(json.dumps(each) + "\n" for each in examples), encoding="utf-8")
    return RowSeeds(RowSeedOptions(path="seeds.jsonl"), base=folder)


def test_every_passage_is_a_slice_of_its_document_and_holds_none(folder):
    inner = documents(folder)
    (source,) = scrubbed([inner], FIND)
    chunks = [seed.payload for seed in source.read()]
    assert len(chunks) > 5
    for chunk in chunks:
        assert inner.text_of(chunk.source)[chunk.start : chunk.end] == chunk.text
        assert FIND(f"{chunk.text}\n{chunk.title}\n{chunk.section}") == []
    assert any("[IBAN_1]" in chunk.text for chunk in chunks)


def test_documents_that_are_read_together_have_one_numbering(folder):
    (source,) = scrubbed([documents(folder)], FIND)
    texts = {}
    for seed in source.read():
        texts.setdefault(seed.payload.source, []).append(seed.payload.text)
    assert "Contact: [EMAIL_1]" in texts["docs/alder.md"][-1]
    assert "Contact: [EMAIL_2]\n- Deputy: [EMAIL_1]" in texts["docs/birch.md"][-1]
    assert any("Contact: [EMAIL_3]" in text for text in texts["docs/cedar.md"])


def test_a_placeholder_that_a_document_has_already_stands_for_nobody_else(folder):
    (folder / "docs" / "a.md").write_text("# Ants\n\nWrite to [EMAIL_1], not to zoe@firma.de.\n", encoding="utf-8")
    (source,) = scrubbed([documents(folder)], FIND)
    assert "Write to [EMAIL_1], not to [EMAIL_2]." in next(iter(source.read())).payload.text


def test_reading_again_gives_the_same(folder):
    first, second = scrubbed([documents(folder), documents(folder)], FIND)
    assert list(first.read()) == list(first.read()) == list(second.read())
    assert list(scrubbed([documents(folder)], FIND)[0].read()) == list(first.read())


def test_marks_and_pages_move_with_the_text():
    text = "ada@firma.de\nOne two.\nben@firma.de three."
    told = Extracted(text, marks=((13, ("Of ada@firma.de",)), (22, ("Two",))), pages=(0, 22))
    numbers = Numbers()
    new = Document(text, "By ada@firma.de", 13, told).scrubbed(lambda part: scrub(part, FIND, numbers))
    assert new.text == "[EMAIL_1]\nOne two.\n[EMAIL_2] three."
    assert (new.title, new.text[new.body :]) == ("By [EMAIL_1]", "One two.\n[EMAIL_2] three.")
    assert [(new.text[at : at + 3], path) for at, path in new.extracted.marks] == [
        ("One", ("Of [EMAIL_1]",)),
        ("[EM", ("Two",)),
    ]
    assert [new.text[at : at + 3] for at in new.extracted.pages] == ["[EM", "[EM"]


def test_rows_that_only_differed_in_it_are_one_and_a_note_says_so(folder):
    examples = [{"instruction": f"Write to {who}@firma.de.", "output": "Done."} for who in ("ada", "ben")]
    (source,) = scrubbed([rows(folder, *examples, {"instruction": "Hi.", "output": "Hello."})], FIND)
    seeds = list(source.read())
    assert [seed.payload.question for seed in seeds] == ["Write to [EMAIL_1].", "Hi."]
    assert [seed.key == seed.payload.id == seed.family for seed in seeds] == [True, True]
    assert source.notes == ["seeds.jsonl:2: without personal data the same as seeds.jsonl:1; one is kept"]


def test_a_seed_without_any_is_the_very_same(folder):
    inner = rows(folder, {"instruction": "Hi.", "output": "Hello."})
    (source,) = scrubbed([inner], FIND)
    assert list(source.read()) == list(inner.read())


def test_a_problem_in_a_seed_is_told_without_it(folder):
    (source,) = scrubbed([rows(folder, {"messages": [{"role": "ada@firma.de", "content": "x"}]})], FIND)
    with pytest.raises(Exception, match="role is") as caught:
        list(source.read())
    assert "ada@firma.de" not in str(caught.value)


class Mails(SeedSource):
    """A source of somebody else's: passages that are nobody's slices, and catalogues."""

    name = "mails"
    yields = "chunk"

    def read(self):
        yield Seed(
            "k1", Chunk("c1", "Ask ada@firma.de.", "mail of ada@firma.de", 7, 24), "ada@firma.de", "ada@firma.de"
        )
        yield Seed("k2", {"anything": "else"}, "two", "ben@firma.de")


def test_passages_of_other_sources_are_scrubbed_too_and_families_stay_apart():
    (source,) = scrubbed([Mails(Options(), base=Path())], FIND)
    first, second = source.read()
    assert (first.payload.text, first.payload.end - first.payload.start) == ("Ask [EMAIL_1].", len("Ask [EMAIL_1]."))
    assert FIND(f"{first.source} {first.family} {first.payload.source} {second.family}") == []
    assert first.family != second.family
    assert second.payload == {"anything": "else"}


def reader(request, number):
    """Asks for contacts, and answers with the line that names one."""
    system, user = (turn["content"] for turn in request["messages"][:2])
    value = re.search(r"Contact: (\S+)", user)
    title = re.search(r"Title: (.+)", user)[1]
    if "You answer a question" in system:
        answer, quotes = (value[1], [f"Contact: {value[1]}"]) if value else ("", [])
        return json.dumps({"answerable": bool(value), "answer": answer, "quotes": quotes})
    return json.dumps({"question": f"What is the contact of the {title}?"})


def test_questions_over_scrubbed_documents_cite_spans_that_hold(folder):
    with FaultyServer(reader, keep=True) as server:
        told = {
            "name": "houses", "pii": "scrub", "seeds": [{"use": "documents", "path": "docs"}],
            "models": {"teacher": {"model": "openai/any", "base_url": server.url, "retries": 0}},
            "recipes": [{"use": "rag_qa", "multi_hop": 0, "unanswerable": 0, "questions_per_chunk": 1}],
        }  # fmt: skip
        run = Plan.parse(told, base=folder).run(folder / "out")
        assert FIND(" ".join(turn["content"] for body in server.bodies for turn in body["messages"])) == []
    accepted = [stored.row for stored in run.rows(status="accepted")]
    assert len(accepted) == 3
    assert {row.reference["answer"] for row in accepted} == {"[EMAIL_1]", "[EMAIL_2]", "[EMAIL_3]"}
    for row in accepted:
        chunks = {chunk.id: chunk.text for chunk in row.contexts}
        for span in row.reference["spans"]:
            assert chunks[span["chunk_id"]][span["start"] : span["end"]] == span["text"]


def test_a_dry_run_counts_seeds_as_the_run_reads_them(folder):
    rows(folder, *({"instruction": f"Write to {who}@firma.de.", "output": "Done."} for who in ("ada", "ben")))
    told = {"name": "dry", "seeds": [{"use": "rows", "path": "seeds.jsonl"}], "recipes": ["preference"], "pii": "scrub"}
    assert Plan.parse(told, base=folder).explain()["seeds"][0]["seeds"] == 1
