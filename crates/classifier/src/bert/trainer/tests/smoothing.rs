//! Updates with smoothed labels beside those with the labels as they are.

use super::{Encoded, Hyperparameters, Network, Schedule, Trainer};
use crate::testing::{folder, rows, tiny};

const ROWS: usize = 12;

fn batch() -> Encoded {
    let texts: Vec<String> = rows(ROWS).into_iter().map(|row| row.text).collect();
    Encoded {
        input_ids: folder().encoder.encode(&texts).unwrap(),
        classes: (0..ROWS).map(|row| row % 3).collect(),
    }
}

#[test]
fn smoothed_labels_change_the_loss_of_an_update_and_not_that_of_validation() {
    let (batch, rows) = (batch(), (0..ROWS).collect::<Vec<_>>());
    let losses = |smoothing: &str| {
        let folder = folder();
        let network = Network::new(&folder.config, &folder.weights).unwrap();
        let changes = [("label_smoothing_factor", smoothing)];
        let hyperparameters = Hyperparameters::parse(&tiny(&changes)).unwrap();
        let schedule = Schedule::new(0.01, 0.0, 10);
        let mut trainer = Trainer::new(network, vec![1.0; 3], schedule, &hyperparameters);
        let (validated, _) = trainer.validate(&batch, ROWS);
        let update = trainer.update(&batch, &rows, false).unwrap();
        (update.loss, validated)
    };
    let ((plain, validated), (smoothed, same)) = (losses("0"), losses("0.5"));
    assert_ne!(plain, smoothed);
    assert_eq!(validated, same);
}
