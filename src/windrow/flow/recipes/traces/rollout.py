"""The conversation: the assistant calls, code executes, results come back, a user answers what is asked.

Every turn is judged as soon as it is there, so that a conversation which has gone wrong costs no further call. The
gates stand in the order in which they are cheap: format, schema, grounding, then the calls the plan knows, then what
the answer tells.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from windrow.flow.recipes.traces import goals
from windrow.flow.recipes.traces.progress import Progress
from windrow.flow.recipes.traces.steps import told
from windrow.row import Message, ToolCall
from windrow.text.refusals import refusal
from windrow.text.tokens import normalise
from windrow.tools import claims, transcript
from windrow.tools.backend import state_hash
from windrow.tools.faults import FAULTS
from windrow.tools.grounding import Grounding, material
from windrow.tools.intent import ASKS
from windrow.tools.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.flow.recipes.traces.goals import Said
    from windrow.flow.recipes.traces.steps import Plan
    from windrow.row import Tool
    from windrow.shapes import Answer, Ask
    from windrow.tools.backend import Session
    from windrow.tools.provenance import Provenance


@dataclass(frozen=True, slots=True)
class Rules:
    """How far a conversation may go: assistant turns, questions to the user, and the role that plays the assistant."""

    max_turns: int = 12
    questions: int = 1
    agent: str = "teacher"


@dataclass(slots=True)
class Conversation:
    """What was said and done. `injected` maps a call's id to the fault it was answered with, `provenance` to where its
    arguments come from; `questions` counts what the assistant asked the user."""

    messages: list[Message]
    injected: dict[str, str] = field(default_factory=dict)
    provenance: dict[str, dict[str, Provenance]] = field(default_factory=dict)
    questions: int = 0
    problem: Problem | None = None


class Rollout:
    """One conversation about a plan. With `barred`, the tools that it needs are not on offer."""

    def __init__(
        self, plan: Plan, said: Said, offered: Sequence[Tool], rules: Rules, system: str, key: str, *, barred: bool
    ) -> None:
        self._plan, self._said, self._rules, self._key, self._barred = plan, said, rules, key, barred
        self._offered = tuple(offered)
        self._tools = {tool.name: tool for tool in offered}
        self._progress = Progress(plan, barred=barred)
        self._recorded: dict[str, dict[str, Provenance]] = {}
        self._turn = 0
        self.conversation = Conversation([Message("system", system), Message("user", said.turns[0])])

    async def run(self, ask: Ask) -> Conversation:
        """Hold the conversation to its end, or to the first thing that is wrong with it. Raises RowFailure."""
        session = self._plan.backend.start(self._plan.state)
        try:
            self.conversation.problem = await self._hold(ask, session) or self._ended(session)
        finally:
            session.close()
        return self.conversation

    def _ended(self, session: Session) -> Problem | None:
        """Whether the state is the one that the plan led to, or for a plan that could not be done, the first one."""
        unchanged = self._barred or self._plan.lasting
        wanted = state_hash(self._plan.state) if unchanged else self._plan.end
        if state_hash(session.state()) != wanted:
            return Problem("state_differs", "", "the calls lead to another state than the plan did")
        return None

    async def _hold(self, ask: Ask, session: Session) -> Problem | None:
        for _ in range(self._rules.max_turns):
            answer = await ask(
                "agent", tools=self._offered, role=self._rules.agent, system=self.conversation.messages[0].content,
                conversation=[turn.to_dict() for turn in self.conversation.messages[1:]], plan=told(self._plan),
                offered=[tool.name for tool in self._offered], turn=self._turn,
            )  # fmt: skip
            problem, ended = await self._step(answer, ask, session)
            if problem is not None or ended:
                return problem
        return Problem("too_many_turns", "", f"not done after {self._rules.max_turns} turns of the assistant")

    async def _step(self, answer: Answer, ask: Ask, session: Session) -> tuple[Problem | None, bool]:
        """Take in one answer: (what is wrong with it, whether it ended the conversation)."""
        messages = self.conversation.messages
        messages.append(self._message(answer))
        read = transcript.read(messages, self._tools)
        if isinstance(read, Problem):
            return read, True
        if not answer.tool_calls:
            return await self._spoken(ask, read)
        said = material(read)
        for call in read.of_turn(len(messages) - 1):
            problem = self._allowed(call, said)
            if problem is not None:
                return problem, True
        for call in read.of_turn(len(messages) - 1):
            problem = self._execute(call, session)
            if problem is not None:
                return problem, True
        return self._progress.after_calls(), False

    def _message(self, answer: Answer) -> Message:
        """The answer as a turn; its calls get ids of our own, since some servers use one twice. Words beside a call
        are not kept: whatever they tell, no result has said it yet."""
        made = sum(len(turn.tool_calls) for turn in self.conversation.messages)
        calls = tuple(
            ToolCall(_id(self._key, made + place), call.name, call.arguments_json)
            for place, call in enumerate(answer.tool_calls)
        )
        return Message("assistant", "" if calls else answer.text.strip(), reasoning=answer.reasoning, tool_calls=calls)

    def _allowed(self, call: transcript.Made, said: Any) -> Problem | None:  # noqa: ANN401 - Material
        """Whether the values of a call were said, and the plan knows it."""
        match = self._progress.match(call)
        self._recorded[call.id] = {
            path: source for (number, path), source in self._said.understood.items() if number == match
        }
        found = Grounding(said, self._tools, self._recorded).of(call)
        if isinstance(found, Problem):
            return found
        self.conversation.provenance[call.id] = found
        return self._progress.judge(call, match, self._turn)

    def _execute(self, call: transcript.Made, session: Session) -> Problem | None:
        fault = self._progress.fault(call)
        result = FAULTS[fault] if fault else session.call(call.name, call.arguments)
        if fault:
            self.conversation.injected[call.id] = fault
        self.conversation.messages.append(Message("tool", result.text, tool_call_id=call.id, name=call.name))
        if result.failed and not fault:
            return Problem("execution_failed", call.where, f"{call.name}: {result.text}"[:300])
        if not fault:
            self._progress.made(call)
        return None

    async def _spoken(self, ask: Ask, read: transcript.Transcript) -> tuple[Problem | None, bool]:
        """The assistant has said something instead of calling."""
        text, asked = self.conversation.messages[-1].content, self.conversation.messages[-2].content
        where = f"messages[{len(self.conversation.messages) - 1}]"
        if self._barred:
            if claims.admits(text) or refusal(text).declines:
                return _untrue(read), True
            return Problem("inability_not_told", where, "no tool fits, and it does not say so"), True
        if self._progress.explains():
            return claims.untold_failure(read), True
        if self._progress.open_steps(self._turn):
            problem = self._no_question(text, asked, where) or _untrue(read)
            return (problem, True) if problem is not None else await self._asked(ask, text)
        return self._answered(read, text, where)

    def _answered(self, read: transcript.Transcript, text: str, where: str) -> tuple[Problem | None, bool]:
        """All that this turn asked for is done: the answer must tell it, and the next turn comes."""
        missing = self._progress.untold(text, self._turn)
        if missing:
            return Problem("output_missing", where, f"the answer does not tell {missing!r}", value=missing), True
        if self._turn + 1 == self._plan.turns:
            return claims.unfounded(read, material(read)), True
        self._turn += 1
        self.conversation.messages.append(Message("user", self._said.turns[self._turn]))
        return None, False

    def _no_question(self, text: str, asked: str, where: str) -> Problem | None:
        """Something is still to be done: the assistant may ask for what is missing, or whether it really should."""
        still = self._progress.open_steps(self._turn)
        left = ", ".join(step.tool.name for step in still)
        if normalise(text) == normalise(asked):
            return Problem("echo", where, "the assistant says the user's words again", value=text[:200])
        if refusal(text).label == "full":
            return Problem("refused", where, "the assistant declines", value=text[:200])
        if self.conversation.questions >= self._rules.questions or not any(mark in text for mark in ASKS):
            return Problem("not_done", where, f"still to be called: {left}", value=text[:200])
        if not self._plan.withheld and not any(self._plan.backend.mutating(step.tool.name) for step in still):
            detail = f"all that {left} needs was said, and it changes nothing"
            return Problem("needless_question", where, detail, value=text[:200])
        return None

    async def _asked(self, ask: Ask, text: str) -> tuple[Problem | None, bool]:
        """The assistant has asked, and the user answers."""
        where = f"messages[{len(self.conversation.messages) - 1}]"
        self.conversation.questions += 1
        answered = await ask(
            "user", schema=goals.Reply, facts=goals.facts(self._plan), question=text, goal=self._said.turns[self._turn],
            conversation=[turn.to_dict() for turn in self.conversation.messages[1:] if turn.content],
        )  # fmt: skip
        reply = answered.reply.strip()
        if not reply:
            return Problem("user_silent", where, "the user did not answer"), True
        self.conversation.messages.append(Message("user", reply))
        return None, False


def _untrue(read: transcript.Transcript) -> Problem | None:
    """Something that the assistant tells and that nobody has said, although nothing may have been looked up yet."""
    nothing = transcript.Made("", "", {}, 0, "", text="", result_turn=0)  # from here on, what is told is looked at
    return claims.unfounded(transcript.Transcript(read.messages, [*read.calls, nothing]), material(read))


def _id(key: str, number: int) -> str:
    """Nine letters and digits, the same for the same item and place."""
    return hashlib.sha256(f"{key}\0{number}".encode()).hexdigest()[:9]
