//! The lines of the lock: a header, then assets, tools, edges and findings, each kind sorted by id.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::{Lock, LockedAsset, LockedEdge, LockedFinding, LockedTool, SCHEMA};
use crate::hidden::write_escaped;

/// One line.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(title = "A line of ambit.lock"))]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Line<'a> {
    /// The first line.
    Header {
        /// The format and its version: `ambit.lock/v1`.
        schema: &'a str,
    },
    /// A node that is no tool.
    Asset(&'a LockedAsset),
    /// A tool.
    Tool(&'a LockedTool),
    /// A row of the reach map.
    Edge(&'a LockedEdge),
    /// A finding.
    Finding(&'a LockedFinding),
}

/// The JSON Schema of one line.
#[cfg(feature = "schema")]
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Line<'_>)
}

impl Lock {
    /// The text of the file, with a newline at its end.
    pub fn write(&self) -> String {
        let header = std::iter::once(Line::Header { schema: SCHEMA });
        let lines = header
            .chain(self.assets.values().map(Line::Asset))
            .chain(self.tools.values().map(Line::Tool))
            .chain(self.edges.values().map(Line::Edge))
            .chain(self.findings.values().map(Line::Finding));
        let mut bytes = Vec::new();
        for line in lines {
            // Rows have no keys but text, and memory takes all: this cannot fail.
            let _ = line.serialize(&mut Serializer::with_formatter(&mut bytes, Plain));
            bytes.push(b'\n');
        }
        String::from_utf8(bytes).unwrap_or_default()
    }
}

/// Compact JSON that shows what it holds.
struct Plain;

impl Formatter for Plain {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        write_escaped(writer, fragment)
    }
}
