#!/bin/sh
# The training program of the tests: it runs the lines of the variable TRIAL. `of NAME` is a hyperparameter's value.
set -e
cd "$SAGEMAKER_BASE_DIR"
of() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" input/config/hyperparameters.json; }
eval "$TRIAL"
