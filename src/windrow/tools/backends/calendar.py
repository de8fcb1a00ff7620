"""A calendar with a clock that stands still: events that may not overlap, people to invite, zones to convert between.

Times of the calendar are local to its own zone, and a time in another zone is converted before it is compared. Nothing
is put into the past.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from windrow.tools.backends import calendar_sampling
from windrow.tools.backends.stateful import Denied, Handler, Sampler, StatefulBackend, found, new_id, tool

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping

    from windrow.row import Tool
    from windrow.tools.backend import State

OPENS, CLOSES = 9, 17  # the hours in which a free slot is looked for
STEP = 15  # minutes between starts that are tried
TEXT = {"type": "string", "minLength": 1}
EVENT_ID = {**TEXT, "description": "The event's id."}
TIME = {
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$",
    "description": "Date and time as YYYY-MM-DDTHH:MM.",
}
DAY = {"type": "string", "format": "date", "description": "A day as YYYY-MM-DD."}
ZONE = {**TEXT, "description": "An IANA time zone, such as Europe/Berlin."}
MINUTES = {"type": "integer", "minimum": 5, "maximum": 480, "description": "How long, in minutes."}
EMAIL = {"type": "string", "format": "email", "description": "The guest's e-mail address."}


def list_events(state: State, day: str) -> dict[str, Any]:
    events = [_short(key, event) for key, event in _in_order(state) if event["start"][:10] == day]
    return {"day": day, "events": events}


def find_events(state: State, query: str) -> dict[str, Any]:
    events = [_short(key, event) for key, event in _in_order(state) if query.casefold() in event["title"].casefold()]
    return {"query": query, "events": events}


def get_event(state: State, event_id: str) -> dict[str, Any]:
    return {"event_id": event_id, **found(state["events"], event_id, "event")}


def create_event(
    state: State,
    title: str,
    start: str,
    duration_minutes: int,
    attendees: list[str] | None = None,
    time_zone: str | None = None,
) -> dict[str, Any]:
    begin = _local(state, start, time_zone)
    end = begin + timedelta(minutes=duration_minutes)
    _free(state, begin, end)
    event = {"title": title, "start": _told(begin), "end": _told(end), "attendees": sorted(set(attendees or ()))}
    event_id = new_id("E-", state["events"], title, event["start"], event["end"])
    state["events"][event_id] = event
    return {"event_id": event_id, **event}


def move_event(state: State, event_id: str, start: str) -> dict[str, Any]:
    event = found(state["events"], event_id, "event")
    begin = _local(state, start, None)
    length = datetime.fromisoformat(event["end"]) - datetime.fromisoformat(event["start"])
    _free(state, begin, begin + length, but=event_id)
    event.update(start=_told(begin), end=_told(begin + length))
    return {"event_id": event_id, "start": event["start"], "end": event["end"]}


def cancel_event(state: State, event_id: str, message: str = "") -> dict[str, Any]:
    event = found(state["events"], event_id, "event")
    del state["events"][event_id]
    state["cancelled"][event_id] = {"title": event["title"], "message": message}
    return {"event_id": event_id, "status": "cancelled", "notified": event["attendees"]}


def add_attendee(state: State, event_id: str, email: str) -> dict[str, Any]:
    event = found(state["events"], event_id, "event")
    if email in event["attendees"]:
        raise Denied("invited", f"{email} is invited to event {event_id} already.")
    event["attendees"] = sorted([*event["attendees"], email])
    return {"event_id": event_id, "attendees": event["attendees"]}


def find_free_slot(state: State, day: str, duration_minutes: int) -> dict[str, Any]:
    try:
        midnight = datetime.combine(date.fromisoformat(day), datetime.min.time())
    except ValueError:
        raise Denied("no_such_time", f"{day} is no day.") from None
    begin, closes = midnight + timedelta(hours=OPENS), midnight + timedelta(hours=CLOSES)
    while begin + timedelta(minutes=duration_minutes) <= closes:
        end = begin + timedelta(minutes=duration_minutes)
        if _told(begin) >= state["now"] and _clash(state, begin, end) is None:
            return {"day": day, "start": _told(begin), "end": _told(end)}
        begin += timedelta(minutes=STEP)
    raise Denied("no_slot", f"There is no free slot of {duration_minutes} minutes on {day}.")


def find_contact(state: State, name: str) -> dict[str, Any]:
    for known, email in sorted(state["contacts"].items()):
        if known.casefold() == name.casefold():
            return {"name": known, "email": email}
    raise Denied("not_found", f"{name} is not among the contacts.")


def convert_time(state: State, time: str, from_zone: str, to_zone: str) -> dict[str, Any]:  # noqa: ARG001 - any state
    there = _moment(time).replace(tzinfo=_zone(from_zone)).astimezone(_zone(to_zone))
    return {"time": time, "from_zone": from_zone, "to_zone": to_zone, "converted": _told(there)}


def _in_order(state: State) -> list[tuple[str, dict[str, Any]]]:
    return sorted(state["events"].items(), key=lambda pair: (pair[1]["start"], pair[0]))


def _short(key: str, event: Mapping[str, Any]) -> dict[str, Any]:
    return {"event_id": key, **{field: event[field] for field in ("title", "start", "end")}}


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Denied("no_such_time", f"{text} is no date and time.") from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Denied("unknown_zone", f"{name} is no known time zone.") from None


def _local(state: State, text: str, zone: str | None) -> datetime:
    """The moment in the calendar's own zone. Raises Denied for what is no time, or past."""
    moment = _moment(text)
    if zone is not None:
        moment = moment.replace(tzinfo=_zone(zone)).astimezone(_zone(state["time_zone"])).replace(tzinfo=None)
    if _told(moment) < state["now"]:
        raise Denied("in_the_past", f"{_told(moment)} is over: it is {state['now']}.")
    return moment


def _told(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def _clash(state: State, begin: datetime, end: datetime, but: str = "") -> str | None:
    """The id of an event that overlaps, or None."""
    first, last = _told(begin), _told(end)
    overlapping = (
        key for key, event in _in_order(state) if key != but and event["start"] < last and first < event["end"]
    )
    return next(overlapping, None)


def _free(state: State, begin: datetime, end: datetime, but: str = "") -> None:
    key = _clash(state, begin, end, but)
    if key is not None:
        event = state["events"][key]
        span = f"{event['start']} to {event['end']}"
        raise Denied("conflict", f"That overlaps with event {key}, {event['title']}, from {span}.")


TOOLS: tuple[Tool, ...] = (
    tool("list_events", "List the events of one day.", {"day": DAY}),
    tool(
        "find_events", "Find events by words of their title.", {"query": {**TEXT, "description": "Words of a title."}}
    ),
    tool("get_event", "Get an event: title, start, end and attendees.", {"event_id": EVENT_ID}),
    tool(
        "create_event",
        "Put an event into the calendar. It may not overlap with another.",
        {"title": {**TEXT, "description": "What it is called."}, "start": TIME, "duration_minutes": MINUTES},
        {
            "attendees": {"type": "array", "items": EMAIL, "description": "E-mail addresses of those invited."},
            "time_zone": {**ZONE, "description": "The zone of `start`, where it is not the calendar's own."},
        },
    ),
    tool(
        "move_event",
        "Move an event to another time. It keeps its length and may not overlap with another.",
        {"event_id": EVENT_ID, "start": {**TIME, "description": "The new start as YYYY-MM-DDTHH:MM."}},
    ),
    tool(
        "cancel_event",
        "Take an event out of the calendar and tell its attendees.",
        {"event_id": EVENT_ID},
        {"message": {"type": "string", "default": "", "description": "What the attendees are told."}},
    ),
    tool("add_attendee", "Invite one more person to an event.", {"event_id": EVENT_ID, "email": EMAIL}),
    tool(
        "find_free_slot",
        f"Find the first free slot of a day between {OPENS}:00 and {CLOSES}:00.",
        {"day": DAY, "duration_minutes": MINUTES},
    ),
    tool("find_contact", "Find a contact's e-mail address by name.", {"name": {**TEXT, "description": "Full name."}}),
    tool(
        "convert_time",
        "Convert a time from one time zone to another.",
        {"time": TIME, "from_zone": ZONE, "to_zone": ZONE},
    ),
)


class Calendar(StatefulBackend):
    """Events without conflicts, contacts, time zones and a fixed now."""

    name = "calendar"
    version = 1
    tools = TOOLS
    HANDLERS: ClassVar[Mapping[str, Handler]] = {
        handler.__name__: handler
        for handler in (
            list_events, find_events, get_event, create_event, move_event, cancel_event, add_attendee, find_free_slot,
            find_contact, convert_time,
        )
    }  # fmt: skip
    SAMPLERS: ClassVar[Mapping[str, Sampler]] = calendar_sampling.SAMPLERS
    MUTATING: ClassVar[frozenset[str]] = frozenset({"create_event", "move_event", "cancel_event", "add_attendee"})

    def initial_states(self, rng: random.Random) -> Iterator[State]:
        while True:
            yield calendar_sampling.state(rng)

    def briefing(self, state: State) -> str:
        return f"It is {state['now']} in the calendar's time zone, {state['time_zone']}."
