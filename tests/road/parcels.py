"""What the scripted server answers in this folder's tests: a clean line, different for every question."""

import hashlib


def answer(request, _number):
    digest = hashlib.sha256(request["messages"][-1]["content"].encode()).hexdigest()
    return f"That parcel was last seen at depot {digest[:6]}, and it leaves for door {digest[6:12]} tomorrow."
