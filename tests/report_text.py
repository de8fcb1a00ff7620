"""The report as a reader gets it, for tests that look at its words."""

from windrow.report.document import document
from windrow.report.markdown import markdown as rendered


def markdown(report) -> str:
    """The report as Markdown."""
    return rendered(document(report))


def figure_of(report, name):
    """The figure of the set that has this name, of all its rows."""
    (found,) = [each for each in report["quality"]["figures"] if each["name"] == name and "slice" not in each]
    return found
