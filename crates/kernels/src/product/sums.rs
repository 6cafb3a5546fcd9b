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

/// Columns whose sums AVX-512 computes together: two adjacent panels.
pub const PAIR: usize = 2 * COLUMNS;

/// Where the sums of six rows and `N` columns go.
pub type Block<'a, const N: usize> = [&'a mut [f32; N]; ROWS];

/// Six rows of the left matrix: where each begins.
pub struct Six<'a> {
    pub values: &'a [f32],
    pub starts: [usize; ROWS],
}

/// The values of a panel, or of two adjacent ones, and a part of those that are multiplied next,
/// which is fetched from memory meanwhile.
#[derive(Clone, Copy)]
pub struct Panel<'a> {
    pub values: &'a [f32],
    pub next: &'a [f32],
}

/// The products of six rows and `N` columns, which have the same inner dimension.
pub type SumsOf<const N: usize> = fn(&Six, Panel, Block<N>, Onto);

/// The innermost loops of a processor.
#[derive(Clone, Copy)]
pub struct Loops {
    pub one: SumsOf<COLUMNS>,
    /// Where the processor has registers for two panels at a time.
    pub pair: Option<SumsOf<PAIR>>,
}

impl Loops {
    /// Panels that are best multiplied together.
    pub fn panels(&self) -> usize {
        self.pair.map_or(1, |_| PAIR / COLUMNS)
    }
}

/// The definition, which the fast one is held to.
pub fn scalar<const STEP: usize>(xs: &Six, panel: Panel, out: Block<COLUMNS>, onto: Onto) {
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
