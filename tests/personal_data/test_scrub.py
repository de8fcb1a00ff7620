"""What is taken out of texts, JSON and rows: laws that hold for any text."""

import asyncio
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import MAKERS, planted

from windrow.row import Chunk, Lineage, Message, Row, Tool, ToolCall, Verdict
from windrow.shapes import Answer
from windrow.teachers.base import Pace, Request, Teacher
from windrow.teachers.scrubbed import ScrubbedTeacher
from windrow.text.placeholders import PLACEHOLDER, PROVISIONAL, Numbers, provisional
from windrow.text.scrub import Finder, scrub
from windrow.text.scrub_json import Scrubber
from windrow.text.scrub_rows import found_in, scrubbed_row, scrubbed_rows

FIND = Finder()
DATUM = st.builds(
    lambda kind, seed: MAKERS[kind](random.Random(seed)), st.sampled_from(sorted(MAKERS)), st.integers(0, 999)
)
PIECE = st.one_of(
    st.text(max_size=30), DATUM, st.sampled_from(["[EMAIL_1]", "[CARD_2]", "\n", ": ", "api_key=", "Tel. "])
)
TEXT = st.lists(PIECE, max_size=8).map("".join)


def plain(text):
    return scrub(text, FIND, Numbers()).text


@settings(max_examples=200)
@given(TEXT)
def test_twice_is_once_and_nothing_is_found_in_what_is_left(text):
    once = plain(text)
    assert plain(once) == once
    assert FIND(once) == []


@settings(max_examples=200)
@given(TEXT)
def test_what_stays_stands_where_the_offsets_say(text):
    done = scrub(text, FIND, Numbers())
    at = [done.at(offset) for offset in range(len(text) + 1)]
    assert at == sorted(at)
    assert at[-1] == len(done.text)
    if not done.edits:
        assert at == list(range(len(text) + 1))
    first = done.edits[0] if done.edits else ()
    for start, end, _ in first if len(done.edits) == 1 else ():
        assert PLACEHOLDER.match(done.text, done.at(start))
        assert done.after(end) == PLACEHOLDER.match(done.text, done.at(start)).end()


def test_the_same_value_has_the_same_number_and_another_another():
    text = "ada@firma.de, bob@firma.de and ADA@firma.de; 4539 1488 0343 6467 or 4539-1488-0343-6467"
    assert plain(text) == "[EMAIL_1], [EMAIL_2] and [EMAIL_1]; [CARD_1] or [CARD_1]"


def test_a_number_that_stands_there_already_is_given_to_nobody_else():
    numbers = Numbers()
    numbers.reserve("[EMAIL_1] and [EMAIL_3]")
    assert [numbers("email", each) for each in "abca"] == ["[EMAIL_2]", "[EMAIL_4]", "[EMAIL_5]", "[EMAIL_2]"]


def test_a_password_in_an_address_is_no_mail_address():
    assert plain("postgres://svc:hunter22@db.firma.de/app") == "postgres://svc:[SECRET_1]@db.firma.de/app"


@pytest.mark.parametrize(
    ("keep", "left"),
    [
        ((), "[EMAIL_1] [EMAIL_2] [IP_1] [IP_2] [PHONE_1]"),
        (("reserved",), "ada@example.com [EMAIL_1] 10.1.2.3 [IP_1] +1 415-555-0132"),
        (("firma.de",), "[EMAIL_1] it@mail.firma.de [IP_1] [IP_2] [PHONE_1]"),
        (("@mail.firma.de", "8.8.0.0/16"), "[EMAIL_1] it@mail.firma.de [IP_1] 8.8.4.4 [PHONE_1]"),
        (("ADA@example.com", "+14155550132"), "ada@example.com [EMAIL_1] [IP_1] [IP_2] +1 415-555-0132"),
        (("irma.de",), "[EMAIL_1] [EMAIL_2] [IP_1] [IP_2] [PHONE_1]"),
    ],
)
def test_what_is_kept_stays(keep, left):
    text = "ada@example.com it@mail.firma.de 10.1.2.3 8.8.4.4 +1 415-555-0132"
    assert scrub(text, Finder(keep=keep), Numbers()).text == left


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**15), 10**15), st.floats(allow_nan=False), TEXT, DATUM),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=80)
@given(st.one_of(st.dictionaries(TEXT, JSON, max_size=4), st.lists(JSON, max_size=4)), st.booleans(), st.booleans())
def test_json_stays_json_of_the_same_form_and_nothing_is_left_in_its_strings(value, ascii_only, indented):
    text = json.dumps(value, ensure_ascii=ascii_only, indent=2 if indented else None)
    new = Scrubber(FIND, provisional).text(text)
    assert _form(json.loads(new)) <= _form(value) | {"str"}
    assert [each for each in _strings(json.loads(new)) if FIND(each)] == []


def _form(value):
    if isinstance(value, dict):
        return {"dict"}.union(*map(_form, value.values()), ({"str"} if value else set()))
    return {"list"}.union(*map(_form, value)) if isinstance(value, list) else {type(value).__name__}


def _strings(value):
    if isinstance(value, dict):
        return [*value, *(each for inner in value.values() for each in _strings(inner))]
    if isinstance(value, list):
        return [each for inner in value for each in _strings(inner)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": "ada\\u0040firma.de"}', '{"a": "[EMAIL_1]"}'),
        ('{"a": "see\\nada@firma.de", "n": 1.50}', '{"a": "see\\n[EMAIL_1]", "n": 1.50}'),
        ('{"card": 4539148803436467}', '{"card": "[CARD_1]"}'),
        ('{"phone": "4155550132", "order": "4155550132"}', '{"phone": "[PHONE_1]", "order": "4155550132"}'),
        ('{"password": "Tr0ub4dor&3xy"}', '{"password": "[SECRET_1]"}'),
        ('Here:\n```json\n{"card": 4539148803436467}\n```', 'Here:\n```json\n{"card": "[CARD_1]"}\n```'),
        ('{"a": "ada@firma.de",}', '{"a": "[EMAIL_1]",}'),
        ('{"in": "{\\"to\\": \\"ada@firma.de\\"}"}', '{"in": "{\\"to\\": \\"[EMAIL_1]\\"}"}'),
        ("[see ada@firma.de]", "[see [EMAIL_1]]"),
    ],
)
def test_strings_are_read_as_what_they_mean_and_all_else_stays_as_it_is(text, expected):
    assert Scrubber(FIND, Numbers()).text(text) == expected


def test_a_response_keeps_its_protocol_and_loses_the_tokens_that_would_spell_it_out():
    body = {
        "id": "chatcmpl-4539148803436467", "model": "m", "created": 1732300000,
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Ask ada@firma.de."},
                     "logprobs": {"content": [{"token": "ada"}, {"token": "@"}]}}],
        "usage": {"prompt_tokens": 3},
    }  # fmt: skip
    raw = json.dumps(body).encode()
    new = json.loads(Scrubber(FIND, Numbers()).body(raw))
    assert new["choices"][0]["message"]["content"] == "Ask [EMAIL_1]."
    assert (new["id"], new["usage"], new["choices"][0]["logprobs"]) == (body["id"], body["usage"], None)


def test_a_response_without_any_is_the_very_same_and_one_that_is_no_json_is_gone_through_too():
    scrubber = Scrubber(FIND, Numbers())
    raw = b'{"choices": [{"message": {"content": "Nothing."}, "logprobs": {}}]}'
    assert scrubber.body(raw) is raw
    assert scrubber.body(b'{"content": "ada@firma.de') == b'{"content": "[EMAIL_1]'
    assert scrubber.body(b"\xff ada@firma.de") == b"\xff [EMAIL_1]"


def made_row(text, other="bob@firma.de"):
    start = text.index("ada@")
    span = {"chunk_id": "c1", "start": start, "end": start + len("ada@firma.de"), "text": "ada@firma.de"}
    return Row(
        "rag_qa",
        messages=(
            Message("user", f"From {other}: {text}"),
            Message(
                "assistant", "ada@firma.de", reasoning="ada@firma.de it is",
                tool_calls=(ToolCall("a" * 9, "mail", '{"to": "ada@firma.de", "n": 1.0}'),),
            ),
        ),
        tools=(Tool("mail", "Mails ada@firma.de", {"type": "object", "default": "bob@firma.de"}),),
        contexts=(Chunk("c1", text, "docs/ada@firma.de.md", 100, 100 + len(text), "Of ada@firma.de"),),
        reference={"spans": [span], "card": 4539148803436467, "hop": {"truth": {**span}}},
        lineage=Lineage(documents=("docs/ada@firma.de.md",), extra={"source": "bob@firma.de:3"}),
        verdicts=(Verdict("recipe", "fail", "x", "said ada@firma.de", {"answer": "bob@firma.de"}),),
    )  # fmt: skip


def test_a_row_has_one_numbering_and_its_spans_move_with_their_text():
    row = scrubbed_row(made_row("Tel. 0171 2345678 or ada@firma.de, always."), FIND)
    assert row.messages[0].content == "From [EMAIL_1]: Tel. [PHONE_1] or [EMAIL_2], always."
    assert row.messages[1].content == "[EMAIL_2]"
    assert row.messages[1].reasoning == "[EMAIL_2] it is"
    assert row.messages[1].tool_calls[0].arguments_json == '{"to": "[EMAIL_2]", "n": 1.0}'
    assert (row.tools[0].description, row.tools[0].parameters["default"]) == ("Mails [EMAIL_2]", "[EMAIL_1]")
    chunk = row.contexts[0]
    assert (chunk.text, chunk.end - chunk.start) == ("Tel. [PHONE_1] or [EMAIL_2], always.", len(chunk.text))
    assert (chunk.source, chunk.title) == ("docs/[EMAIL_3]", "Of [EMAIL_2]")
    for span in (row.reference["spans"][0], row.reference["hop"]["truth"]):
        assert chunk.text[span["start"] : span["end"]] == span["text"] == "[EMAIL_2]"
    assert row.reference["card"] == "[CARD_1]"
    assert (row.lineage.documents, row.lineage.extra) == (("docs/[EMAIL_3]",), {"source": "[EMAIL_1]:3"})
    assert (row.verdicts[0].detail, row.verdicts[0].evidence) == ("said [EMAIL_2]", {"answer": "[EMAIL_1]"})
    assert list(found_in(row, FIND)) == []
    assert scrubbed_row(row, FIND) is row


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ({"phone": "4155550132"}, {"phone": "[PHONE_1]"}),
        ({"card": 4539148803436467}, {"card": "[CARD_1]"}),
        ({"login": {"password": "Tr0ub4dor&3xy"}}, {"login": {"password": "[SECRET_1]"}}),
        ({"ada@firma.de": 1}, {"[EMAIL_1]": 1}),
    ],
)
def test_a_reference_is_read_with_the_names_of_its_keys(reference, expected):
    row = Row("sft", messages=(Message("user", "Hi."),), reference=reference)
    assert next(found_in(row, FIND), None) is not None
    assert scrubbed_row(row, FIND).reference == expected


class Told(Teacher):
    """A teacher that says what it is told to."""

    address, endpoint, pace = "told/it", "here", Pace()

    def encode(self, request):
        return request.messages[0].content.encode()

    async def send(self, body, request):
        return b'{"text": "Ask kim@firma.de."}'

    def decode(self, raw):
        return Answer(json.loads(raw)["text"], "told")


def test_a_teacher_is_told_none_and_its_answers_have_none_whenever_they_were_given():
    teacher = ScrubbedTeacher(Told(), FIND)
    request = Request("r/x", {}, (Message("user", "I am ada@firma.de."),))
    body = teacher.encode(request)
    assert PLACEHOLDER.search(body.decode())[1] == "EMAIL"
    sent = asyncio.run(teacher.send(body, request))
    known = provisional("email", "kim@firma.de")
    assert sent == f'{{"text":"Ask {known}."}}'.encode()
    assert teacher.decode(sent).text == teacher.decode(b'{"text": "Ask KIM@firma.de."}').text == f"Ask {known}."


def test_provisional_numbers_become_the_next_that_are_free():
    new = provisional("email", "kim@firma.de")
    assert int(PLACEHOLDER.fullmatch(new)[2]) >= PROVISIONAL
    row = Row("sft", messages=(Message("user", "To [EMAIL_1]"), Message("assistant", f"{new}, kim@firma.de, {new}")))
    assert scrubbed_row(row, FIND).messages[1].content == "[EMAIL_2], [EMAIL_2], [EMAIL_2]"


def test_rows_of_an_item_still_know_each_other():
    first = Row("sft", messages=(Message("user", "ada@firma.de?"), Message("assistant", "Yes.")))
    second = Row("sft", messages=(Message("user", "No?"),), lineage=Lineage(parents=(first.id, "elsewhere")))
    one, two = scrubbed_rows([first, second], FIND)
    assert two.lineage.parents == (one.id, "elsewhere")
    assert one.id != first.id


@given(st.lists(TEXT, min_size=1, max_size=4))
def test_no_row_keeps_any_and_one_without_is_the_very_same(texts):
    row = Row("sft", messages=tuple(Message("user", text) for text in texts), reference={"x": texts, "y": {"z": texts}})
    new = scrubbed_row(row, FIND)
    assert list(found_in(new, FIND)) == []
    assert (new is row) == (next(found_in(row, FIND), None) is None)
    assert scrubbed_row(new, FIND) is new


LONG = [
    "a@" * 50_000,
    "[EMAIL_1]" * 20_000,
    '{"a": "' + "\\n" * 100_000 + '"}',
    "0171 " * 40_000,
    "+49 " * 50_000,
    '"' * 100_000,
]


@pytest.mark.parametrize("text", LONG)
def test_a_long_odd_text_takes_no_longer_than_its_length(text):
    import time

    before = time.process_time()
    Scrubber(FIND, provisional).text(text)
    assert time.process_time() - before < 4


def test_many_values_take_no_longer_than_their_number():
    import time

    text = "\n".join(case.text for case in planted(3, 1_000))
    before = time.process_time()
    done = plain(text)
    assert time.process_time() - before < 15
    assert FIND(done) == []
