"""Criteria in the caller's own words; see `windrow.evaluators.own_words`, which custom judges use too."""

from windrow.evaluators.own_words import LABEL, Criteria, Grade, template

__all__ = ["LABEL", "Criteria", "Grade", "template"]
