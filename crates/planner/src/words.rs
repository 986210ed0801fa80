//! The plan in plain words, Japanese first. Losses are prospects (見込み), never promises.

use crate::answer::{Answer, Worked};
use crate::plan::{LeftOut, Mode, Obstacle, Proof, Reason, Rule, Why};

/// A language of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    Japanese,
    English,
}

impl Language {
    fn say(self, japanese: impl Into<String>, english: impl Into<String>) -> String {
        match self {
            Self::Japanese => japanese.into(),
            Self::English => english.into(),
        }
    }

    fn list(self, items: &[String]) -> String {
        items.join(self.say("、", ", ").as_str())
    }

    /// `120,000円` or `¥120,000`.
    pub fn yen(self, yen: i64) -> String {
        let digits = yen.unsigned_abs().to_string();
        let mut grouped = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let sign = if yen < 0 { "-" } else { "" };
        self.say(format!("{sign}{grouped}円"), format!("{sign}¥{grouped}"))
    }
}

/// The word of a mode in files and answers.
pub fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Risk => "risk",
        Mode::Criteria => "criteria",
        Mode::Both => "both",
    }
}

fn name(worked: &Worked<'_>, measure: usize, language: Language) -> String {
    let name = &worked.task.problem.measures[measure].name;
    language.say(format!("「{name}」"), format!("\"{name}\""))
}

fn names(worked: &Worked<'_>, measures: &[usize], language: Language) -> String {
    language.list(&measures.iter().map(|&measure| name(worked, measure, language)).collect::<Vec<_>>())
}

/// The plan in sentences: what it brings, whether it is the best, why each, why not the next.
pub(crate) fn explanation(worked: &Worked<'_>, language: Language) -> Vec<String> {
    let Some(explanation) = &worked.explanation else { return no_plan(worked, language) };
    let mut sentences = vec![headline(worked, language), proof(worked, language)];
    for (number, why_this) in explanation.why.iter().enumerate() {
        let name = name(worked, why_this.measure, language);
        let reason = why(worked, why_this, language);
        sentences.push(
            language.say(
                format!("{}. {name}：{reason}", number + 1),
                format!("{}. {name}: {reason}", number + 1),
            ),
        );
    }
    sentences.push(match &explanation.left_out {
        Some(next) => left_out(worked, next, language),
        None => language.say(
            "見送った対策の中に、損失の見込みをさらに減らすものはありません。",
            "No measure that was left out would reduce the expected loss further.",
        ),
    });
    if let Some(robustness) = &worked.robustness {
        let (same, worlds) = (robustness.same_plan, robustness.worlds);
        sentences.push(language.say(
            format!("数字の幅の中で条件を{worlds}通りに変えて計算し直すと、{same}通りで同じ計画が最良でした。"),
            format!("Planned again with the uncertain numbers drawn anew {worlds} times, the same plan was best in {same}."),
        ));
    }
    sentences.push(language.say(
        "損失は見込みであり、保証ではありません。対策どうしは互いに独立に効くと仮定しています。",
        "Losses are expectations, not promises. Measures are assumed to work independently of each other.",
    ));
    sentences
}

fn headline(worked: &Worked<'_>, language: Language) -> String {
    let last = worked.task.problem.phases.len() - 1;
    let cost = language.yen(worked.after.total_yen());
    let before = language.yen(worked.before.yearly_risk_yen(last));
    let after = language.yen(worked.after.yearly_risk_yen(last));
    let budget: Option<i64> = worked.task.problem.phases.iter().map(|phase| phase.budget_yen).sum();
    let budget = budget.map(|budget| language.yen(budget));
    match budget {
        Some(budget) => language.say(
            format!("予算{budget}のうち{cost}を使い、1年あたりの損失の見込みを{before}から{after}に減らします。"),
            format!("Of the budget of {budget} this spends {cost} and lowers the expected loss of a year from {before} to {after}."),
        ),
        None => language.say(
            format!("{cost}を使い、1年あたりの損失の見込みを{before}から{after}に減らします。"),
            format!("This spends {cost} and lowers the expected loss of a year from {before} to {after}."),
        ),
    }
}

fn proof(worked: &Worked<'_>, language: Language) -> String {
    match worked.solution.proof {
        Proof::Gap { yen } => {
            let yen = language.yen(yen);
            language.say(
                format!("計算を途中で止めたため、より良い計画があるかもしれません。あったとしても差は最大{yen}です。"),
                format!("The search was stopped early, so a better plan may exist; it would be better by at most {yen}."),
            )
        }
        _ => match worked.task.mode {
            Mode::Risk => language.say(
                "この予算と条件で、損失の見込みをこれより小さくできる組合せはありません（証明済み）。",
                "With this budget and these rules no other choice leaves a smaller expected loss (proven).",
            ),
            Mode::Criteria => language.say(
                "求める基準をこれより安く満たす組合せはありません（証明済み）。",
                "No other choice meets the criteria at a lower cost (proven).",
            ),
            Mode::Both => language.say(
                "求める基準を満たす組合せの中で、損失の見込みをこれより小さくできるものはありません（証明済み）。",
                "Among the choices that meet the criteria none leaves a smaller expected loss (proven).",
            ),
        },
    }
}

/// Why one measure is in the plan.
pub(crate) fn why(worked: &Worked<'_>, why: &Why, language: Language) -> String {
    let mut parts: Vec<String> =
        why.reasons.iter().map(|reason| one_reason(worked, why, reason, language)).collect();
    let cost = match why.cost_yen {
        0 => language.say("費用はかかりません。", "It costs nothing."),
        yen => {
            let yen = language.yen(yen);
            let subsidy = if why.is_subsidised {
                language.say("（補助金を引いた額）", " after the subsidy")
            } else {
                String::new()
            };
            language.say(format!("費用は{yen}{subsidy}です。"), format!("It costs {yen}{subsidy}."))
        }
    };
    parts.push(cost);
    parts.join(language.say("", " ").as_str())
}

fn one_reason(worked: &Worked<'_>, why: &Why, reason: &Reason, language: Language) -> String {
    let saves = language.yen(why.saves_yen);
    match reason {
        Reason::Must => language.say("必ず行うと決めた対策です。", "It was decided as a must."),
        Reason::QuickWin => language.say(
            format!("お金をかけずに損失の見込みを{saves}減らせます。"),
            format!("It takes {saves} off the expected loss without spending money."),
        ),
        Reason::Saves => language.say(
            format!("これを外すと損失の見込みが{saves}増えます。"),
            format!("Without it the expected loss would be {saves} higher."),
        ),
        Reason::NeededFor(others) => {
            let others = names(worked, others, language);
            language.say(format!("{others}の前提です。"), format!("It is needed for {others}."))
        }
        Reason::Meets(criteria) => {
            let shown = language.list(&criteria.iter().take(8).cloned().collect::<Vec<_>>());
            let count = criteria.len();
            language.say(
                format!("基準{count}件（{shown}）を満たすのはこれだけです。"),
                format!("In this plan it alone meets these criteria ({count}): {shown}."),
            )
        }
    }
}

/// Why the first measure left out is not in the plan.
pub(crate) fn left_out(worked: &Worked<'_>, left_out: &LeftOut, language: Language) -> String {
    let name = name(worked, left_out.measure, language);
    let (saves, cost) = (language.yen(left_out.saves_yen), language.yen(left_out.cost_yen));
    let with = if left_out.with.is_empty() {
        String::new()
    } else {
        let with = names(worked, &left_out.with, language);
        language.say(format!("（{with}も必要）"), format!(" (with {with})"))
    };
    let first = language.say(
        format!("次の候補は{name}{with}です。{cost}で損失の見込みを{saves}減らせますが、"),
        format!("Next would be {name}{with}: for {cost} it would take {saves} off the expected loss, but "),
    );
    let obstacle = match &left_out.obstacle {
        Obstacle::Budget { missing_yen } => {
            let missing = language.yen(*missing_yen);
            language
                .say(format!("予算があと{missing}足りません。"), format!("{missing} of budget is missing."))
        }
        Obstacle::Hours { missing_minutes } => {
            let hours = *missing_minutes as f64 / 60.0;
            language.say(
                format!("作業時間があと{hours}時間足りません。"),
                format!("{hours} hours of staff time are missing."),
            )
        }
        Obstacle::Exclusive(others) => {
            let others = names(worked, others, language);
            language
                .say(format!("{others}と同時には行えません。"), format!("it cannot stand beside {others}."))
        }
        Obstacle::NotAskedFor => {
            language.say("求める基準には必要ありません。", "the goal does not ask for it.")
        }
    };
    let instead = left_out.instead.as_ref().filter(|instead| instead.more_risk_yen > 0).map(|instead| {
        let more = language.yen(instead.more_risk_yen);
        let out = names(worked, &instead.pushes_out, language);
        if instead.pushes_out.is_empty() {
            language.say(
                format!("無理に入れると損失の見込みは{more}増えます。"),
                format!(" Forced in, the expected loss would be {more} higher."),
            )
        } else {
            language.say(
                format!("{out}を外してこれを入れると、損失の見込みは{more}増えます。"),
                format!(" Taking it instead of {out} would leave {more} more expected loss."),
            )
        }
    });
    format!("{first}{obstacle}{}", instead.unwrap_or_default())
}

fn no_plan(worked: &Worked<'_>, language: Language) -> Vec<String> {
    let Some(conflict) = &worked.conflict else {
        return vec![language.say(
            "決められた計算の範囲では、条件を満たす計画が見つかりませんでした。ないと証明されたわけではありません。",
            "No plan was found within the given effort. That there is none was not proven.",
        )];
    };
    let mut sentences =
        vec![language.say("条件をすべて満たす計画はありません。", "No plan keeps all the rules.")];
    let rules: Vec<String> = conflict.rules.iter().map(|other| rule(worked, other, language)).collect();
    let rules = rules.join(language.say("／", "; ").as_str());
    sentences.push(if conflict.is_minimal {
        language.say(
            format!("次の条件は同時には成り立ちません。どれか一つを変えれば解消します：{rules}"),
            format!("These cannot hold together; changing any one of them resolves this conflict: {rules}"),
        )
    } else {
        language.say(
            format!("次の条件は同時には成り立ちません：{rules}"),
            format!("These cannot hold together: {rules}"),
        )
    });
    if let Some(cost) = worked.least_cost_yen() {
        let cost = language.yen(cost);
        let missing = worked.missing_yen().map(|missing| language.yen(missing));
        let missing = missing.map(|missing| {
            language.say(format!("あと{missing}足りません。"), format!(" {missing} is missing."))
        });
        sentences.push(format!(
            "{}{}",
            language.say(
                format!("予算を除けば、最も安い計画は{cost}です。"),
                format!("Without the budget the cheapest plan costs {cost}.")
            ),
            missing.unwrap_or_default()
        ));
    }
    sentences
}

/// A rule in words.
pub(crate) fn rule(worked: &Worked<'_>, rule: &Rule, language: Language) -> String {
    let problem = &worked.task.problem;
    let phase = |index: usize| {
        if problem.phases.len() > 1 { format!("{} ", problem.phases[index].name) } else { String::new() }
    };
    let quoted = |measure: usize| name(worked, measure, language);
    match rule {
        Rule::Budget(index) => {
            let yen = language.yen(problem.phases[*index].budget_yen.unwrap_or(0));
            let phase = phase(*index);
            language.say(format!("{phase}予算{yen}"), format!("{phase}budget {yen}"))
        }
        Rule::Hours(index) => {
            let hours = problem.phases[*index].budget_minutes.unwrap_or(0) as f64 / 60.0;
            let phase = phase(*index);
            language.say(format!("{phase}作業時間{hours}時間"), format!("{phase}{hours} hours of staff time"))
        }
        Rule::Requires(measure, need) => language.say(
            format!("{}には{}が必要", quoted(*measure), quoted(*need)),
            format!("{} needs {}", quoted(*measure), quoted(*need)),
        ),
        Rule::Exclusive(group) => {
            let group = names(worked, group, language);
            language.say(format!("{group}は一つしか選べない"), format!("at most one of {group}"))
        }
        Rule::Refused(measure) => language
            .say(format!("{}は行わない", quoted(*measure)), format!("{} is refused", quoted(*measure))),
        Rule::Must(measure) => {
            language.say(format!("{}は必ず行う", quoted(*measure)), format!("{} is a must", quoted(*measure)))
        }
        Rule::Criterion(criterion) => {
            let has_measure = problem.measures.iter().any(|measure| measure.meets.contains(criterion));
            let note = if has_measure {
                String::new()
            } else {
                language.say("（満たす対策がない）", " (no measure meets it)")
            };
            language
                .say(format!("基準{criterion}を満たす{note}"), format!("criterion {criterion} is met{note}"))
        }
    }
}

/// The whole answer as a page of text.
pub fn page(worked: &Worked<'_>, language: Language) -> String {
    let answer = worked.answer(language);
    let title = worked.task.problem.title.clone();
    let mut lines = vec![title.unwrap_or_else(|| language.say("ケアプラン（対策の計画）", "Care plan"))];
    lines.push(String::new());
    lines.extend(answer.explanation.iter().cloned());
    add_phases(&answer, language, &mut lines);
    add_ladder(worked, language, &mut lines);
    add_risk(&answer, language, &mut lines);
    if !answer.warnings.is_empty() {
        lines.push(String::new());
        lines.push(language.say("確認してください", "Please check"));
        lines.extend(answer.warnings.iter().map(|warning| format!("  {warning}")));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn add_phases(answer: &Answer, language: Language, lines: &mut Vec<String>) {
    if answer.phases.len() < 2 {
        return;
    }
    lines.push(String::new());
    lines.push(language.say("時期ごとの計画", "By phase"));
    for phase in &answer.phases {
        let (cost, risk) = (language.yen(phase.cost_yen), language.yen(phase.risk_yen));
        let starts = language.list(&phase.starts);
        lines.push(language.say(
            format!("  {}：費用{cost}、損失の見込み 年{risk}、始める対策 {starts}", phase.name),
            format!("  {}: cost {cost}, expected loss a year {risk}, starting {starts}", phase.name),
        ));
    }
}

fn add_ladder(worked: &Worked<'_>, language: Language, lines: &mut Vec<String>) {
    if worked.ladder.is_empty() {
        return;
    }
    lines.push(String::new());
    lines.push(language.say("予算を変えると", "With another budget"));
    for rung in &worked.ladder {
        let (budget, risk) = (language.yen(rung.budget_yen), language.yen(rung.risk_after_yen));
        lines.push(match &rung.solution.assignment {
            Some(plan) => {
                let chosen: Vec<usize> = (0..plan.len()).filter(|&index| plan[index].is_some()).collect();
                let chosen = names(worked, &chosen, language);
                language.say(
                    format!("  {budget}：損失の見込み 年{risk}（{chosen}）"),
                    format!("  {budget}: expected loss a year {risk} ({chosen})"),
                )
            }
            None => language.say(
                format!("  {budget}：条件を満たす計画が見つかりません"),
                format!("  {budget}: no plan was found that keeps the rules"),
            ),
        });
    }
}

fn add_risk(answer: &Answer, language: Language, lines: &mut Vec<String>) {
    lines.push(String::new());
    let years = answer.risk.before.years;
    lines.push(
        language.say(
            format!("1年の損失（{years}年分の試算）"),
            format!("Loss of a year ({years} simulated years)"),
        ),
    );
    let has_plan = !matches!(answer.proof, "infeasible" | "unknown");
    let rows = [
        (language.say("今のまま", "as it is"), Some(&answer.risk.before)),
        (language.say("計画の後", "with the plan"), Some(&answer.risk.after).filter(|_| has_plan)),
        (
            language.say("計画と保険の後", "with plan and insurance"),
            answer.risk.after_with_insurance.as_ref().filter(|_| has_plan),
        ),
    ];
    for (label, summary) in rows.iter().filter_map(|(label, summary)| summary.map(|summary| (label, summary)))
    {
        let [p50, p90, p99] =
            [summary.p50_yen, summary.p90_yen, summary.p99_yen].map(|yen| language.yen(yen));
        let mut line = language.say(
            format!("  {label}：ふつうの年 {p50}、10年に1度 {p90}、100年に1度 {p99}"),
            format!("  {label}: an ordinary year {p50}, one year in 10 {p90}, one in 100 {p99}"),
        );
        if let Some(exceedance) = &summary.cannot_survive {
            let (yen, percent) = (language.yen(exceedance.yen), 100.0 * exceedance.chance);
            line += &language.say(
                format!("、{yen}を超える見込み {percent:.2}%"),
                format!(", chance of more than {yen}: {percent:.2} %"),
            );
        }
        lines.push(line);
    }
}
