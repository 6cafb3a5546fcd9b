//! Functions whose minima are known (Surjanovic and Bingham, "Virtual Library of Simulation Experiments").

use tuning::{Parameter, Range, Scaling, Space, Values};

pub struct Function {
    pub name: &'static str,
    ranges: &'static [(f64, f64)],
    pub value: fn(&[f64]) -> f64,
    pub minimum: f64,
}

pub const BRANIN: Function = Function {
    name: "Branin",
    ranges: &[(-5.0, 10.0), (0.0, 15.0)],
    value: branin,
    minimum: 0.397_887,
};

pub const HARTMANN: Function = Function {
    name: "Hartmann-6",
    ranges: &[(0.0, 1.0); 6],
    value: hartmann,
    minimum: -3.322_37,
};

impl Function {
    pub fn space(&self) -> Space {
        let ranges = self.ranges.iter().enumerate();
        let parameters = ranges.map(|(at, (min, max))| Parameter {
            name: format!("x{at}"),
            range: Range::Continuous {
                min: *min,
                max: *max,
                scaling: Scaling::Linear,
            },
        });
        Space::new(parameters.collect()).expect("sound ranges")
    }

    pub fn at(&self, values: &Values) -> f64 {
        let coordinates = (0..self.ranges.len()).map(|at| values[&format!("x{at}")].parse());
        let coordinates: Result<Vec<f64>, _> = coordinates.collect();
        (self.value)(&coordinates.expect("a value is a number"))
    }
}

fn branin(x: &[f64]) -> f64 {
    use std::f64::consts::PI;
    let bend = x[1] - 5.1 / (4.0 * PI * PI) * x[0] * x[0] + 5.0 / PI * x[0] - 6.0;
    bend * bend + 10.0 * (1.0 - 1.0 / (8.0 * PI)) * x[0].cos() + 10.0
}

fn hartmann(x: &[f64]) -> f64 {
    const ALPHA: [f64; 4] = [1.0, 1.2, 3.0, 3.2];
    const A: [[f64; 6]; 4] = [
        [10.0, 3.0, 17.0, 3.5, 1.7, 8.0],
        [0.05, 10.0, 17.0, 0.1, 8.0, 14.0],
        [3.0, 3.5, 1.7, 10.0, 17.0, 8.0],
        [17.0, 8.0, 0.05, 10.0, 0.1, 14.0],
    ];
    const P: [[f64; 6]; 4] = [
        [1312.0, 1696.0, 5569.0, 124.0, 8283.0, 5886.0],
        [2329.0, 4135.0, 8307.0, 3736.0, 1004.0, 9991.0],
        [2348.0, 1451.0, 3522.0, 2883.0, 3047.0, 6650.0],
        [4047.0, 8828.0, 8732.0, 5743.0, 1091.0, 381.0],
    ];
    let hills = ALPHA.iter().zip(A.iter().zip(&P)).map(|(alpha, (a, p))| {
        let squares = (0..6).map(|at| a[at] * (x[at] - 1e-4 * p[at]).powi(2));
        alpha * (-squares.sum::<f64>()).exp()
    });
    -hills.sum::<f64>()
}

#[test]
fn the_functions_have_their_minima() {
    let branin = branin(&[std::f64::consts::PI, 2.275]);
    assert!((branin - BRANIN.minimum).abs() < 1e-6, "{branin}");
    let at = [0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573];
    let hartmann = hartmann(&at);
    assert!((hartmann - HARTMANN.minimum).abs() < 1e-5, "{hartmann}");
}
