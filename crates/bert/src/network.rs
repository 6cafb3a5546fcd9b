//! The encoder and its head as plain matrices: one definition for training and inference.
//!
//! [`Encoder`] holds the parameters packed for matrix products and has the forward pass, which
//! records on a [`Tape`] what `backward` needs of each layer; the large buffers are reused in every
//! step. Texts follow each other without padding, so no mask is needed. Of the last layer only the
//! first token of each text is computed, because the head reads no other. Both passes are tested
//! against the definition in f64, and against what PyTorch computed.

mod attention;
mod backward;
mod blocks;
mod encoder;
mod forward;
mod gradients;
mod layer_pass;
mod parameters;
mod settings;
mod tape;
mod texts;
mod trainable;
mod weight_gradients;

#[cfg(test)]
mod tests;

pub use encoder::Encoder;
pub use gradients::{Gradients, Wanted, WordGradients};
pub use parameters::{Layer, Linear, Norm, Parameters};
pub use settings::Settings;
pub use tape::{LayerTape, Tape};
pub use texts::Texts;
pub use trainable::Network;
