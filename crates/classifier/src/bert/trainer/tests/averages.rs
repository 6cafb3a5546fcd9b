//! The average of the weights beside the one by hand, and beside the weights that go on.

use bert::network::Parameters;

use super::{Encoded, Hyperparameters, Network, Schedule, Trainer, Weights};
use crate::testing::{folder, rows, tiny};

const ROWS: usize = 12;

fn batch() -> Encoded {
    let texts: Vec<String> = rows(ROWS).into_iter().map(|row| row.text).collect();
    Encoded {
        input_ids: folder().encoder.encode(&texts).unwrap(),
        classes: (0..ROWS).map(|row| row % 3).collect(),
    }
}

fn trainer(weights: &Weights, changes: &[(&str, &str)]) -> Trainer {
    let network = Network::new(&folder().config, weights).unwrap();
    let hyperparameters = Hyperparameters::parse(&tiny(changes)).unwrap();
    let schedule = Schedule::new(0.01, 0.0, 10);
    Trainer::new(network, vec![1.0; 3], schedule, &hyperparameters)
}

fn averaging() -> Trainer {
    trainer(&folder().weights, &[("average_weights", "0.5")])
}

fn update(trainer: &mut Trainer, batch: &Encoded, place: usize) {
    // Words of later updates are new to the optimiser.
    let rows: Vec<usize> = (3 * place..3 * place + 3).collect();
    trainer.update(batch, &rows, false).unwrap();
}

fn weights(parameters: &mut Parameters) -> Weights {
    parameters.to_weights(&folder().config).unwrap()
}

#[test]
fn the_average_of_three_updates_is_that_by_hand_and_is_what_is_validated() {
    let (batch, mut trained) = (batch(), averaging());
    let after = [0, 1, 2].map(|place| {
        update(&mut trained, &batch, place);
        weights(&mut trained.network.parameters)
    });
    let averages = weights(trained.model());
    for (name, found) in &averages {
        let [first, second, third] = after.each_ref().map(|after| &after[name].values);
        for (place, found) in found.values.iter().enumerate() {
            let expected = (0.25 * first[place] + 0.5 * second[place] + third[place]) / 1.75;
            assert!(
                (found - expected).abs() < 1e-6,
                "{name}[{place}]: {found}, expected {expected}"
            );
        }
    }
    assert!(averages != after[2]);
    let (loss, _) = trained.validate(&batch, ROWS);
    let (of_average, _) = trainer(&averages, &[]).validate(&batch, ROWS);
    let (of_last, _) = trainer(&after[2], &[]).validate(&batch, ROWS);
    assert_eq!(loss, of_average);
    assert_ne!(loss, of_last);
}

#[test]
fn a_look_at_the_average_changes_no_later_update() {
    let batch = batch();
    let [looked_at, left_alone] = [true, false].map(|look| {
        let mut trainer = averaging();
        for place in 0..3 {
            update(&mut trainer, &batch, place);
            if look {
                trainer.validate(&batch, ROWS);
            }
        }
        let last = weights(&mut trainer.network.parameters);
        (last, weights(trainer.model()))
    });
    assert!(looked_at == left_alone);
}

#[test]
fn smoothed_labels_change_the_loss_of_an_update_and_not_that_of_validation() {
    let (batch, rows) = (batch(), (0..ROWS).collect::<Vec<_>>());
    let losses = |smoothing: &str| {
        let changes = [("label_smoothing_factor", smoothing)];
        let mut trainer = trainer(&folder().weights, &changes);
        let (validated, _) = trainer.validate(&batch, ROWS);
        let update = trainer.update(&batch, &rows, false).unwrap();
        (update.loss, validated)
    };
    let ((plain, validated), (smoothed, same)) = (losses("0"), losses("0.5"));
    assert_ne!(plain, smoothed);
    assert_eq!(validated, same);
}
