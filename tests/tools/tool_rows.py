"""Clean rows about tools, one of each category, and a way to spoil them one at a time."""

import json

from msgspec.structs import replace

from windrow.flow.checks.tool_calls import ToolCallOptions, ToolCalls
from windrow.row import Message, Row, Tool, ToolCall

TEXT, NUMBER, WHOLE = {"type": "string"}, {"type": "number"}, {"type": "integer"}


def schema(required, **properties):
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


ORDER = Tool("get_order", "Look up one order.", schema(["order_id"], order_id=TEXT))
REFUND = Tool(
    "refund_order",
    "Pay money back. For example reason_code GOODWILL-7.",
    schema(
        ["order_id", "amount"],
        order_id=TEXT,
        amount=NUMBER,
        reason={"type": "string", "enum": ["damaged", "late", "wrong_item"]},
        note=TEXT,
        notify={"type": "boolean", "default": True},
    ),
)
SLOT = Tool(
    "book_table",
    "Book a table.",
    schema(
        ["day", "time", "guests"],
        day={"type": "string", "format": "date"},
        time={"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"},
        guests={**WHOLE, "minimum": 1, "maximum": 20},
        email={"type": "string", "format": "email"},
    ),
)
WEATHER = Tool("get_weather", "Today's weather in a city.", schema(["city"], city=TEXT))
TOOLS = (ORDER, REFUND, SLOT, WEATHER)


def said(role, content, **more):
    return Message(role, content, **more)


def called(*calls, content=""):
    """An assistant's turn with calls (id, name, arguments as an object or as text)."""
    made = tuple(
        ToolCall(key, name, given if isinstance(given, str) else json.dumps(given)) for key, name, given in calls
    )
    return Message("assistant", content, tool_calls=made)


def result(key, name, value):
    return Message("tool", value if isinstance(value, str) else json.dumps(value), tool_call_id=key, name=name)


def row(*messages, tools=TOOLS, **reference):
    return Row("sft", messages=messages, tools=tools, reference=reference)


def expected(*calls):
    return [{"name": name, "arguments": given} for name, given in calls]


GET = ("get_order", {"order_id": "ORD-1042"})
PAY = ("refund_order", {"order_id": "ORD-1042", "amount": 34.9, "reason": "damaged"})
SINGLE = row(
    said("user", "Where is my order ord 1042?"),
    called(("aaaaaaaa1", *GET)),
    result("aaaaaaaa1", "get_order", {"order_id": "ORD-1042", "status": "shipped", "eta": "2025-03-14", "items": 3}),
    said("assistant", "Your order ORD-1042 has been shipped and should be with you on March 14. It holds 3 items."),
    category="single", calls=expected(GET), outputs=["shipped", "2025-03-14"],
)  # fmt: skip
DEPENDENT = row(
    said("system", "The current date and time is 2025-03-10T09:00:00."),
    said("user", "The lamp in order ORD-1042 arrived damaged. Please pay me back in full."),
    called(("aaaaaaaa1", *GET)),
    result("aaaaaaaa1", "get_order", {"order_id": "ORD-1042", "total": 34.9, "currency": "EUR"}),
    called(("aaaaaaaa2", *PAY)),
    result("aaaaaaaa2", "refund_order", {"refund_id": "RF-77", "amount": 34.9, "status": "paid"}),
    said("assistant", "I have paid back 34.90 EUR for order ORD-1042; the refund's number is RF-77."),
    category="dependent", calls=expected(GET, PAY), outputs=["RF-77"],
)  # fmt: skip
PARALLEL = row(
    said("user", "What is the weather like in Paris and in São Paulo?"),
    called(("aaaaaaaa1", "get_weather", {"city": "Paris"}), ("aaaaaaaa2", "get_weather", {"city": "São Paulo"})),
    result("aaaaaaaa1", "get_weather", {"celsius": 12, "sky": "rain"}),
    result("aaaaaaaa2", "get_weather", {"celsius": 27, "sky": "sun"}),
    said("assistant", "Rain at 12 °C in Paris, sun at 27 °C in São Paulo: 15 degrees warmer."),
    category="parallel",
    calls=expected(("get_weather", {"city": "São Paulo"}), ("get_weather", {"city": "Paris"})),
)  # fmt: skip
ASK = row(
    said("system", "Today is 2025-03-10 (Monday)."),
    said("user", "A table for two on Friday, please."),
    said("assistant", "Gladly. At what time?"),
    said("user", "Half past seven in the evening, so 7:30 pm. My address is ada@example.com."),
    called(("aaaaaaaa1", "book_table",
            {"day": "2025-03-14", "time": "19:30", "guests": 2, "email": "ada@example.com"})),
    result("aaaaaaaa1", "book_table", {"booking": "B-9", "day": "2025-03-14", "time": "19:30"}),
    said("assistant", "Done: a table for two on 14 March at 7:30 pm, booking B-9."),
    category="missing_parameter", missing=["time"],
    calls=expected(("book_table", {"day": "2025-03-14", "time": "19:30", "guests": 2, "email": "ada@example.com"})),
)  # fmt: skip
RECOVERY = row(
    said("user", "Refund 10 euros on ORD-1042, it came late."),
    called(("aaaaaaaa1", "refund_order", {"order_id": "ORD-1042", "amount": 10, "reason": "late"})),
    result("aaaaaaaa1", "refund_order", {"error": {"code": "timeout", "message": "No answer in time."}}),
    called(("aaaaaaaa2", "refund_order", {"order_id": "ORD-1042", "amount": 10, "reason": "late"})),
    result("aaaaaaaa2", "refund_order", {"refund_id": "RF-78", "amount": 10}),
    said("assistant", "The first attempt timed out; the second one worked. 10 euros are on their way (RF-78)."),
    category="error_recovery", injected={"aaaaaaaa1": "timeout"},
    calls=expected(("refund_order", {"order_id": "ORD-1042", "amount": 10.0, "reason": "late"})),
)  # fmt: skip
IRRELEVANT = row(
    said("user", "Who wrote Middlemarch, and in which year?"),
    said("assistant", "George Eliot; it came out in 1871 and 1872."),
    category="irrelevance", withheld=["search_books"],
)  # fmt: skip
MULTI_TURN = row(
    said("user", "Is it raining in Oslo?"),
    called(("aaaaaaaa1", "get_weather", {"city": "Oslo"})),
    result("aaaaaaaa1", "get_weather", {"celsius": -3, "sky": "snow"}),
    said("assistant", "No, it is snowing, at -3 °C."),
    said("user", "And in Rome?"),
    called(("aaaaaaaa2", "get_weather", {"city": "Rome"})),
    result("aaaaaaaa2", "get_weather", {"celsius": 16, "sky": "clear"}),
    said("assistant", "Clear, at 16 °C."),
    category="multi_turn",
    calls=expected(("get_weather", {"city": "Oslo"}), ("get_weather", {"city": "Rome"})),
)  # fmt: skip
CLEAN = {
    "single": SINGLE, "dependent": DEPENDENT, "parallel": PARALLEL, "ask": ASK, "recovery": RECOVERY,
    "irrelevance": IRRELEVANT, "multi turn": MULTI_TURN,
}  # fmt: skip


def checked(given, **options):
    from pathlib import Path

    return ToolCalls(ToolCallOptions(**options), base=Path()).check(given)


def with_turn(given, at, **changes):
    """`given` with one turn changed."""
    turns = list(given.messages)
    turns[at] = replace(turns[at], **changes)
    return replace(given, messages=tuple(turns))


def with_arguments(given, at, arguments, nth=0):
    """`given` with the arguments of the `nth` call of turn `at` replaced by an object or by text."""
    calls = list(given.messages[at].tool_calls)
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    calls[nth] = replace(calls[nth], arguments_json=text)
    return with_turn(given, at, tool_calls=tuple(calls))


def without_turn(given, *places):
    return replace(given, messages=tuple(turn for at, turn in enumerate(given.messages) if at not in places))


def with_turns(given, at, *turns):
    """`given` with turns put in before place `at`."""
    return replace(given, messages=(*given.messages[:at], *turns, *given.messages[at:]))


def with_reference(given, **changes):
    return replace(given, reference={**given.reference, **changes})
