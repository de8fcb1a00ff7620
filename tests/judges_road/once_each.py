"""A filter that lets every answer stand once."""

from windrow import Filter, Verdict


class OnceEach(Filter):
    """Of rows with one answer the first stays."""

    name = "once_each"

    def open(self, seeds, folder):
        self._kept = set()

    def admit(self, row):
        again = row.response in self._kept
        return Verdict(self.name, "fail" if again else "pass", "said_before" if again else "", kind="filter")

    def keep(self, row):
        self._kept.add(row.response)
