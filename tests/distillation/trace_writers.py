"""Scripted models that write traces: right, wrong in many ways, or not traces at all."""

QUESTION = {
    "question": "A bakery sells rolls in bags of 6. It sold 14 bags on Monday and 23 on Tuesday. How many rolls is "
    "that?",
    "answer": "14 + 23 = <<14+23=37>>37 bags, 37 * 6 = <<37*6=222>>222 rolls.\n#### 222",
}
WAYS = (
    (
        "The bags of both days hold the same number of rolls, so I add the bags first and count the rolls afterwards. "
        "On the two days the bakery sold 14 + 23 = 37 bags. In every bag there are six rolls, and so the number of "
        "rolls is 37 * 6 = 222. As a check I estimate: about forty bags with six rolls each would be about two hundred "
        "and forty rolls, which is a little more, as it should be."
    ),
    (
        "I count the rolls of each day on their own and add them up at the end, because the question is about rolls "
        "and not about bags. On Monday there were 14 * 6 = 84 rolls. On Tuesday there were 23 * 6 = 138 rolls. Both "
        "days together make 84 + 138 = 222 rolls. Monday's share is the smaller one, which fits the smaller number of "
        "bags that were sold on that day of the week."
    ),
)


def trace(thinking=WAYS[0], answer="The bakery sold 37 bags of 6 rolls.\n\nAnswer: 222 rolls"):
    return f"<think>\n{thinking}\n</think>\n\n{answer}"


def say(*answers):
    """A model that gives these answers in turn, by which sample is asked for."""

    def script(request, _number):
        system = request["messages"][0]["content"]
        for nth in range(len(answers) - 1, 1, -1):
            if f"leave the {nth} most obvious ones" in system:
                return answers[nth]
        return answers[1] if len(answers) > 1 and "most obvious one aside" in system else answers[0]

    return script
