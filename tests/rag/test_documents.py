"""Documents as chunks: exact offsets, stable keys, and a plain word for everything that cannot be read."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from windrow.errors import SeedError
from windrow.flow.seeds.document_text import document_text
from windrow.flow.seeds.documents import Chunking, DocumentOptions, DocumentSeeds
from windrow.flow.seeds.extracted import Unreadable
from windrow.text.tokens import words

LONG = "# Refunds\n\n" + "\n\n".join(
    f"## Part {part}\n\n" + " ".join(f"Sentence {part}.{at} says what holds for case {at}." for at in range(30))
    for part in range(6)
)


@pytest.fixture
def read(tmp_path, write):
    """Writes documents and reads them: the source and its seeds."""

    def read(documents=None, path="docs", **options):
        if documents is not None:
            write(documents)
        source = DocumentSeeds(DocumentOptions(path=path, **options), base=tmp_path)
        return source, list(source.read())

    return read


def keys(seeds):
    return {seed.key for seed in seeds}


def test_chunks_are_slices_of_their_document(read):
    source, seeds = read({"a.md": LONG, "b/c.txt": "One fact. Another fact.\n"})
    assert len(seeds) > 3
    for seed in seeds:
        chunk = seed.payload
        assert source.text_of(chunk.source)[chunk.start : chunk.end] == chunk.text
        assert seed.family == chunk.source


def test_a_chunk_says_where_a_human_finds_it(read):
    _, seeds = read({"policies/refunds.md": LONG})
    assert seeds[1].source == "docs/policies/refunds.md#chunk 2"
    assert seeds[1].payload.source == "docs/policies/refunds.md"
    assert seeds[1].payload.title == "Refunds"


def test_chunks_are_of_even_size_with_some_overlap(read):
    _, seeds = read({"a.md": " ".join(f"Sentence number {at} says one thing." for at in range(700))})
    sizes = [len(words(seed.payload.text)) for seed in seeds]
    assert all(200 <= size <= 400 for size in sizes), sizes
    for before, after in pairwise(seeds):
        repeated = before.payload.end - after.payload.start
        assert 0.08 <= repeated / len(before.payload.text) <= 0.15


def test_a_short_document_is_one_chunk(read):
    _, seeds = read({"a.md": "Yes."})
    assert [seed.payload.text for seed in seeds] == ["Yes."]


def test_sections_are_the_headings_above_a_chunk(read):
    _, seeds = read({"a.md": LONG}, chunk={"max_words": 150})
    assert "Part 0" in {seed.payload.section for seed in seeds}
    assert all("Refunds" not in seed.payload.section for seed in seeds)


def test_chunks_may_be_measured_in_characters(read):
    _, seeds = read({"a.md": LONG}, chunk={"max_chars": 500, "overlap": 0})
    assert all(len(seed.payload.text) <= 500 for seed in seeds)


def test_two_measures_at_once_are_refused():
    with pytest.raises(ValidationError, match="not both"):
        Chunking(max_words=100, max_chars=500)


def test_editing_a_document_changes_its_keys_alone(read):
    documents = {"a.md": LONG, "b.md": "Bees make honey.", "c.md": "Cows give milk."}
    _, before = read(documents)
    _, after = read({"b.md": "Bees make wax."})
    gone, new = keys(before) - keys(after), keys(after) - keys(before)
    assert len(gone) == len(new) == 1


def test_a_new_document_changes_no_other_key(read):
    _, before = read({"b.md": LONG, "c.md": "Cows give milk."})
    _, after = read({"a.md": "Ants dig."})
    assert keys(before) < keys(after)
    assert len(after) == len(before) + 1


def test_an_edit_at_the_end_keeps_the_keys_of_chunks_before_it(read):
    _, before = read({"a.md": f"{LONG} The end is near."})
    _, after = read({"a.md": f"{LONG} The end is nigh."})
    assert [seed.key for seed in before[:-1]] == [seed.key for seed in after[:-1]]
    assert before[-1].key != after[-1].key


def test_the_same_paragraph_twice_is_two_seeds(read):
    line = " ".join(["same words here again"] * 30)
    _, seeds = read({"a.md": f"{line}\n\n{line}\n\n{line}"}, chunk={"max_words": 120, "overlap": 0})
    assert len(keys(seeds)) == len(seeds) == 3


def test_reading_is_lazy(write, tmp_path):
    write({f"{at:03}.md": f"Document {at}." for at in range(50)})
    source = DocumentSeeds(DocumentOptions(path="docs"), base=tmp_path)
    first = next(source.read())
    (tmp_path / "docs" / "049.md").unlink()
    assert first.payload.text == "Document 0."


def test_byte_order_marks_and_line_ends_of_windows_leave_no_trace(read):
    source, seeds = read({"a.md": b"\xef\xbb\xbf# Title\r\n\r\nA fact.\r\nMore.\r\n"})
    assert seeds[0].payload.text == "# Title\n\nA fact.\nMore."
    assert seeds[0].payload.title == "Title"
    assert source.text_of("docs/a.md").startswith("# Title")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"caf\xe9 au lait", "not UTF-8"),
        ("text".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\x00\x00", "binary"),
        (b"", "empty"),
        (b" \n\n ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"---\ntitle: x\n---\n", "empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_noted_and_only_fatal_alone(content, said, read):
    source, seeds = read({"bad.md": content, "good.md": "A fact."})
    assert [seed.payload.text for seed in seeds] == ["A fact."]
    assert [note for note in source.notes if note.startswith("docs/bad.md: skipped") and said in note]
    with pytest.raises(SeedError, match=said) as caught:
        read(path="docs/bad.md")
    assert caught.value.remedy
    assert caught.value.where == "docs/bad.md"


def test_a_huge_file_is_refused_with_what_to_do(read):
    source, _ = read({"big.md": b"a" * 3_000_000, "good.md": "A fact."}, max_megabytes=1)
    assert "raise max_megabytes" in source.notes[0]


def test_one_endless_line_is_cut_into_chunks(read):
    _, seeds = read({"a.txt": "x" * 200_000, "b.txt": "字" * 50_000, "c.txt": "word " * 50_000})
    assert len(seeds) > 200
    assert max(len(seed.payload.text) for seed in seeds) <= 8_000


def test_documents_of_the_same_text_are_kept_once(read):
    source, seeds = read({"a.md": "Same.", "b.md": "Same."})
    assert [seed.family for seed in seeds] == ["docs/a.md"]
    assert source.notes == ["docs/b.md: same text as docs/a.md; one of them is kept"]


def test_hidden_files_and_other_kinds_are_left_out(read):
    source, seeds = read({".git/a.md": "no", ".b.md": "no", "c.png": b"\x89PNG", "d.md": "yes"})
    assert [seed.payload.text for seed in seeds] == ["yes"]
    assert "1 .png" in source.notes[0]


def test_a_loop_of_links_ends(read, tmp_path):
    (tmp_path / "docs" / "sub").mkdir(parents=True)
    (tmp_path / "docs" / "sub" / "loop").symlink_to(tmp_path / "docs")
    (tmp_path / "docs" / "broken.md").symlink_to(tmp_path / "docs" / "nowhere.md")
    _, seeds = read({"sub/a.md": "A fact."})
    assert len(seeds) == 1


def test_an_empty_folder_and_a_missing_one_say_what_to_do(read, tmp_path):
    (tmp_path / "docs").mkdir()
    with pytest.raises(SeedError, match="no readable document") as caught:
        read()
    assert ".md" in caught.value.remedy
    assert caught.value.where == "docs"
    with pytest.raises(SeedError, match="no such file") as caught:
        read(path="elsewhere")
    assert caught.value.where == "elsewhere"


def test_a_document_that_is_gone_is_named_as_the_config_writes_it(read, tmp_path):
    for path in ("mine/../docs", "docs/a.md"):
        (tmp_path / "mine").mkdir(exist_ok=True)
        source, (seed,) = read({"a.md": "A fact."}, path=path)
        (tmp_path / "docs" / "a.md").write_bytes(b"caf\xe9")
        with pytest.raises(SeedError, match="not UTF-8") as caught:
            source.text_of(seed.payload.source)
        assert caught.value.where == f"{path.removesuffix('/a.md')}/a.md"


def test_a_pattern_picks_files(read):
    documents = {"a.md": "one", "b.log": "two", "sub/c.md": "three"}
    assert [seed.payload.text for seed in read(documents, glob="**/*.md")[1]] == ["one", "three"]
    assert [seed.payload.text for seed in read(glob="*.log")[1]] == ["two"]


PAGE = """<html><head><title>Fees &amp; more</title><style>p {}</style></head><body><nav>Home</nav>
<h1>Card <b>fees</b></h1><p>The fee is<br>5&nbsp;euros.</p><!-- hidden --><ul><li>One</li><li>Two <i>words</i></li></ul>
<table><tr><th>Item</th><th>Fee</th></tr><tr><td>Card</td><td>5</td></tr></table><pre>a  b
  c</pre><script>alert(1)</script></body></html>"""


TABLE = "| Item | Fee |\n|---|---|\n| Card | 5 |"


def test_a_page_becomes_plain_text_with_its_structure(read):
    source, seeds = read({"a.html": PAGE})
    text = source.text_of("docs/a.html")
    assert text.startswith("# Card fees\n")
    for part in ("The fee is\n5 euros.", "- One\n- Two words", TABLE, "a  b\n  c"):
        assert part in text
    for part in ("hidden", "alert", "Home", "p {}", "Fees &"):
        assert part not in text
    assert seeds[0].payload.title == "Card fees"
    assert text[seeds[0].payload.start : seeds[0].payload.end] == seeds[0].payload.text


def test_a_page_nested_deeper_than_the_stack_is_read(read):
    _, seeds = read({"a.html": "<div>" * 3_000 + "deep" + "</div>" * 3_000})
    assert seeds[0].payload.text == "deep"


def test_front_matter_gives_the_title_and_no_text(read):
    _, seeds = read({"a.md": '---\ntitle: "Fees"\ntags: [x]\n---\n# Other\n\nA fact.\n'})
    assert seeds[0].payload.title == "Fees"
    assert seeds[0].payload.text == "# Other\n\nA fact."


def test_a_document_without_a_heading_is_named_by_its_file(read):
    _, seeds = read({"opening_hours-2024.txt": "We open at nine."})
    assert seeds[0].payload.title == "opening hours 2024"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400))
def test_any_text_is_cut_into_exact_slices(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("docs")
    (folder / "a.md").write_bytes(text.encode())
    source = DocumentSeeds(DocumentOptions(path=str(folder), chunk={"max_words": 20}), base=folder)
    try:
        seeds = list(source.read())
    except SeedError:
        with pytest.raises(Unreadable):
            raise Unreadable(source.notes[0]) from None
        return
    whole = document_text(folder / "a.md")
    for seed in seeds:
        assert whole[seed.payload.start : seed.payload.end] == seed.payload.text
        assert seed.payload.text.strip()
    assert len(keys(seeds)) == len(seeds)
