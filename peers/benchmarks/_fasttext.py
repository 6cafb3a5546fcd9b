"""The official package: `train FOLDER SETTINGS SEED THREADS` or `test MODEL FILE`; prints JSON."""

import json
import sys
import time

import fasttext


def accuracy(model, path):
    right = rows = 0
    for line in open(path):
        label, text = line.split(" ", 1)
        # Below the Python wrapper, which does not work with numpy 2.
        ((_, predicted),) = model.f.predict(text, 1, 0.0, "strict")
        right += predicted == label
        rows += 1
    return right / rows


def train(folder, settings, seed, threads):
    settings = json.loads(settings)
    start = time.monotonic()
    model = fasttext.train_supervised(
        f"{folder}/input/data/train/rows.txt",
        epoch=settings["epochs"],
        lr=settings["learning_rate"],
        wordNgrams=settings["word_ngrams"],
        dim=settings["vector_dim"],
        minCount=settings["min_count"],
        bucket=settings["buckets"],
        seed=int(seed),
        thread=int(threads),
        verbose=0,
    )
    model.save_model(f"{folder}/official.bin")
    seconds = time.monotonic() - start
    return {"seconds": seconds, "accuracy": accuracy(model, f"{folder}/input/data/test/rows.txt")}


if sys.argv[1] == "train":
    print(json.dumps(train(*sys.argv[2:])))
else:
    model, path = sys.argv[2:]
    print(json.dumps({"accuracy": accuracy(fasttext.load_model(model), path)}))
