use super::fastest::Loops;
use super::left::STRIP;
use super::sums::{COLUMNS, Loop, MOST_COLUMNS, MOST_ROWS, Operands, Sums, scalar};
use super::{
    Left, Onto, Panels, Product, Strips, columns, product, product_here, product_of_transposed,
};

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

/// At the edges of the last panel and strip lie zeros.
#[test]
fn a_buffer_that_is_laid_out_again_holds_nothing_of_before() {
    let (mut panels, mut strips) = (Panels::default(), Strips::default());
    for (rows, input, output) in SHAPES.into_iter().chain(SHAPES.into_iter().rev()) {
        let (xs, weight) = (values(input * rows, 1), values(input * output, 2));
        panels.set_rows(&weight, output, output);
        strips.set_transposed(&xs, rows, 0..rows);
        let product_of = |left: Left, right: &Panels| {
            let mut out = vec![7f32; rows * output];
            product(left, right, &mut out, Onto::Replace);
            out
        };
        let anew = Panels::rows(&weight, output, output);
        let again = product_of(strips.left(), &panels);
        assert!(again == product_of(Strips::transposed(&xs, rows).left(), &anew));
        panels.set_linear(&transposed(&weight, output), &vec![0.0; output]);
        assert!(product_of(strips.left(), &panels) == again);
    }
}

/// Whatever the threads share it into.
#[test]
fn a_product_of_the_transposed_is_laid_out_by_tiles() {
    for (rows, input, output) in SHAPES {
        let (xs, weight) = (values(input * rows, 1), values(input * output, 2));
        let right = Panels::rows(&weight, output, output);
        let mut whole = vec![7f32; rows * output];
        let left = Strips::transposed(&xs, rows);
        product(left.left(), &right, &mut whole, Onto::Replace);
        let sums = (0..rows).map(|row| {
            let column = xs.iter().skip(row).step_by(rows);
            column.fold(2f32, |sum, x| sum + x)
        });
        let sums: Vec<f32> = sums.collect();
        for threads in [1, 3, 8] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            let (mut out, mut found) = (vec![7f32; rows * output], vec![2f32; rows]);
            let result = (&mut out[..], &mut found[..]);
            pool.build().unwrap().install(|| {
                product_of_transposed(&xs, rows, &right, result, Onto::Replace);
            });
            assert!(
                out == whole && found == sums,
                "{rows} rows, {threads} threads"
            );
        }
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
            (Left::rows(&xs, input), Loops::<1>::SCALAR),
            (strips.left(), Loops::<STRIP>::SCALAR),
        ];
        for (left, loops) in twins {
            let mut fast = vec![0f32; rows * output];
            product(left, &panels, &mut fast, Onto::Replace);
            let slow = Product {
                loops,
                ..Product::of(left, &panels, Onto::Replace)
            };
            close(&fast, &filled(slow, vec![0f32; rows * output]));
        }
    }
}

/// All of the product, on this thread.
fn filled(product: Product, mut out: Vec<f32>) -> Vec<f32> {
    let width = product.right.output();
    let mut parts = columns(&mut out, width, width);
    product.fill(0, 0..product.right.panels(), &mut parts[0]);
    out
}

/// Two panels one after the other: their choice is tested on every processor.
fn scalar_pair<const STEP: usize>(operands: &Operands, out: &mut [&mut [f32]], start: usize) {
    let (left, right) = operands.panels.split_at(operands.panels.len() / 2);
    for (place, panels) in [left, right].into_iter().enumerate() {
        let operands = Operands {
            panels,
            ..*operands
        };
        scalar::<STEP>(&operands, out, start + place * COLUMNS);
    }
}

const fn with_pairs<const STEP: usize>() -> [Loop; 2] {
    let pair = Loop {
        columns: MOST_COLUMNS,
        of_rows: &[scalar_pair::<STEP> as Sums; MOST_ROWS],
    };
    [pair, Loops::<STEP>::SCALAR[0]]
}

#[test]
fn two_panels_at_a_time_give_the_bits_of_one() {
    const PAIRS: &[Loop] = &with_pairs::<1>();
    const PAIRS_OF_STRIPS: &[Loop] = &with_pairs::<STRIP>();
    for (rows, input, output) in SHAPES {
        let (xs, weight) = (values(rows * input, 1), values(output * input, 2));
        let panels = linear(&weight, &values(output, 3));
        let strips = Strips::transposed(&transposed(&xs, input), rows);
        for (left, pairs) in [
            (Left::rows(&xs, input), PAIRS),
            (strips.left(), PAIRS_OF_STRIPS),
        ] {
            for onto in [Onto::Replace, Onto::Add] {
                let fastest = Product::of(left, &panels, onto);
                for loops in [fastest.loops, pairs] {
                    let one_by_one = &loops[loops.len() - 1..];
                    let [found, expected] = [loops, one_by_one].map(|loops| {
                        let product = Product { loops, ..fastest };
                        filled(product, values(rows * output, 4))
                    });
                    assert!(found == expected, "{rows} x {input} x {output}");
                }
            }
        }
    }
}

#[test]
fn rows_together_give_the_bits_of_each_alone() {
    let (input, output) = (21, 2 * MOST_COLUMNS + 3);
    let panels = linear(&values(output * input, 2), &values(output, 3));
    for rows in 1..=2 * MOST_ROWS + 1 {
        let xs = values(rows * input, 1);
        let strips = Strips::transposed(&transposed(&xs, input), rows);
        for left in [Left::rows(&xs, input), strips.left()] {
            for onto in [Onto::Replace, Onto::Add] {
                let before = values(rows * output, 4);
                let all = filled(Product::of(left, &panels, onto), before.clone());
                let rows = xs.chunks(input).zip(before.chunks(output));
                for ((x, before), found) in rows.zip(all.chunks(output)) {
                    let alone = Product::of(Left::rows(x, input), &panels, onto);
                    assert!(filled(alone, before.to_vec()) == found);
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
