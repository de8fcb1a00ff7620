"""PDF, Word and web pages as documents: their text, their pages and sections, and a plain word for what has none."""

import sys

import pytest
from papers import bookmarked, docx, pdf

from windrow.errors import MissingError, SeedError
from windrow.flow.seeds.documents import DocumentOptions, DocumentSeeds

pytest.importorskip("pypdf", reason="not run: pypdf is not installed")
pytest.importorskip("docx", reason="not run: python-docx is not installed")

HEAD = "Harbour rules 2024"
REPORT = pdf(
    [HEAD, "Visitors moor at pier 4. A berth costs 30 euros for each night. The har-", "bour opens in May.", "1 of 3"],
    [HEAD, "Fuel", "Diesel is sold at pier 7 from 8:00. The tank holds 900 litres, and is", "2 of 3"],
    [HEAD, "filled on Mondays. Waste goes to the red bins.", "3 of 3"],
)  # fmt: skip


@pytest.fixture
def read(tmp_path, write):
    """Writes documents and reads them: the source and its seeds."""

    def read(documents, path="docs", **options):
        write(documents)
        source = DocumentSeeds(DocumentOptions(path=path, **options), base=tmp_path)
        return source, list(source.read())

    return read


def test_a_pdf_is_text_whose_chunks_are_slices_of_it(read):
    source, seeds = read({"rules.pdf": REPORT}, chunk={"max_words": 20, "overlap": 0})
    text = source.text_of("docs/rules.pdf")
    assert len(seeds) >= 2
    for seed in seeds:
        assert text[seed.payload.start : seed.payload.end] == seed.payload.text
    assert source.text_of("docs/rules.pdf") == text


def test_words_cut_at_line_ends_and_sentences_cut_at_page_ends_are_whole_again(read):
    source, _ = read({"rules.pdf": REPORT})
    text = source.text_of("docs/rules.pdf")
    assert "The harbour opens in May." in text
    assert "and is\nfilled on Mondays." in text


def test_lines_that_stand_on_every_page_are_left_out_and_others_stay(read):
    source, _ = read({"rules.pdf": REPORT, "two.pdf": pdf(["Tea", "It is hot."], ["Tea", "It is free."])})
    assert "Harbour rules" not in source.text_of("docs/rules.pdf")
    assert "of 3" not in source.text_of("docs/rules.pdf")
    assert source.text_of("docs/two.pdf").count("Tea") == 2


def test_a_chunk_says_on_which_pages_it_stands(read):
    _, seeds = read({"rules.pdf": REPORT}, chunk={"max_words": 20, "overlap": 0})
    sections = [seed.payload.section for seed in seeds]
    assert sections[0] == "p. 1"
    assert sections[-1] in ("p. 3", "pp. 2-3")
    assert read({"one.pdf": pdf(["One page."])}, path="docs/one.pdf")[1][0].payload.section == ""


def test_bookmarks_are_sections_and_the_files_own_title_is_the_title(read):
    file = bookmarked(REPORT, ("Berths", 0), ("Fuel", 1), title="Harbour rules")
    _, seeds = read({"rules.pdf": file}, chunk={"max_words": 20, "overlap": 0})
    assert {seed.payload.title for seed in seeds} == {"Harbour rules"}
    assert seeds[0].payload.section == "Berths > p. 1"
    fuel = next(seed.payload for seed in seeds if seed.payload.text.startswith("Fuel"))
    assert fuel.section.startswith("Fuel > p")


def test_a_title_that_a_program_made_up_is_not_used(read):
    _, seeds = read({"harbour-rules.pdf": bookmarked(REPORT, title="Microsoft Word - rules.docx")})
    assert seeds[0].payload.title == "harbour rules"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("scan.pdf", pdf([], []), "OCR"),
        ("locked.pdf", bookmarked(REPORT, lock="secret"), "encrypted"),
        ("broken.pdf", REPORT[:200], "broken"),
        ("broken.pdf", b"%PDF-1.4\nnothing", "broken"),
        ("empty.pdf", b"", "empty"),
        ("old.docx", b"\xd0\xcf\x11\xe0 old word", "save it as .docx"),
        ("broken.docx", b"PK\x03\x04 no zip", "broken"),
        ("blank.docx", docx(lambda document: None), "no text"),
    ],
)
def test_a_file_without_readable_text_costs_itself_and_says_why(name, content, said, read):
    source, seeds = read({name: content, "good.md": "A fact."})
    assert [seed.payload.text for seed in seeds] == ["A fact."]
    assert [note for note in source.notes if note.startswith(f"docs/{name}: skipped") and said in note]
    with pytest.raises(SeedError, match=said):
        read({}, path=f"docs/{name}")


def test_a_password_that_only_forbids_printing_does_not_keep_a_pdf_from_being_read(read):
    source, _ = read({"rules.pdf": bookmarked(REPORT, lock="")})
    assert "Visitors moor at pier 4." in source.text_of("docs/rules.pdf")


def test_pages_without_text_are_counted_and_the_others_are_read(read):
    source, seeds = read({"half.pdf": pdf(["A berth costs 30 euros."], [], [])})
    assert [seed.payload.text for seed in seeds] == ["A berth costs 30 euros."]
    assert source.notes[0] == "docs/half.pdf: 2 of 3 pages have no text; OCR would read them"


def test_the_run_says_which_library_read_a_file(read):
    import pypdf

    source, _ = read({"rules.pdf": REPORT})
    assert source.notes[-1].startswith(f"1 file was read by pypdf {pypdf.__version__}")


@pytest.mark.parametrize(("name", "library"), [("rules.pdf", "pypdf"), ("rules.docx", "docx")])
def test_without_the_extra_it_is_said_how_to_install_it(name, library, read, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingError) as caught:
        read({name: b"anything", "good.md": "A fact."})
    assert "pip install 'windrow[docs]'" in str(caught.value)
    assert [seed.payload.text for seed in read({}, glob="*.md")[1]] == ["A fact."]


def handbook(document):
    document.core_properties.title = "Template 2011"
    document.add_heading("Harbour rules", level=1)
    paragraph = document.add_paragraph("A berth costs ")
    paragraph.add_run("30 euros").bold = True
    paragraph.add_run(" for each night.")
    document.add_heading("Fuel", level=2)
    document.add_paragraph("Open the cap.", style="List Number")
    document.add_paragraph("Fill the tank.", style="List Number")
    document.add_paragraph("Diesel", style="List Bullet")
    table = document.add_table(rows=2, cols=3)
    for at, text in enumerate(("Pier", "Price", "Depth")):
        table.rows[0].cells[at].text = text
    for at, text in enumerate(("Pier 4", "30 euros", "3 m")):
        table.rows[1].cells[at].text = text
    document.add_paragraph("After the table.")


def test_a_word_file_keeps_its_headings_lists_and_tables_in_order(read):
    source, seeds = read({"rules.docx": docx(handbook)})
    text = source.text_of("docs/rules.docx")
    assert text.startswith(
        "# Harbour rules\n\nA berth costs 30 euros for each night.\n\n## Fuel\n\n1. Open the cap.\n2. "
    )
    assert "| Pier | Price | Depth |\n|---|---|---|\n| Pier 4 | 30 euros | 3 m |\n\nAfter the table." in text
    assert seeds[0].payload.title == "Harbour rules"
    assert text[seeds[0].payload.start : seeds[0].payload.end] == seeds[0].payload.text


def tracked(document):
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    paragraph = document.add_paragraph("A berth costs ")._p
    paragraph.append(parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>20</w:delText></w:r></w:del>"))
    paragraph.append(parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>30</w:t></w:r></w:ins>"))


def test_tracked_changes_are_read_as_accepted(read):
    source, _ = read({"rules.docx": docx(tracked)})
    assert source.text_of("docs/rules.docx") == "A berth costs 30\n"


SITE = """<html><head><title>Rules | Harbour</title></head><body>
<header><a href="/">Harbour Ltd</a><div>Log in</div></header><div role="navigation">Home Rules Contact</div>
<main><h1>Berths</h1><aside>Good to know: bring coins.</aside>
<dl><dt>Price of a berth</dt><dd>30 euros</dd><dt>Depth:</dt><dd>3 m</dd></dl>
<table><tr><th colspan="2">Pier</th><th>Price</th></tr><tr><td>4</td><td>north</td><td>30 euros</td></tr></table>
<div hidden>Draft</div><div style="display: none">Secret</div><p aria-hidden="true">Icon</p></main>
<aside>Buy a boat!</aside><footer>Imprint</footer></body></html>"""


def test_of_a_web_page_only_its_content_is_read(read):
    source, _ = read({"a.html": SITE})
    assert source.text_of("docs/a.html") == (
        "# Berths\n\nGood to know: bring coins.\n\nPrice of a berth: 30 euros\n\nDepth: 3 m\n\n"
        "| Pier |  | Price |\n|---|---|---|\n| 4 | north | 30 euros |\n"
    )


def test_what_stands_around_a_page_is_left_out_even_where_the_content_is_not_marked(read):
    page = SITE.replace("<main>", "<div>").replace("</main>", "</div>")
    source, _ = read({"a.html": page})
    text = source.text_of("docs/a.html")
    assert text.startswith("# Berths\n")
    assert not any(part in text for part in ("Harbour Ltd", "Contact", "Buy a boat", "Imprint", "Draft", "Secret"))


def test_a_page_that_is_one_form_is_read_and_a_form_in_a_page_is_not(read):
    source, _ = read({"a.html": "<form><h1>Berths</h1><p>They cost 30 euros.</p><form>Search <input></form></form>"})
    assert source.text_of("docs/a.html") == "# Berths\n\nThey cost 30 euros.\n"
