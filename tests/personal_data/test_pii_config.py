"""`pii:` of a config: how it may be written, what it adds, and what it needs."""

import sys
import types
from typing import get_args

import pytest

from windrow import ConfigError, MissingError, Plan
from windrow.config.shape import PiiUse
from windrow.text.placeholders import KINDS, Kind


def plan(pii, **more):
    told = {"name": "x", "pii": pii, "seeds": [{"use": "documents", "path": "."}], "recipes": ["rag_qa"], **more}
    return Plan.parse({key: value for key, value in told.items() if value is not None})


@pytest.mark.parametrize(("written", "mode"), [(None, "off"), ("off", "off"), (False, "off"), ("flag", "flag"),
                                               ("scrub", "scrub"), ({"mode": "reject"}, "reject")])  # fmt: skip
def test_a_bare_mode_stands_for_a_mapping(written, mode):
    assert plan(written).config.pii.mode == mode


def test_a_config_file_may_say_off(tmp_path):
    (tmp_path / "x.yaml").write_text("name: x\npii: off\nseeds: [{use: documents, path: .}]\nrecipes: [rag_qa]\n")
    assert Plan.load(tmp_path / "x.yaml").config.pii.mode == "off"


@pytest.mark.parametrize("pii", ["on", True, {"mode": "scrub", "kinds": ["emial"]}, {"kinds": ["email"]},
                                 {"mode": "scrub", "names": "spacy"}, {"mode": "scrub", "kepe": []}])  # fmt: skip
def test_what_makes_no_sense_is_an_error_that_says_where(pii):
    with pytest.raises(ConfigError, match="pii"):
        plan(pii)


@pytest.mark.parametrize(("pii", "mode"), [("flag", "flag"), ("reject", "reject"), ("scrub", "reject")])
def test_the_check_comes_before_all_others_and_takes_the_same_settings(pii, mode):
    first = plan({"mode": pii, "kinds": ["email"], "keep": ["acme.com"]}).stages[0].checks[0]
    assert (first.name, first.options.mode, first.options.kinds, first.options.keep) == (
        "pii", mode, ("email",), ("acme.com",),
    )  # fmt: skip


def test_a_check_that_the_config_names_itself_is_left_as_it_is():
    (own,) = [
        each for each in plan("scrub", checks=[{"use": "pii", "mode": "flag"}]).stages[0].checks if each.name == "pii"
    ]
    assert own.options.mode == "flag"


def test_without_it_there_is_no_check_and_nothing_is_taken_out():
    off = plan("off")
    assert "pii" not in [check.name for check in off.stages[0].checks]
    assert off.scrub is None


def test_every_kind_is_looked_for_unless_told_otherwise():
    assert PiiUse(mode="scrub").kinds == list(KINDS) == list(get_args(Kind))


class Engine:
    """Stands in for Presidio's: it knows two names."""

    def __init__(self, nlp_engine, supported_languages):
        assert (nlp_engine, supported_languages) == ([{"lang_code": "de", "model_name": "mine"}], ["de"])

    def analyze(self, text, language, entities, score_threshold):
        assert (language, sorted(entities), score_threshold) == ("de", ["LOCATION", "PERSON"], 0.5)
        for name, kind in (("Ada Lund ", "PERSON"), ("Malmö", "LOCATION")):
            at = text.find(name)
            if at >= 0:
                yield types.SimpleNamespace(start=at, end=at + len(name), entity_type=kind, score=0.9)


class Provider:
    def __init__(self, nlp_configuration):
        self.models = nlp_configuration["models"]

    def create_engine(self):
        return self.models


@pytest.fixture
def presidio(monkeypatch):
    """A module with the face of Presidio: the real one needs a model, which no test may download."""
    modules = {
        "spacy": types.ModuleType("spacy"), "spacy.util": types.ModuleType("spacy.util"),
        "presidio_analyzer": types.ModuleType("presidio_analyzer"),
        "presidio_analyzer.nlp_engine": types.ModuleType("presidio_analyzer.nlp_engine"),
    }  # fmt: skip
    modules["spacy.util"].is_package = lambda name: name == "mine"
    modules["presidio_analyzer"].AnalyzerEngine = Engine
    modules["presidio_analyzer.nlp_engine"].NlpEngineProvider = Provider
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)


NAMES = {"use": "presidio", "language": "de", "model": "mine"}


def test_names_are_found_where_presidio_is_there(presidio):
    from windrow.text.placeholders import Numbers
    from windrow.text.scrub import scrub
    from windrow.text.scrub_json import Scrubber

    find = plan({"mode": "scrub", "names": NAMES, "keep": ["Malmö"]}).scrub
    text = "Ada Lund (ada@firma.de) came from Malmö; Ada Lund \nleft."
    assert scrub(text, find, Numbers()).text == "[PERSON_1] ([EMAIL_1]) came from Malmö; [PERSON_1]\nleft.".replace(
        "]\nleft", "] \nleft"
    )
    told = Scrubber(find, Numbers()).text('{"Ada Lund ": "Ada Lund says", "mail": "ada@firma.de"}')
    assert told == '{"Ada Lund ": "[PERSON_1] says", "mail": "[EMAIL_1]"}'
    assert scrub("x" * 60_000 + " Ada Lund .", find, Numbers()).text.endswith("x [PERSON_1] .")


def test_a_model_that_is_not_there_ends_the_run_before_it_begins_and_is_not_downloaded(presidio, tmp_path):
    with pytest.raises(MissingError, match="'other' is not installed") as caught:
        plan({"mode": "scrub", "names": {**NAMES, "model": "other"}}).run(tmp_path / "out")
    assert "spacy download other" in caught.value.remedy
    assert not (tmp_path / "out").exists()


def test_without_presidio_the_run_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "presidio_analyzer", None)
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(MissingError, match="not installed") as caught:
        plan({"mode": "scrub", "names": "presidio"}).run(tmp_path / "out")
    assert (caught.value.where, "windrow[pii]" in caught.value.remedy) == ("pii.names", True)
    assert not (tmp_path / "out").exists()
