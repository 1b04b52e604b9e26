//! Packs `data/**/*.toml` into JSON texts, so that a run parses no TOML and only what it needs: one text for what every run
//! asks for, one for each section, each server and each library that few runs ask for.
#![expect(
    clippy::disallowed_methods,
    reason = "a build script reads the crate's own data and writes to OUT_DIR"
)]

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=data");
    let data = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("data");
    let servers = folder(&data.join("servers"))?;
    let known: Vec<Value> =
        servers.iter().map(|(id, body)| json!({ "id": id, "matches": body.get("matches") })).collect();
    let clients: Map<String, Value> = folder(&data.join("clients"))?.into_iter().collect();
    let coverage: Map<String, Value> = folder(&data.join("coverage"))?.into_iter().collect();
    let mut at_once = Map::new();
    at_once.insert("servers".to_owned(), Value::Array(known));
    at_once.insert("clients".to_owned(), Value::Object(clients));
    let frameworks: Map<String, Value> = folder(&data.join("frameworks"))?.into_iter().collect();
    let mut packed = text("COVERAGE", &Value::Object(coverage));
    packed.push_str(&text("FRAMEWORKS", &Value::Object(frameworks)));
    let calls = folder(&data.join("calls"))?;
    let listed = calls.iter().map(
        |(id, body)| json!({ "id": id, "language": body.get("language"), "modules": body.get("modules") }),
    );
    packed.push_str(&text("CALLS", &listed.collect()));
    packed.push_str(&bodies("CALL_BODIES", &calls)?);
    for file in toml_files(&data)? {
        let (name, body) = load(&file)?;
        if AT_ONCE.contains(&name.as_str()) {
            at_once.insert(name, body);
        } else {
            packed.push_str(&text(&name.to_uppercase(), &body));
        }
    }
    packed.push_str(&text("AT_ONCE", &Value::Object(at_once)));
    packed.push_str(&bodies("BODIES", &servers)?);
    let nodes: Vec<(String, String)> =
        folder(&data.join("nodes"))?.into_iter().map(|(id, body)| (id, body.to_string())).collect();
    writeln!(
        packed,
        "/// What nodes of low-code products do, by product.\npub(crate) const NODES: &[(&str, &str)] = &{nodes:?};"
    )?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("packed.rs");
    std::fs::write(out, packed)?;
    Ok(())
}

/// Files that every run asks for.
const AT_ONCE: [&str; 2] = ["places", "credentials"];

/// A constant with `value` as JSON.
fn text(name: &str, value: &Value) -> String {
    format!("/// A section, as JSON.\npub(crate) const {name}: &str = {:?};\n", value.to_string())
}

/// A constant with the entries of a folder, in the order in which they are listed.
fn bodies(name: &str, entries: &[(String, Value)]) -> Result<String, std::fmt::Error> {
    let bodies: Vec<String> = entries.iter().map(|(_, body)| body.to_string()).collect();
    let mut packed = String::new();
    writeln!(packed, "/// Entries, each as JSON.\npub(crate) const {name}: &[&str] = &{bodies:?};")?;
    Ok(packed)
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
