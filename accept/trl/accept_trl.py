"""Do TRL's own trainers train on this export, and does every row reach them whole?

Runs in an environment of its own (see run.sh), on the CPU, without a network: a tokenizer trained on the rows and a
tiny random Qwen2. SFTTrainer takes conversations, DPOTrainer preferences (with its sigmoid loss and with IPO's),
KTOTrainer answers with labels. A row is whole when the text that its chat template renders holds its answers, their
calls with every argument, and the results; and when the trainer has as many rows as the file has lines.
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
SIDES = ("completion", "chosen", "rejected")
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


def conversations_of(row):
    """The row as the conversations that its trainer renders: the whole, or the prompt with each answer."""
    return [row["messages"]] if "messages" in row else [row["prompt"] + row[side] for side in SIDES if side in row]


def make_tokenizer(rows):
    """A byte-level BPE trained on the very rows, with ChatML's marks and a template that knows tools and reasoning."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=2000, special_tokens=MARKS, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    said = (turn["content"] for row in rows for turns in conversations_of(row) for turn in turns)
    tokenizer.train_from_iterator(said, trainer)
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


def tools_of(row):
    tools = row.get("tools")
    return json.loads(tools) if isinstance(tools, str) else tools


def must_hold(row, turns):
    """The strings that a rendered conversation must hold, read from the file itself and not through Arrow."""
    for turn in turns:
        yield turn["content"]
        yield turn.get("reasoning_content") or ""
        for call in turn.get("tool_calls") or []:
            yield call["function"]["name"]
            for key, value in call["function"]["arguments"].items():
                # A float may come out longer (1.7 as 1.7000000000000002); that its start is there is what to ask.
                yield f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}"
    for tool in tools_of(row) or []:
        yield tool["function"]["name"]


def same(one, other):
    """Equal, but for what `datasets` does to floats in places whose keys differ from row to row."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return one == other


def check_rendering(raw, loaded, tokenizer):
    """Every row as `datasets` gives it renders to texts that hold what the file says."""
    assert len(loaded) == len(raw), f"datasets has {len(loaded)} of {len(raw)} rows"
    for number, (line, row) in enumerate(zip(raw, loaded, strict=True), start=1):
        assert row.get("label") == line.get("label"), f"line {number}: the label {line['label']} is {row['label']}"
        for turns, written in zip(conversations_of(row), conversations_of(line), strict=True):
            text = tokenizer.apply_chat_template(turns, tools=tools_of(row), tokenize=False)
            for part in must_hold(line, written):
                assert part in text, f"line {number}: {part!r} is not in the rendered text:\n{text}"
            for turn, was in zip(turns, written, strict=True):
                for call, told in zip(turn.get("tool_calls") or [], was.get("tool_calls") or [], strict=True):
                    function, says = call["function"], told["function"]
                    assert same(function["arguments"], says["arguments"]), f"line {number}: {function} was {says}"


def form_of(row):
    return "preference" if "chosen" in row else "unpaired" if "label" in row else "sft"


def trainers_of(form):
    """The trainers for rows of `form`, each with its configuration's class and what is special about it."""
    return {
        "sft": [(trl.SFTTrainer, trl.SFTConfig, {})],
        "preference": [
            (trl.DPOTrainer, trl.DPOConfig, {}),
            (trl.DPOTrainer, trl.DPOConfig, {"loss_type": ["ipo"]}),
        ],
        "unpaired": [(trl.KTOTrainer, trl.KTOConfig, {})],
    }[form]


def train(trainer_class, config_class, dataset, tokenizer, work, **more):
    options = config_class(
        output_dir=str(work / "out"), max_steps=STEPS, per_device_train_batch_size=2, max_length=4096, report_to=[],
        use_cpu=True, logging_steps=1, save_strategy="no", disable_tqdm=True, **more,
    )  # fmt: skip
    # Otherwise the trainer would fetch the reference model from where the model came from, and ours came from nowhere.
    reference = {} if trainer_class is trl.SFTTrainer else {"ref_model": make_model(tokenizer)}
    trainer = trainer_class(
        model=make_model(tokenizer), args=options, train_dataset=dataset, processing_class=tokenizer, **reference
    )
    trainer.remove_callback(transformers.PrinterCallback)
    trainer.train()
    assert trainer.state.global_step == STEPS
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    assert len(losses) == STEPS
    assert all(math.isfinite(loss) and loss > 0 for loss in losses), losses
    return trainer, losses


def tokens_of(row):
    """The tokens that a trainer made of a row, as one sequence for each answer."""
    if "input_ids" in row:
        return [row["input_ids"]]
    return [row["prompt_ids"] + row[key] for key in ("completion_ids", "chosen_ids", "rejected_ids") if key in row]


def check_trained(raw, trainer, tokenizer):
    """What the trainer made of the rows: none lost, each answer in its tokens."""
    prepared = trainer.train_dataset
    assert len(prepared) == len(raw), f"the trainer has {len(prepared)} of {len(raw)} rows"
    for number, (line, row) in enumerate(zip(raw, prepared, strict=True), start=1):
        for turns, tokens in zip(conversations_of(line), tokens_of(row), strict=True):
            text = tokenizer.decode(tokens)
            answer = turns[-1]
            parts = [answer["content"], *(call["function"]["name"] for call in answer.get("tool_calls") or [])]
            assert all(part in text for part in parts), f"line {number}: {parts} are not among the tokens: {text!r}"


def accept(name, files, export, work):
    """Load, render and train on the files of one form: {split: path}."""
    raw = {split: lines(path) for split, path in files.items()}
    form = form_of(raw["train"][0])
    told = {split: str(path) for split, path in files.items()}
    loaded = datasets.load_dataset("json", data_files=told, cache_dir=str(work / "cache" / export.name / name))
    tokenizer = make_tokenizer([row for rows in raw.values() for row in rows])
    for split, rows in raw.items():
        check_rendering(rows, loaded[split], tokenizer)
    stream = runpy.run_path(str(export / "load.py"))[files["train"].stem]
    assert list(stream) == raw["train"], "load.py gives other rows than the file has"
    for trainer_class, config_class, more in trainers_of(form):
        trainer, losses = train(trainer_class, config_class, loaded["train"], tokenizer, work, **more)
        check_trained(raw["train"], trainer, tokenizer)
        _, streamed = train(trainer_class, config_class, stream, tokenizer, work, **more)
        by = f"{trainer_class.__name__}{more or ''}"
        print(f"{name}: {len(raw['train'])} rows loaded, rendered whole, trained on by {by}; loss {losses}")
        print(f"{name}: the same through load.py; loss {streamed}")


def main(export, work):
    forms = {}
    for path in sorted(export.glob("*.jsonl")):
        split, _, form = path.stem.partition("_")
        forms.setdefault(form, {})[split] = path
    for form, files in forms.items():
        accept(f"{export.name} {form}".strip(), files, export, work)


if __name__ == "__main__":
    print(" ".join(f"{library.__name__} {library.__version__}" for library in (trl, transformers, datasets, torch)))
    main(Path(sys.argv[1]), Path(sys.argv[2]))
