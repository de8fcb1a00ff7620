"""The report as a reader gets it, for tests that look at its words."""

from windrow.report.document import document
from windrow.report.markdown import markdown as rendered


def markdown(report) -> str:
    """The report as Markdown."""
    return rendered(document(report))
