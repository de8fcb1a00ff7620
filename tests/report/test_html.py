"""The page: it stands alone, says what the Markdown says, and what others wrote is text in it."""

import io
import re
from html.parser import HTMLParser

import pytest

from judged_run import decided, run_of, verdict
from report_text import markdown
from windrow import Message, Row, Verdict
from windrow.ledger.base import Decided
from windrow.report.blocks import Alarm, Bullets, Code, Heading, Histogram, Parts, Strong, Table, Text, Total, Whisker
from windrow.report.document import document
from windrow.report.html import html
from windrow.report.markdown import markdown as marked_down

EVIL = "<script>alert(1)</script><img src=http://evil.example/x onerror=alert(2)>\"'&amp;"
VOID = {"meta", "link", "line", "rect", "circle", "br", "hr", "img", "input"}
LOADS = {"src", "srcset", "href", "xlink:href", "data", "action", "poster", "background", "style"}


class Reader(HTMLParser):
    """Reads a page as strictly as a schoolmaster: what is opened is closed, in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def hostile(number: int) -> Decided:
    turns = (Message("user", f"{EVIL} {number}"), Message("assistant", f"{number} {EVIL}"))
    row = Row(kind="sft", messages=turns)
    if number % 2:
        return Decided("echo", number, 0, row, "accepted")
    refused = Row(kind="sft", messages=turns, verdicts=(Verdict(EVIL, "fail", EVIL, detail=EVIL),))
    return Decided("echo", number, 0, refused, "rejected", EVIL, EVIL)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    rows = [hostile(number) for number in range(12)]
    rows += [decided(100 + n, "accepted", verdict(criteria={EVIL: "pass"}, by="adherence")) for n in range(30)]
    return {**run_of(tmp_path_factory.mktemp("runs") / "hostile", rows).report(), "name": f"run {EVIL}"}


@pytest.fixture(scope="module")
def page(report):
    return html(document(report), title=report["name"])


def test_every_tag_is_closed_and_no_script_is_needed(page):
    reader = read(page)

    assert {"h1", "table", "svg", "article"} <= {tag for tag, _ in reader.tags}
    assert "script" not in {tag for tag, _ in reader.tags}


def test_nothing_is_loaded_from_anywhere(page):
    loads = [value for _, attrs in read(page).tags for name, value in attrs.items() if name in LOADS]

    assert [value for value in loads if not value.startswith(("#", "data:,"))] == []
    assert "url(" not in page
    assert "@import" not in page
    policies = [attrs["content"] for tag, attrs in read(page).tags if attrs.get("http-equiv")]
    assert policies[0].startswith("default-src 'none'")


def test_what_others_wrote_is_text_wherever_it_stands(page):
    reader = read(page)

    assert {tag for tag, _ in reader.tags} & {"script", "img"} == set()
    assert not any(name.startswith("on") for _, attrs in reader.tags for name in attrs)
    assert reader.text.count("<script>alert(1)</script>") >= 8  # the name, rows, who refused, the reason, the detail


def test_what_turns_the_reading_direction_is_taken_out_and_what_joins_letters_stays():
    page = html([Heading("a\u202eb\x07c", 1), Text("می\u200cخواهم")], title="x")

    assert "\u202e" not in page
    assert "\x07" not in page
    assert "می\u200cخواهم" in page


BLOCKS = [
    Heading("Title of all", 1),
    Total(("twelve in all",), Parts((("accepted", 9), ("rejected", 3)), 12)),
    Alarm("Something is wrong."),
    Heading("A section"),
    Text(("said ", Strong("loudly"), " by ", Code("name-1"))),
    Bullets(("first line", ("second ", Strong("line")))),
    Table(
        ("figure", "value"), (("one", "41.5%"), ("two", "0.25")), (Whisker(0.415, 0.3, 0.5, most=0.4, alarm=True), None)
    ),
    Table(("stage", "rows"), (("a", 7),), (Parts((("accepted", 7),), 7),)),
    Histogram("Lengths", "characters", 10, ((0, 4), (10, 2))),
]


def test_the_page_says_what_the_markdown_says():
    page = read(html(BLOCKS, title="t")).text

    for word in re.findall(r"[\w.%-]+", re.sub(r"[*`|#]", " ", marked_down(BLOCKS[:-1]))):
        assert word.strip("-") in page


def test_each_figure_of_the_json_is_in_markdown_page_and_terminal(report, page):
    from rich.console import Console

    from windrow.report.quality_text import named
    from windrow.report.said import between, figure
    from windrow.report.terminal import terminal

    console = Console(width=400, record=True, force_terminal=False, file=io.StringIO())
    console.print(terminal(document(report)))
    shown = {"markdown": markdown(report), "page": read(page).text, "terminal": console.export_text()}

    known = [told for told in report["quality"]["figures"] if told["value"] is not None]
    assert len(known) > 15
    for told in known:
        unit = told.get("unit", "")
        wanted = (named(told), figure(told["value"], unit), between(told.get("low"), told.get("high"), unit))
        for where, text in shown.items():
            assert all(part in text for part in wanted), (where, wanted)
    for counted in (report["rows"]["accepted"], report["rows"]["rejected"]):
        assert all(f"{counted} " in text for text in shown.values())


def test_every_mark_says_in_words_what_it_draws(page):
    drawn = read(html(BLOCKS, title="t"))

    svgs = [attrs for tag, attrs in drawn.tags if tag == "svg"]
    assert len(svgs) == 4
    assert all(attrs["role"] == "img" for attrs in svgs)
    assert "0.415, from 0.3 to 0.5, expected ≤ 0.4, on a scale from 0 to 1" in drawn.text
    assert "9 accepted, 3 rejected" in drawn.text
    assert "0 to 9 characters: 4 rows, 10 or more characters: 2 rows" in drawn.text
    assert page.count("<svg") == page.count("<title>") - 1 == page.count("<desc>")


def test_heads_of_tables_say_what_they_are_heads_of():
    tags = read(html(BLOCKS, title="t")).tags

    heads = [attrs.get("scope") for tag, attrs in tags if tag == "th"]
    assert heads.count("row") == 3
    assert heads.count("col") == len(heads) - 3


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_colour_of_text_stands_out_from_what_is_behind_it(page, scheme):
    palettes = [
        dict(re.findall(r"--(\w+): (#\w{6})", part)) for part in re.findall(r":root \{([^}]*--page[^}]*)\}", page)
    ]

    colours = palettes[scheme]
    for text in ("text", "muted", "accent", "bad", "good", "warn"):
        for behind in ("page", "soft"):
            assert contrast(colours[text], colours[behind]) >= 4.5, (text, behind)
    assert contrast(colours["bad"], colours["alarm"]) >= 4.5


def test_a_long_turn_is_folded_and_nothing_of_it_is_lost(tmp_path):
    words = " ".join(f"word{n}" for n in range(180))
    row = Row(kind="sft", messages=(Message("user", "Say them all."), Message("assistant", words)))
    report = run_of(tmp_path / "long", [Decided("echo", 0, 0, row, "accepted")], judges=()).report()

    reader = read(html(document(report), title="t"))

    assert "details" in {tag for tag, _ in reader.tags}
    assert re.findall(r"word\d+", "\n".join(reader.words))[:180] == words.split()


def test_the_page_is_there_when_a_run_ends_and_again_when_it_is_asked_for(tmp_path):
    from click.testing import CliRunner

    from windrow import Plan
    from windrow.cli import main

    (tmp_path / "a.md").write_text(
        "# Hours\n\nThe shop opens at nine and closes at five on weekdays.\n", encoding="utf-8"
    )
    told = {"name": "t", "seeds": [{"use": "documents", "path": "a.md"}], "recipes": [{"use": "rag_qa", "rows": 1}]}
    run = Plan.parse(told, base=tmp_path).run(tmp_path / "run")

    written = (run.folder / "report.html").read_text(encoding="utf-8")
    asked = CliRunner().invoke(
        main, ["report", str(run.folder), "--html", str(tmp_path / "own.html")], standalone_mode=False
    )

    assert asked.exception is None, asked.output
    assert (
        read(written).text.partition("Time")[0]
        == read((tmp_path / "own.html").read_text("utf-8")).text.partition("Time")[0]
    )
