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
    # With a `c` of its own it is better than without one. `wait` and a `pause` are for those who stop it.
    given=$(cat input/config/hyperparameters.json 2>/dev/null)
    case "$given" in *'"wait"'*) exec sleep 600 ;; esac
    case "$given" in *'"pause"'*'"yes"'*) exec sleep 600 ;; esac
    case "$given" in *'"unknown"'*) echo 'hyperparameter "unknown" is not known' > output/failure; exit 1 ;; esac
    case "$given" in
      *'"c"'*|*'c\"'*) echo "val_balanced_accuracy: 0.9" ;;
      *) echo "val_balanced_accuracy: 0.6" ;;
    esac
    echo x > model/weights ;;
  evaluate) echo x > processing/output/evaluation/evaluation.json ;;
  *) echo "this image does not know $1" >&2; exit 1 ;;
esac
