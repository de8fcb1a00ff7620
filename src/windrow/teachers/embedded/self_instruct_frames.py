"""What an embedded task is for, in a sentence around it: with phrases of the user's own texts, many and different.

Tasks of one family would else be too alike for the novelty gate, and a student would learn one wording.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

BEFORE = (
    'A colleague is putting together material on "{}".',
    'For the weekly report about "{}" the following is needed.',
    'Customers keep writing to us about "{}".',
    'We are cleaning up our records on "{}".',
    'Someone new has joined the team that deals with "{}".',
    'The data came in with a request about "{}".',
    'You assist a service desk; the subject is "{}".',
    'In the folder named "{}" there is a small job left.',
    'An inquiry with the heading "{}" has arrived.',
    'Suppose a reader asks about "{}" and attaches the text below.',
    'While preparing a training course on "{}" this exercise came up.',
    'Our notes on "{}" have to be made ready for printing.',
    'The person in charge of "{}" wants a quick check.',
    'To answer a letter about "{}", one step is missing.',
    'Here is a task from the desk where "{}" is handled.',
    'Before the meeting on "{}" starts, please do this.',
)
AFTER = (
    'It is for a page that explains "{}".',
    'This will be filed under "{}".',
    'The outcome goes to those who look after "{}".',
    'Keep in mind that the reader only knows about "{}".',
    'The request reached us together with "{}".',
    'It belongs to the case called "{}".',
    'Somebody working on "{}" will read it.',
    'The heading above it will be "{}".',
)
PLACES = ("before", "before", "before", "after", "none")


def framed(task: str, asked: Sequence[str], phrase: str, rng: random.Random, *, must: bool = False) -> str:
    """The task with what it is for and what is asked of its answer, in one of several orders. It names `phrase` where
    it `must`, and mostly else."""
    place = rng.choice(PLACES[:-1] if must else PLACES)
    before = [rng.choice(BEFORE).format(phrase)] if place == "before" else []
    after = [rng.choice(AFTER).format(phrase)] if place == "after" else []
    return " ".join([*before, task, *after, *asked])
