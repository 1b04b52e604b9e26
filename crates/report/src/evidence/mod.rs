//! The evidence pack for an auditor: a zip archive with the reports, what they rest on, the mapping to regulations and
//! standards, and the digests of all.
//!
//! What lives here: what goes into the pack, what is counted for the mapping, and its forms.
//! Everything is worded as evidence: what it shows, never that anything is fulfilled.

mod counts;
mod mapping;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write};

use ambit_model::evidence::{MANIFEST, Manifest, Mapping, PackedFile};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::document::{self, Document, Format, Material};
use crate::masked::masked;
use crate::{Error, Options, json};

pub use mapping::{mapping, markdown};

/// What is said of every pack and mapping.
pub const STATEMENT: &str = "This is evidence, made from files and statements: it shows what was found and what was stated. It supports \
     an audit; it does not judge whether a law or a standard is met, and it is no legal advice.";

/// How the digests are verified.
const VERIFY: &str = "unpack the archive, and run `sha256sum -c SHA256SUMS` in its folder";

/// A file that people wrote, as it was read.
#[derive(Debug, Clone, Copy)]
pub struct Original<'a> {
    /// Its path; one of another revision begins with `git:`.
    pub path: &'a str,
    /// Its text.
    pub text: &'a str,
    /// What it shows.
    pub shows: &'a str,
}

/// The pack: `originals` beside all that is written of `material`.
pub fn pack(
    material: &Material<'_>,
    document: &Document,
    originals: &[Original<'_>],
) -> Result<Vec<u8>, Error> {
    let mut files: BTreeMap<String, File> = BTreeMap::new();
    let there = |path: &str| !path.starts_with("ambit.") || originals.iter().any(|it| place(it.path) == path);
    for (path, shows, bytes) in rendered(material, document, &mapping(material, &there))? {
        files.insert(path.to_owned(), File::new(bytes, shows, material));
    }
    for it in originals {
        let mut path = place(it.path);
        while files.contains_key(&path) {
            path.insert_str(0, "other/");
        }
        files.insert(path, File::new(it.text.as_bytes().to_vec(), it.shows, material));
    }
    let manifest = manifest(material, &files);
    let mut bytes = Vec::new();
    json::write_value(&manifest, &mut bytes)?;
    let shows = "every file with its size, its digest and what it shows";
    files.insert("MANIFEST.json".to_owned(), File { bytes, shows: shows.to_owned(), masked: 0 });
    let mut sums = String::new();
    for (path, file) in &files {
        let _infallible = writeln!(sums, "{}  {path}", file.digest());
    }
    let shows = "the digests of all other files";
    files.insert(
        "SHA256SUMS".to_owned(),
        File { bytes: sums.into_bytes(), shows: shows.to_owned(), masked: 0 },
    );
    archive(&files)
}

/// A file of the pack.
struct File {
    bytes: Vec<u8>,
    shows: String,
    masked: usize,
}

impl File {
    fn new(bytes: Vec<u8>, shows: &str, material: &Material<'_>) -> Self {
        let (bytes, masked) = match String::from_utf8(bytes) {
            Ok(text) => {
                let (text, masked) = masked(&text, material.catalog);
                (text.into_bytes(), masked)
            }
            Err(binary) => (binary.into_bytes(), 0),
        };
        Self { bytes, shows: shows.to_owned(), masked }
    }

    fn digest(&self) -> String {
        HEXLOWER.encode(&Sha256::digest(&self.bytes))
    }
}

type Rendered = Vec<(&'static str, &'static str, Vec<u8>)>;

/// What is written for the pack: one line for each file.
fn rendered(material: &Material<'_>, document: &Document, mapped: &Mapping) -> Result<Rendered, Error> {
    let report = |format: Format| -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        document::write(document, format, &mut bytes)?;
        Ok(bytes)
    };
    let whole = |format: crate::Format| -> Result<Vec<u8>, Error> {
        let options =
            Options { rules: material.rules, catalog: Some(material.catalog), ..Options::default() };
        let mut bytes = Vec::new();
        crate::render(material.assessment, format, &options, &mut bytes)?;
        Ok(bytes)
    };
    let mut files = vec![
        ("report.html", "the threat model, for a browser", report(Format::Html)?),
        ("report.md", "the threat model, as text", report(Format::Markdown)?),
        ("assessment.json", "the reach map and its findings, for machines", whole(crate::Format::Json)?),
        ("coverage.json", "every category of every framework with its answers", value(material.coverage)?),
        ("verdict.json", "what the gate says", value(material.verdict)?),
        ("sign-off.csv", "one row per reach edge, for whoever signs", whole(crate::Format::Csv)?),
        ("mapping.json", "which evidence supports which item of a regulation or standard", value(mapped)?),
        ("mapping.md", "the same as text", markdown(mapped).into_bytes()),
    ];
    #[cfg(feature = "pdf")]
    files.push(("report.pdf", "the threat model, as pages", report(Format::Pdf)?));
    if let Some((_, difference)) = material.since {
        files.push(("difference.json", "what has changed since the earlier state", value(difference)?));
    }
    Ok(files)
}

fn value(value: &impl serde::Serialize) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    json::write_value(value, &mut bytes)?;
    Ok(bytes)
}

/// Where a file that people wrote stands in the pack: no path leads out of the folder that it is unpacked in.
fn place(path: &str) -> String {
    let path = path.strip_prefix("git:").map_or_else(|| path.to_owned(), |it| format!("git/{it}"));
    let parts = path.split(['/', '\\', ':']).filter(|it| !matches!(*it, "" | "." | ".."));
    let parts: Vec<String> = parts.map(|it| crate::visible::visible(it).replace('\\', "_")).collect();
    parts.join("/")
}

fn manifest(material: &Material<'_>, files: &BTreeMap<String, File>) -> Manifest {
    let packed = files.iter().map(|(path, file)| PackedFile {
        path: path.clone(),
        size: file.bytes.len(),
        sha256: file.digest(),
        shows: file.shows.clone(),
        masked: file.masked,
    });
    Manifest {
        schema: MANIFEST.to_owned(),
        tool: material.assessment.tool.clone(),
        root: material.assessment.inputs.root.clone(),
        today: material.today.map(ToString::to_string),
        statement: STATEMENT.to_owned(),
        verify: VERIFY.to_owned(),
        files: packed.collect(),
    }
}

/// The archive: sorted, with one time for all files, so that the same files give the same bytes.
fn archive(files: &BTreeMap<String, File>) -> Result<Vec<u8>, Error> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    for (path, file) in files {
        archive.start_file(path.as_str(), options)?;
        archive.write_all(&file.bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_pack() {
        for (path, expected) in [
            ("ambit.yaml", "ambit.yaml"),
            ("../../etc/passwd", "etc/passwd"),
            ("/etc/passwd", "etc/passwd"),
            ("git:main:base/../ambit.yaml", "git/main/base/ambit.yaml"),
            ("C:\\x\\..\\y", "C/x/y"),
            ("a\u{202e}b.yaml", "a_u{202e}b.yaml"),
        ] {
            assert_eq!(place(path), expected);
        }
    }
}
