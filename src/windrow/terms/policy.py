"""The terms of a model by its address, and the strictest of a row's parents.

A table says it (`terms.yaml`, before it a user's own entries); a model that no entry knows is `unknown`, which is not a
yes. Nor is one whose name says more than its entry knows: somebody made a model of their own out of it. What the config
states beside a model takes the place of the table: whoever wrote it has read the terms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from windrow.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

Train = Literal["yes", "conditional", "unknown", "no"]
STRICTNESS: tuple[Train, ...] = ("yes", "conditional", "unknown", "no")
BLOCKED: frozenset[Train] = frozenset({"unknown", "no"})
Text = Annotated[str, Field(strict=True, min_length=1)]

RECORDING = "replay/"  # a file's name says nothing of who answered
VENDOR = re.compile(r"^(?:[a-z]+\.)+(?=[a-z])")  # us.anthropic.claude-…, meta.llama3-…
POINT = re.compile(r"(?<=\d)p(?=\d)")  # llama-v3p1
# What stands in a name beside its words: sizes, versions, dates, ways of storing numbers.
FIGURE = re.compile(r"(?:[aev]|\d+x)?\d+(?:\.\d+)*(?:[bmketv]|bit)?|(?:i?q|fp|nvfp|mxfp|bf|int|w)\d+(?:a\d+)?")
# Words that make no other model: how it is tuned by its own maker, stored or served.
COMMON = frozenset(
    """instruct chat it base pt hf gguf ggml awq gptq mlx bnb bit hqq exl imatrix quantized dynamic unsloth ud onnx qat
    latest free preview text instant versatile maas turbo lite cloud k m s l xs xxs xl i""".split()  # noqa: SIM905
)


class Terms(BaseModel):
    """One entry of the table: what it says of training on outputs, since when and where to read it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Text
    provider: Text
    models: Annotated[tuple[Text, ...], Field(min_length=1)]
    train: Literal["yes", "conditional", "unknown", "no"]
    licence: Text
    reviewed: date
    url: str = ""
    conditions: tuple[Text, ...] = ()
    name_prefix: str = ""
    excepted: Annotated[tuple[Text, ...], Field(alias="except")] = ()
    words: tuple[Text, ...] | None = None

    def means(self, address: str) -> bool:
        """Whether the entry is of the model at `address`, such as "openai/gpt-5"."""
        names = _names(address)
        return _any(names, self.models) and not _any(names, self.excepted)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What holds for what one model said, or for a row of several parents: the strictest of them.

    `parents` maps each model to the entries that decide; `stated` to what the config says instead; `strange` to the
    words of its name by which it is somebody's own.
    """

    train: Train
    parents: Mapping[str, tuple[Terms, ...]]
    stated: Mapping[str, str]
    strange: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def blocked(self) -> bool:
        """Whether somebody must acknowledge the terms before an export."""
        return self.train in BLOCKED

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is blocked, one sentence for each parent that blocks it."""
        said = []
        for model, terms in self.parents.items():
            blocking = [one for one in terms if one.train in BLOCKED]
            said += [f"{model}: {one.provider}, {one.licence}: {' '.join(one.conditions)}" for one in blocking]
            if not terms and model not in self.stated:
                said.append(f"{model}: nobody has reviewed its terms")
            elif model in self.strange:
                words = ", ".join(self.strange[model])
                said.append(f"{model}: by its name ({words}) a model of somebody's own: nobody has reviewed its terms")
        return tuple(said)


class Policy:
    """Entries in order; a user's own decide before those that come with windrow."""

    def __init__(self, entries: Iterable[Terms], own: Iterable[Terms] = ()) -> None:
        self._entries = tuple(entries)
        self._own = tuple(own)
        self._known: dict[tuple[str, str], Ruling] = {}

    @classmethod
    def load(cls, own: Path | None = None) -> Policy:
        """The table, with a file of the user's entries before it. Raises ConfigError naming entry and key."""
        return cls(_built_in(), () if own is None else _read(own.read_text, str(own)))

    @property
    def entries(self) -> tuple[Terms, ...]:
        """Every entry, a user's own first."""
        return (*self._own, *self._entries)

    def of(self, address: str, stated: str = "") -> Ruling:
        """What holds for one model. `stated` is what the config says beside it."""
        key = (address, stated)
        if key not in self._known:
            self._known[key] = self._ruled(address, stated)
        return self._known[key]

    def of_all(self, models: Iterable[str], stated: Mapping[str, str]) -> Ruling:
        """What holds for a row that these models made together: the strictest. Nobody's row is free."""
        rulings = [self.of(model, stated.get(model, "")) for model in models]
        return Ruling(
            train=max((one.train for one in rulings), key=STRICTNESS.index, default="yes"),
            parents={model: terms for one in rulings for model, terms in one.parents.items()},
            stated={model: words for one in rulings for model, words in one.stated.items()},
            strange={model: words for one in rulings for model, words in one.strange.items()},
        )

    def _ruled(self, address: str, stated: str) -> Ruling:
        if stated:
            return Ruling("conditional", {address: ()}, {address: stated})
        terms = tuple(one for one in self._own if one.means(address))
        if not terms and not address.lower().startswith(RECORDING):
            terms = tuple(one for one in self._entries if one.means(address))
        strange = _strange(address, terms)
        says: list[Train] = [one.train for one in terms] or ["unknown"]
        train = max([*says, "unknown"] if strange else says, key=STRICTNESS.index)
        return Ruling(train, {address: terms}, {}, {address: strange} if strange else {})


@lru_cache(maxsize=1)
def _built_in() -> tuple[Terms, ...]:
    source = files("windrow.terms") / "terms.yaml"
    return _read(source.read_text, "windrow's own terms.yaml")


def _read(read_text: object, where: str) -> tuple[Terms, ...]:
    try:
        said = yaml.safe_load(read_text(encoding="utf-8"))  # type: ignore[operator]
        return TypeAdapter(tuple[Terms, ...]).validate_python(said or ())
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the terms cannot be read: {error}", where=where) from error
    except yaml.YAMLError as error:
        raise ConfigError(f"the terms are not YAML: {error}", where=where) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{place}: {first['msg']}", where=where, remedy="see the head of terms.yaml") from error


def _names(address: str) -> tuple[str, ...]:
    """What globs are held against: the whole address, its last part, and that part tidied up."""
    whole = address.strip().lower()
    return whole, whole.rpartition("/")[2], _tidy(whole)


def _tidy(address: str) -> str:
    """The last part of an address as most write it: "us.meta.llama3-1-8b", "qwen2p5-7b" and "llama3.1:8b" are
    "llama3-1-8b", "qwen2.5-7b" and "llama3.1-8b"."""
    last = VENDOR.sub("", address.rpartition("/")[2])
    return re.sub(r"[_:@\s]+", "-", POINT.sub(".", last))


def _strange(address: str, terms: Sequence[Terms]) -> tuple[str, ...]:
    """The words of a name that no entry knows, where the entries say which they know."""
    told = [one.words for one in terms if one.words is not None]
    if not told or len(told) < len(terms):
        return ()
    known = COMMON.union(*told)
    parts = re.split(r"[^\w.]+", _tidy(address.strip().lower()))
    return tuple(
        part
        for part in dict.fromkeys(part.strip(".") for part in parts)
        if part and not FIGURE.fullmatch(part) and re.sub(r"[\d.]+", "", part) not in known
    )


def _any(names: Iterable[str], globs: Iterable[str]) -> bool:
    return any(fnmatchcase(name, glob.lower()) for name in names for glob in globs)
