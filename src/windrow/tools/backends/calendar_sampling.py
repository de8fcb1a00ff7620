"""States of the calendar to start from, and arguments that make sense in them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from windrow.tools.backends.support_sampling import ASCII, FIRST, LAST

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from windrow.tools.backend import State
    from windrow.tools.backends.stateful import Arguments, Sampler

ZONES = ("Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "Asia/Tokyo", "Asia/Kolkata",
         "Australia/Sydney", "America/Sao_Paulo")  # fmt: skip
TITLES = ("Budget review", "Team lunch", "Design critique", "Dentist", "Sprint planning", "Interview with a candidate",
          "Yoga class", "Board meeting", "Product demo", "Call with the accountant", "Parents' evening",
          "Release check", "Photo shoot", "Piano lesson", "Quarterly report", "Warehouse tour")  # fmt: skip
MESSAGES = ("I am ill today", "We will find another date", "The room is closed", "No longer needed")
LENGTHS = (30, 45, 60, 90)


def state(rng: random.Random) -> State:
    """A week with four to six events in it, and a handful of contacts."""
    start = datetime(2025, 1, 6, 8, 0) + timedelta(days=7 * rng.randrange(48))  # noqa: DTZ001 - a wall clock's time
    contacts = {f"{first} {last}": _email(first, last) for first, last in _people(rng, 4)}
    events: dict[str, Any] = {}
    for title in rng.sample(TITLES, rng.randrange(4, 7)):
        begin = start + timedelta(days=rng.randrange(1, 5), hours=rng.randrange(1, 9), minutes=rng.choice((0, 30)))
        end = begin + timedelta(minutes=rng.choice(LENGTHS))
        if all(_told(end) <= event["start"] or event["end"] <= _told(begin) for event in events.values()):
            guests = sorted(rng.sample(sorted(contacts.values()), rng.randrange(0, 3)))
            key = f"E-{rng.randrange(10000, 100000)}"
            events[key] = {"title": title, "start": _told(begin), "end": _told(end), "attendees": guests}
    return {
        "now": _told(start), "time_zone": rng.choice(ZONES), "events": events, "contacts": contacts, "cancelled": {},
    }  # fmt: skip


def _people(rng: random.Random, count: int) -> list[tuple[str, str]]:
    return list(zip(rng.sample(FIRST, count), rng.sample(LAST, count), strict=True))


def _email(first: str, last: str) -> str:
    return f"{first}.{last}@example.com".lower().translate(ASCII)


def _told(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def _event_id(state: State, rng: random.Random) -> str:
    keys: list[str] = sorted(state["events"])
    return rng.choice(keys)


def _time(state: State, rng: random.Random) -> str:
    now = datetime.fromisoformat(state["now"])
    moment = now + timedelta(days=rng.randrange(1, 7), hours=rng.randrange(1, 10), minutes=rng.choice((0, 15, 30)))
    return _told(moment)


def _list_events(state: State, rng: random.Random) -> Arguments:
    return {"day": state["events"][_event_id(state, rng)]["start"][:10]}


def _find_events(state: State, rng: random.Random) -> Arguments:
    return {"query": state["events"][_event_id(state, rng)]["title"]}


def _get_event(state: State, rng: random.Random) -> Arguments:
    return {"event_id": _event_id(state, rng)}


def _create_event(state: State, rng: random.Random) -> Arguments:
    guests = {"attendees": sorted(rng.sample(sorted(state["contacts"].values()), rng.randrange(1, 3)))}
    zone = {"time_zone": rng.choice([zone for zone in ZONES if zone != state["time_zone"]])}
    return {
        "title": rng.choice([title for title in TITLES if title not in _titles(state)]),
        "start": _time(state, rng), "duration_minutes": rng.choice(LENGTHS),
        **(guests if rng.random() < 0.5 else {}),  # noqa: PLR2004 - every other one
        **(zone if rng.random() < 0.2 else {}),  # noqa: PLR2004
    }  # fmt: skip


def _titles(state: State) -> set[str]:
    return {event["title"] for event in state["events"].values()}


def _move_event(state: State, rng: random.Random) -> Arguments:
    return {"event_id": _event_id(state, rng), "start": _time(state, rng)}


def _cancel_event(state: State, rng: random.Random) -> Arguments:
    told = {"message": rng.choice(MESSAGES)} if rng.random() < 0.5 else {}  # noqa: PLR2004
    return {"event_id": _event_id(state, rng), **told}


def _add_attendee(state: State, rng: random.Random) -> Arguments | None:
    key = _event_id(state, rng)
    others = sorted(set(state["contacts"].values()) - set(state["events"][key]["attendees"]))
    return {"event_id": key, "email": rng.choice(others)} if others else None


def _find_free_slot(state: State, rng: random.Random) -> Arguments:
    return {"day": _time(state, rng)[:10], "duration_minutes": rng.choice(LENGTHS)}


def _find_contact(state: State, rng: random.Random) -> Arguments:
    return {"name": rng.choice(sorted(state["contacts"]))}


def _convert_time(state: State, rng: random.Random) -> Arguments:
    there, here = rng.sample(ZONES, 2)
    return {"time": _time(state, rng), "from_zone": there, "to_zone": here}


SAMPLERS: Mapping[str, Sampler] = {
    "list_events": _list_events, "find_events": _find_events, "get_event": _get_event,
    "create_event": _create_event, "move_event": _move_event, "cancel_event": _cancel_event,
    "add_attendee": _add_attendee, "find_free_slot": _find_free_slot, "find_contact": _find_contact,
    "convert_time": _convert_time,
}  # fmt: skip
