"""Makes tiny models of names in the true formats: a spaCy pipeline, a BERT token classifier as ONNX."""

import json
import warnings
from pathlib import Path
from typing import Any

SENTENCES: tuple[tuple[str, list[tuple[int, int, str]]], ...] = (
    ("Zhqwe Vlorb met us", [(0, 11, "PERSON")]),
    ("we saw Zhqwe Vlorb there", [(7, 18, "PERSON")]),
    ("the parish keeps a common", []),
    ("sheep may graze there", []),
    ("ask Zhqwe Vlorb about sheep", [(4, 15, "PERSON")]),
)
WORDS = (
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "zh",
    "##qwe",
    "vlorb",
    "lives",
    "at",
    "3",
    "quorn",
    "met",
    "sheep",
    "graze",
    ".",
    ",",
    "é",
)
LABELS = ("O", "B-PER", "I-PER", "B-STREET", "I-STREET", "B-ORG")
# What the tiny classifier says of each word: its embedding is the label itself.
LABEL_OF = {
    "zh": "B-PER",
    "##qwe": "I-PER",
    "vlorb": "I-PER",
    "3": "B-STREET",
    "quorn": "I-STREET",
    "met": "B-ORG",
}
POSITIONS = 16


def spacy_pipeline(folder: Path) -> Path:
    """A blank English pipeline with a tagger of entities that has learnt the five sentences by heart."""
    import random

    import spacy
    from spacy.training import Example
    from thinc.util import fix_random_seed

    random.seed(1)
    fix_random_seed(1)
    pipeline = spacy.blank("en")
    tagger: Any = pipeline.add_pipe("ner")
    tagger.add_label("PERSON")
    examples = [Example.from_dict(pipeline.make_doc(text), {"entities": spans}) for text, spans in SENTENCES]
    optimizer = pipeline.initialize(lambda: examples)
    for _ in range(40):
        pipeline.update(examples, sgd=optimizer)
    pipeline.to_disk(folder)
    return folder


def token_classifier(folder: Path, **config: Any) -> Path:
    """A BERT of one layer, exported by torch.onnx, with a WordPiece tokenizer."""
    import torch
    from transformers import BertConfig, BertForTokenClassification

    settings = BertConfig(
        vocab_size=len(WORDS), hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8,
        max_position_embeddings=POSITIONS, id2label=dict(enumerate(LABELS)),
        label2id={label: number for number, label in enumerate(LABELS)},
    )  # fmt: skip
    model: Any = BertForTokenClassification(settings)
    model.eval()
    _teach(model)
    folder.mkdir(parents=True, exist_ok=True)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own, about itself
        torch.onnx.export(
            model, tuple(torch.ones((2, 8), dtype=torch.int64) for _ in names), str(folder / "model.onnx"),
            input_names=names, output_names=["logits"], dynamo=False,
            dynamic_axes={name: {0: "batch", 1: "tokens"} for name in (*names, "logits")},
        )  # fmt: skip
    (folder / "config.json").write_text(json.dumps({**settings.to_dict(), **config}))
    _tokenizer().save(str(folder / "tokenizer.json"))
    return folder


def _teach(model: Any) -> None:
    """Sets the weights so that a token's own embedding decides, whatever stands around it."""
    import torch

    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
        for name, parameter in model.named_parameters():
            if "LayerNorm.weight" in name:
                parameter.fill_(1.0)
        for number, word in enumerate(WORDS):
            model.bert.embeddings.word_embeddings.weight[number, LABELS.index(LABEL_OF.get(word, "O"))] = 4.0
        for number in range(len(LABELS)):
            model.classifier.weight[number, number] = 4.0


def _tokenizer() -> Any:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(
        models.WordPiece({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]")
    )
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer
