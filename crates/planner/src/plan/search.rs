//! Exact branch and bound, depth first, with a greedy plan as the first one to beat.
//!
//! It is deterministic: the same problem and the same number of nodes give the same answer on every machine.
//! A caller may also end it by time; the answer then says so.

use super::Mode;
use super::bound::{Aim, Guess};
use super::problem::{Assignment, Problem, Rank, Rule, World};
use super::program::{Decision, Program, Row};

/// How much work a search may do.
pub struct Effort<'a> {
    /// Nodes of the search tree.
    pub nodes: u64,
    /// Asked now and then; true ends the search.
    pub out_of_time: &'a dyn Fn() -> bool,
}

impl Effort<'_> {
    /// An effort that only counts nodes, so that it always ends at the same place.
    pub fn nodes(nodes: u64) -> Self {
        Self { nodes, out_of_time: &|| false }
    }

    /// The same watch over another number of nodes.
    pub fn with_nodes(&self, nodes: u64) -> Effort<'_> {
        Effort { nodes, out_of_time: self.out_of_time }
    }
}

/// What is known of the plan that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// No allowed plan is better.
    Optimal,
    /// A better plan may exist; it is better by at most this many yen (of risk, or of cost in
    /// [`Mode::Criteria`]). With 0 only a tie may be broken differently.
    Gap { yen: i64 },
    /// There is no allowed plan.
    Infeasible,
    /// No plan was found, and it is not known that there is none.
    Unknown,
}

/// The answer of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solution {
    pub assignment: Option<Assignment>,
    pub proof: Proof,
    pub nodes: u64,
    /// Whether it was ended by time, so that another run may find another plan.
    pub out_of_time: bool,
}

/// The best plan of a problem in a world.
pub fn solve(problem: &Problem, world: &World, mode: Mode, effort: &Effort<'_>) -> Solution {
    let program = Program::new(problem, world, mode.needs_criteria());
    if mode != Mode::Criteria {
        return Search::new(problem, world, &program, Aim::Risk, effort, i64::MAX).run();
    }
    let ceiling =
        problem.phases.iter().map(|phase| phase.budget_yen).sum::<Option<i64>>().unwrap_or(i64::MAX);
    let cheapest = Search::new(problem, world, &program, Aim::Cost, effort, ceiling).run();
    let Some(assignment) = &cheapest.assignment else { return cheapest };
    // Among the plans that cost no more, the one that leaves the least risk.
    let cost_yen = problem.outcome(world, assignment).total_yen();
    let mut capped = program.clone();
    capped.rows.push(Row {
        rule: None,
        entries: capped
            .choices
            .iter()
            .map(|choice| choice.cost_yen)
            .enumerate()
            .filter(|&(_, a)| a != 0)
            .collect(),
        at_most: cost_yen,
    });
    let rest = effort.with_nodes(effort.nodes.saturating_sub(cheapest.nodes).max(effort.nodes / 4));
    let mut search = Search::new(problem, world, &capped, Aim::Risk, &rest, i64::MAX);
    search.offer(assignment.clone());
    let best = search.run();
    let proof = match (cheapest.proof, best.proof) {
        (Proof::Optimal, Proof::Optimal) => Proof::Optimal,
        // The cost is proven; only the risk at that cost is not.
        (Proof::Optimal, _) => Proof::Gap { yen: 0 },
        (unproven, _) => unproven,
    };
    Solution {
        proof,
        nodes: cheapest.nodes + best.nodes,
        out_of_time: cheapest.out_of_time || best.out_of_time,
        ..best
    }
}

/// Whether any plan keeps the rules that `keep` lets through. `None`: not known within the effort.
pub(super) fn is_feasible(
    problem: &Problem,
    world: &World,
    keep: impl Fn(&Rule) -> bool,
    effort: &Effort<'_>,
) -> Option<bool> {
    let mut program = Program::new(problem, world, true);
    program.retain_rules(&keep);
    let budgets: Option<i64> = problem
        .phases
        .iter()
        .enumerate()
        .map(|(index, phase)| phase.budget_yen.filter(|_| keep(&Rule::Budget(index))))
        .sum();
    let mut search = Search::new(problem, world, &program, Aim::Cost, effort, budgets.unwrap_or(i64::MAX));
    search.first_is_enough = true;
    let solution = search.run();
    match solution.proof {
        Proof::Infeasible => Some(false),
        Proof::Unknown => None,
        Proof::Optimal | Proof::Gap { .. } => Some(true),
    }
}

/// The cheapest plan that keeps every rule but the budgets.
pub(super) fn cheapest_without_budgets(
    problem: &Problem,
    world: &World,
    mode: Mode,
    effort: &Effort<'_>,
) -> Option<Assignment> {
    let mut unlimited = problem.clone();
    for phase in &mut unlimited.phases {
        phase.budget_yen = None;
    }
    let program = Program::new(&unlimited, world, mode.needs_criteria());
    Search::new(&unlimited, world, &program, Aim::Cost, effort, i64::MAX).run().assignment
}

struct Node {
    decisions: Vec<Decision>,
    guess: Guess,
    /// A bound on everything below this node, from its parent.
    bound: f64,
}

struct Search<'a> {
    problem: &'a Problem,
    world: &'a World,
    program: &'a Program,
    aim: Aim,
    effort: &'a Effort<'a>,
    /// No plan may cost more: implied by the budgets, but a bound on the cost can see it earlier.
    ceiling_yen: i64,
    first_is_enough: bool,
    best: Option<(Rank, Assignment)>,
    /// What rounding in the bound may amount to.
    tolerance: f64,
}

/// Steps towards a better bound, at the root and below it.
const ROOT_STEPS: usize = 300;
const NODE_STEPS: usize = 24;

impl<'a> Search<'a> {
    fn new(
        problem: &'a Problem,
        world: &'a World,
        program: &'a Program,
        aim: Aim,
        effort: &'a Effort<'a>,
        ceiling_yen: i64,
    ) -> Self {
        let scale = match aim {
            Aim::Risk => program.amounts.iter().sum::<f64>(),
            Aim::Cost => program.choices.iter().map(|choice| choice.cost_yen as f64).sum::<f64>(),
        };
        Self {
            problem,
            world,
            program,
            aim,
            effort,
            ceiling_yen,
            first_is_enough: false,
            best: None,
            tolerance: 1e-10 * scale + 1e-6,
        }
    }

    fn run(mut self) -> Solution {
        let choices = self.program.choices.len();
        let mut root = Node {
            decisions: vec![Decision::Open; choices],
            guess: Guess { point: vec![0.0; choices], multipliers: vec![0.0; self.program.rows.len()] },
            bound: f64::NEG_INFINITY,
        };
        if !self.program.propagate(&mut root.decisions) {
            return Solution { assignment: None, proof: Proof::Infeasible, nodes: 1, out_of_time: false };
        }
        if !self.first_is_enough {
            self.greedy(&root.decisions);
        }
        let mut open = vec![root];
        let mut nodes = 0;
        let mut out_of_time = false;
        while let Some(mut node) = open.pop() {
            if self.prunes(node.bound, &node.decisions) {
                continue;
            }
            if nodes == self.effort.nodes || (nodes % 64 == 63 && (self.effort.out_of_time)()) {
                out_of_time = nodes != self.effort.nodes;
                open.push(node);
                break;
            }
            nodes += 1;
            self.expand(&mut node, nodes, &mut open);
            if self.first_is_enough && self.best.is_some() {
                break;
            }
        }
        let proof = self.proof(&open);
        Solution { assignment: self.best.map(|(_, assignment)| assignment), proof, nodes, out_of_time }
    }

    fn proof(&self, open: &[Node]) -> Proof {
        let best = self.best.as_ref().map(|(rank, _)| rank);
        match best {
            None if open.is_empty() => Proof::Infeasible,
            None => Proof::Unknown,
            Some(_) if open.is_empty() => Proof::Optimal,
            Some(rank) => {
                let reachable = open
                    .iter()
                    .filter(|node| !self.prunes(node.bound, &node.decisions))
                    .map(|node| self.at_least(node.bound))
                    .min();
                let gap = |least: i64| rank.first_yen().saturating_sub(least.max(0)).max(0);
                reachable.map_or(Proof::Optimal, |least| Proof::Gap { yen: gap(least) })
            }
        }
    }

    fn expand(&mut self, node: &mut Node, number: u64, open: &mut Vec<Node>) {
        let steps = if number == 1 { ROOT_STEPS } else { NODE_STEPS };
        let reduced = loop {
            if self.offer_if_decided(&node.decisions) {
                return;
            }
            let target =
                self.best.as_ref().map_or(f64::NEG_INFINITY, |(rank, _)| rank.first_yen() as f64 + 0.5);
            let decisions = node.decisions.clone();
            let is_enough = |value: f64| self.prunes(value, &decisions);
            let bound = self.program.bound(self.aim, &decisions, &mut node.guess, steps, target, is_enough);
            node.bound = node.bound.max(bound.value);
            if self.prunes(node.bound, &node.decisions) {
                return;
            }
            if !self.decide_by_bound(bound.value, &bound.reduced, &mut node.decisions) {
                break bound.reduced;
            }
            if !self.program.propagate(&mut node.decisions) {
                return;
            }
        };
        if number % 16 == 1 {
            self.round(&node.decisions, &node.guess.point);
        }
        let Some(branch) = self.branch_on(&node.decisions, &node.guess.point, &reduced) else { return };
        let nearer = if node.guess.point[branch] >= 0.5 { Decision::In } else { Decision::Out };
        let farther = if nearer == Decision::In { Decision::Out } else { Decision::In };
        for decision in [farther, nearer] {
            let mut decisions = node.decisions.clone();
            decisions[branch] = decision;
            if self.program.propagate(&mut decisions) {
                open.push(Node { decisions, guess: node.guess.clone(), bound: node.bound });
            }
        }
    }

    /// The least whole yen that a plan can have when the bound is `value`.
    fn at_least(&self, value: f64) -> i64 {
        match self.aim {
            Aim::Risk => (value - self.tolerance).round() as i64,
            Aim::Cost => (value - self.tolerance).ceil() as i64,
        }
    }

    /// Whether no plan below the node can be better than the best one known.
    fn prunes(&self, bound: f64, decisions: &[Decision]) -> bool {
        let least = self.at_least(bound);
        if self.aim == Aim::Cost && least > self.ceiling_yen {
            return true;
        }
        let Some((rank, _)) = &self.best else { return false };
        match self.aim {
            // What the total order says about plans of the same cost is left to the second search.
            Aim::Cost => least >= rank.first_yen(),
            Aim::Risk => {
                let taken =
                    || self.program.choices.iter().zip(decisions).filter(|(_, d)| **d == Decision::In);
                least > rank.first_yen()
                    || (least == rank.first_yen()
                        && rank
                            .against(least, taken().map(|(choice, _)| choice.cost_yen).sum(), taken().count())
                            .is_lt())
            }
        }
    }

    /// Decides choices whose other side the bound already rules out. True when any was decided.
    fn decide_by_bound(&self, bound: f64, reduced: &[f64], decisions: &mut [Decision]) -> bool {
        let mut changed = false;
        for (decision, reduced) in decisions.iter_mut().zip(reduced) {
            if *decision == Decision::Open && self.at_least(bound + reduced.abs()) > self.worst_useful() {
                *decision = if *reduced > 0.0 { Decision::In } else { Decision::Out };
                changed = true;
            }
        }
        changed
    }

    /// The largest value of the aim that is still worth finding.
    fn worst_useful(&self) -> i64 {
        let ceiling = if self.aim == Aim::Cost { self.ceiling_yen } else { i64::MAX };
        self.best.as_ref().map_or(ceiling, |(rank, _)| rank.first_yen().min(ceiling))
    }

    /// The choice that the point is least sure of; without any, the one that matters most.
    fn branch_on(&self, decisions: &[Decision], point: &[f64], reduced: &[f64]) -> Option<usize> {
        let unsure = |j: usize| point[j] * (1.0 - point[j]);
        let order = |left: &usize, right: &usize| {
            unsure(*left)
                .total_cmp(&unsure(*right))
                .then(reduced[*left].abs().total_cmp(&reduced[*right].abs()))
                .then(right.cmp(left))
        };
        (0..decisions.len()).filter(|&j| decisions[j] == Decision::Open).max_by(order)
    }

    fn offer_if_decided(&mut self, decisions: &[Decision]) -> bool {
        let is_decided = !decisions.contains(&Decision::Open);
        if is_decided {
            self.offer(self.program.assignment(decisions));
        }
        is_decided
    }

    /// Takes an allowed assignment as the best one if it is.
    fn offer(&mut self, assignment: Assignment) {
        let outcome = self.problem.outcome(self.world, &assignment);
        let rank = self.problem.rank(&outcome, &assignment, self.aim == Aim::Cost);
        if self.best.as_ref().is_none_or(|(best, _)| rank < *best) {
            self.best = Some((rank, assignment));
        }
    }

    /// Again and again the choice that saves most for its yen, as long as the rows allow one.
    fn greedy(&mut self, decisions: &[Decision]) {
        let mut decisions = decisions.to_vec();
        loop {
            let savings = self.program.savings(&decisions);
            let worth = |&j: &usize| savings[j] / (self.program.choices[j].cost_yen as f64 + 1.0);
            let mut order: Vec<usize> = (0..decisions.len())
                .filter(|&j| decisions[j] == Decision::Open && savings[j] > self.tolerance)
                .collect();
            order.sort_by(|left, right| worth(right).total_cmp(&worth(left)).then(left.cmp(right)));
            let Some(next) = order.into_iter().find_map(|j| self.take(&decisions, j)) else { break };
            decisions = next;
        }
        self.complete(decisions);
    }

    /// Takes choices in the order in which the point wants them.
    fn round(&mut self, decisions: &[Decision], point: &[f64]) {
        let mut decisions = decisions.to_vec();
        let mut order: Vec<usize> =
            (0..decisions.len()).filter(|&j| decisions[j] == Decision::Open && point[j] > 0.01).collect();
        order.sort_by(|left, right| point[*right].total_cmp(&point[*left]).then(left.cmp(right)));
        for j in order {
            if decisions[j] == Decision::Open
                && let Some(next) = self.take(&decisions, j)
            {
                decisions = next;
            }
        }
        self.greedy(&decisions);
    }

    fn take(&self, decisions: &[Decision], j: usize) -> Option<Vec<Decision>> {
        let mut next = decisions.to_vec();
        next[j] = Decision::In;
        self.program.propagate(&mut next).then_some(next)
    }

    /// Leaves out what is still open, one after the other as a row may yet ask for some of it.
    fn complete(&mut self, mut decisions: Vec<Decision>) {
        let cost = |j: &usize| self.program.choices[*j].cost_yen;
        let mut order: Vec<usize> = (0..decisions.len()).collect();
        order.sort_by_key(|j| std::cmp::Reverse(cost(j)));
        for j in order {
            if decisions[j] == Decision::Open {
                let mut next = decisions.clone();
                next[j] = Decision::Out;
                decisions = match self.program.propagate(&mut next) {
                    true => next,
                    false => match self.take(&decisions, j) {
                        Some(next) => next,
                        None => return,
                    },
                };
            }
        }
        self.offer_if_decided(&decisions);
    }
}
