//! How much a plan depends on numbers that nobody knows exactly.

use super::Mode;
use super::problem::{Assignment, Problem};
use super::search::{Effort, solve};

/// How often each measure is still chosen when the uncertain numbers are drawn anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Robustness {
    pub worlds: u32,
    /// For each measure, in how many worlds the best plan holds it.
    pub chosen: Vec<u32>,
    /// In how many worlds the best plan is exactly the given one.
    pub same_plan: u32,
    /// In how many worlds the search ended without proof.
    pub unproven: u32,
}

/// Plans again in sampled worlds. The nodes of the effort are shared among them. Ends early, with fewer
/// worlds, when time is up.
pub fn robustness(
    problem: &Problem,
    plan: &Assignment,
    mode: Mode,
    worlds: u32,
    seed: u64,
    effort: &Effort<'_>,
) -> Robustness {
    let mut result =
        Robustness { worlds: 0, chosen: vec![0; problem.measures.len()], same_plan: 0, unproven: 0 };
    let share = effort.with_nodes((effort.nodes / u64::from(worlds.max(1))).max(1));
    for number in 0..worlds {
        let world = problem.sampled_world(seed, u64::from(number));
        let solution = solve(problem, &world, mode, &share);
        if (effort.out_of_time)() {
            break;
        }
        let Some(assignment) = solution.assignment else { continue };
        result.worlds += 1;
        result.unproven += u32::from(solution.proof != super::Proof::Optimal);
        result.same_plan += u32::from(assignment == *plan);
        for (count, start) in result.chosen.iter_mut().zip(&assignment) {
            *count += u32::from(start.is_some());
        }
    }
    result
}
