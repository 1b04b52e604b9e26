//! JSON Schemas of what Ambit writes, generated from the types, and of what people write, from its sections.

use std::path::{Path, PathBuf};

use ambit_model::evidence::{Manifest, Mapping};
use ambit_model::risk::Risk;
use ambit_model::{Assessment, Containment, Coverage, Difference, Verdict, Whatif};
use anyhow::{Context, bail};

/// The checked-in schemas: file name and text.
fn all() -> anyhow::Result<Vec<(&'static str, String)>> {
    let schemas = [
        ("assessment.schema.json", serde_json::to_string_pretty(&schemars::schema_for!(Assessment))?),
        ("ambit.schema.json", serde_json::to_string_pretty(&ambit_model::stated::schema())?),
        ("containment.schema.json", serde_json::to_string_pretty(&schemars::schema_for!(Containment))?),
        ("coverage.schema.json", serde_json::to_string_pretty(&schemars::schema_for!(Coverage))?),
        ("lock.schema.json", serde_json::to_string_pretty(&ambit_model::lock::schema())?),
        ("verdict.schema.json", serde_json::to_string_pretty(&schemars::schema_for!(Verdict))?),
        ("difference.schema.json", serde_json::to_string_pretty(&schemars::schema_for!(Difference))?),
        ("evidence.schema.json", serde_json::to_string_pretty(&schemars::schema_for!(Manifest))?),
        ("mapping.schema.json", serde_json::to_string_pretty(&schemars::schema_for!(Mapping))?),
        ("risk.schema.json", serde_json::to_string_pretty(&schemars::schema_for!(Risk))?),
        ("whatif.schema.json", serde_json::to_string_pretty(&schemars::schema_for!(Whatif))?),
    ];
    Ok(schemas.into_iter().map(|(name, text)| (name, text + "\n")).collect())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas")
}

/// Writes the schemas; with `check`, fails where what is checked in differs.
#[expect(clippy::disallowed_methods, reason = "a chore that writes checked-in files")]
pub(crate) fn run(check: bool) -> anyhow::Result<()> {
    for (name, text) in all()? {
        let path = folder().join(name);
        if check {
            let found = std::fs::read_to_string(&path).with_context(|| format!("reading schemas/{name}"))?;
            if found != text {
                bail!("schemas/{name} is stale; run `cargo run -p xtask -- schemas`");
            }
        } else {
            std::fs::create_dir_all(folder()).context("making the folder of schemas")?;
            std::fs::write(&path, text).with_context(|| format!("writing schemas/{name}"))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn checked_in_schemas_are_those_of_the_types() -> anyhow::Result<()> {
        super::run(true)
    }
}
