"""Every error windrow raises on purpose, in one tree.

WindrowError                 anything below; carries `where`, `remedy` and an `exit_code`
├── ConfigError              the config or the command line is wrong                      (exit 2)
│   ├── UnknownName          a name nothing answers to; names the nearest known one
│   ├── SeedError            a seed file or document cannot be read as what it should be
│   └── PlanMismatch         the run folder belongs to another plan, or is in use
├── MissingError             a key, an extra or an endpoint is not there                  (exit 4)
├── RunError                 the run itself broke: disk, ledger, a bug in a plug-in       (exit 1)
│   └── LedgerError          the ledger cannot be opened, read or written
├── ExportError              rows that cannot be written as the trainer wants them        (exit 1)
└── RowFailure               one row's failure: data to the engine, never the run's end
    ├── CallFailure          no answer came: refused, timed out, rate limited, broken
    └── AnswerFailure        an answer came and cannot be used: cut off, refused, malformed
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable


class WindrowError(Exception):
    """What happened, where (`recipes[2].temperature`, a path, a URL), and what to do next."""

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f" ({self.remedy})" if self.remedy else ""
        return f"{place}{self.what}{advice}"


class ConfigError(WindrowError):
    """The config or the command line is wrong."""

    exit_code = 2


class UnknownName(ConfigError):
    """A name that nothing answers to."""

    @classmethod
    def among(cls, name: str, known: Iterable[str], *, noun: str, where: str = "") -> UnknownName:
        """The error for `name`, naming the nearest of `known`."""
        names = sorted(known)
        near = get_close_matches(name, names, n=1, cutoff=0.5)
        remedy = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names) or 'none'}"
        return cls(f"unknown {noun} {name!r}", where=where, remedy=remedy)


class SeedError(ConfigError):
    """A seed file or a document cannot be read as what it should be."""


class PlanMismatch(ConfigError):
    """The run folder belongs to another plan, or another process is using it."""


class MissingError(WindrowError):
    """A key, an optional extra or an endpoint is not there."""

    exit_code = 4


class RunError(WindrowError):
    """The run itself broke, as opposed to one of its rows."""


class LedgerError(RunError):
    """The ledger cannot be opened, read or written."""


class ExportError(WindrowError):
    """Rows that cannot be written in the shape a trainer wants."""


class RowFailure(WindrowError):
    """One row's failure. `kind` is a short stable slug; `evidence` what a reader needs to believe it."""

    def __init__(self, what: str, *, kind: str, evidence: str = "", where: str = "", remedy: str = "") -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.kind = kind
        self.evidence = evidence


class CallFailure(RowFailure):
    """No answer came.

    `kind` is one of: connect, timeout, rate_limited, quota, server_error, conflict, bad_request, content_filter, auth,
    not_found, broken_reply, no_recording. `retryable` says whether the same request may succeed later in this run;
    `retry_after` is the server's own wish in seconds; `status` the HTTP status, where there was one.
    """

    def __init__(
        self,
        what: str,
        *,
        kind: str,
        retryable: bool,
        status: int | None = None,
        retry_after: float | None = None,
        evidence: str = "",
        where: str = "",
        remedy: str = "",
    ) -> None:
        super().__init__(what, kind=kind, evidence=evidence, where=where, remedy=remedy)
        self.retryable = retryable
        self.status = status
        self.retry_after = retry_after


class AnswerFailure(RowFailure):
    """An answer came and cannot be used. `kind`: truncated, refused, empty, malformed, content_filter, unparsed,
    unsupported (the embedded teacher has no rule for it)."""
