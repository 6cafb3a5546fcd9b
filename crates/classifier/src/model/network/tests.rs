//! Against the same model composed of candle's operations, and against finite differences.

use candle_core::{Tensor, Var};
use candle_nn::ops::log_softmax;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Gradients, Network, Parameters, Tape, Texts};
use crate::model::family::recorded;
use crate::model::init::Weights;
use crate::model::{Batch, Family, Mode, ModelFolder, folder};
use crate::testing;
use crate::train::loss::cross_entropy;

const CLASSES: [usize; 3] = [2, 0, 1];

/// One of each family.
fn models() -> Vec<ModelFolder> {
    let others = [Family::Roberta, Family::DistilBert];
    let others = others.map(|family| ModelFolder::read(&recorded(family), None).unwrap());
    [model()].into_iter().chain(others.map(noisy)).collect()
}

fn model() -> ModelFolder {
    noisy(testing::folder())
}

/// A model whose every tensor is random, the ones that begin as zeros and ones too.
fn noisy(mut folder: ModelFolder) -> ModelFolder {
    folder.config.hidden_dropout_prob = 0.3;
    folder.config.attention_probs_dropout_prob = 0.2;
    for (seed, tensor) in folder.weights.values_mut().enumerate() {
        let mut rng = ChaCha8Rng::seed_from_u64(seed as u64);
        let noise: Vec<f32> = (0..tensor.elem_count())
            .map(|_| rng.random_range(-0.2..0.2))
            .collect();
        let noise = Tensor::from_vec(noise, tensor.shape(), tensor.device()).unwrap();
        *tensor = (&*tensor + noise).unwrap();
    }
    folder
}

fn encoded(folder: &ModelFolder) -> Vec<Vec<u32>> {
    let texts = [
        "an awful skirt in plain fabric",
        "lovely",
        "plain dress in store",
    ];
    folder.encoder.encode(&texts).unwrap()
}

fn texts(encoded: &[Vec<u32>]) -> Texts {
    Texts::new(&encoded.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

fn network(folder: &ModelFolder) -> Network {
    Network::new(&folder.config, &folder.weights).unwrap()
}

fn loss(network: &Network, texts: &Texts, seed: Option<u64>, tape: &mut Tape) -> (f64, Vec<f32>) {
    let mut gradient = Vec::new();
    let logits = network.forward(texts, seed, tape);
    let loss = cross_entropy(logits, &CLASSES, &[1.0, 2.0, 0.5], 3.5, &mut gradient);
    (loss, gradient)
}

fn gradients(network: &mut Network, texts: &Texts, seed: Option<u64>) -> Gradients {
    let (mut tape, hidden) = (Tape::default(), network.settings.hidden);
    let mut gradients = Gradients::new(&mut network.parameters, false);
    gradients.start(texts.input_ids.iter(), hidden);
    let (_, gradient) = loss(network, texts, seed, &mut tape);
    network.backward(texts, &gradient, &mut tape, &mut gradients);
    gradients
}

/// By name, the word embeddings' rows in their places.
fn all(mut gradients: Gradients, network: &mut Network) -> Vec<(String, Vec<f32>)> {
    let hidden = network.settings.hidden;
    let mut table = vec![0f32; network.parameters.word_embeddings.len()];
    for (id, row) in gradients
        .words
        .ids
        .iter()
        .zip(gradients.words.rows.chunks(hidden))
    {
        table[*id as usize * hidden..][..hidden].copy_from_slice(row);
    }
    gradients.dense.word_embeddings = table;
    let named = gradients.dense.named().into_iter();
    let named = named.filter(|(_, values)| !values.is_empty());
    named.map(|(name, values)| (name, values.clone())).collect()
}

fn tensor<'a>(parameters: &'a mut Parameters, name: &str) -> &'a mut Vec<f32> {
    let mut named = parameters.named().into_iter();
    named.find(|(other, _)| other == name).unwrap().1
}

#[track_caller]
fn close(name: &str, found: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(found.len(), expected.len(), "{name}");
    let largest = expected
        .iter()
        .fold(1e-3f32, |largest, x| largest.max(x.abs()));
    for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!(
            (found - expected).abs() < tolerance * largest,
            "{name}[{place}]: {found}, expected {expected}"
        );
    }
}

#[test]
fn logits_and_gradients_are_those_of_candle_operations() {
    for folder in models() {
        let encoded = encoded(&folder);
        let variables: Weights = folder
            .weights
            .iter()
            .map(|(name, tensor)| {
                let variable = Var::from_tensor(tensor).unwrap();
                (name.clone(), variable.as_tensor().clone())
            })
            .collect();
        let ids: Vec<&[u32]> = encoded.iter().map(Vec::as_slice).collect();
        let logits = folder::build(&folder.config, &variables)
            .unwrap()
            .forward(
                &Batch::new(&ids, folder.encoder.pad_token_id()),
                &Mode::Serving,
            )
            .unwrap();
        let (texts, mut network) = (texts(&encoded), network(&folder));
        let mut tape = Tape::default();
        let found = network.forward(&texts, None, &mut tape);
        let expected: Vec<f32> = logits.flatten_all().unwrap().to_vec1().unwrap();
        close("logits", found, &expected, 1e-5);

        let weights = [0.5f32, 1.0, 2.0].map(|weight| -weight / 3.5);
        let mut targets = [0f32; 9];
        for (row, (class, weight)) in CLASSES.iter().zip(weights).enumerate() {
            targets[row * 3 + class] = weight;
        }
        let targets = Tensor::new(&targets, logits.device()).unwrap();
        let likelihoods = log_softmax(&logits, 1).unwrap().flatten_all().unwrap();
        let loss = (likelihoods * targets).unwrap().sum_all().unwrap();
        let theirs = loss.backward().unwrap();
        let ours = gradients(&mut network, &texts, None);
        for (name, found) in all(ours, &mut network) {
            let expected = theirs
                .get(&variables[&name])
                .unwrap()
                .flatten_all()
                .unwrap();
            close(&name, &found, &expected.to_vec1::<f32>().unwrap(), 1e-4);
        }
    }
}

#[test]
fn gradients_with_dropout_agree_with_finite_differences() {
    for folder in models() {
        let (texts, mut network) = (texts(&encoded(&folder)), network(&folder));
        let seed = Some(5);
        let found = gradients(&mut network, &texts, seed);
        let found = all(found, &mut network);
        let mut tape = Tape::default();
        for (name, gradient) in &found {
            let steepest = (0..gradient.len())
                .max_by(|a, b| gradient[*a].abs().total_cmp(&gradient[*b].abs()));
            for element in [steepest.unwrap(), gradient.len() / 2] {
                let mut at = |shift: f32| {
                    tensor(&mut network.parameters, name)[element] += shift;
                    let (loss, _) = loss(&network, &texts, seed, &mut tape);
                    tensor(&mut network.parameters, name)[element] -= shift;
                    loss
                };
                let expected = (at(4e-3) - at(-4e-3)) / 8e-3;
                let found = f64::from(gradient[element]);
                assert!(
                    (found - expected).abs() < 1e-3 + 2e-2 * expected.abs(),
                    "{name}[{element}]: {found}, expected {expected}"
                );
            }
        }
    }
}

#[test]
fn texts_together_give_what_each_gives_alone() {
    for folder in models() {
        let (encoded, network) = (encoded(&folder), network(&folder));
        let mut tape = Tape::default();
        let together = network.forward(&texts(&encoded), None, &mut tape).to_vec();
        for (ids, together) in encoded.iter().zip(together.chunks(3)) {
            let alone = network.forward(&texts(std::slice::from_ref(ids)), None, &mut tape);
            close("logits", alone, together, 1e-5);
        }
    }
}

#[test]
fn gradients_are_the_same_bits_on_any_number_of_threads() {
    let folder = model();
    let encoded: Vec<Vec<u32>> = (0..60).flat_map(|_| encoded(&folder)).collect();
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let (texts, mut network) = (texts(&encoded), network(&folder));
            let mut gradients = Gradients::new(&mut network.parameters, false);
            gradients.start(texts.input_ids.iter(), network.settings.hidden);
            let mut tape = Tape::default();
            let logits = network.forward(&texts, Some(3), &mut tape).to_vec();
            network.backward(&texts, &logits, &mut tape, &mut gradients);
            all(gradients, &mut network)
        })
    };
    assert!(on(1) == on(3));
}

#[test]
fn a_frozen_encoder_leaves_the_head_its_gradients() {
    let folder = model();
    let (texts, mut network) = (texts(&encoded(&folder)), network(&folder));
    let whole = gradients(&mut network, &texts, Some(2)).dense;
    let mut tape = Tape::default();
    let mut head = Gradients::new(&mut network.parameters, true);
    let (_, gradient) = loss(&network, &texts, Some(2), &mut tape);
    network.backward(&texts, &gradient, &mut tape, &mut head);
    assert_eq!(head.dense.classifier.weight, whole.classifier.weight);
    assert_eq!(head.dense.pooler.weight, whole.pooler.weight);
    assert!(head.dense.layers[1].output.weight.iter().all(|g| *g == 0.0));
}

#[test]
fn parameters_go_to_tensors_and_back() {
    for folder in models() {
        let mut parameters = Parameters::from_weights(&folder.config, &folder.weights).unwrap();
        let weights = parameters.to_weights(&folder.config).unwrap();
        assert!(weights.keys().eq(folder.weights.keys()));
        for (name, tensor) in &weights {
            let values = |tensor: &Tensor| tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap();
            assert_eq!(values(tensor), values(&folder.weights[name]), "{name}");
        }
    }
}
