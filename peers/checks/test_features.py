"""What `prepare` writes, read by others: pyarrow, and a TFRecord reader that is not TensorFlow's."""

import json

import pyarrow.parquet
import pytest
import torch
from tfrecord.reader import tfrecord_loader
from transformers import AutoModel, AutoTokenizer

from folders import minilm

LENGTH = 24
WORDS = ["lovely", "awful", "plain", "élégant", "unaffable", "日本", "don't", "50%"]


def lay_out(base):
    rows = [
        {
            "text": f"{WORDS[n % 8]} dress, {WORDS[n // 8 % 8]}! number {n} " + "and more " * (n % 20),
            "label": str(n % 3 - 1),
            "origin": "upload",
        }
        for n in range(300)
    ]
    inputs = base / "processing/input"
    for name in ["manifest", "parts"]:
        (inputs / name).mkdir(parents=True)
    (inputs / "pretrained").symlink_to(minilm())
    (inputs / "parts/p.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    manifest = {
        "dataset": "reviews",
        "number": 1,
        "id": "check",
        "parts": [{"id": "p", "rows": len(rows), "quarantined": 0, "source_key": "reviews.csv"}],
        "mapping": {"text_column": "text", "label_column": "label", "labels": {}},
        "labels": ["-1", "0", "1"],
        "prepare_version": 1,
        "created_at": "2026-01-01T00:00:00Z",
    }
    (inputs / "manifest/1.json").write_text(json.dumps(manifest))
    return {row["text"] for row in rows}


def read_parquet(path):
    return pyarrow.parquet.read_table(path).to_pylist()


def read_tf_records(path, embedding=False):
    kinds = {"embedding": "float"} if embedding else {}
    kinds |= {
        "review_body": "byte",
        "sentiment": "byte",
        "label_id": "int",
        "input_ids": "int",
        "attention_mask": "int",
    }
    for row in tfrecord_loader(str(path), None, kinds):
        yield {
            "review_body": bytes(row["review_body"]).decode(),
            "sentiment": bytes(row["sentiment"]).decode(),
            "label_id": int(row["label_id"][0]),
            "input_ids": row["input_ids"].tolist(),
            "attention_mask": row["attention_mask"].tolist(),
            "embedding": row["embedding"].tolist() if "embedding" in row else None,
        }


def read_json_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize(
    "kind, read",
    [("jsonl", read_json_lines), ("parquet", read_parquet), ("tfrecord", read_tf_records)],
)
def test_features_are_those_of_transformers(tmp_path, classifier, kind, read):
    texts = lay_out(tmp_path)
    classifier("prepare", "--format", kind, "--features", "input_ids", "--max-seq-length", str(LENGTH))
    tokenizer = AutoTokenizer.from_pretrained(minilm())
    found = set()
    for part in ["train", "validation", "test"]:
        for row in read(tmp_path / f"processing/output/{part}/part-00000.{kind}"):
            found.add(row["review_body"])
            expected = tokenizer(
                row["review_body"], padding="max_length", truncation=True, max_length=LENGTH
            )
            assert list(row["input_ids"]) == expected["input_ids"]
            assert list(row["attention_mask"]) == expected["attention_mask"]
            assert str(row["label_id"] - 1) == row["sentiment"]
    assert found == texts


def test_embeddings_are_the_mean_of_transformers_hidden_states(tmp_path, classifier):
    lay_out(tmp_path)
    arguments = ["--features", "embeddings", "--max-seq-length", str(LENGTH)]
    model, tokenizer = AutoModel.from_pretrained(minilm()), AutoTokenizer.from_pretrained(minilm())
    for kind, read in [("parquet", read_parquet), ("tfrecord", lambda path: read_tf_records(path, True))]:
        classifier("prepare", "--format", kind, *arguments)
        rows = list(read(tmp_path / f"processing/output/test/part-00000.{kind}"))[:20]
        texts = [row["review_body"] for row in rows]
        encoded = tokenizer(
            texts, padding=True, truncation=True, max_length=LENGTH, return_tensors="pt"
        )
        with torch.no_grad():
            states = model(**encoded).last_hidden_state
        mask = encoded["attention_mask"].unsqueeze(-1)
        expected = (states * mask).sum(1) / mask.sum(1)
        assert torch.allclose(torch.tensor([row["embedding"] for row in rows]), expected, atol=1e-4)
