//! Which machine of the record a row of a ledger is. Pure.

use serde::Serialize;

use super::ledger::{Field, Machine};
use super::store::Asset;

/// What a row of a ledger would do.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(super) enum Plan {
    New,
    /// It is a machine that is there; these values would change: field, before, after.
    Changes {
        asset: String,
        name: String,
        changes: Vec<(Field, String, String)>,
    },
    Same {
        asset: String,
    },
    /// It points at two machines, or at one that an earlier row is already: nothing is done.
    Conflict {
        names: Vec<String>,
    },
    /// It has no name by which anybody would know it.
    Nameless,
}

/// What identifies a machine, the strongest first.
const IDENTITY: [Field; 3] = [Field::Serial, Field::Mac, Field::Host];

/// Plans all rows together: a machine that two rows claim is a conflict of the later one.
pub(super) fn plan(machines: &[Machine], assets: &[Asset]) -> Vec<Plan> {
    let mut claimed: Vec<String> = Vec::new();
    let mut seen: Vec<(Field, String, String)> = Vec::new();
    machines
        .iter()
        .map(|machine| {
            let name = machine.name();
            if name.is_empty() {
                return Plan::Nameless;
            }
            let keys: Vec<(Field, &str)> = IDENTITY
                .into_iter()
                .map(|field| (field, machine.value(field)))
                .filter(|(_, value)| !value.is_empty())
                .collect();
            let twice = keys.iter().find_map(|(field, value)| {
                seen.iter()
                    .find(|(other, text, _)| other == field && text == value)
                    .map(|(.., name)| name.clone())
            });
            if let Some(other) = twice {
                return Plan::Conflict { names: vec![other] };
            }
            seen.extend(keys.iter().map(|(field, value)| (*field, (*value).to_owned(), name.clone())));
            let plan = of_one(machine, &keys, assets);
            if let Plan::Changes { asset, .. } | Plan::Same { asset } = &plan {
                if claimed.contains(asset) {
                    return Plan::Conflict { names: vec![name] };
                }
                claimed.push(asset.clone());
            }
            plan
        })
        .collect()
}

fn of_one(machine: &Machine, keys: &[(Field, &str)], assets: &[Asset]) -> Plan {
    let mut found: Vec<&Asset> = Vec::new();
    for (field, value) in keys {
        for asset in assets.iter().filter(|asset| asset.value(*field) == *value) {
            if !found.iter().any(|other| other.id == asset.id) {
                found.push(asset);
            }
        }
    }
    // Without any identity the number of the ledger and the name together say which machine it is.
    if keys.is_empty() {
        let number = machine.value(Field::Number);
        found = assets
            .iter()
            .filter(|asset| asset.name == machine.name() && asset.ledger_number == number)
            .take(1)
            .collect();
    }
    match found.as_slice() {
        [] => Plan::New,
        [asset] => {
            let mut changes: Vec<(Field, String, String)> = machine
                .values
                .iter()
                .map(|(field, value)| (*field, asset.value(*field).to_owned(), value.clone()))
                .filter(|(_, before, after)| before != after)
                .collect();
            if machine.quantity != asset.quantity {
                let (before, after) = (asset.quantity.to_string(), machine.quantity.to_string());
                changes.push((Field::Quantity, before, after));
            }
            let id = asset.id.to_string();
            if changes.is_empty() {
                Plan::Same { asset: id }
            } else {
                Plan::Changes { asset: id, name: asset.name.clone(), changes }
            }
        }
        several => Plan::Conflict { names: several.iter().map(|asset| asset.name.clone()).collect() },
    }
}
