"""The table that comes along: which names it means, as providers, gateways, hubs and local servers write them."""

import pytest

from windrow.terms.policy import Policy

POLICY = Policy.load()
SAID = {
    "no": """
        openai/gpt-5 openai/gpt-5-2025-08-07 openai/gpt-5-codex openai/gpt-4o-mini openai/gpt-35-turbo
        openai/azure/gpt-4o openai/my-gpt4o-deployment openai/chatgpt-4o-latest openai/o1-preview
        openai/o3 openai/o4-mini-2025-04-16
        openai/codex-mini-latest openai/ft:gpt-4o-mini:acme::x openai/ft:o4-mini:acme:a:b openai/davinci-002
        openai/computer-use-preview openai/openai/gpt-4.1:online openai/openai.gpt-5-v1:0
        openai/claude-opus-4-7 anthropic/claude-sonnet-4-5 openai/us.anthropic.claude-3-5-sonnet-20240620-v1:0
        openai/anthropic.claude-v2 openai/claude-3-5-sonnet@20240620 openai/bedrock/global.anthropic.claude-x
        gemini/gemini-3-pro openai/models/gemini-2.5-flash openai/google/gemini-2.5-pro:free openai/learnlm-2.0
        openai/grok-4 openai/x-ai/grok-3-mini
        openai/llama-2-7b-chat ollama/llama2:13b ollama/llama3:8b ollama/llama3 openai/llama3-70b-8192
        openai/meta-llama/Meta-Llama-3-8B-Instruct openai/meta.llama3-70b-instruct-v1:0
        openai/accounts/fireworks/models/llama-v3-70b-instruct openai/codellama/CodeLlama-7b-hf
        openai/dolphin-2.9-llama3-8b
        openai/Qwen/Qwen2.5-3B-Instruct ollama/qwen2.5:3b openai/Qwen2.5-Coder-3B-Instruct openai/Qwen2.5-VL-3B-Instruct
        ollama/qwen2.5vl:3b openai/qwen/qwen-2.5-3b-instruct
        openai/mistralai/Mistral-Large-Instruct-2411 ollama/mistral-large:123b openai/Ministral-8B-Instruct-2410
        openai/Mistral-Small-Instruct-2409 ollama/mistral-small:22b ollama/codestral:22b openai/codestral-latest
        openai/Pixtral-Large-Instruct-2411
        openai/MiniMaxAI/MiniMax-M2.7
        openai/Qwen3-8B-Claude-Distill openai/TeichAI/Qwen3-8B-Gemini-2.5-Distill openai/qwen3-14b-gpt-5-traces
        openai/gpt4-x-alpaca openai/Grok-3-reasoning-gemma3-12b""",
    "conditional": """
        openai/meta-llama/Llama-3.3-70B-Instruct openai/llama-3.1-8b-instant openai/llama-3.3-70b-versatile
        ollama/llama3.1:8b ollama/llama3.2-vision:11b ollama/llama3.1:8b-instruct-q4_K_M
        openai/us.meta.llama3-1-70b-instruct-v1:0 openai/meta.llama3-3-70b-instruct-v1:0
        openai/accounts/fireworks/models/llama-v3p1-405b-instruct openai/Llama-3_3-70B-Instruct
        openai/meta-llama/Llama-3.3-70B-Instruct-Turbo openai/meta/llama-4-maverick-17b-128e-instruct-maas
        openai/meta-llama/Llama-4-Scout-17B-16E-Instruct openai/@cf/meta/llama-3.1-8b-instruct
        openai/unsloth/Meta-Llama-3.1-8B-Instruct-bnb-4bit openai/meta-llama/llama-3.1-70b-instruct:free
        openai/deepseek-ai/DeepSeek-R1-Distill-Llama-70B
        openai/google/gemma-3-27b-it ollama/gemma2:9b ollama/gemma3n:e4b openai/google/gemma-2-9b-it:free
        openai/codegemma-7b-it
        openai/Qwen/Qwen2.5-72B-Instruct ollama/qwen2.5:72b openai/qwen/qwen-2.5-72b-instruct
        openai/accounts/fireworks/models/qwen2p5-72b-instruct openai/Qwen2-72B-Instruct openai/Qwen2.5-VL-72B-Instruct
        openai/Qwen2.5-Math-72B-Instruct openai/Qwen2.5-72B-Instruct-AWQ
        openai/deepseek-ai/DeepSeek-V3 ollama/deepseek-v3:671b openai/deepseek-coder-v2
        openai/moonshotai/Kimi-K2-Instruct openai/moonshotai/Kimi-K2-Thinking openai/kimi-k2.5
        openai/MiniMaxAI/MiniMax-M2 openai/minimax/minimax-m2.1""",
    "yes": """
        embedded/procedural
        openai/Qwen/Qwen3-32B openai/Qwen/Qwen3-235B-A22B-Instruct-2507 ollama/qwen3:8b ollama/qwen3 openai/Qwen3-8B-AWQ
        openai/Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8 openai/Qwen/Qwen3-Next-80B-A3B-Thinking openai/Qwen3-0.6B
        openai/unsloth/Qwen3-14B-GGUF ollama/qwen3:30b-a3b-instruct-2507-q4_K_M openai/qwen.qwen3-32b-v1:0
        openai/Qwen/Qwen3.5-27B openai/Qwen/QwQ-32B openai/QwQ-32B-Preview ollama/qwen2.5:7b openai/Qwen2.5-32B-Instruct
        openai/Qwen/Qwen2.5-Coder-32B-Instruct openai/Qwen2.5-7B-Instruct-GPTQ-Int4 openai/Qwen2-7B-Instruct
        openai/qwen/qwen-2.5-7b-instruct openai/accounts/fireworks/models/qwen2p5-coder-32b-instruct
        openai/gpt-oss-120b ollama/gpt-oss:20b openai/openai.gpt-oss-120b-1:0 openai/openai/gpt-oss-20b:free
        openai/allenai/Olmo-3-32B-Think openai/allenai/OLMo-2-0325-32B-Instruct
        openai/deepseek-chat openai/deepseek-ai/DeepSeek-R1-0528 openai/deepseek-ai/DeepSeek-V3.2-Exp
        openai/deepseek-ai/DeepSeek-V3-0324 openai/DeepSeek-R1-Distill-Qwen-32B ollama/deepseek-r1:7b
        openai/accounts/fireworks/models/deepseek-v3p1
        openai/zai-org/GLM-4.6 openai/GLM-4.5-Air-FP8 openai/glm-4.5v openai/accounts/fireworks/models/glm-4p5
        openai/glm-5
        openai/google/gemma-4-27b-it ollama/gemma4:e4b
        openai/mistralai/Mixtral-8x22B-Instruct-v0.1 openai/Mistral-7B-Instruct-v0.3 ollama/mistral-nemo
        openai/Mistral-Small-3.2-24B-Instruct-2506 openai/Mistral-Small-24B-Instruct-2501 ollama/mistral-small3.1:24b
        openai/Ministral-3-8B-Instruct-2512 openai/Devstral-Small-2507 openai/Mamba-Codestral-7B-v0.1
        openai/mistral.mixtral-8x7b-instruct-v0:1""",
    "unknown": """
        openai/any openai/our-own-model openai/ replay/answers.jsonl replay/qwen3-8b replay/gpt-oss-20b.jsonl
        openai/qwen3-max openai/qwen3-max-preview openai/qwen-max openai/qwen-plus openai/qwen3-coder-plus
        openai/qwen3-coder-flash openai/qwen-turbo openai/qwen2.5-max openai/qwen3.5-plus openai/qwq-plus
        openai/qwen4-8b openai/Qwen1.5-7B-Chat
        openai/acme/Qwen3-8B-our-finetune openai/my-qwen3-8b openai/gpt-oss-20b-abliterated openai/gpt-oss-safeguard-20b
        openai/NousResearch/Hermes-3-Llama-3.1-8B openai/nvidia/Llama-3_3-Nemotron-Super-49B-v1 openai/llama-guard-3-8b
        openai/medgemma-4b-it openai/gemma-2-9b-it-SimPO openai/TinyLlama-1.1B-Chat
        openai/glm-4.5-airx openai/glm-4-9b-chat openai/mistral-medium-latest openai/mistral-large-latest
        openai/codestral-2508 openai/ministral-3b-2410 openai/devstral-medium openai/kimi-k3 openai/minimax-m3
        openai/command-r-plus openai/nova-pro openai/phi-4 openai/amazon.nova-pro-v1:0 openai/grok-1
        openai/gpt-2 openai/gpt-j-6b openai/gpt4all-falcon openai/mistral-7b-openorca openai/marco-o1
        mine.py:Mine/v1""",
}  # fmt: skip


@pytest.mark.parametrize(("train", "address"), [(train, one) for train, names in SAID.items() for one in names.split()])
def test_a_name_means_what_its_provider_says(train, address):
    assert POLICY.of(address).train == train


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("openai/acme/Qwen3-8B-our-finetune", ("our", "finetune")),
        ("openai/NousResearch/Hermes-3-Llama-3.1-8B", ("hermes",)),
        ("openai/Qwen3-8B-测试版", ("测试版",)),
    ],
)
def test_a_model_that_somebody_made_of_another_is_unknown_and_the_reason_says_by_which_words(address, words):
    ruling = POLICY.of(address)
    assert ruling.train == "unknown"
    assert ruling.strange == {address: words}
    assert f"by its name ({', '.join(words)}) a model of somebody's own" in ruling.reasons[0]


def test_every_entry_is_of_some_name_here_and_none_is_named_twice():
    ids = [one.id for one in POLICY.entries]
    assert len(ids) == len(set(ids))
    met = {terms.id for names in SAID.values() for one in names.split() for terms in POLICY.of(one).parents[one]}
    assert met == set(ids)


def test_an_entry_that_restricts_says_how_and_where_to_read_it():
    for one in POLICY.entries:
        assert one.conditions or one.train == "yes"
        assert one.url or one.provider == "windrow"


def test_a_glob_in_a_file_of_ones_own_is_held_against_the_name_as_it_is_written(tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text(
        "- {id: a, provider: Acme, models: ['qwen3:8b-acme'], train: 'yes', licence: c, reviewed: 2026-11-01}\n"
        "- {id: b, provider: Acme, models: ['replay/*'], train: 'yes', licence: c, reviewed: 2026-11-01}\n",
        encoding="utf-8",
    )
    policy = Policy.load(own)
    assert policy.of("ollama/Qwen3:8b-acme").train == "yes"
    assert policy.of("replay/gpt-5.jsonl").train == "yes"
