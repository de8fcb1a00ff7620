"""Does the assistant tell what the tools told? Numbers, days, times and ids are looked up; the rest is a judge's work.

Also whether a failure is told as one: the commonest untruth of all is a call that failed and a sentence that thanks
for the order.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING, Any

from windrow.row import to_json
from windrow.text.evidence import contains
from windrow.text.language import guess
from windrow.text.tokens import normalise
from windrow.tools.arguments import leaves
from windrow.tools.lint_values import has_kind
from windrow.tools.material import Material, Passage
from windrow.tools.moments import ISO, moments
from windrow.tools.problem import Problem
from windrow.tools.quantities import as_decimal, numbers, readings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from windrow.tools.transcript import Made, Transcript

MARKER = re.compile(
    r"(?m)^\s*(?:\(?\d{1,2}[.)]|[-*•]\s*\d{1,2}[.)]|step \d{1,2}\b|option \d{1,2}\b|#{1,6}\s*\d{1,2}[.)]?)"
)
NAMED = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{4,}", re.ASCII)
ORDINAL = re.compile(
    r"\d+(?:st|nd|rd|th|er|h|m|s|am|pm|k|kg|g|km|cm|mm|ml|l|x|gb|mb|min|hrs?|c|f|º|°c|°f)", re.IGNORECASE
)
DATE = re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?!\d)")  # one that no calendar has is a name like another
MOST_MOMENTS = 12
MOST_TIMES = 60  # numbers of results that are multiplied by what the user said
MOST_NUMBERS = 24  # of the results: sums and differences of two are looked at for so many
ADMITS = {
    "en": "not unable cannot can't couldn't could fail failed fails failure error sorry unfortunately problem issue "
    "wasn't isn't doesn't didn't don't won't no unavailable denied rejected refused timed timeout invalid however "
    "without already expired missing wrong nothing none trouble declined",
    "de": "nicht kein keine keinen leider fehler fehlgeschlagen problem unmöglich abgelehnt ungültig entschuldigung",
    "fr": "pas impossible erreur échoué échec malheureusement désolé problème aucun aucune refusé indisponible",
    "es": "no error fallo falló lamentablemente lamento siento problema imposible ningún ninguna rechazado",
    "it": "non errore fallito purtroppo spiacente problema impossibile nessun nessuna rifiutato",
    "pt": "não erro falhou falha infelizmente desculpe problema impossível nenhum nenhuma recusado",
    "nl": "niet geen fout mislukt helaas sorry probleem onmogelijk geweigerd",
    "ru": "не нет ошибка ошибки сожалению удалось извините проблема невозможно",
    "zh": "不 没 無 无 错误 失败 抱歉", "ja": "ません ない エラー 失敗 申し訳", "ko": "않 못 없 오류 실패 죄송",
}  # fmt: skip
LOOKS_UP = re.compile(r"(?:get|find|search|list|look|check|read|track|view|fetch|show|query|retrieve)(?:_|[A-Z]|\Z)")
UNSPACED = {"zh", "ja", "ko"}


def untold_failure(transcript: Transcript) -> Problem | None:
    """A call that failed for good, and an answer after it that does not say so. A call of the same tool that works
    later mends it. Where the language of the answer is not known, nothing can be said."""
    last = len(transcript.messages) - 1
    answer = transcript.messages[last]
    if answer.role != "assistant" or not answer.content.strip() or answer.tool_calls:
        return None
    for made in transcript.calls:
        if made.failed and not _mended(made, transcript.calls) and _later_answers_silent(transcript, made):
            detail = f"{made.name} failed ({(made.text or '')[:80]}), and the answer does not say so"
            return Problem("failure_told_as_success", f"messages[{last}]", detail, value=answer.content)
    return None


def _mended(made: Made, calls: Sequence[Made]) -> bool:
    """Whether a later call did it after all: of the same tool, or of any where only something was looked up."""
    looked_up = LOOKS_UP.match(made.name) is not None
    return any(
        each.turn > made.turn and (looked_up or each.name == made.name) and not each.failed and each.text is not None
        for each in calls
    )


def _later_answers_silent(transcript: Transcript, made: Made) -> bool:
    after = [turn.content for turn in transcript.messages[made.result_turn :] if turn.role == "assistant"]
    return all(admits(text) is False for text in after if text.strip())


def admits(text: str) -> bool | None:
    """Whether `text` says that something did not work; None where its language is not known."""
    plain = normalise(text).replace("’", "'")
    code = guess(text)
    if code in UNSPACED:
        return any(word in plain for word in ADMITS[code].split())
    known = ADMITS.get(code) or (ADMITS["en"] if text.isascii() else None)
    if known is None:
        return None
    found = set(re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", plain))
    return bool(found & {*known.split(), *ADMITS["en"].split()}) or any(word.endswith("n't") for word in found)


def unfounded(transcript: Transcript, said: Material) -> Problem | None:
    """The first number, day, time or id that the assistant tells after a result and that nobody gave it."""
    first = min(
        (call.result_turn for call in transcript.calls if call.text is not None), default=len(transcript.messages)
    )
    heard = _with_calls(transcript, said)
    for turn, message in enumerate(transcript.messages):
        if turn > first and message.role == "assistant" and message.content:
            claim = _claim(message.content, turn, transcript, heard)
            if claim:
                detail = f"the assistant says {claim!r}, which no result, nor the user or the system, has said"
                return Problem("claim_not_in_results", f"messages[{turn}]", detail, value=claim)
    return None


def _with_calls(transcript: Transcript, said: Material) -> Material:
    """What was said, and what the calls asked for: where those arguments come from is another question."""
    heard = Material()
    heard.today = said.today
    asked = (
        Passage.of(call.turn, call.where, "result", to_json(call.arguments).decode(), call.arguments)
        for call in transcript.calls
    )
    heard.passages = [*said.passages, *asked]
    return heard


def _claim(content: str, turn: int, transcript: Transcript, said: Material) -> str:
    text = MARKER.sub(lambda found: " " * len(found.group()), normalise_lines(content))
    covered: list[tuple[int, int]] = []
    allowed = _allowed(transcript, said, turn)
    for start, end in moments(text).spans:
        covered.append((start, end))
        told = moments(text[start:end])
        if not (told.days or told.times) or _moment_said(told.days, told.times, turn, said):
            continue
        amounts = list(numbers(text[start:end]))  # "12.5." at the end of a sentence may be an amount, and no 12 May
        if len(amounts) != 1 or not _is_known(amounts[0].values, amounts[0].written, allowed):
            return text[start:end]
    for found in (*NAMED.finditer(text), *DATE.finditer(text)):
        word = found.group().strip(".-_")
        if _within(found.span(), covered) or ORDINAL.fullmatch(word):
            continue  # "30-minute" and "3rd" are numbers, looked at below
        covered.append(found.span())
        if said.text(word, turn) is None:
            return word
    for number in numbers(text):
        if not _within((number.start, number.end), covered) and not _is_known(number.values, number.written, allowed):
            return number.written
    return ""


def normalise_lines(content: str) -> str:
    """Small letters and plain characters, line for line."""
    return "\n".join(normalise(line) for line in content.split("\n"))


def _moment_said(days: Any, times: Any, turn: int, said: Material) -> bool:  # noqa: ANN401 - sets of tuples
    for year, month, day in sorted(days, key=str):
        years = (
            [year] if year else sorted({told[0] for each in said.before(turn) for told in each.moments.days if told[0]})
        )
        if any(said.day(each, month, day, turn) for each in years or [0]):
            return True
        if any(
            (told[1], told[2]) == (month, day) for each in said.before(turn) for told in each.moments.days if not year
        ):
            return True
    return any(said.clock(hour, minute, turn) for hour, minute in times)


def _within(span: tuple[int, int], covered: list[tuple[int, int]]) -> bool:
    return any(start <= span[0] < end for start, end in covered)


def _allowed(transcript: Transcript, said: Material, turn: int) -> set[Decimal]:
    """Every number that may be told at `turn`: said, given to a tool, or reckoned from results in one simple step."""
    found = {value for passage in said.before(turn) for value in passage.numbers}
    for passage in said.before(turn):
        found |= {value for number in numbers(passage.text) for value in number.values}
    results = [call.value for call in transcript.calls if call.result_turn < turn and call.text is not None]
    counts = {value for passage in said.before(turn) if passage.source == "user" for value in passage.numbers}
    told = {
        as_decimal(leaf) for _, leaf in leaves(results) if isinstance(leaf, int | float) and not isinstance(leaf, bool)
    }
    if len(told) <= MOST_TIMES:
        found |= {count * each for count in counts for each in told}
    return found | set(_reckoned(results))


def _reckoned(value: Any) -> Iterator[Decimal]:  # noqa: ANN401 - JSON
    """How many there are, what they sum to, and sums, differences and products of two."""
    columns: dict[str, list[Decimal]] = {}
    for path, leaf in leaves(value):
        if has_kind(leaf, "number"):
            columns.setdefault(path.rpartition("/")[2], []).append(as_decimal(leaf))
    for column in columns.values():
        yield sum(column, Decimal(0))
    yield from _sizes(value)
    yield from _spans(value)
    single = sorted({each for column in columns.values() for each in column})
    for one, other in combinations(single[:MOST_NUMBERS], 2):
        yield from (one + other, abs(other - one), one * other)


def _spans(value: Any) -> Iterator[Decimal]:  # noqa: ANN401 - JSON
    """Days, hours and minutes between two moments of a result."""
    told: list[datetime] = []
    for _, leaf in leaves(value):
        if isinstance(leaf, str) and ISO.match(leaf) and len(told) < MOST_MOMENTS:
            with suppress(ValueError):
                told.append(datetime.fromisoformat(leaf).replace(tzinfo=None))
    for one, other in combinations(told, 2):
        minutes = Decimal(abs((other - one).total_seconds())) / 60
        yield from (minutes, minutes // 60, minutes % 60, minutes / 60, minutes // 1440, minutes // 1440 + 1)


def _sizes(value: Any) -> Iterator[Decimal]:  # noqa: ANN401 - JSON
    if isinstance(value, list | dict):
        yield Decimal(len(value))
        for each in value.values() if isinstance(value, dict) else value:
            yield from _sizes(each)


def _is_known(values: frozenset[Decimal], written: str, allowed: set[Decimal]) -> bool:
    if values & allowed or {abs(value) for value in values} & {abs(value) for value in allowed}:
        return True
    places = len(written.rpartition(".")[2]) if "." in written else 0
    return any(round(value, places) in values for value in allowed if value != value.to_integral_value())


def tells(content: str, output: str) -> bool:
    """Whether an answer holds an output that it must tell: as it is, or as the same number, day or time."""
    if contains(content, output):
        return True
    plain, wanted = normalise_lines(content), normalise(output)
    try:
        values = readings(wanted) if wanted[:1].isdigit() else set()
    except ArithmeticError:
        values = set()
    if values and any(values & number.values for number in numbers(plain)):
        return True
    said = Material()
    said.add(0, "", "user", content)
    return said.text(wanted, 1) is not None
