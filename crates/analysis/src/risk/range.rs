//! Ranges: what the truth lies in nine times in ten, as a distribution with that fifth and that ninety-fifth percentile.
//!
//! Amounts and rates are log-normal, shares logit-normal: nothing falls below nothing, and no share goes above one.
//! Exponentials and logarithms are those of `libm`, so that every machine computes the same.

/// What lies between the median and the ninety-fifth percentile of a normal distribution, in standard deviations.
const NINETY_FIFTH: f64 = 1.644_853_626_951_472_7;

/// How many points stand for a distribution where its mean has no formula.
const POINTS: u32 = 64;

/// What a range is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    /// A likelihood.
    Share,
    /// How many times a year.
    Rate,
    /// How much.
    Amount,
}

/// A range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Range {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) of: Of,
}

/// A range with the mean and the deviation on the scale on which it is normal; none where it is one number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scaled {
    range: Range,
    normal: Option<(f64, f64)>,
}

impl Scaled {
    /// The value below which the truth lies with the likelihood `at`.
    pub(crate) fn quantile(&self, at: f64) -> f64 {
        let Some((middle, deviation)) = self.normal else { return self.range.high };
        let place = middle + deviation * normal(at);
        match self.range.of {
            Of::Share => 1.0 / (1.0 + libm::exp(-place)),
            Of::Rate | Of::Amount => libm::exp(place),
        }
    }
}

impl Range {
    pub(crate) fn new((low, high): (f64, f64), of: Of) -> Self {
        Self { low, high, of }
    }

    /// Whether it is one number.
    pub(crate) fn is_fixed(&self) -> bool {
        self.low >= self.high || self.low <= 0.0 || (self.of == Of::Share && self.high >= 1.0)
    }

    /// The value below which the truth lies with the likelihood `at`.
    pub(crate) fn quantile(&self, at: f64) -> f64 {
        self.scaled().quantile(at)
    }

    /// The same, to be asked many times.
    pub(crate) fn scaled(&self) -> Scaled {
        if self.is_fixed() {
            return Scaled { range: *self, normal: None };
        }
        let (from, to) = (self.place(self.low), self.place(self.high));
        Scaled { range: *self, normal: Some((f64::midpoint(from, to), (to - from) / 2.0 / NINETY_FIFTH)) }
    }

    /// Where a value lies on the scale on which the range is normal.
    fn place(&self, value: f64) -> f64 {
        match self.of {
            Of::Share => libm::log(value / (1.0 - value)),
            Of::Rate | Of::Amount => libm::log(value),
        }
    }

    /// The mean.
    pub(crate) fn mean(&self) -> f64 {
        match self.of {
            _ if self.is_fixed() => self.high,
            Of::Share => self.mean_of(|it| it),
            Of::Rate | Of::Amount => {
                let (from, to) = (self.place(self.low), self.place(self.high));
                let deviation = (to - from) / 2.0 / NINETY_FIFTH;
                libm::exp(f64::midpoint(from, to) + deviation * deviation / 2.0)
            }
        }
    }

    /// The mean of what `f` makes of it.
    fn mean_of(&self, f: impl Fn(f64) -> f64) -> f64 {
        let at = |point: u32| (f64::from(point) + 0.5) / f64::from(POINTS);
        let sum: f64 = (0..POINTS).map(|it| f(self.quantile(at(it)))).sum();
        sum / f64::from(POINTS)
    }

    /// How likely it is to happen at all in a year, for the value `it`.
    fn yearly(&self, it: f64) -> f64 {
        match self.of {
            Of::Share => it,
            Of::Rate | Of::Amount => -libm::expm1(-it),
        }
    }

    /// How likely it is to happen at all in a year, on average.
    pub(crate) fn mean_chance(&self) -> f64 {
        if self.is_fixed() { self.yearly(self.high) } else { self.mean_of(|it| self.yearly(it)) }
    }

    /// The same where the truth is what lies at `at`.
    pub(crate) fn chance(&self, at: f64) -> f64 {
        self.yearly(self.quantile(at))
    }

    /// How likely the truth is more than `value`.
    pub(crate) fn beyond(&self, value: f64) -> f64 {
        if self.is_fixed() {
            return if self.high > value { 1.0 } else { 0.0 };
        }
        if value <= 0.0 {
            return 1.0;
        }
        let (from, to) = (self.place(self.low), self.place(self.high));
        let deviation = (to - from) / 2.0 / NINETY_FIFTH;
        0.5 * libm::erfc((self.place(value) - f64::midpoint(from, to)) / deviation / std::f64::consts::SQRT_2)
    }

    /// Both ends times those of `factor`.
    pub(crate) fn times(self, factor: Self) -> Self {
        Self { low: self.low * factor.low, high: self.high * factor.high, ..self }
    }
}

/// The quantile of the standard normal distribution, by Acklam's rational approximation: off by less than 1.2e-9 of
/// its value.
fn normal(at: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 6] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 5] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
        1.0,
    ];
    const TAIL: f64 = 0.024_25;
    let along = |list: &[f64], x: f64| list.iter().fold(0.0, |sum, it| sum * x + it);
    let at = at.clamp(1e-12, 1.0 - 1e-12);
    let tail = |share: f64| {
        let q = libm::sqrt(-2.0 * libm::log(share));
        along(&C, q) / along(&D, q)
    };
    if at < TAIL {
        tail(at)
    } else if at > 1.0 - TAIL {
        -tail(1.0 - at)
    } else {
        let q = at - 0.5;
        along(&A, q * q) * q / along(&B, q * q)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_the_percentiles_that_they_are_called() {
        for range in [
            Range::new((0.05, 0.3), Of::Share),
            Range::new((0.5, 12.0), Of::Rate),
            Range::new((20_000.0, 1_500_000.0), Of::Amount),
        ] {
            assert!((range.quantile(0.05) / range.low - 1.0).abs() < 1e-8, "{range:?}");
            assert!((range.quantile(0.95) / range.high - 1.0).abs() < 1e-8, "{range:?}");
            let all: Vec<f64> =
                (0..10_000).map(|it| range.quantile((f64::from(it) + 0.5) / 10_000.0)).collect();
            assert!(all.windows(2).all(|it| it[0] <= it[1]) && all.iter().all(|it| it.is_finite()));
            let mean = all.iter().sum::<f64>() / 10_000.0;
            assert!((mean / range.mean() - 1.0).abs() < 0.01, "{range:?}: {mean} {}", range.mean());
        }
    }

    #[test]
    fn the_normal_quantile_is_the_inverse_of_the_normal_distribution() {
        for it in 1..10_000 {
            let at = f64::from(it) / 10_000.0;
            let back = 0.5 * libm::erfc(-normal(at) / std::f64::consts::SQRT_2);
            assert!((back - at).abs() < 1e-8, "{at} {back}");
        }
    }

    #[test]
    fn a_single_number_stays_one_and_a_rate_is_a_likelihood_in_a_year() {
        for number in [0.0, 0.3, 1.0] {
            let it = Range::new((number, number), Of::Share);
            assert!(
                [it.mean(), it.mean_chance(), it.chance(0.9), it.quantile(0.1)]
                    .iter()
                    .all(|it| (it - number).abs() < 1e-15)
            );
        }
        let rate = Range::new((2.0, 2.0), Of::Rate);
        assert!((rate.mean_chance() - (1.0 - (-2.0_f64).exp())).abs() < 1e-12);
        let rate = Range::new((0.5, 50.0), Of::Rate);
        assert!(
            rate.mean_chance() < 1.0 - (-rate.mean()).exp(),
            "the mean of a likelihood is not that of the mean"
        );
    }
}
