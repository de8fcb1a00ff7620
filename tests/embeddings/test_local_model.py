"""A sentence-transformers model in this process: made here, of a few words and random weights, and run as any other."""

import importlib.util
import json

import pytest
from echoed import BY_VECTORS, figures, told

pytest.importorskip("sklearn")
if importlib.util.find_spec("sentence_transformers") is None:
    pytest.skip("sentence-transformers is not installed: pip install 'windrow[embeddings]'", allow_module_level=True)

from windrow.run import Run

pytestmark = pytest.mark.filterwarnings("ignore")  # of that library's own making
WORDS = (
    "where",
    "is",
    "crate",
    "of",
    "the",
    "train",
    "kept",
    "please",
    "say",
    "it",
    "lies",
    "in",
    "hall",
    "on",
    "shelf",
)
SPECIAL = {
    "pad_token": "[PAD]",
    "unk_token": "[UNK]",
    "cls_token": "[CLS]",
    "sep_token": "[SEP]",
    "mask_token": "[MASK]",
}


def tokenizer():
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    vocabulary = {word: number for number, word in enumerate([*SPECIAL.values(), *WORDS])}
    made = Tokenizer(WordLevel(vocabulary, unk_token=SPECIAL["unk_token"]))
    made.pre_tokenizer = Whitespace()
    return made


def static(folder):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import StaticEmbedding

    SentenceTransformer(modules=[StaticEmbedding(tokenizer(), embedding_dim=24)], device="cpu").save(str(folder))


def bert(folder):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer(), **SPECIAL)
    small = BertConfig(
        vocab_size=len(fast), hidden_size=24, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    plain = folder.with_name("plain")
    BertModel(small).save_pretrained(plain)
    fast.save_pretrained(plain)
    module = Transformer(str(plain), max_seq_length=32)
    size = module.auto_model.config.hidden_size
    SentenceTransformer(modules=[module, Pooling(size)], device="cpu").save(str(folder))


@pytest.fixture(params=[static, bert], ids=["static", "bert"])
def model(request, tmp_path):
    import torch

    torch.manual_seed(0)
    request.param(tmp_path / "model")
    return request.param


def asked(folder):
    with Run.open(folder).ledger() as ledger:
        return [call for call in ledger.asked() if call.label == "embeddings"]


def test_a_model_in_a_folder_gives_the_figures_and_is_run_once_for_each_text(run, model):
    done = run(embeddings={"model": "local/model", "base_url": None})
    found = figures(done)
    assert all("local/model" in found[name]["method"] for name in BY_VECTORS)
    calls = asked(done.folder)
    assert len(calls) == told(done)["embeddings"]["vectors"] == 90
    (paid,) = [each for each in told(done)["models"] if each["model"] == "local/model"]
    assert (paid["usd"], paid["input_tokens"]) == ("0", None)
    run(embeddings={"model": "local/model", "base_url": None})
    assert len(asked(done.folder)) == len(calls)


def test_rows_are_compared_by_it_and_another_model_in_its_place_is_another(run, model, tmp_path):
    import torch

    plan = {
        "embeddings": {"model": "local/model", "base_url": None},
        "filters": [{"use": "semantic_dedupe", "threshold": 0.999}],
    }
    done = run(**plan)
    assert told(done)["rows"]["generated"] == 30
    before = len(asked(done.folder))
    torch.manual_seed(1)
    model(tmp_path / "model")
    run(**plan)
    assert len(asked(done.folder)) == 2 * before


def test_a_shorter_vector_is_cut_by_the_library(run, model):
    done = run(embeddings={"model": "local/model", "base_url": None, "dimensions": 8})
    assert told(done)["embeddings"]["failed"] == {}
    assert {len(json.loads(call.response)["data"][0]["embedding"]) for call in asked(done.folder)} == {44}


def test_a_folder_that_holds_no_model_costs_the_figures_alone(run, tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}", encoding="utf-8")
    done = run(embeddings={"model": "local/model", "base_url": None})
    assert told(done)["rows"]["accepted"] == 30
    assert "local_model" in figures(done)["Vendi score of questions"]["not_evaluated"]
