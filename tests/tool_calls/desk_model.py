"""A model behind HTTP that does everything right by reading what it is sent, and ways to do each thing wrong.

It writes goals that it can read again, and works them out from the conversation alone: it never sees a plan.
"""

import json
import re

from windrow.testing import Reply
from windrow.tools.arguments import leaves
from windrow.tools.faults import reports_failure
from windrow.tools.wording import label

INTENT = re.compile(r"- To be done: (?P<does>[^\n]+)(?P<rest>(?:\n  - [^\n]+)*)")
ASKED = re.compile(r"\[(?P<does>[^\]]+)\](?P<rest>[^\[]*)")
GIVEN = re.compile(r"([^«»;:]+?): «([^»]*)»")
REFERS = re.compile(r"; ([^«»;:]+?) (?:as before|as found)")


def answer(body, number, *, agent=None):
    """The script of a perfect model; `agent` changes what its assistant answers: (reply, body) to a reply."""
    first = body["messages"][0]["content"]
    if first.startswith("You write what a user says"):
        return json.dumps({"turns": goal(body["messages"][-1]["content"]), "reworded": []}, ensure_ascii=False)
    if first.startswith("You are the user in"):
        return json.dumps({"reply": reply(body["messages"][-1]["content"])}, ensure_ascii=False)
    said = assistant(body)
    return agent(said, body) if agent else said


def goal(prompt):
    """Each turn as text that an assistant can read: [what to do] label: «value»; label as before."""
    turns = re.split(r"\nTurn \d+:", f"\n{prompt}")[1:]
    return [" ".join(_wish(found) for found in INTENT.finditer(turn)) for turn in turns]


def _wish(found):
    parts = []
    for line in found["rest"].strip().split("\n"):
        fact = line.strip().removeprefix("- ")
        name, _, value = fact.partition(": ")
        if not fact or value == "not said" or name == "The user wants to be told":
            continue
        if value == "the same as before":
            parts.append(f"; {name} as before")
        elif value.startswith("not known to the user"):
            parts.append(f"; {name} as found")
        else:
            parts.append(f"; {name.removesuffix(' (a choice)')}: «{value}»")
    return f"Please do this: [{found['does'].strip()}]{''.join(parts)}."


def reply(prompt):
    """Everything that the user knows."""
    known = prompt.partition("What you know:\n")[2].partition("\n\n")[0]
    facts = [line.removeprefix("- ").partition(": ") for line in known.split("\n") if line.startswith("- ")]
    return "Take " + ", ".join(f"; {name}: «{value}»" for name, _, value in facts)


def assistant(body):
    """The next turn: calls that are still to be made, a question, or an answer that tells all that was found."""
    tools = {tool["function"]["description"]: tool["function"] for tool in body.get("tools", ())}
    turns = body["messages"][1:]
    made = _made(turns)
    users = [turn["content"] for turn in turns if turn["role"] == "user"]
    wishes = [found for text in users for found in ASKED.finditer(text)]
    later = " ".join(users[1:])
    calls = []
    for wish in wishes:
        tool = tools.get(wish["does"])
        if tool is None:
            return "I have no tool that can do this, so I cannot help with it."
        given = dict(GIVEN.findall(wish["rest"])) | dict.fromkeys(REFERS.findall(wish["rest"]))
        given = {name.strip(): value for name, value in given.items()}
        arguments = _arguments(tool["parameters"], given, made, later)
        missing = [name for name in tool["parameters"].get("required", ()) if name not in arguments]
        if missing and any(text is None for text in given.values()):
            continue  # needs what another call will find
        if missing:
            return f"Could you tell me the {label(missing[0])}?"
        answers = [text for name, told, text in made if name == tool["name"] and told == arguments]
        failed = [text for text in answers if reports_failure(text)]
        if len(failed) > 1:
            return "I am sorry, this did not work: the tool reports an error."
        if len(answers) == len(failed):
            calls.append((tool["name"], arguments))
    return _calls(calls, len(turns)) if calls else _all_found(made, body["messages"])


def _made(turns):
    results = {turn["tool_call_id"]: turn["content"] for turn in turns if turn["role"] == "tool"}
    return [
        (call["function"]["name"], json.loads(call["function"]["arguments"]), results[call["id"]])
        for turn in turns
        for call in turn.get("tool_calls") or ()
    ]


def _arguments(schema, given, made, later):
    """The arguments that the words give, typed as the schema wants them."""
    arguments = {}
    for name, part in schema.get("properties", {}).items():
        said = label(name)
        if part.get("type") == "object":
            inner = _arguments(part, given, made, later)
            if inner:
                arguments[name] = inner
        elif said in given and given[said] is not None:
            arguments[name] = _typed(given[said], part)
        elif said in given:
            found = _found(name, made)
            if found is not None:
                arguments[name] = found
        elif f"{said}: «" in later and name in schema.get("required", ()):
            arguments[name] = _typed({k.strip(): v for k, v in GIVEN.findall(later)}[said], part)
    return arguments


def _typed(text, schema):
    kind = schema.get("type")
    if kind == "integer":
        return int(text)
    if kind == "number":
        return float(text)
    if kind == "boolean":
        return text == "yes"
    return text.split(", ") if kind == "array" else text


def _found(name, made):
    """What earlier calls were given, or found, under a name."""
    for _, arguments, text in made:
        if name in arguments:
            return arguments[name]
        for path, value in leaves(json.loads(text)):
            key = next((part for part in reversed(path.split("/")) if not part.isdigit()), "")
            if key in (name, "id", f"{name}s"):
                return value
    return None


def _calls(calls, place):
    told = [
        {
            "id": f"call_{place}_{number}",
            "type": "function",
            "function": {"name": name, "arguments": json.dumps(arguments, ensure_ascii=False)},
        }
        for number, (name, arguments) in enumerate(calls)
    ]
    return Reply(text="", message={"content": None, "tool_calls": told})


def _all_found(made, messages):
    """Everything that came back since the user spoke last, or at all."""
    texts = [text for _, _, text in made if not reports_failure(text)]
    found = [(path, value) for text in texts for path, value in leaves(json.loads(text))]
    named = [f"{' '.join(part for part in path.split('/') if part.isalpha())} {value}".strip() for path, value in found]
    return f"Done. This is what came back: {'; '.join(named)}."


# Ways to be wrong: each takes what the perfect assistant says, and spoils it.


def _spoilt(change):
    """Spoils the calls of a reply: `change` gets a name and its arguments, and gives others (or text for arguments)."""

    def agent(said, body):
        if isinstance(said, str):
            return said
        calls = [dict(call) for call in said.message["tool_calls"]]
        for call in calls:
            function = call["function"]
            name, arguments = change(function["name"], json.loads(function["arguments"]), body)
            text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
            call["function"] = {"name": name, "arguments": text}
        return Reply(text="", message={"content": None, "tool_calls": calls})

    return agent


def _schema(name, body):
    return next(tool["function"]["parameters"] for tool in body["tools"] if tool["function"]["name"] == name)


def invented(name, arguments, body):
    """Another id, amount or text than anybody has said."""
    key = next(iter(arguments), None)
    value = arguments.get(key)
    if isinstance(value, dict):
        return name, {**arguments, key: {**value, next(iter(value)): "Nowhere Lane 999"}}
    other = {str: "Z-98765 quux", int: 987654, float: 98765.4, bool: value, list: ["zz9@example.org"]}
    return name, {**arguments, key: other[type(value)]}


def hundredfold(name, arguments, body):
    """Amounts in cents where the tool wants whole units, minutes where it wants hours."""
    return name, {
        key: value * 100 if isinstance(value, int | float) and not isinstance(value, bool) else value
        for key, value in arguments.items()
    }


def dropped(name, arguments, body):
    """A required argument left out."""
    required = _schema(name, body)["required"]
    return name, {key: value for key, value in arguments.items() if key != required[0]}


def another_tool(name, arguments, body):
    """A tool that is not there."""
    return f"{name}_now", arguments


def not_json(name, arguments, body):
    """Arguments that are no JSON."""
    return name, f"{json.dumps(arguments)[:-1]}, and that is all"


def extra(name, arguments, body):
    """An argument that the tool does not know."""
    return name, {**arguments, "urgent_please": True}


def placeholder(name, arguments, body):
    """`<order_id>` where a value belongs."""
    key = next((key for key, value in arguments.items() if isinstance(value, str)), None)
    return name, {**arguments, key: f"<{key}>"} if key else arguments


def swapped(name, arguments, body):
    """Two values that were both said, each in the other's place."""
    texts = [key for key, value in arguments.items() if isinstance(value, str)]
    if len(texts) < 2:
        return name, arguments
    one, other = texts[:2]
    return name, {**arguments, one: arguments[other], other: arguments[one]}


def echoes(said, body):
    """Says the user's words again."""
    return next(turn["content"] for turn in reversed(body["messages"]) if turn["role"] == "user")


def refuses(said, body):
    return "I'm sorry, but I can't help with that."


def claims_without_calling(said, body):
    return "All done! I have taken care of everything for you."


def tells_nothing(said, body):
    return said if not isinstance(said, str) or "?" in said or "cannot" in said else "All done, have a nice day."


def one_by_one(said, body):
    """Makes calls that belong together in turns of their own."""
    if isinstance(said, str):
        return said
    return Reply(text="", message={"content": None, "tool_calls": said.message["tool_calls"][:1]})


def calls_whatever_is_there(said, body):
    """Where no tool fits, takes the first that is offered."""
    if not (isinstance(said, str) and "no tool" in said):
        return said
    tool = body["tools"][0]["function"]
    words = re.findall(r"«([^»]*)»", body["messages"][-1]["content"]) or ["x"]
    arguments = dict.fromkeys(tool["parameters"].get("required", ()), words[0])
    return _calls([(tool["name"], arguments)], 99)


def claims_inability_away(said, body):
    return "Sure, that is done now." if isinstance(said, str) and "no tool" in said else said


def hides_failures(said, body):
    return "Done, everything went well." if isinstance(said, str) and "did not work" in said else said


def speaks_beside_calls(said, body):
    """Tells the end before anything was called."""
    if isinstance(said, str):
        return said
    text = "All done: 999.99 went to account 12345678."
    return Reply(text=text, message={"content": text, "tool_calls": said.message["tool_calls"]})


def asks_needlessly(said, body):
    """Asks whether to go on, where all was said."""
    first = all(turn["role"] != "assistant" for turn in body["messages"])
    return "Shall I really go ahead?" if first and not isinstance(said, str) else said


def asks_with_an_invention(said, body):
    """The same, with the number of something that was never looked up."""
    asked = asks_needlessly(said, body)
    return asked if asked is said else "I found order 424242. Shall I really go ahead?"


def looks_up_without_tools(said, body):
    """Says that no tool fits, and tells what such a tool would have found."""
    return f"{said} But I see that the total is 4510.75." if isinstance(said, str) and "no tool" in said else said


SPOILT = {
    "invented": _spoilt(invented), "hundredfold": _spoilt(hundredfold), "dropped": _spoilt(dropped),
    "another_tool": _spoilt(another_tool), "not_json": _spoilt(not_json), "extra": _spoilt(extra),
    "placeholder": _spoilt(placeholder), "swapped": _spoilt(swapped),
}  # fmt: skip
