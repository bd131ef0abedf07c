"""A tiny checkpoint in Detoxify's true format: random weights, a word list, and the configuration beside it."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

CLASSES = ("toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate")
WORDS = (
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    "the",
    "sheep",
    "may",
    "graze",
    "you",
    "are",
    "an",
    "idiot",
    ".",
)


@dataclass(frozen=True)
class TinyCheckpoint:
    checkpoint: Path
    config: Path

    @property
    def sha256(self) -> str:
        return sha256(self.checkpoint.read_bytes()).hexdigest()

    def environment(self, **more: str) -> dict[str, str]:
        return {
            "HAYWARD_TOXICITY_CHECKPOINT": str(self.checkpoint),
            "HAYWARD_TOXICITY_CONFIG": str(self.config),
            "HOME": str(self.config),
            **more,
        }


def make_tiny_checkpoint(folder: Path) -> TinyCheckpoint:
    """Writes the checkpoint and its folder of configuration and tokenizer, as Detoxify's published models have them."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    config = folder / "config"
    config.mkdir()
    (config / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    (config / "tokenizer_config.json").write_text(json.dumps({"model_max_length": 64, "do_lower_case": True}))
    torch.manual_seed(3)
    shape = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        id2label=dict(enumerate(CLASSES)),
        initializer_range=1.5,
    )
    shape.save_pretrained(config)
    checkpoint = folder / "tiny.ckpt"
    torch.save(
        {
            "config": {
                "arch": {
                    "args": {
                        "num_classes": len(CLASSES),
                        "model_type": str(config),
                        "model_name": "BertForSequenceClassification",
                        "tokenizer_name": "BertTokenizer",
                    }
                },
                "dataset": {"args": {"classes": list(CLASSES)}},
            },
            "state_dict": BertForSequenceClassification(shape).state_dict(),
        },
        checkpoint,
    )
    return TinyCheckpoint(checkpoint, config)
