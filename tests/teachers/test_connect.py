"""From a short string to a teacher, or to an error that says what to do."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from windrow.errors import ConfigError, MissingError, UnknownName
from windrow.teachers.base import Pace, Teacher
from windrow.teachers.connect import TEACHERS, connect
from windrow.teachers.settings import ModelSettings

LOCAL = "http://127.0.0.1:9/v1"


def test_the_address_is_kept_as_the_config_writes_it():
    teacher = connect("openai/meta-llama/Llama-3.1-8B", ModelSettings(base_url=LOCAL), env={})
    assert (teacher.address, teacher.origin) == ("openai/meta-llama/Llama-3.1-8B", "llm")
    assert b'"meta-llama/Llama-3.1-8B"' in teacher.encode(_request())


def _request():
    from windrow.row import Message
    from windrow.teachers.base import Request

    return Request("a/b", {}, (Message("user", "Hello."),))


def test_an_unknown_provider_is_answered_with_the_nearest_known_one():
    with pytest.raises(UnknownName, match="did you mean 'openai'") as caught:
        connect("opnai/gpt-5", where="models.teacher")
    assert caught.value.where == "models.teacher"


@pytest.mark.parametrize("address", ["gpt-5", "openai/", "/gpt-5", ""])
def test_an_address_is_provider_slash_model(address):
    with pytest.raises(ConfigError, match="provider/model"):
        connect(address)


def test_an_error_of_the_provider_is_told_with_the_place_in_the_config():
    with pytest.raises(ConfigError, match=r"^models\.judge: base_url: "):
        connect("openai/m", ModelSettings(base_url="nonsense"), where="models.judge")


def test_a_missing_key_is_something_missing_not_a_wrong_config():
    with pytest.raises(MissingError) as caught:
        connect("openai/gpt-5", env={}, where="models.teacher")
    assert not isinstance(caught.value, ConfigError)


def test_the_pace_is_the_settings_own_and_the_usual_where_they_say_nothing():
    settings = ModelSettings(base_url=LOCAL, concurrency=3, retries=0, adaptive=False)
    assert connect("openai/m", settings, env={}).pace == Pace(3, adaptive=False, timeout=Pace().timeout, retries=0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"concurrency": 0},
        {"timeout": 0},
        {"timeout": float("inf")},
        {"retries": -1},
        {"structured": "maybe"},
        {"api_key": "sk-never-in-a-config"},
        {"params": {"stream": True}},
        {"params": {"n": 4}},
        {"params": {"messages": []}},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValidationError):
        ModelSettings(**wrong)


def test_every_built_in_teacher_loads_and_says_what_it_is_for():
    for name in TEACHERS.builtins:
        assert issubclass(TEACHERS.load(name), Teacher)
        assert TEACHERS.summary(name)


def test_a_teacher_of_the_users_own_is_reached_by_its_file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(
        "from windrow.testing import ScriptedTeacher\n"
        "class Mine(ScriptedTeacher):\n"
        "    def __init__(self, model, settings, *, env, base):\n"
        "        super().__init__(model)\n"
    )
    target = f"{path}:Mine"
    assert issubclass(TEACHERS.load(target), Teacher)


def test_connecting_imports_no_http_client_until_a_network_teacher_is_wanted():
    code = "import sys, windrow.teachers.connect; print('pyreqwest' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
