"""Sums that a call's argument may come from, each done again by whoever checks the row.

A recipe that fills in the total of two amounts, or the day a week after a delivery, writes down which rule it used and
on what. So nothing is taken on trust: the inputs must stand in the conversation, and the rule must give the value.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class NoRule(ValueError):
    """A rule that is not known, or does not work on these inputs."""


def apply(rule: str, of: Sequence[Any]) -> Any:  # noqa: ANN401 - JSON
    """What `rule` makes of the inputs. Raises NoRule."""
    if rule not in RULES:
        raise NoRule(f"no rule is called {rule!r}; there are: {', '.join(RULES)}")
    try:
        return RULES[rule](*of)
    except (TypeError, ValueError, InvalidOperation, DivisionByZero, OverflowError, IndexError) as error:
        raise NoRule(f"{rule} of {list(of)!r}: {error}"[:200]) from None


def _number(value: Any) -> Decimal:  # noqa: ANN401 - JSON
    if isinstance(value, bool):
        raise TypeError("no number")
    return Decimal(str(value))


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _sum(*of: Any) -> int | float:  # noqa: ANN401 - JSON
    return _plain(sum(map(_number, of), Decimal(0)))


def _product(*of: Any) -> int | float:  # noqa: ANN401 - JSON
    total = Decimal(1)
    for each in of:
        total *= _number(each)
    return _plain(total)


def _later(start: str, days: Any) -> str:  # noqa: ANN401 - JSON
    return (date.fromisoformat(start[:10]) + timedelta(days=int(days))).isoformat()


def _minutes_later(start: str, minutes: Any) -> str:  # noqa: ANN401 - JSON
    moment = datetime.fromisoformat(start) + timedelta(minutes=int(minutes))
    return moment.isoformat(timespec="minutes" if start.count(":") == 1 else "seconds")


RULES: dict[str, Callable[..., Any]] = {
    "sum": _sum,
    "difference": lambda a, b: _plain(_number(a) - _number(b)),
    "product": _product,
    "quotient": lambda a, b: _plain(_number(a) / _number(b)),
    "percent_of": lambda percent, whole: _plain(_number(percent) * _number(whole) / 100),
    "hundredfold": lambda a: _plain(_number(a) * 100),
    "rounded": lambda a, places=0: _plain(round(_number(a), int(places))),
    "negated": lambda a: _plain(-_number(a)),
    "minimum": lambda *of: min(of, key=_number),
    "maximum": lambda *of: max(of, key=_number),
    "count": lambda *of: len(of),
    "days_after": _later,
    "days_before": lambda start, days: _later(start, -int(days)),
    "minutes_after": _minutes_later,
    "day_of": lambda moment: date.fromisoformat(moment[:10]).isoformat(),
    "joined": lambda *of: " ".join(map(str, of)),
    "put_together": lambda *of: "".join(map(str, of)),
    "small_letters": lambda text: text.lower(),
    "capitals": lambda text: text.upper(),
}
"""Rules by name. Dates are ISO texts; numbers are exact decimals."""
