"""What the tests of the engine share: scripted answers, a teacher over real HTTP, a filter that picks."""

import hashlib

from windrow.row import Verdict
from windrow.shapes import Filter, Options
from windrow.teachers.connect import connect
from windrow.teachers.settings import ModelSettings


def said(request):
    """A different, clean answer to every question."""
    digest = hashlib.sha256(request.messages[-1].content.encode()).hexdigest()
    return f"That parcel was last seen at depot {digest[:6]}, and it leaves for door {digest[6:12]} tomorrow."


def served(request, _number):
    digest = hashlib.sha256(request["messages"][-1]["content"].encode()).hexdigest()
    return f"That parcel was last seen at depot {digest[:6]}, and it leaves for door {digest[6:12]} tomorrow."


def over_http(server, **settings):
    return connect("openai/any", ModelSettings(base_url=server.url, **{"timeout": 5, "retries": 2, **settings}))


class Picky(Filter):
    """Refuses every row whose id starts with one of the first digits; sees every row once."""

    name = "picky"

    def __init__(self, refuse="0123"):
        super().__init__(Options(), base=None)
        self.refuse = refuse
        self.kept = []

    def admit(self, row):
        if row.id[0] in self.refuse:
            return Verdict(self.name, "fail", "picked", kind="filter")
        return Verdict(self.name, "pass", kind="filter")

    def keep(self, row):
        self.kept.append(row.id)
