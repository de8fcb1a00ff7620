"""Does TRL's own SFTTrainer train on this export, and does every row reach it whole?

Runs in an environment of its own (see run.sh), on the CPU, without a network: a tokenizer trained on the rows and a
tiny random Qwen2. A row is whole when the text that its chat template renders holds its answer, its calls with every
argument, and its results; and when the trainer has as many rows as the file has lines.
"""

import json
import math
import runpy
import sys
from pathlib import Path

import datasets
import torch
import transformers
import trl
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

MARKS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
STEPS = 2
TEMPLATE = (
    "{%- if tools %}<|im_start|>system\nTools:\n"
    "{% for tool in tools %}{{ tool | tojson }}\n{% endfor %}<|im_end|>\n{% endif -%}"
    "{%- for message in messages -%}"
    "<|im_start|>{{ message.role }}{{ '\n' }}"
    "{%- if message.role == 'assistant' -%}{% generation %}"
    "{%- if message.reasoning_content %}<think>\n{{ message.reasoning_content }}\n</think>\n\n{% endif -%}"
    "{{ message.content }}"
    "{%- for call in message.tool_calls or [] %}\n<tool_call>\n"
    '{"name": {{ call.function.name | tojson }}, "arguments": {{ call.function.arguments | tojson }}}'
    "\n</tool_call>{% endfor %}<|im_end|>{% endgeneration %}\n"
    "{%- else %}{{ message.content }}<|im_end|>\n{% endif -%}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt %}<|im_start|>assistant\n{% endif -%}"
)


def lines(path):
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def turns_of(row):
    return row["messages"] if "messages" in row else row["prompt"] + row["completion"]


def make_tokenizer(rows):
    """A byte-level BPE trained on the very rows, with ChatML's marks and a template that knows tools and reasoning."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=2000, special_tokens=MARKS, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator((turn["content"] for row in rows for turn in turns_of(row)), trainer)
    marks = {"eos_token": MARKS[2], "pad_token": MARKS[0]}
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **marks)
    fast.chat_template = TEMPLATE
    return fast


def make_model(tokenizer):
    config = transformers.Qwen2Config(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=8192, eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )  # fmt: skip
    torch.manual_seed(0)
    return transformers.Qwen2ForCausalLM(config)


def must_hold(row):
    """The strings that the rendered text of a row must hold, read from the file itself and not through Arrow."""
    for turn in turns_of(row):
        yield turn["content"]
        yield turn.get("reasoning_content") or ""
        for call in turn.get("tool_calls") or []:
            yield call["function"]["name"]
            for key, value in call["function"]["arguments"].items():
                # A float may come out longer (1.7 as 1.7000000000000002); that its start is there is what to ask.
                yield f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}"
    for tool in json.loads(row.get("tools") or "[]"):
        yield tool["function"]["name"]


def same(one, other):
    """Equal, but for what `datasets` does to floats in places whose keys differ from row to row."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return one == other


def rendered(row, tokenizer):
    tools = json.loads(row["tools"]) if row.get("tools") else None
    return tokenizer.apply_chat_template(turns_of(row), tools=tools, tokenize=False)


def check_rendering(raw, loaded, tokenizer):
    """Every row as `datasets` gives it renders to a text that holds what the file says."""
    assert len(loaded) == len(raw), f"datasets has {len(loaded)} of {len(raw)} rows"
    for number, (line, row) in enumerate(zip(raw, loaded, strict=True), start=1):
        text = rendered(row, tokenizer)
        for part in must_hold(line):
            assert part in text, f"line {number}: {part!r} is not in the rendered text:\n{text}"
        for turn, was in zip(turns_of(row), turns_of(line), strict=True):
            for call, told in zip(turn.get("tool_calls") or [], was.get("tool_calls") or [], strict=True):
                function, written = call["function"], told["function"]
                assert same(function["arguments"], written["arguments"]), f"line {number}: {function} was {written}"


def train(dataset, tokenizer, work, **more):
    options = trl.SFTConfig(
        output_dir=str(work / "out"), max_steps=STEPS, per_device_train_batch_size=2, max_length=4096, report_to=[],
        use_cpu=True, logging_steps=1, save_strategy="no", disable_tqdm=True, **more,
    )  # fmt: skip
    trainer = trl.SFTTrainer(
        model=make_model(tokenizer), args=options, train_dataset=dataset, processing_class=tokenizer
    )
    trainer.remove_callback(transformers.PrinterCallback)
    trainer.train()
    assert trainer.state.global_step == STEPS
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    assert len(losses) == STEPS
    assert all(math.isfinite(loss) and loss > 0 for loss in losses), losses
    return trainer, losses


def check_trained(raw, trainer, tokenizer):
    """What the trainer made of the rows: none lost, each answer in its tokens."""
    prepared = trainer.train_dataset
    assert len(prepared) == len(raw), f"the trainer has {len(prepared)} of {len(raw)} rows"
    for number, (line, row) in enumerate(zip(raw, prepared, strict=True), start=1):
        text = tokenizer.decode(row["input_ids"])
        answer = turns_of(line)[-1]["content"]
        assert answer in text, f"line {number}: the answer {answer!r} is not among the tokens: {text!r}"


def main(export, work):
    raw = lines(export / "train.jsonl")
    files = {path.stem: str(path) for path in sorted(export.glob("*.jsonl"))}
    loaded = datasets.load_dataset("json", data_files=files, cache_dir=str(work / "cache" / export.name))
    tokenizer = make_tokenizer([row for path in files.values() for row in lines(Path(path))])
    for split, path in files.items():
        check_rendering(lines(Path(path)), loaded[split], tokenizer)
    trainer, losses = train(loaded["train"], tokenizer, work)
    check_trained(raw, trainer, tokenizer)
    print(f"{export.name}: {len(raw)} rows loaded, rendered whole and trained on; loss {losses}")

    stream = runpy.run_path(str(export / "load.py"))["train"]
    assert list(stream) == raw, "load.py gives other rows than the file has"
    _, losses = train(stream, tokenizer, work)
    print(f"{export.name}: the same through load.py; loss {losses}")


if __name__ == "__main__":
    print(" ".join(f"{library.__name__} {library.__version__}" for library in (trl, transformers, datasets, torch)))
    main(Path(sys.argv[1]), Path(sys.argv[2]))
