"""For each kind of constraint a way to break it: from a text that obeys to one that nearly does."""

import re


def without(phrase, text):
    return re.sub(re.escape(phrase), "-", text, flags=re.IGNORECASE)


MUTATIONS = {
    "words_min": lambda said, n: " ".join(said.split()[: max(1, n // 2 - 1)]) if n > 3 else "-",
    "words_max": lambda said, n: said + " word" * (n + 1),
    "chars_max": lambda said, n: said + "x" * (n + 1),
    "sentences": lambda said, n: f"{said}.\n\nOne more. And another.",
    "paragraphs": lambda said, n: f"{said}\n\nMore.",
    "lines": lambda said, n: f"{said}\nMore.",
    "bullets": lambda said, n: f"{said}\n- more",
    "numbered": lambda said, n: f"{said}\n{n + 2}. more",
    "lowercase": lambda said: f"{said} X",
    "uppercase": lambda said: f"{said} x",
    "no_commas": lambda said: f"{said},",
    "no_digits": lambda said: f"{said} 7",
    "starts_with": lambda said, text: f"So: {said}",
    "ends_with": lambda said, text: f"{said} So.",
    "word_times": lambda said, n, text: f"{said} {text}",
    "without_word": lambda said, text: f"{said} {text}",
    "json_keys": lambda said, texts: said.rstrip()[:-1] + ', "one more": 1}',
    "one_of": lambda said, texts: f"{said}!",
    "number_only": lambda said: f"{said} kg",
    "title": lambda said: said.partition("\n")[2],
    "quoted": lambda said: said[1:],
    "with_words": lambda said, texts: without(texts[0], said),
    "word_least": lambda said, n, text: without(text, said),
    "letter_least": lambda said, n, text: without(text, said),
    "capital_words": lambda said, n: said.lower(),
    "highlights": lambda said, n: said.replace("*", ""),
    "placeholders": lambda said, n: said.replace("[", "("),
    "postscript": lambda said, text: said.replace(text, "And:"),
    "sections": lambda said, n: said.replace("Section 1", "Part 1"),
    "sentence_words_max": lambda said, n: f"{said.rstrip('.')}. {' '.join(['so'] * (n + 1))}.",
    "no_question_marks": lambda said: f"{said}?",
    "no_exclamation_marks": lambda said: f"{said}!",
    "question_last": lambda said: f"{said} Yes.",
    "table": lambda said, n: re.sub(r"\n\|[^\n]*\Z|\n\|[^\n]*(?=\n[^|])", "", said, count=1),
    "line_marks": lambda said, text: f"{said}\nmore",
    "numbers_least": lambda said, n: re.sub(r"\d", "", said),
}
