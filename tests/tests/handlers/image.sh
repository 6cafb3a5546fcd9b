#!/bin/sh
[ "$1" = serve ] && exec "$(dirname "$0")/test" --exact handlers::image::serves_where_it_is_a_container --nocapture
[ "$1" = wait ] && exec sleep 600
[ "$1" = intake ] && exec "$(dirname "$0")/test" --exact handlers::image::takes_in_where_it_is_a_container --nocapture
[ "$1" = compare ] && exec "$(dirname "$0")/test" --exact handlers::image::compares_where_it_is_a_container --nocapture
cd "$SAGEMAKER_BASE_DIR" || exit 1
case "$1" in
  prepare)
    for part in train validation test profile; do echo x > processing/output/$part/rows; done
    echo '{"rows":{"validation":{"-1":400,"0":400,"1":400}},"superseded":0,"uncertain_test_rows":0}' \
      > processing/output/profile/profile.json ;;
  train)
    # A study's settings decide: with `max_grad_norm` it is better than without, with `keep` or `balance=true` it waits to be
    # stopped, with `warmup_ratio` it fails. With `weight_decay` it leaves no predictions, with `patience` a line that is none,
    # with `gradient_accumulation` too many, and with `hidden_dropout_prob` 17 MB beside them that cannot be packed smaller.
    given=$(cat input/config/hyperparameters.json 2>/dev/null)
    case "$given" in *'"keep"'*) exec sleep 600 ;; esac
    case "$given" in *'"balance"'*'"true"'*) exec sleep 600 ;; esac
    case "$given" in *'"warmup_ratio"'*) echo 'hyperparameter "warmup_ratio" is not known' > output/failure; exit 1 ;; esac
    case "$given" in
      *'"max_grad_norm"'*|*'max_grad_norm\"'*) tenths=9 ;;
      *) tenths=6 ;;
    esac
    echo "val_balanced_accuracy: 0.$tenths"
    case "$given" in *'"hidden_dropout_prob"'*) head -c 17000000 /dev/urandom > output/data/vectors ;; esac
    case "$given" in
      *'"weight_decay"'*) ;;
      *'"patience"'*) echo '{"label": "a review"' > output/data/validation_predictions.jsonl ;;
      *'"gradient_accumulation"'*) yes '{"label": "1", "predicted": "1"}' | head -n 500000 > output/data/validation_predictions.jsonl ;;
      *) awk -v tenths=$tenths 'BEGIN { for (row = 0; row < 1200; row++) {
           label = row % 3 - 1; predicted = (int(row / 3) % 10 < tenths) ? label : "other"
           printf "{\"label\": \"%s\", \"predicted\": \"%s\"}\n", label, predicted
         } }' > output/data/validation_predictions.jsonl ;;
    esac
    echo x > model/weights ;;
  evaluate) echo x > processing/output/evaluation/evaluation.json ;;
  *) echo "this image does not know $1" >&2; exit 1 ;;
esac
