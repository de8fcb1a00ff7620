"""Judges that are written in code, where those who know `fi.evals.metrics` look for them."""

from windrow.evaluation.custom import CustomLLMJudge

__all__ = ["CustomLLMJudge"]
