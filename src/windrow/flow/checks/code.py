"""Does the program of an answer pass the tests of its task? Run in a sandbox that says how strong it is.

What a test expects never enters the process that the program runs in. Fewer than five tests prove little: such rows are
unscored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from windrow.row import Verdict
from windrow.sandbox.process import Limits
from windrow.sandbox.trial import TESTS_MIN, try_program
from windrow.shapes import Check, Options
from windrow.text.code_blocks import code_of

if TYPE_CHECKING:
    from windrow.row import Row


class CodeOptions(Options):
    """How a program is run. `tests_min` counts where the row does not say how many tests its task must have."""

    tests_min: int = Field(default=TESTS_MIN, ge=1)
    """Fewer tests verify nothing."""
    seconds: float = Field(default=6.0, gt=0, le=300)
    """Processor time for all tests together."""
    memory_mb: int = Field(default=512, ge=64)
    """Memory, in megabytes."""
    strong: bool = False
    """Run nothing where the sandbox would be weak: such rows are unscored."""


class Code(Check):
    """Does the program of the answer pass the tests of its task?"""

    name: ClassVar[str] = "code"
    slow: ClassVar[bool] = True
    options_type: ClassVar[type[Options]] = CodeOptions
    options: CodeOptions

    def check(self, row: Row) -> Verdict:
        """Fails where there is no program, or a test fails; unscored where the tests, or the walls, will not do."""
        reference = row.reference
        if "tests" not in reference:
            return Verdict(self.name, "pass", evidence={"run": False}, kind="recipe")
        if reference.get("source") == "none":  # the recipe was told to keep what nothing can decide
            return Verdict(self.name, "pass", evidence={"run": False, "source": "none"}, kind="recipe")
        program = code_of(row.response)
        if not program:
            return Verdict(self.name, "fail", "no_code", "no block of Python in the answer", kind="execution")
        options = self.options
        if options.strong and (weak := weakness()):
            return Verdict(self.name, "unscored", "weak_sandbox", weak, kind="execution")
        tried = try_program(
            program, reference["tests"], entry_point=str(reference.get("entry_point", "")),
            tests_min=int(reference.get("tests_min", options.tests_min)),
            limits=Limits(seconds=options.seconds, memory_mb=options.memory_mb),
        )  # fmt: skip
        return Verdict(self.name, tried.outcome, tried.reason, tried.detail, dict(tried.evidence), kind="execution")


def weakness() -> str:
    """What the sandbox of this machine leaves open, or ''."""
    from windrow.sandbox.process import strongest  # noqa: PLC0415 - starts a process

    walls = strongest()
    return f"the sandbox here leaves open: {', '.join(walls.open)}" if walls.weak else ""
