//! Each rule as a function from what was recorded to what is wrong with it, if anything is. The
//! thresholds are SageMaker Debugger's defaults where its rule looks at the same quantity.

use contracts::training::Epoch;

use super::sample::Sample;

pub fn class_imbalance(rows: &[usize]) -> Option<String> {
    let (smallest, largest) = (rows.iter().min()?, rows.iter().max()?);
    (smallest * 10 <= *largest).then(|| {
        format!("the smallest class has {smallest} rows, the largest {largest}: set balance or class_weights")
    })
}

/// A unit's output is as large as its inputs if the product is about one.
pub fn poor_weight_initialization(name: &str, inputs: usize, values: &[f32]) -> Option<String> {
    let count = values.len() as f64;
    let mean = values.iter().map(|x| f64::from(*x)).sum::<f64>() / count;
    let squares = values.iter().map(|x| (f64::from(*x) - mean).powi(2));
    let gain = (squares.sum::<f64>() / count * inputs as f64).sqrt();
    (!(0.02..=10.0).contains(&gain))
        .then(|| format!("{name} scales its inputs by about {gain:.2e}: change initializer_range"))
}

pub fn vanishing_gradient(sample: &Sample) -> Option<String> {
    let layers = sample.layers.iter().enumerate();
    let (layer, smallest) = layers
        .filter_map(|(layer, sample)| Some((layer, sample.gradient?)))
        .min_by(|a, b| a.1.total_cmp(&b.1))?;
    (smallest < 1e-7 && sample.loss > 0.1).then(|| {
        format!(
            "layer {layer}'s gradients are {smallest:.1e} on average at a loss of {:.3}",
            sample.loss
        )
    })
}

pub fn exploding_tensor(sample: &Sample) -> Option<String> {
    const LARGEST: f64 = 1e4;
    let norm = sample.gradient_norm;
    if norm > LARGEST {
        return Some(format!(
            "the gradient norm is {norm:.2e}: lower learning_rate"
        ));
    }
    let layers = sample.layers.iter().enumerate();
    let mut large = layers.filter(|(_, layer)| layer.largest_weight > LARGEST);
    large.next().map(|(layer, sample)| {
        format!(
            "layer {layer} has a weight of {:.2e}: lower learning_rate",
            sample.largest_weight
        )
    })
}

pub fn dead_relu(sample: &Sample) -> Option<String> {
    let layers = sample.layers.iter().enumerate();
    let mut dead = layers.filter(|(_, layer)| layer.dead >= 0.5);
    dead.next().map(|(layer, sample)| {
        format!(
            "{:.0} % of layer {layer}'s intermediate units are shut for every token",
            100.0 * sample.dead
        )
    })
}

pub fn loss_not_decreasing(epochs: &[Epoch]) -> Option<String> {
    let [.., before, last] = epochs else {
        return None;
    };
    let (from, to) = (before.train_loss, last.train_loss);
    (to > 0.999 * from).then(|| {
        format!(
            "training loss went from {from:.4} to {to:.4} in epoch {}",
            last.epoch
        )
    })
}

pub fn overfit(epochs: &[Epoch]) -> Option<String> {
    let [_, .., last] = epochs else {
        return None;
    };
    let (train, validation) = (last.train_loss, last.val_loss);
    (validation > 1.1 * train).then(|| {
        format!(
            "validation loss {validation:.4} against {train:.4} in training, epoch {}",
            last.epoch
        )
    })
}

pub fn overtraining(epochs: &[Epoch]) -> Option<String> {
    let last = epochs.last()?;
    let best = epochs
        .iter()
        .min_by(|a, b| a.val_loss.total_cmp(&b.val_loss))?;
    (last.epoch >= best.epoch + 2).then(|| {
        format!(
            "validation loss was best, {:.4}, in epoch {} and is {:.4} in {}",
            best.val_loss, best.epoch, last.val_loss, last.epoch
        )
    })
}

pub fn plateau(epochs: &[Epoch]) -> Option<String> {
    let [.., a, b, c] = epochs else {
        return None;
    };
    let losses = [a, b, c].map(|epoch| epoch.val_loss);
    let (low, high) = losses
        .iter()
        .fold((f64::INFINITY, 0f64), |(low, high), loss| {
            (low.min(*loss), high.max(*loss))
        });
    (high - low < 0.005 * high).then(|| {
        format!(
            "validation loss stayed from {low:.4} to {high:.4} over three epochs, to epoch {}",
            c.epoch
        )
    })
}
