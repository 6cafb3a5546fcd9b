//! The scale on which a range is searched.

/// SageMaker's `ScalingType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scaling {
    /// Logarithmic where a positive range spans two powers of ten or more; reverse logarithmic where the distance of a
    /// continuous range from 1 does, within [0, 1); otherwise linear. SageMaker does not say what its own choice is.
    Auto,
    Linear,
    /// Only for minima above 0.
    Logarithmic,
    /// Only for continuous ranges within [0, 1).
    ReverseLogarithmic,
}

/// Two powers of ten. A range like 10 to 200 is searched as it stands.
const WIDE: f64 = 100.0;

impl Scaling {
    /// The choice of `Auto`; the others are their own.
    pub(crate) fn resolved(self, min: f64, max: f64, continuous: bool) -> Scaling {
        match self {
            Scaling::Auto if min > 0.0 && max / min >= WIDE => Scaling::Logarithmic,
            Scaling::Auto
                if continuous && within_unit(min, max) && (1.0 - min) / (1.0 - max) >= WIDE =>
            {
                Scaling::ReverseLogarithmic
            }
            Scaling::Auto => Scaling::Linear,
            chosen => chosen,
        }
    }

    fn forward(self, value: f64) -> f64 {
        match self {
            Scaling::Auto | Scaling::Linear => value,
            Scaling::Logarithmic => value.ln(),
            Scaling::ReverseLogarithmic => -(-value).ln_1p(),
        }
    }

    fn inverse(self, scaled: f64) -> f64 {
        match self {
            Scaling::Auto | Scaling::Linear => scaled,
            Scaling::Logarithmic => scaled.exp(),
            Scaling::ReverseLogarithmic => -(-scaled).exp_m1(),
        }
    }

    /// The value at a coordinate of [0, 1].
    pub(crate) fn value(self, coordinate: f64, min: f64, max: f64) -> f64 {
        let (low, high) = (self.forward(min), self.forward(max));
        // The ends come back as they were given, not as exp(ln(x)).
        self.inverse(low + coordinate * (high - low))
            .clamp(min, max)
    }

    /// The coordinate of a value, 0.5 in a range of one value.
    pub(crate) fn coordinate(self, value: f64, min: f64, max: f64) -> f64 {
        let (low, high) = (self.forward(min), self.forward(max));
        if low == high {
            return 0.5;
        }
        ((self.forward(value) - low) / (high - low)).clamp(0.0, 1.0)
    }
}

/// Where a reverse logarithm is defined and of one sign.
pub(crate) fn within_unit(min: f64, max: f64) -> bool {
    0.0 <= min && max < 1.0
}
