"""Tiny checkpoints in Detoxify's true format that learnt one thing: a text with the word "idiot" is toxic."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from tests.hayward.screeners.toxicity.tiny import CLASSES, TinyCheckpoint

Shape = Literal["bert", "roberta", "xlm-roberta", "albert"]
WORDS = ("the", "sheep", "may", "graze", "you", "are", "an", "idiot", "village", "keeps", "a", "common", ".")
MAXIMUM = 64


def make_trained_checkpoint(folder: Path, shape: Shape) -> TinyCheckpoint:
    """Writes a checkpoint of that shape, trained for some seconds, with its configuration and tokenizer beside it."""
    import torch
    import transformers

    torch.manual_seed(7)
    config = folder / "config"
    config.mkdir(parents=True)
    model_name, tokenizer_name, settings = _shape(shape, config)
    model_class: Any = getattr(transformers, model_name)
    settings.save_pretrained(config)
    model = model_class(settings)
    tokenizer = getattr(transformers, tokenizer_name).from_pretrained(config)
    _train(model, tokenizer)
    checkpoint = folder / "trained.ckpt"
    arguments = {
        "num_classes": len(CLASSES),
        "model_type": str(config),
        "model_name": model_name,
        "tokenizer_name": tokenizer_name,
    }
    torch.save(
        {
            "config": {"arch": {"args": arguments}, "dataset": {"args": {"classes": list(CLASSES)}}},
            "state_dict": model.state_dict(),
        },
        checkpoint,
    )
    return TinyCheckpoint(checkpoint, config)


def _shape(shape: Shape, config: Path) -> tuple[str, str, Any]:
    import transformers

    size: dict[str, Any] = {
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 64,
        "id2label": dict(enumerate(CLASSES)),
    }
    settings: Any
    if shape == "bert":
        count = _bert_tokenizer(config)
        settings = transformers.BertConfig(vocab_size=count, max_position_embeddings=MAXIMUM, **size)
        return "BertForSequenceClassification", "BertTokenizer", settings
    if shape == "albert":
        count = _unigram_tokenizer(config, ("<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"), "[CLS]", "[SEP]")
        settings = transformers.AlbertConfig(
            vocab_size=count, max_position_embeddings=MAXIMUM, embedding_size=16, **size
        )
        return "AlbertForSequenceClassification", "AlbertTokenizer", settings
    if shape == "roberta":
        count = _bpe_tokenizer(config)
        settings = transformers.RobertaConfig(
            vocab_size=count, max_position_embeddings=MAXIMUM + 2, pad_token_id=1, **size
        )
        return "RobertaForSequenceClassification", "RobertaTokenizer", settings
    count = _unigram_tokenizer(config, ("<s>", "<pad>", "</s>", "<unk>", "<mask>"), "<s>", "</s>")
    settings = transformers.XLMRobertaConfig(
        vocab_size=count, max_position_embeddings=MAXIMUM + 2, pad_token_id=1, **size
    )
    return "XLMRobertaForSequenceClassification", "XLMRobertaTokenizer", settings


def _bert_tokenizer(config: Path) -> int:
    words = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS)
    (config / "vocab.txt").write_text("\n".join(words) + "\n")
    _tokenizer_config(config, do_lower_case=True)
    return len(words)


def _bpe_tokenizer(config: Path) -> int:
    from transformers import RobertaTokenizer

    letters = [chr(byte) for byte in range(33, 127)]
    names = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "Ġ", *letters]
    merges = []
    for word in (f"{space}{word}" for word in WORDS for space in ("Ġ", "")):
        for end in range(1, len(word)):
            merges.append((word[:end], word[end]))
            names.append(word[: end + 1])
    vocabulary = {name: number for number, name in enumerate(dict.fromkeys(names))}
    pairs: Any = list(dict.fromkeys(merges))
    RobertaTokenizer(vocab=vocabulary, merges=pairs, model_max_length=MAXIMUM).save_pretrained(config)
    return len(vocabulary)


def _unigram_tokenizer(config: Path, special: tuple[str, ...], begin: str, end: str) -> int:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    pieces = [(name, 0.0) for name in special]
    pieces += [(f"▁{word}", -2.0) for word in WORDS] + [("▁", -3.0)]
    pieces += [(chr(code), -8.0) for code in range(33, 127)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=special.index("<unk>")))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}", special_tokens=[(begin, special.index(begin)), (end, special.index(end))]
    )
    tokenizer.save(str(config / "tokenizer.json"))
    _tokenizer_config(config)
    return len(pieces)


def _tokenizer_config(config: Path, **more: Any) -> None:
    (config / "tokenizer_config.json").write_text(json.dumps({"model_max_length": MAXIMUM, **more}))


def _train(model: Any, tokenizer: Any) -> None:
    import random

    import torch

    chance = random.Random(3)  # noqa: S311 - reproducible on purpose
    harmless = [word for word in WORDS if word != "idiot"]
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3)
    model.train()
    for _ in range(60):
        texts, labels = [], []
        for _ in range(32):
            words = [chance.choice(harmless) for _ in range(chance.randint(1, 12))]
            toxic = chance.random() < 0.5
            if toxic:
                words.insert(chance.randrange(len(words) + 1), "idiot")
            texts.append(" ".join(words))
            labels.append([float(toxic)] * len(CLASSES))
        given = tokenizer(texts, return_tensors="pt", padding=True, truncation=True)
        logits = model(**given)[0]
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, torch.tensor(labels))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    model.eval()
