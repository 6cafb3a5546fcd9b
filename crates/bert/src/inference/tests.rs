use super::Inference;
use crate::family::recorded;
use crate::testing;
use crate::weights::Tensors;
use crate::{Family, ModelFolder, folder};

/// Answers read the weights from a file, training from its parameters.
fn check(folder: &ModelFolder, inference: &Inference) {
    let long = "lovely dress ".repeat(30);
    let texts = ["lovely", "", "an awful skirt in plain fabric", &long];
    let encoded = folder.encoder.encode(&texts).unwrap();
    let ids: Vec<&[u32]> = encoded.iter().map(Vec::as_slice).collect();
    let expected = testing::logits(folder, &ids);
    let together = inference.logits(&ids);
    for ((ids, expected), together) in ids.iter().zip(&expected).zip(&together) {
        let alone = &inference.logits(&[ids])[0];
        for ((expected, together), alone) in expected.iter().zip(together).zip(alone) {
            assert!(
                (expected - together).abs() < 1e-5,
                "{together}, expected {expected}"
            );
            assert!(
                (expected - alone).abs() < 1e-5,
                "{alone} alone, expected {expected}"
            );
        }
    }
}

#[test]
fn answers_are_those_of_the_model_that_is_trained() {
    let fresh = testing::folder();
    check(
        &fresh,
        &Inference::new(&fresh.config, &Tensors::of(&fresh.weights)).unwrap(),
    );
    for family in Family::ALL {
        let path = recorded(family);
        let (config, tensors) = folder::open(&path).unwrap();
        let inference = Inference::new(&config, &tensors).unwrap();
        check(&ModelFolder::read(&path, None).unwrap(), &inference);
    }
}

#[test]
fn a_tensor_of_another_shape_is_named() {
    let mut fresh = testing::folder();
    let name = "bert.encoder.layer.1.output.dense.weight";
    testing::cut(fresh.weights.get_mut(name).unwrap(), 3);
    let error = Inference::new(&fresh.config, &Tensors::of(&fresh.weights))
        .err()
        .unwrap();
    assert!(
        error
            .to_string()
            .contains(&format!("{name} is [3, 32], expected [16, 32]")),
        "{error}"
    );
}
