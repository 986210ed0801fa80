//! How much depends on a machine, from three plain questions. Pure.

use serde::{Deserialize, Serialize};

/// The answers, as they are kept beside the importance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Answers {
    /// What stops when it stops: 0 nothing, 1 one person's work, 2 a department, 3 the company.
    pub(super) stops: i64,
    /// What gets out when it is stolen or broken into: 0 nothing, 1 internal papers, 2 customers' data,
    /// 3 what would have to be reported to the authorities.
    pub(super) leaks: i64,
    /// Whether people can work a day without it: 0 yes, 1 with difficulty, 2 no.
    pub(super) without: i64,
}

impl Answers {
    /// 1 to 5: the worse of stopping and leaking decides, and a machine that cannot be missed for a day is
    /// one step more.
    pub(super) fn importance(self) -> i64 {
        let worst = self.stops.clamp(0, 3).max(self.leaks.clamp(0, 3));
        (1 + worst + i64::from(self.without >= 2)).clamp(1, 5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worse_answer_decides_and_a_day_without_adds_one() {
        for (stops, leaks, without, importance) in
            [(0, 0, 0, 1), (1, 0, 1, 2), (0, 3, 0, 4), (3, 3, 2, 5), (2, 1, 2, 4), (0, 0, 2, 2)]
        {
            assert_eq!(
                Answers { stops, leaks, without }.importance(),
                importance,
                "{stops} {leaks} {without}"
            );
        }
    }
}
