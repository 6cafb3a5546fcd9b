"""What a training computes with, as a key of its finished seeds: versions, and a digest of sources.

Six seeds take hours, so they outlast a change elsewhere in the classifier: what counts are the sources that train.
"""

import hashlib
import importlib.metadata
import pathlib
import tomllib

import _measure

# Below crates/, beside the job's own folder classifier/src/ALGORITHM.
TRAINS = {"bert": ["bert", "kernels"], "fasttext": ["fasttext"], "ngrams": ["ngrams"], "ensemble": []}
# Of every algorithm: the rows as they are read, their order, the draws, the scores. Of `policy`, which is much else, what the
# order and the draws come from: a text's place is the hash of what text.rs makes of it.
OF_ALL = [
    "scores",
    "classifier/src/training",
    "classifier/src/channel",
    "classifier/src/channel.rs",
    "policy/src/random.rs",
    "policy/src/split.rs",
    "policy/src/text.rs",
]
# Dependencies of the crate `bert` that decide which numbers are drawn and which tokens a text has. One list for all
# algorithms: seeds of the others take seconds.
LIBRARIES = ["rand", "rand_chacha", "tokenizers"]


def program(name, files, *packages, libraries=()):
    versions = [f"{name} {importlib.metadata.version(name)}" for name in packages]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(code_of(file))
    for library in libraries:
        digest.update(f"{library}\n".encode())
    return ", ".join([*versions, f"{name} {digest.hexdigest()[:16]}"])


def code_of(file):
    """A comment in Rust changes no training."""
    if file.suffix != ".rs":
        return file.read_bytes()
    lines = file.read_text().splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("//")).encode()


def of_sources(algorithm, *packages):
    places = [*TRAINS[algorithm], *OF_ALL, f"classifier/src/{algorithm}"]
    files = [file for place in places for file in rust_below(pathlib.Path("crates", place))]
    # A page draws what was trained.
    files = [file for file in files if "tests" not in str(file) and file.name != "page.rs"]
    name = f"{pathlib.Path(_measure.CLASSIFIER).name}'s {algorithm}"
    return program(name, files, *packages, libraries=locked("bert", LIBRARIES))


def rust_below(place):
    assert place.exists(), f"{place} has moved: what trains is named in _sources.py"
    return [place] if place.is_file() else place.rglob("*.rs")


def of_automl(*packages):
    """Of all that `algorithm=automl` trains, and of how it averages."""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in packages]
    return ", ".join([*versions, " ".join(of_sources(name).rsplit(" ", 1)[1] for name in TRAINS)])


def locked(crate, names):
    """`NAME VERSION` of a crate's dependencies."""
    packages = tomllib.loads(pathlib.Path("Cargo.lock").read_text())["package"]
    [of_crate] = [package for package in packages if package["name"] == crate]
    dependencies = {one.split()[0]: one for one in of_crate["dependencies"]}
    versions = {package["name"]: package["version"] for package in packages}
    # Where the lock has several versions of a package, its dependents say which.
    return [dependencies[name] if " " in dependencies[name] else f"{name} {versions[name]}" for name in names]
