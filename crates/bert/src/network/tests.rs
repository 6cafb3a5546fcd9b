//! Against the definition in f64 and finite differences of it, and against finite differences of
//! the network itself where dropout is on.

mod reference;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Gradients, Network, Parameters, Tape, Texts, Wanted};
use crate::family::recorded;
use crate::loss::cross_entropy;
use crate::testing;
use crate::{Family, ModelFolder};
use reference::Reference;

const CLASSES: [usize; 3] = [2, 0, 1];
const CLASS_WEIGHTS: [f32; 3] = [1.0, 2.0, 0.5];
/// Of the three rows.
const TOTAL: f64 = 3.5;

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
        for value in &mut tensor.values {
            *value += rng.random_range(-0.2..0.2);
        }
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
    let loss = cross_entropy(logits, &CLASSES, &CLASS_WEIGHTS, TOTAL, &mut gradient);
    (loss, gradient)
}

fn gradients(network: &mut Network, texts: &Texts, seed: Option<u64>) -> Gradients {
    let (mut tape, hidden) = (Tape::kept(), network.encoder.settings.hidden);
    let mut gradients = Gradients::new(&mut network.parameters, Wanted::Everything);
    gradients.start(texts.input_ids.iter(), hidden);
    let (_, gradient) = loss(network, texts, seed, &mut tape);
    network.backward(texts, &gradient, &mut tape, &mut gradients);
    gradients
}

/// By name, the word embeddings' rows in their places.
fn all(mut gradients: Gradients, network: &mut Network) -> Vec<(String, Vec<f32>)> {
    let hidden = network.encoder.settings.hidden;
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

/// The same loss of the reference's logits.
fn reference_loss(reference: &Reference, encoded: &[Vec<u32>]) -> f64 {
    let rows = encoded.iter().zip(CLASSES);
    let losses = rows.map(|(ids, class)| {
        let logits = reference.logits(ids);
        let all: f64 = logits.iter().map(|logit| logit.exp()).sum();
        f64::from(CLASS_WEIGHTS[class]) * (all.ln() - logits[class])
    });
    losses.sum::<f64>() / TOTAL
}

/// The steepest, and some from end to end.
fn some_elements(gradient: &[f32]) -> Vec<usize> {
    let by_size = |a: &usize, b: &usize| gradient[*a].abs().total_cmp(&gradient[*b].abs());
    let steepest = (0..gradient.len()).max_by(by_size);
    let last = gradient.len() - 1;
    steepest
        .into_iter()
        .chain((0..6).map(|part| part * last / 5))
        .collect()
}

#[test]
#[allow(clippy::cast_possible_truncation, reason = "to be compared with f32")]
fn logits_and_gradients_are_those_of_the_definition() {
    const STEP: f64 = 1e-4;
    for folder in models() {
        let encoded = encoded(&folder);
        let mut reference = Reference::new(&folder);
        let (texts, mut network) = (texts(&encoded), network(&folder));
        let expected = encoded.iter().flat_map(|ids| reference.logits(ids));
        let expected: Vec<f32> = expected.map(|logit| logit as f32).collect();
        let mut tape = Tape::default();
        close(
            "logits",
            network.forward(&texts, None, &mut tape),
            &expected,
            1e-5,
        );

        let gradients = gradients(&mut network, &texts, None);
        for (name, gradient) in all(gradients, &mut network) {
            let elements = some_elements(&gradient);
            let expected = elements.iter().map(|element| {
                let mut at = |shift: f64| {
                    reference.tensors.get_mut(&name).unwrap()[*element] += shift;
                    let loss = reference_loss(&reference, &encoded);
                    reference.tensors.get_mut(&name).unwrap()[*element] -= shift;
                    loss
                };
                ((at(STEP) - at(-STEP)) / (2.0 * STEP)) as f32
            });
            let expected: Vec<f32> = expected.collect();
            let found: Vec<f32> = elements.iter().map(|element| gradient[*element]).collect();
            close(&name, &found, &expected, 1e-4);
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
                    network.lay_out(Wanted::Everything);
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
fn texts_together_give_what_each_gives_alone_on_any_tape() {
    for folder in models() {
        let (encoded, network) = (encoded(&folder), network(&folder));
        let kept = network
            .forward(&texts(&encoded), None, &mut Tape::kept())
            .to_vec();
        let mut tape = Tape::default();
        let together = network.forward(&texts(&encoded), None, &mut tape).to_vec();
        assert_eq!(together, kept);
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
            let mut gradients = Gradients::new(&mut network.parameters, Wanted::Everything);
            gradients.start(texts.input_ids.iter(), network.encoder.settings.hidden);
            let mut tape = Tape::kept();
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
    let mut tape = Tape::kept();
    let mut head = Gradients::new(&mut network.parameters, Wanted::Head);
    let (_, gradient) = loss(&network, &texts, Some(2), &mut tape);
    network.backward(&texts, &gradient, &mut tape, &mut head);
    assert_eq!(head.dense.classifier.weight, whole.classifier.weight);
    assert_eq!(head.dense.pooler.weight, whole.pooler.weight);
    assert!(head.dense.layers[1].output.weight.iter().all(|g| *g == 0.0));
}

#[test]
fn a_batch_begins_without_the_gradients_of_the_one_before() {
    let folder = model();
    let (texts, mut network) = (texts(&encoded(&folder)), network(&folder));
    let mut gradients = Gradients::new(&mut network.parameters, Wanted::Everything);
    let mut tape = Tape::kept();
    let mut batch = || {
        gradients.start(texts.input_ids.iter(), network.encoder.settings.hidden);
        let (_, gradient) = loss(&network, &texts, Some(2), &mut tape);
        network.backward(&texts, &gradient, &mut tape, &mut gradients);
        let named = gradients.dense.named().into_iter();
        named.map(|(_, values)| values.clone()).collect::<Vec<_>>()
    };
    assert!(batch() == batch());
}

#[test]
fn gradients_of_the_words_alone_are_the_same() {
    for folder in models() {
        let (texts, mut network) = (texts(&encoded(&folder)), network(&folder));
        let whole = gradients(&mut network, &texts, None).words.rows;
        let mut tape = Tape::kept();
        let mut words = Gradients::new(&mut network.parameters, Wanted::WordEmbeddings);
        words.start(texts.input_ids.iter(), network.encoder.settings.hidden);
        let (_, gradient) = loss(&network, &texts, None, &mut tape);
        network.backward(&texts, &gradient, &mut tape, &mut words);
        assert_eq!(words.words.rows, whole);
    }
}

#[test]
fn parameters_go_to_tensors_and_back() {
    for folder in models() {
        let mut parameters = Parameters::from_weights(&folder.config, &folder.weights).unwrap();
        let weights = parameters.to_weights(&folder.config).unwrap();
        assert!(weights.keys().eq(folder.weights.keys()));
        for (name, tensor) in &weights {
            assert_eq!(tensor, &folder.weights[name], "{name}");
        }
    }
}
