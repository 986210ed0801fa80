//! What keeps the repository in order. `cargo xtask tidy` checks, `cargo xtask generate` writes the reference
//! pages from the program itself.

mod acts;
mod files;
mod generate;
mod layers;
mod licences;
mod scopes;

use std::process::ExitCode;

use anyhow::bail;

fn main() -> ExitCode {
    let done = match std::env::args().nth(1).as_deref() {
        Some("tidy") => tidy(),
        Some("generate") => generate::write(),
        _ => Err(anyhow::anyhow!("cargo xtask tidy | generate")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs every check and names every fault, not only the first.
fn tidy() -> anyhow::Result<()> {
    let metadata = layers::metadata()?;
    let mut faults = layers::faults(&metadata)?;
    faults.extend(licences::faults(&metadata)?);
    faults.extend(files::faults()?);
    faults.extend(scopes::faults()?);
    faults.extend(acts::faults()?);
    for fault in &faults {
        eprintln!("tidy: {fault}");
    }
    if faults.is_empty() {
        eprintln!("tidy: layering, licences, words, scopes and acts are in order");
        Ok(())
    } else {
        bail!("{} faults", faults.len())
    }
}
