"""How users of the packaged backends ask for things, and how one says that a thing was done.

In a wording, {gap} is an argument: an id becomes "order O-1", "that order" or "my order", according to what the user
knows. A part in [brackets] is left out where its gap has nothing to say. What no wording mentions is added after it.
"""

from __future__ import annotations

ASKS: dict[str, tuple[str, ...]] = {
    "find_customer": (
        "Please look up the account with the e-mail address {email}.",
        "A customer wrote from {email}. Can you find the account?",
        "I need the customer record behind {email}.",
    ),
    "get_customer": (
        "Please pull up {customer_id}.",
        "I need to see the account of {customer_id}.",
        "Can you open the account of {customer_id} for me?",
    ),
    "list_orders": (
        "Which[ {status}] orders does {customer_id} have?",
        "Show me the[ {status}] orders of {customer_id}.",
        "I need a list of[ {status}] orders for {customer_id}.",
    ),
    "get_order": (
        "What do we know about {order_id}?",
        "Please look up {order_id}.",
        "Can you check {order_id} for me?",
    ),
    "track_shipment": (
        "Where is {order_id} right now?",
        "Please track the parcel of {order_id}.",
        "I am still waiting for {order_id}. Can you trace the shipment?",
    ),
    "cancel_order": (
        "Please cancel {order_id}[: {reason}].",
        "I want to call off {order_id}[, because {reason}].",
        "Can you cancel {order_id} for me?[ The thing is, {reason}.]",
    ),
    "change_shipping_address": (
        "Please send {order_id} to another address: {street}, {postcode} {city}, {country}.",
        "I am moving. Can {order_id} go to {street} in {postcode} {city}, country {country}?",
        "The address of {order_id} should be {street}, {city}, {postcode}, {country}.",
    ),
    "refund_order": (
        "I would like a refund[ of {amount}] for {order_id}[: {reason}].",
        "Please pay back[ {amount}] on {order_id}[, since {reason}].",
        "Can I have[ {amount} of] my money back for {order_id}?[ The problem: {reason}.]",
    ),
    "update_email": (
        "Please change the e-mail address of {customer_id}[ to {email}].",
        "{customer_id} has a new e-mail address[: {email}]. Can you change it?",
    ),
    "add_credit": (
        "Please give {customer_id}[ {amount} in] credit[ with the note {note}].",
        "Put[ {amount} of] credit on the account of {customer_id}.[ The note should say {note}.]",
    ),
    "open_ticket": (
        "Please open a[ {priority} priority] ticket for {customer_id}[ with the subject {subject}].",
        "We need a new[ {priority} priority] ticket for {customer_id}[. Subject: {subject}].",
    ),
    "get_ticket": (
        "What is {ticket_id} about?",
        "Please show me {ticket_id}.",
        "Can you look up {ticket_id}?",
    ),
    "close_ticket": (
        "Please close {ticket_id}[ with the resolution {resolution}].",
        "{ticket_id} is solved, you can close it.[ The resolution: {resolution}.]",
    ),
    "search_products": (
        "Do we sell anything called {query}[, for {max_price} at most]?",
        "I am looking for a {query}[ up to {max_price}].",
        "Search the shop for {query}[, nothing above {max_price}].",
    ),
    "list_events": ("What is on my calendar on {day}?", "What do I have on {day}?", "Show me my events of {day}."),
    "find_events": (
        "When is {query} in my calendar?",
        "Can you find the event called {query}?",
        "I have {query} in my calendar somewhere.",
    ),
    "get_event": ("Tell me about {event_id}.", "What are the details of {event_id}?", "Please look up {event_id}."),
    "create_event": (
        "Please put {title} into my calendar[, starting {start}][, for {duration_minutes} minutes].",
        "Schedule {title}[ at {start}][ for {duration_minutes} minutes].",
        "I need {title} in the calendar[: {start}][, {duration_minutes} minutes long].",
    ),
    "move_event": (
        "Please move {event_id}[ to {start}].",
        "Can you shift {event_id}[ so that it starts at {start}]?",
    ),
    "cancel_event": (
        "Please cancel {event_id}.[ Tell the others: {message}.]",
        "{event_id} is off, take it out of the calendar.[ Everybody should get the message {message}.]",
    ),
    "add_attendee": (
        "Please invite[ {email} to] {event_id} as well.",
        "{event_id} needs one more guest[: {email}].",
    ),
    "find_free_slot": (
        "When am I free[ for {duration_minutes} minutes][ on {day}]?",
        "Find me[ {duration_minutes} minutes of] free time[ on {day}].",
    ),
    "find_contact": ("What is the e-mail address of {name}?", "Can you look up {name} among my contacts?"),
    "convert_time": (
        "What is {time}[ in {from_zone}] as a time[ in {to_zone}]?",
        "If it is {time}[ in {from_zone}], what time is it[ in {to_zone}]?",
    ),
    "list_folder": ("What is in {path}?", "List the folder {path} for me.", "Show me what {path} holds."),
    "read_file": ("What does {path} say?", "Please read {path} to me.", "Open {path} and tell me what is in it."),
    "file_info": ("How big is {path}?", "I need the size of {path}."),
    "search_files": (
        "Which files[ below {folder}] mention {text}?",
        "Find the files[ in {folder}] that contain the word {text}.",
    ),
    "write_file": (
        "Please write {content} into {path}.[ {overwrite}]",
        "Save a file at {path} that says {content}.[ {overwrite}]",
    ),
    "append_to_file": ("Please add the line {text} to {path}.", "Put {text} at the end of {path}."),
    "create_folder": ("Please make a folder {path}.", "I need a new folder at {path}."),
    "move_file": ("Please move {source} to {destination}.", "{source} belongs at {destination}, can you move it?"),
    "copy_file": ("Please copy {source} to {destination}.", "I need a copy of {source} at {destination}."),
    "delete_file": ("Please delete {path}.", "I no longer need {path}, get rid of it.", "Please remove {path}."),
}
"""Wordings by the name of a tool."""

MEANT: dict[tuple[str, str], str] = {
    ("reason", "changed_mind"): "I have changed my mind",
    ("reason", "ordered_by_mistake"): "I ordered it by mistake",
    ("reason", "takes_too_long"): "it takes too long",
    ("reason", "found_cheaper"): "I found it cheaper elsewhere",
    ("reason", "damaged"): "it arrived damaged",
    ("reason", "wrong_item"): "I was sent the wrong item",
    ("reason", "missing_parts"): "there are missing parts",
    ("reason", "not_as_described"): "it is not as described",
    ("overwrite", "yes"): "Overwrite what is there.",
    ("overwrite", "no"): "Do not overwrite anything.",
}
"""Choices as a user says them, by argument and value."""

DONE: dict[str, tuple[str, ...]] = {
    "cancel_order": ("Order {order_id} is cancelled.", "I have cancelled order {order_id}."),
    "change_shipping_address": ("Order {order_id} now goes to {street} in {city}.",),
    "refund_order": ("The refund of {amount} for order {order_id} is approved.",),
    "update_email": ("The account now has the e-mail address {email}.",),
    "add_credit": ("The customer has {amount} more credit.",),
    "open_ticket": ("The ticket is open.", "I have opened the ticket."),
    "close_ticket": ("Ticket {ticket_id} is closed.", "I have closed ticket {ticket_id}."),
    "create_event": ("{title} is in your calendar.", "I have put {title} into your calendar."),
    "move_event": ("The event now starts at {start}.",),
    "cancel_event": ("Event {event_id} is out of your calendar.",),
    "add_attendee": ("{email} is invited.",),
    "write_file": ("{path} is written.",),
    "append_to_file": ("The line stands at the end of {path}.",),
    "create_folder": ("The folder {path} is there now.",),
    "move_file": ("The file is at {destination} now.",),
    "copy_file": ("There is a copy at {destination} now.",),
    "delete_file": ("{path} is deleted.",),
}
"""What one says when a thing is done."""

OPENINGS = ("", "", "", "Hi. ", "Hello. ", "Good morning. ", "Hi there. ", "One thing for today. ", "Quick question. ")
CLOSINGS = ("", "", "", "", " Thanks!", " Thank you.", " Many thanks.")
NEXT = ("Also: ", "And another thing. ", "Besides that: ", "Then there is this. ", "")
LATER = ("", "Good. ", "Thanks. ", "All right. ", "Great, thanks. ", "Fine. ")
WANTED = (
    "Tell me the {wants}, please.", "I would like to know the {wants}.", "What I need is the {wants}.",
    "Please give me the {wants}.", "I need the {wants}.",
)  # fmt: skip
DETAILS = (
    "Details: {details}.", "Here is what you need: {details}.", "For this: {details}.", "Take this: {details}.",
    "What I have: {details}.", "You will need this: {details}.", "With {details}.", "My data: {details}.",
)  # fmt: skip
ASKING = (
    "Which {label} should I use?", "What is the {label}?", "I can do that. What is the {label}?",
    "Could you tell me the {label}?", "Before I can do this: what is the {label}?",
)  # fmt: skip
REPLIES = (
    "The {label} is {said}.",
    "It is {said}.",
    "Sorry, I forgot: {said}.",
    "Please take {said}.",
    "{said}, please.",
)
UNABLE = (
    "I am afraid I have no tool that can {does}.", "None of my tools can {does}, so I cannot help with this here.",
    "That is not something my tools can do: none of them can {does}.",
    "I do not have a tool to {does}.",
)  # fmt: skip
FAILED = (
    "I tried, but it did not work: {message} Please try again later.",
    "Unfortunately this failed, also on a second try. {message}",
    "I could not do this. The tool reported an error: {message}",
)  # fmt: skip
SINGLE = ("The {label} is {value}.", "{Label}: {value}.")
SEVERAL = ("The {label}: {values}.", "{Label}: {values}.", "These are the {label}: {values}.")
