"""Makes a tiny GLiNER model in the true form of ONNX exports: prompt, words, spans, labels."""

import json
import warnings
from pathlib import Path
from typing import Any

SETTINGS: dict[str, Any] = {
    "model_name": "example/tiny",
    "span_mode": "markerV0",
    "max_width": 4,
    "max_len": 24,
    "ent_token": "<<ENT>>",
    "sep_token": "<<SEP>>",
    "subtoken_pooling": "first",
    "words_splitter_type": "whitespace",
    "class_token_index": 17,
    "encoder_config": {"model_type": "deberta-v2", "max_position_embeddings": 64},
}
WORDS = (
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "zh", "##qwe", "vlorb", "3", "quorn", "springfield", "person", "street",
    "location", "address", "sheep", "##y", ".", "<<ENT>>", "<<SEP>>",
)  # fmt: skip
# Which label a word begins, and which it ends, with what strength; a span is both.
BEGINS = {
    "zh": ("person", 1.0),
    "vlorb": ("person", 0.9),
    "3": ("street", 1.0),
    "springfield": ("location", 1.0),
}
ENDS = {
    "zh": ("person", 0.9),
    "vlorb": ("person", 1.0),
    "quorn": ("street", 1.0),
    "springfield": ("location", 1.0),
}
LABELS = ("person", "street", "location")


def gliner(folder: Path, **settings: Any) -> Path:
    """A folder with gliner_config.json, tokenizer.json and onnx/model.onnx."""
    import torch

    config = {**SETTINGS, **settings}
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    names = ["input_ids", "attention_mask", "words_mask", "text_lengths", "span_idx", "span_mask"]
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own, about itself
        torch.onnx.export(
            _module(config["max_width"]), _sample(config["max_width"]), str(folder / "onnx" / "model.onnx"),
            input_names=names, output_names=["logits"], dynamo=False,
            dynamic_axes={name: {0: "batch", 1: "length"} for name in (*names, "logits")}
            | {"logits": {0: "batch", 1: "words", 2: "width", 3: "labels"}},
        )  # fmt: skip
    (folder / "gliner_config.json").write_text(json.dumps(config))
    _tokenizer().save(str(folder / "tokenizer.json"))
    return folder


def _sample(width: int) -> tuple[Any, ...]:
    import torch

    ids = torch.tensor([[2, 17, 10, 17, 11, 13, 18, 4, 5, 6, 3]] * 2)
    mask = torch.tensor([[0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0]] * 2)
    spans = torch.tensor([[[word, word + more] for word in range(2) for more in range(width)]] * 2)
    is_inside = spans[:, :, 1] < 2
    return ids, torch.ones_like(ids), mask, torch.tensor([[2], [2]]), spans * is_inside[:, :, None], is_inside


def _module(width: int) -> Any:
    import torch

    embedded: Any = torch.nn.Embedding.from_pretrained

    class Spans(torch.nn.Module):
        """Words by their first tokens, labels by the token behind the marker, a span by its first and last word."""

        def __init__(self) -> None:
            super().__init__()
            self.begins = embedded(_table(BEGINS))
            self.ends = embedded(_table(ENDS))
            self.labels = embedded(_table({label: (label, 1.0) for label in LABELS}))

        def forward(self, *inputs: Any) -> Any:
            ids, attention, words, lengths, spans, is_inside = inputs
            labels = self.labels(ids[0][torch.nonzero(ids[0] == WORDS.index("<<ENT>>"))[:, 0] + 1])
            spans = spans * is_inside.unsqueeze(-1).long()
            first = self._of_words(self.begins(ids * attention), words, lengths)
            last = self._of_words(self.ends(ids * attention), words, lengths)
            begins, ends = (self._picked(rows, spans[:, :, side]) for side, rows in enumerate((first, last)))
            scores = 10 * torch.matmul(begins, labels.T) + 10 * torch.matmul(ends, labels.T) - 15
            return scores.view(ids.shape[0], -1, width, labels.shape[0])

        def _of_words(self, tokens: Any, words: Any, lengths: Any) -> Any:
            rows = torch.zeros(tokens.shape[0], lengths.max() + 1, tokens.shape[2])
            return rows.scatter_add(1, words.unsqueeze(-1).expand(tokens.shape), tokens)[:, 1:]

        def _picked(self, rows: Any, places: Any) -> Any:
            shape = (places.shape[0], places.shape[1], rows.shape[2])
            return torch.gather(rows, 1, places.unsqueeze(-1).expand(shape))

    return Spans().eval()


def _table(strengths: dict[str, tuple[str, float]]) -> Any:
    import torch

    table = torch.zeros(len(WORDS), len(LABELS))
    for word, (label, strength) in strengths.items():
        table[WORDS.index(word), LABELS.index(label)] = strength
    return table


def _tokenizer() -> Any:
    from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(
        models.WordPiece({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]")
    )
    tokenizer.add_special_tokens(
        [AddedToken(word, normalized=False) for word in WORDS if not word[0].isalnum() and word[0] in "[<"]
    )
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    # As exports leave it: what cuts and fills up is not for us.
    tokenizer.enable_truncation(8)
    tokenizer.enable_padding()
    return tokenizer
