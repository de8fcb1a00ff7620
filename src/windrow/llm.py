"""Who a judge written in code asks, where those who know `fi.evals.llm` look for it."""

from windrow.evaluation.provider import LiteLLMProvider

__all__ = ["LiteLLMProvider"]
