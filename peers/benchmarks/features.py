"""Tokenising the clothing reviews and writing features as Parquet, against transformers' fast tokenizer and pandas.

Ours is the whole `prepare` job: it also consolidates, hashes and splits the rows. The peer reads the same JSON
Lines, tokenises and writes one file, without starting Python.
"""

import pathlib
import shutil
import tempfile
import time

import _clothing
import _measure


def rows():
    if _clothing.absent():
        return []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        count = _clothing.lay_out(folder)
        shutil.copytree(_measure.MINILM, folder / "processing/input/pretrained")

        def ours():
            shutil.rmtree(folder / "processing/output", ignore_errors=True)
            start = time.monotonic()
            arguments = ["--format", "parquet", "--features", "input_ids"]
            finished = _clothing.prepare(folder, *arguments)
            seconds = time.monotonic() - start
            return {"rows_per_second": count / seconds, "memory": finished["memory"]}

        def pandas():
            return _measure.run_python("_features.py", folder, _measure.MINILM)

        medians = _measure.alternate({"ours": ours, "pandas": pandas})
    mine, theirs = medians["ours"], medians["pandas"]
    what, peer = "features of the clothing reviews", "transformers + pandas"
    speeds = mine["rows_per_second"], peer, theirs["rows_per_second"]
    return [
        _measure.row(what, "rows/s", *speeds),
        _measure.row(f"{what}, memory", "MB", mine["memory"], peer, theirs["memory"]),
    ]
