//! One layer of a forward or backward pass.

use kernels::rows::Dropout;

use super::tape::{DropoutUse, dropout};
use super::{Settings, Texts};

/// `L` is the layer's parameters, as the pass reads them.
pub struct LayerPass<'a, L> {
    pub settings: &'a Settings,
    pub layer: &'a L,
    pub texts: &'a Texts,
    pub place: usize,
    /// The last layer: queries are computed for each text's first token alone.
    pub first_only: bool,
    pub seed: Option<u64>,
}

impl<L> LayerPass<'_, L> {
    pub fn dropout(&self, place: DropoutUse) -> Dropout {
        dropout(self.seed, self.settings, place)
    }
}
