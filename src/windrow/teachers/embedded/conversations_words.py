"""Wordings for the conversations that the embedded teacher makes: what each side may say at each point, many ways each.

English, about no trade in particular: what a conversation is about comes from the axes and from the user's own seeds.
`{…}` are filled from the brief. A turn is put together from parts, so that few wordings make many turns.
"""

from __future__ import annotations

CURT, COURTEOUS, PLAIN = "curt", "courteous", "plain"
TONES = {
    CURT: ("angry", "annoyed", "impatient", "frustrated", "hurry", "busy", "upset", "stressed", "brusque"),
    COURTEOUS: ("polite", "elderly", "retired", "careful", "shy", "teacher", "patient", "friendly", "gentle"),
}

FIRST_NAMES = (
    "Dana",
    "Ravi",
    "Ingrid",
    "Omar",
    "Lucía",
    "Tomasz",
    "Mei",
    "Kwame",
    "Yara",
    "Bjørn",
    "Aiko",
    "Pedro",
    "Noor",
    "Elif",
    "Hanna",
    "Mateo",
    "Priya",
    "Jonas",
    "Farah",
    "Niamh",
    "Viktor",
    "Amara",
    "Leo",
    "Sanna",
)
LAST_NAMES = (
    "Whitfield",
    "Okafor",
    "Lindqvist",
    "Haddad",
    "Moreno",
    "Kowalski",
    "Tanaka",
    "Mensah",
    "Costa",
    "Berg",
    "Novak",
    "Silva",
    "Rahman",
    "Demir",
    "Virtanen",
    "Vega",
    "Nair",
    "Keller",
    "Aziz",
    "Byrne",
    "Petrov",
    "Diallo",
    "Fischer",
    "Holm",
)
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
TEAMS = ("the back office", "our second line", "the technical team", "the duty manager", "our specialists", "accounts")
REMEDIES = (
    "correct the entry by hand",
    "set it up afresh",
    "send you a confirmation with the new terms",
    "reverse the last step",
    "put the case to the front of the queue",
    "replace what is not right",
    "credit the difference to you",
    "reopen the request and finish it today",
    "change the record to what you agreed",
    "book a new date for it",
)
STATES = (
    "the request came in on {since} and was never closed",
    "one entry of {since} is still marked as open",
    "a step of {since} went through only in part",
    "it was put on hold on {since}, waiting for a check",
    "the record was last changed on {since}, and not in the way it should have been",
    "two notes of {since} contradict each other",
)
TRIED = (
    "I went through the help pages",
    "I called twice and hung up after a quarter of an hour",
    "I waited for a few days",
    "I started over from the beginning",
    "I asked at the counter",
    "I wrote once before and heard nothing",
)

GREETINGS = {
    PLAIN: ("Hello,", "Hi,", "Good morning,", "Hi there,", "Good afternoon,"),
    COURTEOUS: (
        "Good morning, I hope you are well.",
        "Dear team,",
        "Hello, and thank you for taking the time.",
        "Good day,",
    ),
    CURT: ("", "Right,", "Listen,", "OK,"),
}
OPENINGS = (
    "I need a hand with something: {issue}.",
    "I have a problem here: {issue}.",
    "This is what it is about: {issue}.",
    "I am stuck with one thing: {issue}.",
    "Something is not right: {issue}.",
    "My question is quickly told: {issue}.",
    "I keep running into the same thing: {issue}.",
    "Can somebody look at this: {issue}?",
)
STORIES = (
    "It began on {began}, and {tried}.",
    "Since {began} nothing has moved. {Tried}.",
    "{Tried}, the last time on {began}.",
    "It goes back to {began}; {tried} in the meantime.",
    "On {began} I noticed it first. {Tried}, to no avail.",
    "That was on {began}. {Tried}, and here I am.",
)
WISHES = {
    PLAIN: (
        "What can be done about it?",
        "What is the next step?",
        "Can you see what went wrong?",
        "What do you need from me?",
    ),
    COURTEOUS: (
        "Might you be able to look into it?",
        "I would be grateful for any advice.",
        "Would you kindly tell me what to do?",
    ),
    CURT: (
        "When is that going to be fixed?",
        "I want this sorted today.",
        "What is going on?",
        "I have no time for this.",
    ),
}

RECEIVED = (
    "Thanks for writing.",
    "Thank you for the details.",
    "I see, that is a nuisance.",
    "That should not have happened.",
    "I understand.",
    "Let us get to the bottom of it.",
    "I am sorry about the trouble.",
    "Good that you get in touch.",
)
ASKING = (
    "So that I find your case, what is the reference, please?",
    "Could you give me the reference that you were sent?",
    "Please tell me the reference, and I will open the record.",
    "To look it up I need your reference; do you have it at hand?",
    "Which reference does it run under?",
    "May I have the reference number, so that I can see what we hold?",
)
GIVING = (
    "It is {reference}.",
    "Here it is: {reference}, under the name of {name}.",
    "{reference}, if I read it rightly.",
    "The letter says {reference}. My name is {name}.",
    "I have {reference} in front of me.",
    "{name}, {reference}.",
)
FOUND = (
    "I have the record open now: {state}.",
    "Found it. As far as I can see, {state}.",
    "That explains a lot: {state}.",
    "Here is what I see: {state}.",
    "I have looked at {reference}: {state}.",
    "Thank you, {first}. It turns out that {state}.",
)
RULE = (
    "In such a case this holds: {fact}",
    "What we can go by is this: {fact}",
    "As a rule: {fact}",
    "One thing to know: {fact}",
    "For cases like yours: {fact}",
    "Please keep in mind: {fact}",
)
PROMISE = (
    "I can {remedy}.",
    "What I would suggest is that I {remedy}.",
    "From here I am able to {remedy}.",
    "The way forward is for me to {remedy}.",
    "I will {remedy} as soon as you agree.",
)

# What a user may ask in between: a word that marks the question, ways to ask it, and ways to answer it.
TOPICS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "long": (
        (
            "How long will that take?",
            "And how long am I to wait for it?",
            "How long does such a thing take, as a rule?",
        ),
        (
            "Reckon with {days} working days.",
            "{days} working days, as things stand.",
            "It is done within {days} working days.",
        ),
    ),
    "cost": (
        ("Will that cost me anything?", "Does it cost extra?", "What does it cost me in the end?"),
        ("No, it costs you nothing.", "There is nothing to pay.", "We bear that; you pay nothing for it."),
    ),
    "proof": (
        ("Do you need any proof from me?", "Should I send you a picture as proof?", "What proof do you want to see?"),
        (
            "A copy of the confirmation will do.",
            "No, the record is enough for me.",
            "A photo of the letter is all it takes.",
        ),
    ),
    "instead": (
        (
            "Could I have something else instead?",
            "Is there anything quicker that we could do instead?",
            "What could be done instead?",
        ),
        (
            "The only other way is to start a new request, which takes longer.",
            "You could come by in person; the steps are the same.",
            "We could leave it as it is and note your objection, but I would not advise it.",
        ),
    ),
    "hear": (
        ("How will I hear from you?", "Shall I hear about it by mail or by phone?", "Where do I hear how it goes on?"),
        (
            "By e-mail, on the day itself.",
            "You get a message as soon as it is through.",
            "We write to the address on your record.",
        ),
    ),
    "again": (
        (
            "Who says that it will not happen again?",
            "And if it happens again next month?",
            "I do not want to go through this again.",
        ),
        (
            "I have put a note on the record, so that it is checked beforehand.",
            "Should it recur, quote the reference and we start from here.",
            "The cause is removed with this, not just the result.",
        ),
    ),
    "mistake": (
        ("Was it my mistake?", "Did I make a mistake somewhere?", "So whose mistake was it?"),
        (
            "No, you did everything as you should.",
            "It lay on our side.",
            "Nobody's in particular: two steps crossed each other.",
        ),
    ),
    "meantime": (
        (
            "What do I do in the meantime?",
            "Can I go on as usual in the meantime?",
            "Is anything blocked in the meantime?",
        ),
        (
            "You can carry on as usual.",
            "Leave everything as it is, please.",
            "Nothing is blocked; just change nothing in the settings.",
        ),
    ),
}
LEADS_IN = (
    "I see.",
    "All right.",
    "Fair enough.",
    "Hm.",
    "That makes sense.",
    "Well.",
    "OK, understood.",
    "Good to know.",
)
CURT_LEADS_IN = ("Fine.", "So be it.", "Again something new.", "That is not what I hoped for.", "Hm.", "If you say so.")
ASSURING = (
    "Good question.",
    "Of course.",
    "I can tell you that.",
    "Let me put it plainly.",
    "Right,",
    "Understandable that you ask.",
    "Happy to clear that up.",
    "To be exact:",
)
OFFERS = (
    "Is there more that you would like to know?",
    "What else is on your mind?",
    "Tell me if anything is unclear.",
    "Shall I go on as described?",
    "Does that suit you?",
    "Would that be all right?",
)

USER_CLOSES = {
    "resolved": (
        "Very good, please do it that way.",
        "That helps, go ahead.",
        "Then I am content, please carry on.",
        "Perfect, that is what I wanted.",
        "Agreed, and thanks for the quick answer.",
    ),
    "escalated": (
        "That does not settle it for me. I would like somebody with more say to look at it.",
        "I am afraid I cannot accept this; please pass it on.",
        "This needs a decision from higher up, I think.",
        "With respect, I want a second opinion on it.",
        "No, I would rather have your superior decide.",
    ),
    "abandoned": (
        "I have to leave now, so let us stop here.",
        "This is getting too long for me. I will think it over.",
        "Never mind, I will see how I manage.",
        "I shall leave it at that for today.",
        "Another time, then. I am off.",
    ),
}
ASSISTANT_CLOSES = {
    "resolved": (
        "Done: I was able to {remedy}. You will see it within {days} working days.",
        "Settled. I have seen to it that we {remedy}, and the note is on {reference}.",
        "It is on its way: we {remedy}, at the latest in {days} working days. All the best, {first}.",
        "Thank you, {first}. With that I will {remedy} now, and the case is closed.",
    ),
    "escalated": (
        "Then I hand {reference} to {team}, who may decide more than I can. They write within {days} working days.",
        "I have passed the case on to {team} with all we discussed; they get back to you in {days} working days.",
        "That is your right, {first}. It now lies with {team}, under the same reference, for {days} days at most.",
        "I cannot go further myself, so {team} will take over from here and contact you.",
    ),
    "abandoned": (
        "That is quite all right. I keep {reference} open for {days} days, so that nothing has to be told twice.",
        "As you wish. The record shows how far we got; write whenever it suits you.",
        "No harm done. Should you come back to it, quote {reference} and we go on from here.",
        "Of course. I leave the offer to {remedy} on the record for {days} days.",
    ),
}
