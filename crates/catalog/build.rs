//! Packs `data/**/*.toml` into one JSON document, so that a run parses no TOML and only what it needs.
#![expect(
    clippy::disallowed_methods,
    reason = "a build script reads the crate's own data and writes to OUT_DIR"
)]

use std::error::Error;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=data");
    let data = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("data");
    let servers: Vec<Value> = folder(&data.join("servers"))?
        .into_iter()
        .map(|(id, body)| json!({ "id": id, "matches": body.get("matches").cloned(), "body": body }))
        .collect();
    let clients: Map<String, Value> = folder(&data.join("clients"))?.into_iter().collect();
    let coverage: Map<String, Value> = folder(&data.join("coverage"))?.into_iter().collect();
    let mut whole = Map::new();
    whole.insert("servers".to_owned(), Value::Array(servers));
    whole.insert("clients".to_owned(), Value::Object(clients));
    whole.insert("coverage".to_owned(), Value::Object(coverage));
    for file in toml_files(&data)? {
        let (name, body) = load(&file)?;
        whole.insert(name, body);
    }
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("catalog.json");
    std::fs::write(out, serde_json::to_string(&whole)?)?;
    Ok(())
}

fn folder(path: &Path) -> Result<Vec<(String, Value)>, Box<dyn Error>> {
    toml_files(path)?.iter().map(|file| load(file)).collect()
}

/// The `.toml` files directly in `path`, sorted: the order must not depend on the disk.
fn toml_files(path: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let file = entry?.path();
        if file.extension().is_some_and(|it| it == "toml") {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

fn load(file: &Path) -> Result<(String, Value), Box<dyn Error>> {
    let name = file.file_stem().and_then(|it| it.to_str()).ok_or("a data file has an odd name")?.to_owned();
    let text = std::fs::read_to_string(file)?;
    let body: Value = toml::from_str(&text).map_err(|e| format!("{}: {e}", file.display()))?;
    Ok((name, body))
}
