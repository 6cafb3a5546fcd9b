use super::sums::{Block, COLUMNS, Loops, PAIR, Panel, ROWS, Six, SumsOf, scalar};
use super::{Left, Onto, Panels, Product, Strips, columns, product, product_here};

fn values(count: usize, seed: usize) -> Vec<f32> {
    let value = |n: usize| ((n * 37 + seed * 11) % 101) as f32 / 50.0 - 1.0;
    (0..count).map(value).collect()
}

/// `xs` [rows, input] times `weight` [output, input] transposed, plus `bias`, by the definition.
fn expected(xs: &[f32], weight: &[f32], bias: &[f32], input: usize) -> Vec<f32> {
    let dot = |xs: &[f32], weight: &[f32]| {
        let products = xs.iter().zip(weight);
        products
            .map(|(x, w)| f64::from(*x) * f64::from(*w))
            .sum::<f64>()
    };
    let rows = xs.chunks(input);
    rows.flat_map(|xs| {
        let columns = weight.chunks(input).zip(bias);
        columns.map(move |(weight, bias)| (dot(xs, weight) + f64::from(*bias)) as f32)
    })
    .collect()
}

fn linear(weight: &[f32], bias: &[f32]) -> Panels {
    let mut panels = Panels::default();
    panels.set_linear(weight, bias);
    panels
}

fn transposed(values: &[f32], width: usize) -> Vec<f32> {
    let rows = values.len() / width;
    let places = 0..values.len();
    places
        .map(|n| values[n % rows * width + n / rows])
        .collect()
}

#[track_caller]
fn close(found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len());
    for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
        let tolerance = 1e-4 * expected.abs().max(1.0);
        assert!(
            (found - expected).abs() < tolerance,
            "[{place}]: {found}, expected {expected}"
        );
    }
}

const SHAPES: [(usize, usize, usize); 7] = [
    (1, 1, 1),
    (6, 16, 16),
    (7, 33, 17),
    (64, 96, 48),
    (13, 5, 40),
    (200, 300, 130),
    (500, 40, 33),
];

#[test]
fn products_are_those_of_the_definition() {
    for (rows, input, output) in SHAPES {
        let (xs, weight) = (values(rows * input, 1), values(output * input, 2));
        let bias = values(output, 3);
        let expected = expected(&xs, &weight, &bias, input);
        let panels = linear(&weight, &bias);
        let mut out = vec![7f32; rows * output];
        product(Left::rows(&xs, input), &panels, &mut out, Onto::Replace);
        close(&out, &expected);
        product(Left::rows(&xs, input), &panels, &mut out, Onto::Add);
        close(&out, &expected.iter().map(|x| 2.0 * x).collect::<Vec<_>>());
    }
}

#[test]
fn transposed_operands_give_the_same() {
    for (rows, input, output) in SHAPES {
        let (xs, weight) = (values(rows * input, 1), values(output * input, 2));
        let expected = expected(&xs, &weight, &vec![0.0; output], input);
        let strips = Strips::transposed(&transposed(&xs, input), rows);
        let panels = Panels::rows(&transposed(&weight, input), output, output);
        let mut out = vec![7f32; rows * output];
        product(strips.left(), &panels, &mut out, Onto::Replace);
        close(&out, &expected);
    }
}

#[test]
fn columns_of_wider_rows_are_matrices() {
    let (wide, xs) = (20, values(9 * 20, 1));
    let narrow = |start: usize, width: usize| -> Vec<f32> {
        let rows = xs.chunks(wide);
        rows.flat_map(|row| &row[start..start + width])
            .copied()
            .collect()
    };
    let (left, right) = (narrow(3, 5), narrow(10, 5));
    let expected = expected(&left, &right, &[0.0; 9], 5);
    let mut out = vec![0f32; 9 * 12];
    let mut parts = columns(&mut out, 12, 9);
    let panels = Panels::columns(&xs[10..], 9, 5, wide);
    product_here(
        Left::strided(&xs[3..], 9, 5, wide),
        &panels,
        &mut parts[0],
        Onto::Replace,
    );
    let found: Vec<f32> = out.chunks(12).flat_map(|row| &row[..9]).copied().collect();
    close(&found, &expected);
    assert!(out.chunks(12).all(|row| row[9..] == [0.0; 3]));
}

#[test]
fn panels_can_be_laid_out_again() {
    let (weight, bias) = (values(20 * 9, 3), values(20, 4));
    let mut panels = linear(&values(20 * 9, 5), &values(20, 6));
    panels.set_linear(&weight, &bias);
    let xs = values(4 * 9, 7);
    let mut out = vec![0f32; 4 * 20];
    product(Left::rows(&xs, 9), &panels, &mut out, Onto::Replace);
    close(&out, &expected(&xs, &weight, &bias, 9));
}

#[test]
fn the_fast_sums_are_those_of_their_scalar_twin() {
    for (rows, input, output) in SHAPES {
        let (xs, weight) = (values(rows * input, 1), values(output * input, 2));
        let panels = linear(&weight, &values(output, 3));
        let strips = Strips::transposed(&transposed(&xs, input), rows);
        let twins = [
            (Left::rows(&xs, input), scalar::<1> as SumsOf<COLUMNS>),
            (strips.left(), scalar::<ROWS>),
        ];
        for (left, scalar) in twins {
            let (mut fast, mut slow) = (vec![0f32; rows * output], vec![0f32; rows * output]);
            product(left, &panels, &mut fast, Onto::Replace);
            let mut parts = columns(&mut slow, output, output);
            let one = Loops {
                one: scalar,
                pair: None,
            };
            let twin = Product {
                loops: one,
                ..Product::of(left, &panels, Onto::Replace)
            };
            twin.fill(0, 0..panels.panels(), &mut parts[0]);
            close(&fast, &slow);
        }
    }
}

/// Two panels one after the other: the pairing itself is tested on every processor.
fn scalar_pair<const STEP: usize>(xs: &Six, panel: Panel, out: Block<PAIR>, onto: Onto) {
    let (left, right) = panel.values.split_at(panel.values.len() / 2);
    let (mut lefts, mut rights) = (Vec::new(), Vec::new());
    for row in out {
        let (left, right) = row.split_at_mut(COLUMNS);
        lefts.push(left.first_chunk_mut().unwrap());
        rights.push(right.first_chunk_mut().unwrap());
    }
    for (values, out) in [(left, lefts), (right, rights)] {
        let panel = Panel { values, next: &[] };
        scalar::<STEP>(xs, panel, out.try_into().ok().unwrap(), onto);
    }
}

#[test]
fn two_panels_at_a_time_give_the_bits_of_one() {
    for (rows, input, output) in SHAPES {
        let (xs, weight) = (values(rows * input, 1), values(output * input, 2));
        let panels = linear(&weight, &values(output, 3));
        let strips = Strips::transposed(&transposed(&xs, input), rows);
        let scalars: [(Left, SumsOf<COLUMNS>, SumsOf<PAIR>); 2] = [
            (Left::rows(&xs, input), scalar::<1>, scalar_pair::<1>),
            (strips.left(), scalar::<ROWS>, scalar_pair::<ROWS>),
        ];
        for (left, one, pair) in scalars {
            for onto in [Onto::Replace, Onto::Add] {
                let fastest = Product::of(left, &panels, onto);
                let pair = Some(pair);
                for loops in [fastest.loops, Loops { one, pair }] {
                    let pairs = Product { loops, ..fastest };
                    let mut one_by_one = pairs;
                    one_by_one.loops.pair = None;
                    let [found, expected] = [pairs, one_by_one].map(|product| {
                        let mut out = values(rows * output, 4);
                        let mut parts = columns(&mut out, output, output);
                        product.fill(0, 0..panels.panels(), &mut parts[0]);
                        out
                    });
                    assert!(found == expected, "{rows} x {input} x {output}");
                }
            }
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let (xs, weight) = (values(300 * 200, 1), values(90 * 200, 2));
    let panels = linear(&weight, &values(90, 3));
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let mut out = vec![0f32; 300 * 90];
        pool.install(|| product(Left::rows(&xs, 200), &panels, &mut out, Onto::Replace));
        out
    };
    assert!(on(1) == on(3));
}
