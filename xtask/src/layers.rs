//! Who may depend on whom, read from `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::Context as _;
use serde_json::Value;

/// Our crates and those of ours that each may name. What is not in the list may name nothing of ours.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("kakari-store", &["kakari-kernel"]),
    ("kakari-ui", &["kakari-kernel"]),
    ("kakari-identity", &["kakari-kernel", "kakari-store", "kakari-ui"]),
    (
        "kakari-watch",
        &[
            "kakari-kernel",
            "kakari-store",
            "kakari-ui",
            "kakari-identity",
            "kakari-normalize",
            "kakari-detect",
            "kakari-exposure",
        ],
    ),
    (
        "kakari-care",
        &[
            "kakari-kernel",
            "kakari-store",
            "kakari-ui",
            "kakari-identity",
            "kakari-planner",
            "kakari-mailcheck",
        ],
    ),
];

/// Engines know the kernel and nothing else of ours.
const ENGINES: &[&str] =
    &["kakari-normalize", "kakari-detect", "kakari-exposure", "kakari-mailcheck", "kakari-planner"];

/// What no slice may reach, however deep: the query engine and the PDF engine.
const HEAVY: &[&str] = &["datafusion", "typst"];

/// What no engine may reach: the network, the database, the web.
const IO: &[&str] = &["tokio", "sqlx", "axum", "reqwest", "hyper"];

/// `cargo metadata` of the whole workspace.
pub(crate) fn metadata() -> anyhow::Result<Value> {
    let output =
        Command::new(env!("CARGO")).args(["metadata", "--format-version", "1", "--locked"]).output()?;
    anyhow::ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Names every crate that reaches what it may not.
pub(crate) fn faults(metadata: &Value) -> anyhow::Result<Vec<String>> {
    let graph = Graph::read(metadata)?;
    let mut faults = Vec::new();
    for name in graph.ours() {
        let direct = graph.direct(&name);
        let allowed = MAY_NAME.iter().find(|(of, _)| *of == name).map_or(&[][..], |(_, allowed)| *allowed);
        let free = ["kakari-server", "kakari-e2e", "kakari-xtask"].contains(&name.as_str());
        for other in direct.iter().filter(|other| other.starts_with("kakari-") && !free) {
            let kernel = ENGINES.contains(&name.as_str()) && other == "kakari-kernel";
            if !allowed.contains(&other.as_str()) && !kernel {
                faults.push(format!("{name} names {other}"));
            }
        }
        let reached = graph.reached(&name);
        let banned: &[&str] = if ENGINES.contains(&name.as_str()) { IO } else { &[] };
        let heavy: &[&str] = if free { &[] } else { HEAVY };
        for crate_name in banned.iter().chain(heavy).filter(|banned| reached.contains(**banned)) {
            faults.push(format!("{name} reaches {crate_name}"));
        }
    }
    Ok(faults)
}

/// Package names and their normal dependencies.
struct Graph(BTreeMap<String, BTreeSet<String>>);

impl Graph {
    fn read(metadata: &Value) -> anyhow::Result<Self> {
        let packages = metadata["packages"].as_array().context("packages")?;
        let name_of: BTreeMap<&str, &str> = packages
            .iter()
            .filter_map(|package| Some((package["id"].as_str()?, package["name"].as_str()?)))
            .collect();
        let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in metadata["resolve"]["nodes"].as_array().context("nodes")? {
            let name =
                node["id"].as_str().and_then(|id| name_of.get(id)).context("a node without a package")?;
            let needed = graph.entry((*name).to_owned()).or_default();
            for dependency in node["deps"].as_array().into_iter().flatten() {
                let normal = dependency["dep_kinds"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .any(|kind| kind["kind"].is_null());
                if let (true, Some(name)) =
                    (normal, dependency["pkg"].as_str().and_then(|id| name_of.get(id)))
                {
                    needed.insert((*name).to_owned());
                }
            }
        }
        Ok(Self(graph))
    }

    fn ours(&self) -> Vec<String> {
        self.0.keys().filter(|name| name.starts_with("kakari-")).cloned().collect()
    }

    fn direct(&self, name: &str) -> BTreeSet<String> {
        self.0.get(name).cloned().unwrap_or_default()
    }

    fn reached(&self, name: &str) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut open = vec![name.to_owned()];
        while let Some(next) = open.pop() {
            for needed in self.0.get(&next).into_iter().flatten() {
                if reached.insert(needed.clone()) {
                    open.push(needed.clone());
                }
            }
        }
        reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn care_and_watch_reach_neither_the_query_engine_nor_the_pdf_engine_nor_each_other() {
        assert_eq!(faults(&metadata().unwrap()).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_forbidden_neighbour_is_named() {
        let package = |name: &str| serde_json::json!({ "id": name, "name": name });
        let needs = |name: &str, other: &str| serde_json::json!({ "id": name, "deps": [{ "pkg": other, "dep_kinds": [{ "kind": null }] }] });
        let metadata = serde_json::json!({
            "packages": [package("kakari-care"), package("kakari-watch"), package("datafusion")],
            "resolve": { "nodes": [needs("kakari-care", "kakari-watch"), needs("kakari-watch", "datafusion")] },
        });
        let faults = faults(&metadata).unwrap();
        assert_eq!(
            faults,
            [
                "kakari-care names kakari-watch",
                "kakari-care reaches datafusion",
                "kakari-watch reaches datafusion"
            ]
        );
    }
}
