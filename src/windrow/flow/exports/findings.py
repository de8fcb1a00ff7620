"""What `validate` says of a file: findings with a place and a remedy, few enough to read, counted in full."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]
SHOWN = 5  # findings kept of each code and file


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong, or doubtful. `line` counts from 1; 0 is the file as a whole."""

    severity: Severity
    code: str
    file: str
    line: int
    message: str
    remedy: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "severity": self.severity, "code": self.code, "file": self.file, "line": self.line,
            "message": self.message, "remedy": self.remedy,
        }  # fmt: skip


@dataclass(slots=True)
class Findings:
    """Everything found in a file or a folder. `shown` holds the first few of each code, `counts` how many there are."""

    target: str
    rows: dict[str, int] = field(default_factory=dict)
    shown: list[Finding] = field(default_factory=list)
    counts: dict[tuple[Severity, str], int] = field(default_factory=dict)
    _kept: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, finding: Finding) -> None:
        """Count `finding`, and keep it where there are not many like it yet."""
        key = (finding.severity, finding.code)
        self.counts[key] = self.counts.get(key, 0) + 1
        kept = self._kept.get((finding.file, finding.code), 0)
        if kept < SHOWN:
            self._kept[(finding.file, finding.code)] = kept + 1
            self.shown.append(finding)

    @property
    def errors(self) -> int:
        return sum(count for (severity, _), count in self.counts.items() if severity == "error")

    @property
    def warnings(self) -> int:
        return sum(count for (severity, _), count in self.counts.items() if severity == "warning")

    @property
    def ok(self) -> bool:
        """Whether the target would load it as it is meant."""
        return not self.errors

    def codes(self, severity: Severity) -> dict[str, int]:
        """How many of each code."""
        return dict(sorted((code, count) for (found, code), count in self.counts.items() if found == severity))

    def to_dict(self) -> dict[str, Any]:
        return {
            "target": self.target, "ok": self.ok, "rows": self.rows,
            "errors": self.codes("error"), "warnings": self.codes("warning"),
            "findings": [finding.to_dict() for finding in self.shown],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reporter:
    """Adds findings about one file."""

    findings: Findings
    file: str

    def error(self, code: str, line: int, message: str, remedy: str) -> None:
        self.findings.add(Finding("error", code, self.file, line, message, remedy))

    def warning(self, code: str, line: int, message: str, remedy: str) -> None:
        self.findings.add(Finding("warning", code, self.file, line, message, remedy))
