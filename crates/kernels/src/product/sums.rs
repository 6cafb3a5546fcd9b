//! Six rows times a panel: the innermost loop.

/// Rows whose sums are computed together.
pub const ROWS: usize = 6;

/// Columns of a panel: two AVX2 registers.
pub const COLUMNS: usize = 16;

/// What to do with what the result holds already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Onto {
    Replace,
    Add,
}

/// Where their sums go.
pub type Block<'a> = [&'a mut [f32; COLUMNS]; ROWS];

/// Six rows of the left matrix: where each begins.
pub struct Six<'a> {
    pub values: &'a [f32],
    pub starts: [usize; ROWS],
}

/// A panel's values, and what is read next, which comes from memory meanwhile.
#[derive(Clone, Copy)]
pub struct Panel<'a> {
    pub values: &'a [f32],
    pub next: &'a [f32],
}

/// Rows and a panel, of the same number of values, to their products.
pub type SumsOf = fn(&Six, Panel, Block, Onto);

/// The definition, which the fast one is held to.
pub fn scalar<const STEP: usize>(xs: &Six, panel: Panel, out: Block, onto: Onto) {
    let (first, weights) = panel.values.split_at(COLUMNS);
    for (out, start) in out.into_iter().zip(xs.starts) {
        if onto == Onto::Replace {
            out.fill(0.0);
        }
        for (out, first) in out.iter_mut().zip(first) {
            *out += first;
        }
        let xs = xs.values[start..].iter().step_by(STEP);
        for (x, weights) in xs.zip(weights.as_chunks::<COLUMNS>().0) {
            for (out, w) in out.iter_mut().zip(weights) {
                *out += x * w;
            }
        }
    }
}
