"""The processor of this machine, its class of aims, and the instructions that the kernels use on it."""

import pathlib
import platform
import re

# What `kernels` detects before it uses an instruction set, the widest first. Where none is there, its twin in
# plain Rust runs.
KERNELS = {"avx512": {"avx512f", "avx2", "fma"}, "avx2": {"avx2", "fma"}}
# The widest first, with the flag that makes a processor one of the class.
CLASSES = {"avx512": "avx512f", "avx2": "avx2"}
# Zen 4, which computes 512 bits in two halves: what it can do at most in a cycle is what AVX2 can.
HALVES = {("AuthenticAMD", "25")}


def described(cpuinfo=pathlib.Path("/proc/cpuinfo")):
    text = cpuinfo.read_text() if cpuinfo.exists() else ""
    field = lambda name: next(iter(re.findall(rf"^{name}\s*: (.*)$", text, re.M)), "")
    flags = set(field("flags").split())
    check()
    kernels = (name for name, needed in KERNELS.items() if needed <= flags)
    in_halves = (field("vendor_id"), field("cpu family")) in HALVES
    classes = (name for name, flag in CLASSES.items() if flag in flags and not (name == "avx512" and in_halves))
    return {
        "name": field("model name") or platform.processor() or platform.machine(),
        "class": next(classes, "neither AVX2 nor AVX-512"),
        "kernels": next(kernels, "scalar"),
    }


def check():
    """The rule above is the one of the sources, or the report would name the wrong instructions."""
    sources = "".join(path.read_text() for path in pathlib.Path("crates/kernels/src").rglob("*.rs"))
    detected = set(re.findall(r'is_x86_feature_detected!\("(\w+)"\)', sources))
    known = set().union(*KERNELS.values())
    assert detected == known, f"crates/kernels detects {detected}, KERNELS in _processor.py has {known}"
