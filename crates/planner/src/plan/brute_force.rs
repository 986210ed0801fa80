//! The slow, obvious twin: every assignment, judged by the plain rules of [`Problem`].

use super::Mode;
use super::problem::{Assignment, Problem, Rank, Status, World};
use super::search::{Proof, Solution};

/// Brute force tries no more plans than this.
pub const BRUTE_FORCE_PLANS: u64 = 1 << 24;

/// The best plan by trying all. `None` when there are more than [`BRUTE_FORCE_PLANS`].
pub fn brute_force(problem: &Problem, world: &World, mode: Mode) -> Option<Solution> {
    let free: Vec<usize> = (0..problem.measures.len())
        .filter(|&index| matches!(problem.measures[index].status, Status::Open | Status::Must))
        .collect();
    let ways = problem.phases.len() as u64 + 1;
    let plans =
        ways.checked_pow(u32::try_from(free.len()).ok()?).filter(|&plans| plans <= BRUTE_FORCE_PLANS)?;
    let mut best: Option<(Rank, Assignment)> = None;
    for number in 0..plans {
        let mut assignment: Assignment = vec![None; problem.measures.len()];
        let mut rest = number;
        for &measure in &free {
            assignment[measure] = (rest % ways).checked_sub(1).map(|phase| phase as usize);
            rest /= ways;
        }
        let outcome = problem.outcome(world, &assignment);
        if problem.broken_rule(&outcome, &assignment, mode.needs_criteria()).is_none() {
            let rank = problem.rank(&outcome, &assignment, mode == Mode::Criteria);
            if best.as_ref().is_none_or(|(best, _)| rank < *best) {
                best = Some((rank, assignment));
            }
        }
    }
    let proof = if best.is_some() { Proof::Optimal } else { Proof::Infeasible };
    Some(Solution {
        assignment: best.map(|(_, assignment)| assignment),
        proof,
        nodes: plans,
        out_of_time: false,
    })
}
