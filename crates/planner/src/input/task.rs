//! The fields of a planning file.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::{Fields, Json, Place, Remarks};
use super::quantities::{Quantity, count, minutes, share, spread, yen};
use super::{MAX_CHOICES, MAX_MEASURES, MAX_PHASES, MAX_SCENARIOS, Override, Task, Unreadable};
use crate::plan::{Baseline, Measure, Mode, Phase, Problem, Status, Subsidy};
use crate::risk::{Effect, Insurance, Losses, MAX_YEARS, Occurrence, Scenario};
use crate::spread::Spread;

/// Where ids lead: the place of a scenario or measure in the sorted list.
type Index = BTreeMap<String, usize>;

/// The budgets that owners ask about first: 10, 20 and 30 thousand yen a month.
const LADDER_YEN: [i64; 3] = [120_000, 240_000, 360_000];

pub(super) fn read(json: &Json, over: Override) -> Result<Task, Unreadable> {
    let remarks = Remarks::default();
    let root = Place { at: String::new(), json };
    let task = root.fields(&remarks).and_then(|fields| read_task(fields, over, &remarks));
    let faults = remarks.faults.into_inner();
    match task {
        Some(task) if faults.is_empty() => Ok(Task { warnings: remarks.warnings.into_inner(), ..task }),
        _ => Err(Unreadable(faults)),
    }
}

fn read_task(mut root: Fields<'_>, over: Override, remarks: &Remarks) -> Option<Task> {
    let scenarios = named(&mut root, &["scenarios", "risks"], MAX_SCENARIOS, remarks);
    let measures = named(&mut root, &["measures", "controls"], MAX_MEASURES, remarks);
    let scenario_index = index(&scenarios);
    let measure_index = index(&measures);
    let scenarios: Vec<Scenario> =
        scenarios.into_iter().filter_map(|(id, fields)| scenario(id, fields, remarks)).collect();
    let mut measures: Vec<Measure> = measures
        .into_iter()
        .map(|(id, fields)| measure(id, fields, &scenario_index, &measure_index, remarks))
        .collect();
    let title =
        root.take(&["title", "name"], remarks).and_then(|place| place.text(remarks)).map(str::to_owned);
    let criteria = criteria(&mut root, &measures, remarks);
    let mode = over.mode.or_else(|| mode(&mut root, remarks)).unwrap_or(Mode::Risk);
    let phases = phases(&mut root, over, mode, remarks);
    let last = phases.len().saturating_sub(1);
    let exclusive = exclusive(&mut root, &measure_index, remarks);
    let insurance = root
        .take(&["insurance"], remarks)
        .and_then(|place| place.fields(remarks))
        .and_then(|fields| insurance(fields, &scenario_index, remarks));
    let survive =
        root.take(&["cannot_survive_yen", "cash_yen"], remarks).and_then(|place| yen(&place, remarks));
    let baseline = baseline(&mut root, remarks);
    let ladder = root.take(&["budget_ladder_yen"], remarks).map(|place| place.list(remarks));
    let ladder = ladder.map(|items| items.iter().take(12).filter_map(|item| yen(item, remarks)).collect());
    let number = |root: &mut Fields<'_>, name: &str, least, most, otherwise| {
        root.take(&[name], remarks).and_then(|place| count(&place, least, most, remarks)).unwrap_or(otherwise)
    };
    let years = number(&mut root, "simulated_years", 1, MAX_YEARS, 100_000);
    let worlds = number(&mut root, "sampled_worlds", 0, 1_000, 100);
    let seed = number(&mut root, "seed", 0, u32::MAX, 1);
    let needed_by =
        number(&mut root, "criteria_by_phase", 1, MAX_PHASES as u32, last as u32 + 1) as usize - 1;
    root.take(&["source"], remarks);
    root.finish(
        "title, budget_yen, staff_hours, mode, scenarios, measures, exclusive, criteria, criteria_by_phase, \
         phases, insurance, cannot_survive_yen, scenarios_are, budget_ladder_yen, simulated_years, \
         sampled_worlds, seed",
        remarks,
    );
    if scenarios.is_empty() && remarks.faults.borrow().is_empty() && mode != Mode::Criteria {
        remarks.warn(
            "scenarios",
            "there is none, so nothing can be saved",
            "add what could happen, how often and how badly",
        );
    }
    if needed_by > last {
        remarks.fault(
            "criteria_by_phase",
            format!("there are only {} phases", last + 1),
            "write a phase that exists, counted from 1",
        );
    }
    if measures.len() * phases.len() > MAX_CHOICES {
        remarks.fault(
            "measures",
            format!("{} measures in {} phases are too many", measures.len(), phases.len()),
            format!("keep their product at or below {MAX_CHOICES}"),
        );
    }
    make_symmetric(&mut measures);
    report_cycle(&measures, remarks);
    report_impossible(&measures, &exclusive, remarks);
    report_baseline(&measures, baseline, remarks);
    Some(Task {
        problem: Problem {
            title,
            scenarios,
            measures,
            phases,
            exclusive,
            needed: criteria.0,
            met: criteria.1,
            needed_by,
            baseline,
            insurance,
            cannot_survive_yen: survive,
        },
        mode,
        budget_ladder_yen: ladder.unwrap_or_else(|| LADDER_YEN.to_vec()),
        years,
        worlds,
        seed: u64::from(seed),
        warnings: Vec::new(),
    })
}

/// A list of objects with ids, or an object whose names are the ids; sorted by id.
fn named<'a>(
    root: &mut Fields<'a>,
    names: &[&str],
    most: usize,
    remarks: &Remarks,
) -> Vec<(String, Fields<'a>)> {
    let Some(place) = root.take(names, remarks) else {
        remarks.fault(&root.place(names[0]), "this field is missing", "write a list, even an empty one");
        return Vec::new();
    };
    let mut result: Vec<(String, Fields<'a>)> = Vec::new();
    if matches!(place.json, Json::Object(_)) {
        for (id, place) in place.fields(remarks).map(|mut fields| fields.all()).unwrap_or_default() {
            if let Some(mut fields) = place.fields(remarks) {
                if let Some(inner) = fields.take(&["id"], remarks)
                    && inner.text(remarks) != Some(id)
                {
                    remarks.fault(&inner.at, "the id differs from the name of the field", "keep one of them");
                }
                result.push((id.to_owned(), fields));
            }
        }
    } else {
        for place in place.list(remarks) {
            let Some(mut fields) = place.fields(remarks) else { continue };
            match fields.take(&["id"], remarks).and_then(|id| id.text(remarks)) {
                Some(id) if !id.is_empty() => result.push((id.to_owned(), fields)),
                _ => {
                    remarks.fault(&fields.place("id"), "an id is missing", "give it a short word of its own");
                }
            }
        }
    }
    if result.len() > most {
        remarks.fault(
            &place.at,
            format!("{} entries are more than {most}", result.len()),
            "leave out what is not needed",
        );
        result.truncate(most);
    }
    result.sort_by(|(left, _), (right, _)| left.cmp(right));
    for pair in result.windows(2) {
        if pair[0].0 == pair[1].0 {
            remarks.fault(
                &pair[1].1.at,
                format!("the id \"{}\" is used twice", pair[1].0),
                "give each its own id",
            );
        }
    }
    result.dedup_by(|(left, _), (right, _)| left == right);
    result
}

fn index(entries: &[(String, Fields<'_>)]) -> Index {
    entries.iter().enumerate().map(|(place, (id, _))| (id.clone(), place)).collect()
}

fn name_of(fields: &mut Fields<'_>, id: &str, remarks: &Remarks) -> String {
    let name = fields.take(&["name", "title"], remarks).and_then(|place| place.text(remarks));
    name.unwrap_or(id).to_owned()
}

fn source_of(fields: &mut Fields<'_>, remarks: &Remarks) -> Option<String> {
    fields.take(&["source"], remarks).and_then(|place| place.text(remarks)).map(str::to_owned)
}

fn scenario(id: String, mut fields: Fields<'_>, remarks: &Remarks) -> Option<Scenario> {
    let name = name_of(&mut fields, &id, remarks);
    let source = source_of(&mut fields, remarks);
    let at = fields.at.clone();
    let expected =
        fields.take(&["expected_yearly_loss_yen", "yearly_loss_yen", "ale_yen", "annual_loss_yen"], remarks);
    let frequency = fields.take(&["frequency_per_year", "frequency", "events_per_year"], remarks);
    let severity = fields.take(&["loss_yen", "severity_yen", "impact_yen", "severity"], remarks);
    let once = fields.take(&["at_most_once_a_year"], remarks).is_some_and(|place| place.flag(remarks));
    fields.finish(
        "id, name, frequency_per_year, loss_yen, at_most_once_a_year, expected_yearly_loss_yen, source",
        remarks,
    );
    let losses = match (expected, frequency, severity) {
        (Some(expected), None, None) => {
            let yearly_yen = yen(&expected, remarks)?;
            remarks.warn(
                &expected.at,
                "only the expected loss is known, so the simulated years show it as a fixed sum",
                "give frequency_per_year and loss_yen to see good and bad years",
            );
            Losses::Expected { yearly_yen }
        }
        (None, Some(frequency), Some(severity)) => {
            let read = spread(&frequency, Quantity::Frequency, remarks);
            let severity = spread(&severity, Quantity::Yen, remarks);
            let occurrence = if once { Occurrence::AtMostOnce } else { Occurrence::AnyNumber };
            let most = match read? {
                Spread::Fixed(value) => value,
                Spread::Uniform { max, .. } | Spread::Triangular { max, .. } | Spread::Pert { max, .. } => {
                    max
                }
                Spread::Lognormal { .. } => f64::INFINITY,
            };
            if once && most > 1.0 {
                remarks.fault(
                    &frequency.at,
                    "what happens at most once a year has a chance of at most 1",
                    "write a number or min, mode and max between 0 and 1",
                );
                return None;
            }
            Losses::Events { frequency: read?, occurrence, severity: severity? }
        }
        (Some(place), _, _) => {
            remarks.fault(
                &place.at,
                "an expected yearly loss stands beside a frequency or a loss per event",
                "keep one of the two",
            );
            return None;
        }
        _ => {
            remarks.fault(
                &at,
                format!("the losses of \"{id}\" are not complete"),
                "write frequency_per_year and loss_yen, or expected_yearly_loss_yen",
            );
            return None;
        }
    };
    Some(Scenario { id, name, losses, source })
}

fn measure(
    id: String,
    mut fields: Fields<'_>,
    scenarios: &Index,
    measures: &Index,
    remarks: &Remarks,
) -> Measure {
    let name = name_of(&mut fields, &id, remarks);
    let source = source_of(&mut fields, remarks);
    let whole = fields.take(&["cost_yen"], remarks);
    let one_off = fields.take(&["one_off_yen", "one_time_yen", "initial_yen"], remarks);
    let yearly = fields.take(&["yearly_yen", "annual_yen"], remarks);
    let monthly = fields.take(&["monthly_yen"], remarks);
    let amount =
        |place: &Option<Place<'_>>| place.as_ref().and_then(|place| yen(place, remarks)).unwrap_or(0);
    if let Some(place) = &whole
        && (one_off.is_some() || yearly.is_some() || monthly.is_some())
    {
        remarks.fault(
            &place.at,
            "cost_yen stands beside one-off, yearly or monthly costs",
            "keep cost_yen alone or the parts alone",
        );
    } else if whole.is_none() && one_off.is_none() && yearly.is_none() && monthly.is_none() {
        remarks.fault(
            &fields.at,
            format!("the cost of \"{id}\" is missing"),
            "write one_off_yen and yearly_yen, or cost_yen; 0 if it is free",
        );
    }
    let mut one_off_yen = amount(&one_off);
    if let Some(place) = &whole {
        one_off_yen = yen(place, remarks).unwrap_or(0);
    }
    let time = |fields: &mut Fields<'_>, names: &[&str]| {
        fields.take(names, remarks).and_then(|place| minutes(&place, remarks)).unwrap_or(0)
    };
    let ids = |fields: &mut Fields<'_>, names: &[&str]| {
        fields.take(names, remarks).map(|place| ids(&place, measures, "measure", remarks)).unwrap_or_default()
    };
    let result = Measure {
        name,
        one_off_yen,
        yearly_yen: amount(&yearly) + 12 * amount(&monthly),
        one_off_minutes: time(&mut fields, &["staff_hours", "one_off_hours"]),
        yearly_minutes: time(&mut fields, &["yearly_hours"]),
        requires: ids(&mut fields, &["requires", "prerequisites", "depends_on", "needs"]),
        excludes: ids(&mut fields, &["excludes", "conflicts_with"]),
        meets: fields
            .take(&["meets", "criteria"], remarks)
            .map(|place| place.texts(remarks).into_iter().map(|(_, text)| text.to_owned()).collect())
            .unwrap_or_default(),
        status: status(&mut fields, remarks),
        subsidy: fields
            .take(&["subsidy"], remarks)
            .and_then(|place| place.fields(remarks))
            .and_then(|fields| subsidy(fields, measures, remarks)),
        effects: fields
            .take(&["effects", "reduces"], remarks)
            .map(|place| effects(&place, scenarios, source.as_ref(), remarks))
            .unwrap_or_default(),
        id,
    };
    fields.finish(
        "id, name, cost_yen, one_off_yen, yearly_yen, monthly_yen, staff_hours, yearly_hours, effects, requires, \
         excludes, meets, must, done, refused, subsidy, source",
        remarks,
    );
    result
}

/// Ids as places, each once, in order; unknown ones are faults.
fn ids(place: &Place<'_>, index: &Index, kind: &str, remarks: &Remarks) -> Vec<usize> {
    let mut found = BTreeSet::new();
    for (at, id) in place.texts(remarks) {
        match index.get(id) {
            Some(&place) => {
                found.insert(place);
            }
            None => unknown(&at, id, index, kind, remarks),
        }
    }
    found.into_iter().collect()
}

fn unknown(at: &str, id: &str, index: &Index, kind: &str, remarks: &Remarks) {
    let known: Vec<&str> = index.keys().take(12).map(String::as_str).collect();
    remarks.fault(at, format!("there is no {kind} \"{id}\""), format!("known are: {}", known.join(", ")));
}

fn status(fields: &mut Fields<'_>, remarks: &Remarks) -> Status {
    let flag = |fields: &mut Fields<'_>, names: &[&str]| {
        fields.take(names, remarks).is_some_and(|place| place.flag(remarks))
    };
    let must = flag(fields, &["must", "must_have", "mandatory", "required"]);
    let done = flag(fields, &["done", "already_done"]);
    let refused = flag(fields, &["refused", "forbidden"]);
    match (must, done, refused) {
        (_, true, false) => Status::Done,
        (true, false, false) => Status::Must,
        (false, false, true) => Status::Refused,
        (false, false, false) => Status::Open,
        (_, _, true) => {
            remarks.fault(
                &fields.at,
                "it is refused and at the same time done or a must",
                "keep one of the decisions",
            );
            Status::Open
        }
    }
}

fn subsidy(mut fields: Fields<'_>, measures: &Index, remarks: &Remarks) -> Option<Subsidy> {
    let at = fields.place("rate");
    let rate = fields.take(&["rate", "share"], remarks);
    if rate.is_none() {
        remarks.fault(&at, "the share that is paid is missing", "write for instance \"1/2\"");
    }
    let cap_yen = fields.take(&["cap_yen", "max_yen"], remarks).and_then(|place| yen(&place, remarks));
    let years = fields.take(&["years"], remarks).and_then(|place| count(&place, 0, 100, remarks));
    let needs = fields.take(&["needs", "requires"], remarks);
    let needs = needs.map(|place| ids(&place, measures, "measure", remarks)).unwrap_or_default();
    fields.take(&["name", "source"], remarks);
    fields.finish("rate, cap_yen, years, needs, name, source", remarks);
    Some(Subsidy {
        share: share(&rate?, remarks)?,
        cap_yen,
        months: years.map_or(u32::MAX, |years| years * 12),
        needs,
    })
}

/// `{"fraud": 0.4}`, `{"fraud": {"frequency": …, "severity": …}}`, or a list of objects with `scenario`.
fn effects(place: &Place<'_>, scenarios: &Index, source: Option<&String>, remarks: &Remarks) -> Vec<Effect> {
    let mut found: BTreeMap<usize, Effect> = BTreeMap::new();
    let mut add = |at: &str, id: &str, effect: Option<(Spread, Spread, Option<String>)>| {
        let Some(&scenario) = scenarios.get(id) else {
            return unknown(at, id, scenarios, "scenario", remarks);
        };
        let Some((frequency, severity, own)) = effect else { return };
        let effect = Effect { scenario, frequency, severity, source: own.or_else(|| source.cloned()) };
        if found.insert(scenario, effect).is_some() {
            remarks.fault(at, format!("the effect on \"{id}\" is given twice"), "keep one of them");
        }
    };
    if let Json::Object(_) = place.json {
        for (id, place) in place.fields(remarks).map(|mut fields| fields.all()).unwrap_or_default() {
            add(&place.at, id, effect(&place, remarks));
        }
    } else {
        for place in place.list(remarks) {
            let Some(mut fields) = place.fields(remarks) else { continue };
            match fields.take(&["scenario", "risk"], remarks).and_then(|id| id.text(remarks)) {
                Some(id) => add(&place.at, id, effect_parts(fields, remarks)),
                None => remarks.fault(&place.at, "the scenario is missing", "name it in \"scenario\""),
            }
        }
    }
    found.into_values().collect()
}

fn effect(place: &Place<'_>, remarks: &Remarks) -> Option<(Spread, Spread, Option<String>)> {
    if let Json::Object(entries) = place.json
        && entries
            .iter()
            .any(|(name, _)| FREQUENCY.contains(&name.as_str()) || SEVERITY.contains(&name.as_str()))
    {
        return effect_parts(place.fields(remarks)?, remarks);
    }
    spread(place, Quantity::Share, remarks).map(|frequency| (frequency, Spread::Fixed(0.0), None))
}

const FREQUENCY: [&str; 3] = ["frequency", "likelihood", "reduction"];
const SEVERITY: [&str; 3] = ["severity", "impact", "loss"];

fn effect_parts(mut fields: Fields<'_>, remarks: &Remarks) -> Option<(Spread, Spread, Option<String>)> {
    let frequency = fields.take(&FREQUENCY, remarks);
    let severity = fields.take(&SEVERITY, remarks);
    let source = source_of(&mut fields, remarks);
    if frequency.is_none() && severity.is_none() {
        remarks.fault(
            &fields.at,
            "neither frequency nor severity is given",
            "write the share that is taken away from one of them",
        );
    }
    fields.finish("scenario, frequency, severity, source", remarks);
    let part = |place: Option<Place<'_>>| match place {
        Some(place) => spread(&place, Quantity::Share, remarks),
        None => Some(Spread::Fixed(0.0)),
    };
    let (frequency, severity) = (part(frequency), part(severity));
    Some((frequency?, severity?, source))
}

fn mode(root: &mut Fields<'_>, remarks: &Remarks) -> Option<Mode> {
    let place = root.take(&["mode", "goal"], remarks)?;
    match place.text(remarks)?.to_lowercase().as_str() {
        "risk" => Some(Mode::Risk),
        "criteria" => Some(Mode::Criteria),
        "both" => Some(Mode::Both),
        other => {
            remarks.fault(&place.at, format!("\"{other}\" is not a mode"), "write risk, criteria or both");
            None
        }
    }
}

fn baseline(root: &mut Fields<'_>, remarks: &Remarks) -> Baseline {
    let Some(place) = root.take(&["scenarios_are"], remarks) else { return Baseline::Today };
    match place.text(remarks) {
        Some("today") => Baseline::Today,
        Some("inherent") => Baseline::Inherent,
        _ => {
            remarks.fault(
                &place.at,
                "only \"today\" and \"inherent\" are known",
                "write today if the measures that are done are already in the numbers",
            );
            Baseline::Today
        }
    }
}

fn phases(root: &mut Fields<'_>, over: Override, mode: Mode, remarks: &Remarks) -> Vec<Phase> {
    let budget = root.take(&["budget_yen", "budget"], remarks).and_then(|place| yen(&place, remarks));
    let hours = root.take(&["staff_hours", "hours"], remarks).and_then(|place| minutes(&place, remarks));
    let phase = |number: usize| Phase {
        name: number.to_string(),
        budget_yen: over.budget_yen.or(budget),
        budget_minutes: hours,
        months: 12,
    };
    let phases: Vec<Phase> = match root.take(&["phases", "years"], remarks) {
        None => vec![phase(1)],
        Some(place) if matches!(place.json, Json::Number(_)) => {
            let number = count(&place, 1, MAX_PHASES as u32, remarks).unwrap_or(1);
            (1..=number as usize).map(phase).collect()
        }
        Some(place) => {
            let items = place.list(remarks);
            if items.is_empty() || items.len() > MAX_PHASES {
                remarks.fault(
                    &place.at,
                    format!("there are {} phases", items.len()),
                    format!("write from 1 to {MAX_PHASES}"),
                );
            }
            let read = items.iter().take(MAX_PHASES).enumerate();
            read.filter_map(|(index, item)| {
                Some(one_phase(phase(index + 1), item.fields(remarks)?, over, remarks))
            })
            .collect()
        }
    };
    if mode == Mode::Risk && phases.iter().any(|phase| phase.budget_yen.is_none()) {
        remarks.fault(
            "budget_yen",
            "there is no budget, and without one everything would be bought",
            "write budget_yen, or give --budget; 0 plans with free measures only",
        );
    }
    if phases.is_empty() { vec![phase(1)] } else { phases }
}

fn one_phase(mut phase: Phase, mut fields: Fields<'_>, over: Override, remarks: &Remarks) -> Phase {
    if let Some(name) = fields.take(&["name", "id"], remarks).and_then(|place| place.text(remarks)) {
        name.clone_into(&mut phase.name);
    }
    let budget = fields.take(&["budget_yen", "budget"], remarks).and_then(|place| yen(&place, remarks));
    phase.budget_yen = over.budget_yen.or(budget).or(phase.budget_yen);
    let hours = fields.take(&["staff_hours", "hours"], remarks).and_then(|place| minutes(&place, remarks));
    phase.budget_minutes = hours.or(phase.budget_minutes);
    if let Some(place) = fields.take(&["months"], remarks) {
        phase.months = count(&place, 1, 60, remarks).unwrap_or(12);
    }
    fields.finish("name, budget_yen, staff_hours, months", remarks);
    phase
}

fn criteria(
    root: &mut Fields<'_>,
    measures: &[Measure],
    remarks: &Remarks,
) -> (BTreeSet<String>, BTreeSet<String>) {
    let Some(place) = root.take(&["criteria"], remarks) else { return Default::default() };
    let texts = |place: Place<'_>| {
        place.texts(remarks).into_iter().map(|(_, text)| text.to_owned()).collect::<BTreeSet<String>>()
    };
    if matches!(place.json, Json::List(_)) {
        return (texts(place), BTreeSet::new());
    }
    let Some(mut fields) = place.fields(remarks) else { return Default::default() };
    let needed = fields.take(&["needed", "required"], remarks).map(texts);
    let met = fields.take(&["met", "already_met"], remarks).map(texts).unwrap_or_default();
    fields.take(&["name", "source"], remarks);
    fields.finish("needed, met, name, source", remarks);
    let mentioned = || measures.iter().flat_map(|measure| measure.meets.iter().cloned()).collect();
    (needed.unwrap_or_else(mentioned), met)
}

fn exclusive(root: &mut Fields<'_>, measures: &Index, remarks: &Remarks) -> Vec<Vec<usize>> {
    let Some(place) = root.take(&["exclusive", "exclusive_groups"], remarks) else { return Vec::new() };
    place
        .list(remarks)
        .iter()
        .map(|group| ids(group, measures, "measure", remarks))
        .filter(|group| group.len() > 1)
        .collect()
}

fn insurance(mut fields: Fields<'_>, scenarios: &Index, remarks: &Remarks) -> Option<Insurance> {
    let at = fields.at.clone();
    let mut amount = |names: &[&str]| fields.take(names, remarks).and_then(|place| yen(&place, remarks));
    let deductible_yen = amount(&["deductible_yen"]).unwrap_or(0);
    let limit_yen = amount(&["limit_yen"]);
    let yearly_limit_yen = amount(&["yearly_limit_yen"]);
    let premium_yen = amount(&["premium_yen"]).unwrap_or(0);
    let covered = fields.take(&["scenarios", "covers"], remarks);
    let scenarios = covered.map(|place| ids(&place, scenarios, "scenario", remarks)).unwrap_or_default();
    fields.take(&["name", "source"], remarks);
    fields
        .finish("deductible_yen, limit_yen, yearly_limit_yen, premium_yen, scenarios, name, source", remarks);
    if limit_yen.is_none() {
        remarks.fault(&at, "the limit is missing", "write limit_yen, the most that is paid for one event");
    }
    Some(Insurance { scenarios, deductible_yen, limit_yen: limit_yen?, yearly_limit_yen, premium_yen })
}

/// An exclusion holds in both directions, whichever side wrote it.
fn make_symmetric(measures: &mut [Measure]) {
    for index in 0..measures.len() {
        for other in measures[index].excludes.clone() {
            if !measures[other].excludes.contains(&index) {
                measures[other].excludes.push(index);
            }
        }
    }
    for measure in measures {
        measure.excludes.sort_unstable();
    }
}

/// Names one cycle of prerequisites, if there is any.
fn report_cycle(measures: &[Measure], remarks: &Remarks) {
    // 0: not seen, 1: on the way, 2: finished. The way is kept by hand, as its length is the file's choice.
    let mut state = vec![0_u8; measures.len()];
    for start in 0..measures.len() {
        let mut way = vec![(start, 0)];
        while let Some(&mut (measure, ref mut next)) = way.last_mut() {
            if *next == 0 && state[measure] == 2 {
                way.pop();
                continue;
            }
            state[measure] = 1;
            let Some(&need) = measures[measure].requires.get(*next) else {
                state[measure] = 2;
                way.pop();
                continue;
            };
            *next += 1;
            if state[need] == 1 {
                let from = way.iter().position(|&(measure, _)| measure == need).unwrap_or(0);
                let mut ids: Vec<&str> =
                    way[from..].iter().map(|&(measure, _)| measures[measure].id.as_str()).collect();
                ids.push(&measures[need].id);
                remarks.fault(
                    "measures",
                    format!("the prerequisites go in a circle: {}", ids.join(" needs ")),
                    "take one of them out",
                );
                return;
            }
            way.push((need, 0));
        }
    }
}

/// Names measures that can never be done, because of what they need.
fn report_impossible(measures: &[Measure], exclusive: &[Vec<usize>], remarks: &Remarks) {
    for index in 0..measures.len() {
        let mut needed = BTreeSet::from([index]);
        let mut open = vec![index];
        while let Some(next) = open.pop() {
            open.extend(measures[next].requires.iter().filter(|&&need| needed.insert(need)));
        }
        let id = |index: usize| &measures[index].id;
        let refused = needed.iter().find(|&&need| need != index && measures[need].status == Status::Refused);
        let clash = needed.iter().find_map(|&left| {
            let rival = |right: &&usize| {
                **right > left
                    && (measures[left].excludes.contains(right)
                        || exclusive.iter().any(|group| group.contains(&left) && group.contains(right)))
            };
            needed.iter().find(rival).map(|&right| (left, right))
        });
        let problem = match (refused, clash) {
            (Some(&need), _) => format!("\"{}\" needs \"{}\", which is refused", id(index), id(need)),
            (None, Some((left, right))) => format!(
                "\"{}\" needs both \"{}\" and \"{}\", which exclude each other",
                id(index),
                id(left),
                id(right)
            ),
            (None, None) => continue,
        };
        remarks.warn(&format!("measures \"{}\"", id(index)), problem, "so it can never be chosen");
    }
}

fn report_baseline(measures: &[Measure], baseline: Baseline, remarks: &Remarks) {
    if baseline == Baseline::Today {
        for measure in
            measures.iter().filter(|measure| measure.status == Status::Done && !measure.effects.is_empty())
        {
            remarks.warn(
                &format!("measures \"{}\"", measure.id),
                "it is done, so its effects are taken to be in the numbers of the scenarios already",
                "write \"scenarios_are\": \"inherent\" if those are without any measure",
            );
        }
    }
}
