//! Random numbers that are addressed, not consumed.
//!
//! A draw is a function of (seed, name, position), so two simulations that ask for the same event get the
//! same event, whatever else they ask for and in whatever order. This is what makes before and after
//! comparable year by year, and results independent of the order of the input and of the number of threads.

/// An endless row of random numbers, named by a seed and a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stream {
    key: u64,
}

/// The increment of `SplitMix64`: 2^64 divided by the golden ratio, made odd.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

impl Stream {
    /// The stream of this seed for this name, for instance a scenario's id.
    pub fn named(seed: u64, name: &str) -> Self {
        // FNV-1a, so that the key depends on the name and never on its place in a list.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
        Self { key: mix(mix(seed).wrapping_add(hash)) }
    }

    /// The `n`-th stream inside this one, for instance one year or one event.
    pub fn part(self, n: u64) -> Self {
        Self { key: mix(self.key ^ mix(n.wrapping_mul(GOLDEN).wrapping_add(GOLDEN))) }
    }

    /// The `n`-th number of this stream, in the open interval from 0 to 1.
    pub fn unit(self, n: u64) -> f64 {
        let bits = mix(self.key.wrapping_add(n.wrapping_add(1).wrapping_mul(GOLDEN)));
        // 52 bits and a half step: neither 0 nor 1 can come out, so its logarithm is finite.
        ((bits >> 12) as f64 + 0.5) * (1.0 / 4_503_599_627_370_496.0)
    }

    /// Reads the stream from its beginning, for samplers that need an unknown number of draws.
    pub fn draws(self) -> Draws {
        Draws { stream: self, next: 0 }
    }
}

/// A reading position in a [`Stream`].
#[derive(Debug, Clone, Copy)]
pub struct Draws {
    stream: Stream,
    next: u64,
}

impl Draws {
    /// The next number in the open interval from 0 to 1.
    pub fn unit(&mut self) -> f64 {
        let value = self.stream.unit(self.next);
        self.next += 1;
        value
    }

    /// A standard normal number (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(self.unit()));
        radius * libm::cos(2.0 * std::f64::consts::PI * self.unit())
    }

    /// A gamma number of this shape, at least 1, and scale 1 (Marsaglia and Tsang 2000).
    pub fn gamma(&mut self, shape: f64) -> f64 {
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / libm::sqrt(9.0 * d);
        loop {
            let normal = self.normal();
            let root = 1.0 + c * normal;
            let cube = root * root * root;
            // More than 95 % of the rounds end here at any shape of at least 1.
            if cube > 0.0
                && libm::log(self.unit()) < 0.5 * normal * normal + d - d * cube + d * libm::log(cube)
            {
                return d * cube;
            }
        }
    }
}

/// The finaliser of `SplitMix64` (Steele, Lea and Flood 2014).
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::Stream;

    #[test]
    fn a_draw_depends_on_its_address_alone() {
        let stream = Stream::named(7, "ransomware");
        let late = stream.part(9).unit(3);
        let mut draws = stream.part(9).draws();
        let read: Vec<f64> = (0..4).map(|_| draws.unit()).collect();
        assert_eq!(read[3].to_bits(), late.to_bits());
        assert_ne!(stream, Stream::named(7, "fraud"));
        assert_ne!(stream, Stream::named(8, "ransomware"));
    }

    #[test]
    fn normal_and_gamma_numbers_have_their_moments() {
        let mut draws = Stream::named(1, "moments").draws();
        let n = 200_000;
        let moments = |values: &[f64]| {
            let mean = values.iter().sum::<f64>() / n as f64;
            (mean, values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n as f64)
        };
        let (mean, variance) = moments(&(0..n).map(|_| draws.normal()).collect::<Vec<_>>());
        assert!(mean.abs() < 0.01 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
        for shape in [1.0, 5.0 / 3.0, 13.0 / 3.0, 5.0] {
            let (mean, variance) = moments(&(0..n).map(|_| draws.gamma(shape)).collect::<Vec<_>>());
            assert!((mean / shape - 1.0).abs() < 0.01, "{shape}: mean {mean}");
            assert!((variance / shape - 1.0).abs() < 0.03, "{shape}: variance {variance}");
        }
    }
}
