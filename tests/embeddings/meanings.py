"""What the scripted server of these tests says, and the vectors that it gives: the same text, the same vector."""

import hashlib
import math
import random

SIZE = 32


def said(request, number):
    digest = hashlib.sha256(request["messages"][-1]["content"].encode()).hexdigest()
    return f"It lies in hall {digest[:6]}, on shelf {digest[6:12]}, beside the {digest[12:15]} boxes."


def meant(request, number):
    """A direction of its own for each text."""
    return direction(request["input"], request.get("dimensions", SIZE))


def direction(text, size=SIZE):
    dice = random.Random(text)
    return [dice.gauss(0, 1) for _ in range(size)]


def near(text, cosine, *, of, size=SIZE):
    """A vector whose cosine with that of `of` is `cosine`, otherwise of its own."""
    one, other = _unit(direction(of, size)), _unit(direction(text, size))
    along = sum(a * b for a, b in zip(one, other, strict=True))
    apart = _unit([b - along * a for a, b in zip(one, other, strict=True)])
    rest = math.sqrt(1 - cosine * cosine)
    return [cosine * a + rest * b for a, b in zip(one, apart, strict=True)]


def _unit(vector):
    length = math.sqrt(sum(each * each for each in vector))
    return [each / length for each in vector]
