"""Names of people and places, found by Microsoft's Presidio with a spaCy model: what no form and no check digit gives
away.

Both are installed apart from windrow, because a model is large and knows one language. What it finds is a guess: some
names it overlooks, and some words it takes for names. Nothing is downloaded here.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from windrow.errors import MissingError
from windrow.shapes import Options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.text.scrub import Names

ENTITIES = {"PERSON": "person", "LOCATION": "place"}
AT_ONCE = 50_000  # characters that the model reads at a time


class Presidio(Options):
    """How names are found. `presidio` alone stands for all defaults."""

    use: Literal["presidio"] = "presidio"
    """What finds names; so far there is one."""
    language: str = "en"
    """The language of the model."""
    model: str = "en_core_web_lg"
    """A spaCy model that is installed, or its folder."""
    score: Annotated[float, Field(ge=0, le=1)] = 0.5
    """How sure Presidio must be of a name."""

    def names(self) -> Names:
        """What finds names in a text. Raises MissingError where Presidio or the model is not there."""
        engine = self._engine()

        def found(text: str) -> Iterator[tuple[str, int, int]]:
            for start, part in _parts(text):
                for one in engine.analyze(
                    text=part, language=self.language, entities=list(ENTITIES), score_threshold=self.score
                ):
                    said = part[one.start : one.end]
                    first = start + one.start + len(said) - len(said.lstrip())
                    yield ENTITIES[one.entity_type], first, first + len(said.strip())

        return found

    def _engine(self) -> Any:  # noqa: ANN401 - an AnalyzerEngine
        try:
            spacy = import_module("spacy.util")  # large, and only for whoever asks for names
            analyzer = import_module("presidio_analyzer")
            providers = import_module("presidio_analyzer.nlp_engine")
        except ImportError as error:
            raise MissingError(
                f"{error.name or 'presidio_analyzer'} is not installed, and it finds names",
                where="pii.names",
                remedy="pip install 'windrow[pii]', or leave names out: all else is found without it",
            ) from error
        if not spacy.is_package(self.model) and not Path(self.model).is_dir():  # else Presidio would download it
            raise MissingError(
                f"the spaCy model {self.model!r} is not installed",
                where="pii.names",
                remedy=f"python -m spacy download {self.model}, or name one that is: {{use: presidio, model: …}}",
            )
        models = [{"lang_code": self.language, "model_name": self.model}]
        provider = providers.NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models})
        return analyzer.AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=[self.language])


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """The text in pieces that a model can take, cut where lines end, each with its place."""
    start = 0
    while start < len(text):
        end = min(len(text), start + AT_ONCE)
        if end < len(text):
            end = max(text.rfind("\n", start, end), text.rfind(" ", start, end), start) + 1
            end = end if end > start + 1 else start + AT_ONCE
        yield start, text[start:end]
        start = end
