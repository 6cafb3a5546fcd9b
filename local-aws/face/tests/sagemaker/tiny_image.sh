#!/bin/sh
set -e
cd "$SAGEMAKER_BASE_DIR"
wait_for_gate() {
    while [ -n "$GATE" ] && [ ! -e "$GATE" ]; do sleep 0.02; done
}
case "$1" in
prepare)
    wait_for_gate
    cat processing/input/*/* > processing/output/train/rows
    cp processing/output/train/rows processing/output/test/rows
    echo "prepared" > output/message
    ;;
train)
    echo "train_loss: 0.9"
    if grep -q '"fail":"yes"' input/config/hyperparameters.json; then
        echo "the data are bad" > output/failure
        exit 3
    fi
    wait_for_gate
    cp input/data/train/rows model/rows
    cp input/config/hyperparameters.json model/
    if grep -q '"ping":"refuse"' input/config/hyperparameters.json; then
        touch model/refuses-ping
    fi
    echo "train_loss: 0.25"
    ;;
evaluate)
    tar -xzf processing/input/model/model.tar.gz -C processing/input/model
    cmp processing/input/model/rows processing/input/test/rows
    echo '{"metrics": {"accuracy": {"value": 0.75}}}' > processing/output/evaluation/evaluation.json
    ;;
serve)
    exec "$(dirname "$0")/serve" --exact tiny_image::serves_where_it_is_a_container --nocapture
    ;;
*)
    echo "no command $1"
    exit 2
    ;;
esac
