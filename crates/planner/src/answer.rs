//! A task worked out completely: the plan with its proof, reasons, alternatives and risk.

use serde::Serialize;

use crate::input::Task;
use crate::plan::{
    Assignment, BRUTE_FORCE_PLANS, Conflict, Effort, Explanation, Outcome, Proof, Robustness, Solution,
    Status, brute_force, conflict, explain, robustness, solve,
};
use crate::risk::{Case, FORMULA_VERSION, Summary, simulate};
use crate::words::{self, Language};

/// Everything that was found out about a task. [`Worked::answer`] puts it into the words of one language.
#[derive(Debug, Clone)]
pub struct Worked<'a> {
    pub task: &'a Task,
    pub solution: Solution,
    pub by_brute_force: bool,
    /// The plan, or doing nothing where there is no plan.
    pub assignment: Assignment,
    pub before: Outcome,
    pub after: Outcome,
    /// Present when there is a plan.
    pub explanation: Option<Explanation>,
    /// Present when there is none and that is proven.
    pub conflict: Option<Conflict>,
    pub ladder: Vec<Rung>,
    /// Present when there is a plan and some number is a range.
    pub robustness: Option<Robustness>,
    pub risk: Risk,
}

/// What another budget would buy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    pub budget_yen: i64,
    pub solution: Solution,
    pub cost_yen: i64,
    pub risk_after_yen: i64,
}

/// The simulated years, all from the same events.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Risk {
    pub formula_version: u32,
    pub seed: u64,
    pub before: Summary,
    pub after: Summary,
    /// After the plan, and with the insurance of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_with_insurance: Option<Summary>,
}

/// Brute force was asked for and the task is too large for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "brute force tries at most {BRUTE_FORCE_PLANS} plans and this file has more; leave --brute-force out, or leave measures out"
)]
pub struct TooLarge;

/// Works a task out within an effort; side questions (ladder, worlds) get a share of the nodes each.
///
/// # Errors
/// [`TooLarge`] when `by_brute_force` is asked of more plans than can be tried.
pub fn work_out<'a>(
    task: &'a Task,
    by_brute_force: bool,
    effort: &Effort<'_>,
) -> Result<Worked<'a>, TooLarge> {
    let problem = &task.problem;
    let world = problem.expected_world();
    let solution = if by_brute_force {
        brute_force(problem, &world, task.mode).ok_or(TooLarge)?
    } else {
        solve(problem, &world, task.mode, effort)
    };
    let nothing: Assignment = vec![None; problem.measures.len()];
    let plan = solution.assignment.as_ref();
    let side = effort.with_nodes((effort.nodes / 8).max(1_000));
    let explanation = plan.map(|plan| explain(problem, &world, task.mode, plan, &side));
    let worlds = effort.with_nodes((effort.nodes / 2).max(1_000));
    let robustness = plan
        .filter(|_| problem.is_uncertain() && task.worlds > 0)
        .map(|plan| robustness(problem, plan, task.mode, task.worlds, task.seed, &worlds))
        .filter(|robustness| robustness.worlds > 0);
    let conflict = (solution.proof == Proof::Infeasible).then(|| conflict(problem, &world, task.mode, &side));
    let assignment = plan.unwrap_or(&nothing).clone();
    Ok(Worked {
        task,
        by_brute_force,
        before: problem.outcome(&world, &nothing),
        after: problem.outcome(&world, &assignment),
        explanation,
        conflict,
        ladder: ladder(task, &side),
        robustness,
        risk: risk(task, &assignment),
        assignment,
        solution,
    })
}

fn ladder(task: &Task, effort: &Effort<'_>) -> Vec<Rung> {
    let rung = |&budget_yen: &i64| {
        let mut problem = task.problem.clone();
        for phase in &mut problem.phases {
            phase.budget_yen = Some(budget_yen);
        }
        let world = problem.expected_world();
        let solution = solve(&problem, &world, task.mode, effort);
        let nothing = vec![None; problem.measures.len()];
        let outcome = problem.outcome(&world, solution.assignment.as_ref().unwrap_or(&nothing));
        Rung {
            budget_yen,
            cost_yen: outcome.total_yen(),
            risk_after_yen: outcome.yearly_risk_yen(problem.phases.len() - 1),
            solution,
        }
    };
    task.budget_ladder_yen.iter().map(rung).collect()
}

/// Simulates a year before any step of the plan and a year with all of it in place.
fn risk(task: &Task, assignment: &Assignment) -> Risk {
    let problem = &task.problem;
    let case = |with_plan: bool, insurance| Case {
        measures: problem
            .measures
            .iter()
            .enumerate()
            .filter(|&(index, measure)| match measure.status {
                Status::Done => problem.baseline == crate::plan::Baseline::Inherent,
                _ => with_plan && assignment[index].is_some(),
            })
            .map(|(_, measure)| (measure.id.as_str(), measure.effects.as_slice()))
            .collect(),
        insurance,
    };
    let mut cases = vec![case(false, None), case(true, None)];
    if problem.insurance.is_some() {
        cases.push(case(true, problem.insurance.as_ref()));
    }
    let mut years = simulate(&problem.scenarios, &cases, task.years, task.seed)
        .into_iter()
        .map(|years| years.summary(problem.cannot_survive_yen));
    let mut next =
        || years.next().unwrap_or_else(|| crate::risk::LossYears { yen: Vec::new() }.summary(None));
    Risk {
        formula_version: FORMULA_VERSION,
        seed: task.seed,
        before: next(),
        after: next(),
        after_with_insurance: problem.insurance.as_ref().map(|_| next()),
    }
}

/// What other programs read. The first six fields are stable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// Ids in the order in which to do them.
    pub chosen: Vec<String>,
    /// Over all phases, after subsidies.
    pub cost_yen: i64,
    /// Expected loss of a year without the plan.
    pub risk_before_yen: i64,
    /// Expected loss of a year with the whole plan in place.
    pub risk_after_yen: i64,
    /// `optimal`, `gap`, `infeasible` or `unknown`.
    pub proof: &'static str,
    pub explanation: Vec<String>,
    /// With `gap`: how much better a plan could at most be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap_yen: Option<i64>,
    pub mode: &'static str,
    pub method: &'static str,
    /// Nodes of the search, or plans tried by brute force.
    pub nodes: u64,
    pub ended_by_time: bool,
    pub phases: Vec<PhaseAnswer>,
    pub measures: Vec<MeasureAnswer>,
    pub scenarios: Vec<ScenarioAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_out_first: Option<LeftOutAnswer>,
    pub budget_ladder: Vec<RungAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub criteria: Option<CriteriaAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conflict: Option<ConflictAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub robustness: Option<RobustnessAnswer>,
    pub risk: Risk,
    pub warnings: Vec<String>,
}

/// One phase of the plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PhaseAnswer {
    pub name: String,
    pub months: u32,
    pub starts: Vec<String>,
    pub cost_yen: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_yen: Option<i64>,
    pub staff_hours: f64,
    /// Expected loss of a year with what is in place in this phase.
    pub risk_yen: i64,
}

/// One chosen measure with its reasons.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MeasureAnswer {
    pub id: String,
    pub name: String,
    pub phase: String,
    pub cost_yen: i64,
    pub staff_hours: f64,
    pub subsidised: bool,
    /// What would come back without it, over all phases. These overlap and do not add up.
    pub saves_yen: i64,
    pub reason: String,
    /// The share of sampled worlds in which it is still chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub robust: Option<f64>,
    pub sources: Vec<String>,
}

/// The expected yearly loss of one scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScenarioAnswer {
    pub id: String,
    pub name: String,
    pub before_yen: i64,
    pub after_yen: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// The first measure that did not come in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeftOutAnswer {
    pub id: String,
    pub name: String,
    pub with: Vec<String>,
    pub saves_yen: i64,
    pub cost_yen: i64,
    /// `budget`, `hours`, `exclusive` or `not_asked_for`.
    pub obstacle: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing_yen: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing_hours: Option<f64>,
    pub reason: String,
}

/// What another budget would buy.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RungAnswer {
    pub budget_yen: i64,
    pub chosen: Vec<String>,
    pub cost_yen: i64,
    pub risk_after_yen: i64,
    pub proof: &'static str,
}

/// The criteria that were asked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CriteriaAnswer {
    pub needed: usize,
    pub met_before: usize,
    pub met_after: usize,
    pub missing: Vec<String>,
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConflictAnswer {
    /// These cannot all hold; without any one of them the rest can.
    pub rules: Vec<String>,
    pub minimal: bool,
    /// What the cheapest plan without the budget costs, and by how much that is too much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least_cost_yen: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing_yen: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without_budget: Option<Vec<String>>,
}

/// How much the plan depends on uncertain numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RobustnessAnswer {
    pub worlds: u32,
    pub same_plan: f64,
    pub unproven_worlds: u32,
    /// For every measure that is chosen in some world.
    pub chosen: Vec<(String, f64)>,
}

impl Worked<'_> {
    /// The answer, with its sentences in one language.
    pub fn answer(&self, language: Language) -> Answer {
        let problem = &self.task.problem;
        let last = problem.phases.len() - 1;
        Answer {
            chosen: self.chosen(),
            cost_yen: self.after.total_yen(),
            risk_before_yen: self.before.yearly_risk_yen(last),
            risk_after_yen: self.after.yearly_risk_yen(last),
            proof: proof_word(self.solution.proof),
            explanation: words::explanation(self, language),
            gap_yen: match self.solution.proof {
                Proof::Gap { yen } => Some(yen),
                _ => None,
            },
            mode: words::mode(self.task.mode),
            method: if self.by_brute_force { "brute_force" } else { "branch_and_bound" },
            nodes: self.solution.nodes,
            ended_by_time: self.solution.out_of_time,
            phases: self.phases(),
            measures: self.measures(language),
            scenarios: self.scenarios(),
            left_out_first: self.left_out(language),
            budget_ladder: self.rungs(),
            criteria: self.criteria(),
            conflict: self.conflict_answer(language),
            robustness: self.robustness_answer(),
            risk: self.risk.clone(),
            warnings: self.task.warnings.iter().map(ToString::to_string).collect(),
        }
    }

    pub(crate) fn id(&self, measure: usize) -> String {
        self.task.problem.measures[measure].id.clone()
    }

    fn ids(&self, assignment: &Assignment) -> Vec<String> {
        (0..assignment.len())
            .filter(|&index| assignment[index].is_some())
            .map(|index| self.id(index))
            .collect()
    }

    fn chosen(&self) -> Vec<String> {
        self.explanation
            .iter()
            .flat_map(|explanation| &explanation.why)
            .map(|why| self.id(why.measure))
            .collect()
    }

    fn phases(&self) -> Vec<PhaseAnswer> {
        let whys = || self.explanation.iter().flat_map(|explanation| &explanation.why);
        let phase = |(index, phase): (usize, &crate::plan::Phase)| PhaseAnswer {
            name: phase.name.clone(),
            months: phase.months,
            starts: whys().filter(|why| why.phase == index).map(|why| self.id(why.measure)).collect(),
            cost_yen: self.after.cost_yen[index],
            budget_yen: phase.budget_yen,
            staff_hours: hours(self.after.minutes[index]),
            risk_yen: self.after.yearly_risk_yen(index),
        };
        self.task.problem.phases.iter().enumerate().map(phase).collect()
    }

    fn measures(&self, language: Language) -> Vec<MeasureAnswer> {
        let problem = &self.task.problem;
        let answer = |why: &crate::plan::Why| {
            let measure = &problem.measures[why.measure];
            let mut sources: Vec<String> =
                measure.effects.iter().filter_map(|effect| effect.source.clone()).collect();
            sources.sort();
            sources.dedup();
            MeasureAnswer {
                id: measure.id.clone(),
                name: measure.name.clone(),
                phase: problem.phases[why.phase].name.clone(),
                cost_yen: why.cost_yen,
                staff_hours: hours(why.minutes),
                subsidised: why.is_subsidised,
                saves_yen: why.saves_yen,
                reason: words::why(self, why, language),
                robust: self
                    .robustness
                    .as_ref()
                    .map(|r| f64::from(r.chosen[why.measure]) / f64::from(r.worlds)),
                sources,
            }
        };
        self.explanation.iter().flat_map(|explanation| &explanation.why).map(answer).collect()
    }

    fn scenarios(&self) -> Vec<ScenarioAnswer> {
        let last = self.task.problem.phases.len() - 1;
        let scenarios = self.task.problem.scenarios.iter().enumerate();
        scenarios
            .map(|(index, scenario)| ScenarioAnswer {
                id: scenario.id.clone(),
                name: scenario.name.clone(),
                before_yen: self.before.yearly_risk[last][index].round() as i64,
                after_yen: self.after.yearly_risk[last][index].round() as i64,
                source: scenario.source.clone(),
            })
            .collect()
    }

    fn left_out(&self, language: Language) -> Option<LeftOutAnswer> {
        use crate::plan::Obstacle;
        let left_out = self.explanation.as_ref()?.left_out.as_ref()?;
        let measure = &self.task.problem.measures[left_out.measure];
        let (obstacle, missing_yen, missing_hours) = match left_out.obstacle {
            Obstacle::Budget { missing_yen } => ("budget", Some(missing_yen), None),
            Obstacle::Hours { missing_minutes } => ("hours", None, Some(hours(missing_minutes))),
            Obstacle::Exclusive(_) => ("exclusive", None, None),
            Obstacle::NotAskedFor => ("not_asked_for", None, None),
        };
        Some(LeftOutAnswer {
            id: measure.id.clone(),
            name: measure.name.clone(),
            with: left_out.with.iter().map(|&index| self.id(index)).collect(),
            saves_yen: left_out.saves_yen,
            cost_yen: left_out.cost_yen,
            obstacle,
            missing_yen,
            missing_hours,
            reason: words::left_out(self, left_out, language),
        })
    }

    fn rungs(&self) -> Vec<RungAnswer> {
        let rung = |rung: &Rung| RungAnswer {
            budget_yen: rung.budget_yen,
            chosen: rung.solution.assignment.as_ref().map(|plan| self.ids(plan)).unwrap_or_default(),
            cost_yen: rung.cost_yen,
            risk_after_yen: rung.risk_after_yen,
            proof: proof_word(rung.solution.proof),
        };
        self.ladder.iter().map(rung).collect()
    }

    fn criteria(&self) -> Option<CriteriaAnswer> {
        let problem = &self.task.problem;
        if problem.needed.is_empty() {
            return None;
        }
        let met = |assignment: &Assignment| problem.criteria_met(assignment, problem.needed_by);
        let after = met(&self.assignment);
        let before = met(&vec![None; problem.measures.len()]);
        Some(CriteriaAnswer {
            needed: problem.needed.len(),
            met_before: problem.needed.intersection(&before).count(),
            met_after: problem.needed.intersection(&after).count(),
            missing: problem.needed.difference(&after).cloned().collect(),
        })
    }

    fn conflict_answer(&self, language: Language) -> Option<ConflictAnswer> {
        let conflict = self.conflict.as_ref()?;
        let least_cost_yen = self.least_cost_yen();
        Some(ConflictAnswer {
            rules: conflict.rules.iter().map(|rule| words::rule(self, rule, language)).collect(),
            minimal: conflict.is_minimal,
            least_cost_yen,
            missing_yen: self.missing_yen(),
            without_budget: conflict.without_budgets.as_ref().map(|plan| self.ids(plan)),
        })
    }

    pub(crate) fn least_cost_yen(&self) -> Option<i64> {
        let plan = self.conflict.as_ref()?.without_budgets.as_ref()?;
        let problem = &self.task.problem;
        Some(problem.outcome(&problem.expected_world(), plan).total_yen())
    }

    /// By how much the least cost exceeds all budgets together, where that is what is missing.
    pub(crate) fn missing_yen(&self) -> Option<i64> {
        let budget: i64 =
            self.task.problem.phases.iter().map(|phase| phase.budget_yen).sum::<Option<i64>>()?;
        self.least_cost_yen().map(|cost| cost - budget).filter(|&missing| missing > 0)
    }

    fn robustness_answer(&self) -> Option<RobustnessAnswer> {
        let robustness = self.robustness.as_ref()?;
        let share = |count: u32| f64::from(count) / f64::from(robustness.worlds.max(1));
        let chosen = robustness.chosen.iter().enumerate().filter(|&(_, &count)| count > 0);
        Some(RobustnessAnswer {
            worlds: robustness.worlds,
            same_plan: share(robustness.same_plan),
            unproven_worlds: robustness.unproven,
            chosen: chosen.map(|(index, &count)| (self.id(index), share(count))).collect(),
        })
    }
}

fn proof_word(proof: Proof) -> &'static str {
    match proof {
        Proof::Optimal => "optimal",
        Proof::Gap { .. } => "gap",
        Proof::Infeasible => "infeasible",
        Proof::Unknown => "unknown",
    }
}

fn hours(minutes: i64) -> f64 {
    minutes as f64 / 60.0
}
