"""Prompt templates: Markdown + Jinja files with front matter, owned by a recipe and overridable by path.

    ---
    id: rag_qa/question
    version: 1
    role: teacher                 # which role of `models:` answers
    params: {temperature: 0.7}    # sent with the request
    if_truncated: {max_tokens: 2048}  # optional: params of the one retry of an answer that was cut off
    ---
    # system
    You write questions ...
    # user
    {{ chunk.text }}

A file without `# system` / `# user` / `# assistant` headings is one user turn. The source is cut into turns before
rendering, so that nothing inside a variable can open a turn of its own. Under `# messages` stands the name of a
variable that holds whole turns, tool calls and results included: a conversation goes on as the model itself sees it.
"""

from __future__ import annotations

import hashlib
import inspect
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from windrow.errors import ConfigError, UnknownName
from windrow.row import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Template as JinjaTemplate

FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n", re.DOTALL)
TURN = re.compile(r"^# (system|user|assistant|messages)[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
KEYS = {"id", "version", "role", "params", "if_truncated", "description"}


@dataclass(frozen=True)
class Template:
    """A prompt, compiled. `digest` is over the source: it names the exact wording on every row's lineage."""

    id: str
    version: int
    role: str
    params: Mapping[str, Any]
    turns: tuple[tuple[str, JinjaTemplate | _Gaps | _History], ...]
    digest: str
    if_truncated: Mapping[str, Any] = field(default_factory=dict)

    def render(self, variables: Mapping[str, Any]) -> tuple[Message, ...]:
        """The messages. Raises ConfigError naming a variable that the template uses and the recipe did not give."""
        try:
            return tuple([message for role, text in self.turns for message in _rendered(role, text, variables)])
        except Exception as error:
            raise self._explained(error, variables) from error

    def _explained(self, error: Exception, variables: Mapping[str, Any]) -> Exception:
        from jinja2 import TemplateError  # noqa: PLC0415 - jinja2 stays out of `--help`

        if not isinstance(error, KeyError | TemplateError):
            return error
        what = f"{error.args[0]!r} is undefined" if isinstance(error, KeyError) else str(error)
        given = ", ".join(sorted(variables))
        return ConfigError(what, where=f"prompt {self.id}", remedy=f"variables given: {given}")


def load(path: Path, *, name: str) -> Template:
    """Read and compile the template at `path`; `name` is used where the front matter gives no id."""
    try:
        source = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"prompt template cannot be read: {error}", where=str(path)) from error
    return parse(source, name=name, where=str(path))


def collect(recipe: type, name: str, overrides: Mapping[str, Path]) -> dict[str, Template]:
    """The templates of a recipe by label: `prompts/<name>/<label>.md` beside its module, or the user's own file.

    Raises UnknownName for an override of a label that the recipe does not have.
    """
    folder = Path(inspect.getfile(recipe)).parent / "prompts" / name
    paths = {path.stem: path for path in sorted(folder.glob("*.md"))}
    for label in overrides:
        if label not in paths:
            raise UnknownName.among(label, paths, noun="prompt template", where=f"recipe {name}")
    return {label: load(path, name=f"{name}/{label}") for label, path in {**paths, **overrides}.items()}


def parse(source: str, *, name: str, where: str = "") -> Template:
    """Compile a template from its source text."""
    front, body = _front_matter(source, where)
    turns = tuple(
        (role, _History(text.strip()) if role == "messages" else _compile(text, where)) for role, text in _turns(body)
    )
    if not turns:
        raise ConfigError("prompt template is empty", where=where)
    return Template(
        id=str(front.get("id", name)),
        version=int(front.get("version", 1)),
        role=str(front.get("role", "teacher")),
        params=dict(front.get("params") or {}),
        turns=turns,
        digest=hashlib.sha256(source.encode()).hexdigest()[:16],
        if_truncated=dict(front.get("if_truncated") or {}),
    )


def _front_matter(source: str, where: str) -> tuple[dict[str, Any], str]:
    match = FRONT_MATTER.match(source)
    if match is None:
        return {}, source
    try:
        front = yaml.safe_load(match[1]) or {}
    except yaml.YAMLError as error:
        raise ConfigError(f"front matter is not YAML: {error}", where=where) from error
    unknown = set(front) - KEYS if isinstance(front, dict) else {"(not a mapping)"}
    if unknown:
        raise ConfigError(
            f"unknown front matter: {', '.join(sorted(unknown))}",
            where=where,
            remedy=f"known: {', '.join(sorted(KEYS))}",
        )
    return front, source[match.end() :]


def _turns(body: str) -> list[tuple[str, str]]:
    marks = list(TURN.finditer(body))
    if not marks:
        return [("user", body)] if body.strip() else []
    ends = [mark.start() for mark in marks[1:]] + [len(body)]
    return [(mark[1].lower(), body[mark.end() : end]) for mark, end in zip(marks, ends, strict=True)]


def _fill(template: JinjaTemplate, variables: Mapping[str, Any]) -> str:
    context = template.new_context(dict(variables), shared=True)  # `render` would copy the globals into each context
    return "".join(template.root_render_func(context)).strip()


@dataclass(frozen=True, slots=True)
class _History:
    """The place of a conversation: the variable `name` holds its messages, or their canonical form."""

    name: str


def _rendered(role: str, text: JinjaTemplate | _Gaps | _History, variables: Mapping[str, Any]) -> list[Message]:
    if isinstance(text, _History):
        return [turn if isinstance(turn, Message) else Message.from_dict(turn) for turn in variables[text.name]]
    filled = text.fill(variables) if isinstance(text, _Gaps) else _fill(text, variables)
    return [Message(role, filled)] if filled else []  # type: ignore[arg-type]


class _Gaps:
    """A text with plain `{{ name }}` gaps and nothing else of Jinja's: filled without Jinja, at a tenth of the cost."""

    def __init__(self, parts: list[tuple[str, bool]]) -> None:
        self._parts = parts  # (text, False) or (name, True)

    def fill(self, variables: Mapping[str, Any]) -> str:
        return "".join([str(variables[part]) if gap else part for part, gap in self._parts]).strip()


def _compile(text: str, where: str) -> JinjaTemplate | _Gaps:
    from jinja2 import TemplateSyntaxError, nodes  # noqa: PLC0415

    try:
        tree = _environment().parse(text)
        template: JinjaTemplate = _environment().from_string(tree)
    except TemplateSyntaxError as error:
        raise ConfigError(f"template syntax, line {error.lineno}: {error.message}", where=where) from error
    parts: list[tuple[str, bool]] = []
    for node in tree.body:
        for piece in node.nodes if isinstance(node, nodes.Output) else [node]:
            if isinstance(piece, nodes.TemplateData):
                parts.append((piece.data, False))
            elif isinstance(piece, nodes.Name):
                parts.append((piece.name, True))
            else:
                return template
    return _Gaps(parts)


@lru_cache(maxsize=1)
def _environment() -> Any:  # noqa: ANN401 - jinja2 is imported late
    from jinja2 import StrictUndefined  # noqa: PLC0415
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
