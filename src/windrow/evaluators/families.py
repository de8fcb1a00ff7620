"""Which vendor's models a model descends from, as far as its address tells.

A judge favours what its own family writes (preference leakage, Li et al. 2025, arXiv 2502.01534), by descent too: a
fine-tune or a distillation counts for the models that it was made of. A name that tells nothing is a family of its
own. No address can prove that two models are strangers, so this warns and decides nothing.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

# What stands in a model's name as a word of its own ("llama3" and "chat-llama" hold "llama", "ollama" does not).
VENDORS: Mapping[str, str] = {
    "openai": "gpt chatgpt davinci curie babbage codex",
    "anthropic": "claude",
    "google": "gemini gemma codegemma shieldgemma medgemma palm bison learnlm",
    "meta": "llama codellama vicuna alpaca tulu tinyllama hermes",
    "mistral": "mistral mixtral ministral codestral devstral magistral pixtral mathstral zephyr voxtral",
    "qwen": "qwen qwq qvq codeqwen tongyi",
    "deepseek": "deepseek",
    "xai": "grok",
    "cohere": "command aya c4ai",
    "microsoft": "phi wizardlm orca",
    "moonshot": "kimi moonshot",
    "zhipu": "glm chatglm codegeex zai",
    "minimax": "minimax abab",
    "01ai": "yi",
    "nvidia": "nemotron minitron",
    "amazon": "nova titan",
    "ibm": "granite",
    "ai21": "jamba jurassic",
    "allenai": "olmo olmoe molmo",
    "tii": "falcon",
    "baidu": "ernie",
    "bytedance": "doubao seed",
    "tencent": "hunyuan",
    "alibaba_ant": "ling ring bailing",
    "internlm": "internlm",
    "baichuan": "baichuan",
    "lg": "exaone",
    "upstage": "solar",
    "reka": "reka",
    "databricks": "dbrx dolly",
    "huggingface": "smollm",
    "bigcode": "starcoder",
    "stepfun": "step",
    "xiaomi": "mimo",
    "perplexity": "sonar pplx",
}
# Folders of a name that tell the vendor where the name itself does not ("anthropic/next-one").
OWNERS: Mapping[str, str] = {
    "anthropic": "anthropic", "google": "google", "gemini": "google", "meta-llama": "meta", "meta": "meta",
    "mistral": "mistral", "mistralai": "mistral", "qwen": "qwen", "alibaba": "qwen", "deepseek": "deepseek",
    "deepseek-ai": "deepseek", "xai": "xai", "x-ai": "xai", "cohere": "cohere", "cohereforai": "cohere",
    "coherelabs": "cohere", "microsoft": "microsoft", "moonshot": "moonshot", "moonshotai": "moonshot",
    "zhipu": "zhipu", "zai-org": "zhipu", "z-ai": "zhipu", "thudm": "zhipu", "minimax": "minimax",
    "minimaxai": "minimax", "01-ai": "01ai", "nvidia": "nvidia", "amazon": "amazon", "ibm": "ibm",
    "ibm-granite": "ibm", "ai21": "ai21", "allenai": "allenai", "tiiuae": "tii", "baidu": "baidu",
    "bytedance": "bytedance", "bytedance-seed": "bytedance", "tencent": "tencent", "inclusionai": "alibaba_ant",
    "perplexity": "perplexity", "upstage": "upstage", "rekaai": "reka",
}  # fmt: skip
# Folders that say where a model is served, not who made it. `openai` among them: any compatible server is reached so.
SERVED = frozenset(
    """openai azure azure_ai azure_openai openrouter bedrock bedrock_converse vertex_ai vertex groq together
    together_ai togethercomputer fireworks fireworks_ai accounts models deepinfra replicate ollama ollama_chat vllm
    hosted_vllm lm_studio huggingface hf sagemaker databricks litellm litellm_proxy anyscale nebius novita hyperbolic
    sambanova cerebras github text-completion-openai publishers us eu global scripted""".split()  # noqa: SIM905
)
WORD_OF = {word: vendor for vendor, names in VENDORS.items() for word in names.split()}
NAMED = re.compile(
    rf"(?<![a-z])(?P<word>{'|'.join(sorted(map(re.escape, WORD_OF), key=len, reverse=True))})(?![a-z])"
    r"|(?:^|(?<=[/:.]))(?P<reasoner>o[1-9])(?![a-z0-9])"  # o3 is OpenAI's, marco-o1 is not
)
# Behind an unknown name: a size, a date, a quantisation, what it was tuned for.
TAIL = re.compile(
    r"(?:[-_.:@](?:\d[\d.]*[bmk]?|v\d[\d.]*|instruct|chat|it|base|latest|preview|mini|small|medium|large|pro|turbo"
    r"|awq|gptq|gguf|fp8|int[48]|q\d\w*))+$"
)


def families(address: str) -> tuple[str, ...]:
    """The vendors that a model descends from, the first named first ("deepseek", "qwen" of a distillation). One name at
    least: the model's own, or its owner's, where no vendor is known."""
    name = address.strip().lower()
    named = dict.fromkeys(WORD_OF.get(found["word"] or "", "openai") for found in NAMED.finditer(_told(name)))
    if named:
        return tuple(named)
    *folders, last = name.split("/")
    owners = dict.fromkeys(OWNERS[part] for part in (*folders, last.partition(".")[0]) if part in OWNERS)
    if owners:
        return tuple(owners)
    own = [part for part in folders[1:] if part not in SERVED]
    return (own[-1] if own else TAIL.sub("", last) or last,)


def family(address: str) -> str:
    """The vendor that is named first: "openai/gpt-5" and "azure/gpt-4o" are "openai", "openai/my-model" is
    "my-model"."""
    return families(address)[0]


def shared(one: str, other: str) -> tuple[str, ...]:
    """The families that two models have in common."""
    return tuple(name for name in families(one) if name in families(other))


def kin(models: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A sentence for each two members of a panel that are of one family. `models` are each member's, by role."""
    for (role, ours), (other, theirs) in combinations(models.items(), 2):
        for name in _common(ours, theirs):
            yield f"judges {role!r} and {other!r} are both of the family {name!r}: their errors are not independent"


def leaking(judges: Iterable[str], teachers: Iterable[str]) -> tuple[str, ...]:
    """The families that a judge shares with who wrote what it judges, in order: preference leakage is to be feared."""
    return _common(tuple(judges), tuple(teachers))


def _common(some: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    theirs = {name for other in others for name in families(other)}
    return tuple(dict.fromkeys(name for one in some for name in families(one) if name in theirs))


def _told(name: str) -> str:
    """The part of an address that names the model: without what says where it is served, or a fine-tune's owner."""
    if name.startswith("ft:") or "/ft:" in name:  # ft:BASE:OWNER:SUFFIX:ID
        return name.partition("ft:")[2].partition(":")[0]
    *folders, last = name.split("/")
    return "/".join([*(part for part in folders if part not in SERVED), last])
