//! The glance at a file of code: what it imports, as far as its lines tell.

use aho_corasick::AhoCorasick;
use ambit_catalog::Catalog;
use ambit_code::agents::Roots;
use ambit_code::effects::Words;
use memchr::memmem;

/// How much of a file is searched for imports.
const SEARCHED: usize = 64 * 1024;

/// What makes a file of code worth a closer look.
#[derive(Debug)]
pub(crate) struct Sought<'c> {
    roots: Roots<'c>,
    /// What files have in them that ask models without a client library.
    words: Option<AhoCorasick>,
}

impl<'c> Sought<'c> {
    pub(crate) fn of(catalog: &'c Catalog) -> Self {
        // Without the automaton nothing is found by it: its words are few, so that it is always made.
        let words = AhoCorasick::new(Words::of(catalog).in_files()).ok();
        Self { roots: Roots::of(catalog), words }
    }

    /// Whether the file imports something of a framework, or asks a model by requests of its own and gives it tools.
    pub(crate) fn has(&self, glance: &Glance, bytes: &[u8]) -> bool {
        let asks = || self.words.as_ref().is_some_and(|it| it.is_match(bytes));
        glance.has_framework(&self.roots) || asks() && memmem::find(bytes, TOOLS).is_some()
    }
}

/// The key under which every model is given its tools.
const TOOLS: &[u8] = b"tools";

/// What a glance at a file tells.
#[derive(Debug, Clone)]
pub(crate) struct Glance {
    /// The modules that it imports, a line for each: a tree can have a hundred thousand files.
    imports: Box<str>,
}

impl Glance {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut lines = String::new();
        for import in imports(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)) {
            lines.push_str(&import);
            lines.push('\n');
        }
        Self { imports: lines.into() }
    }

    /// Whether the file imports something of a framework.
    fn has_framework(&self, roots: &Roots<'_>) -> bool {
        self.imports().any(|it| roots.has(it))
    }

    /// The modules that the file imports.
    pub(super) fn imports(&self) -> impl Iterator<Item = &str> {
        self.imports.lines()
    }
}

/// The modules that the file imports, as far as a glance tells.
fn imports(bytes: &[u8]) -> impl Iterator<Item = String> {
    let is_notebook = bytes.trim_ascii_start().starts_with(b"{");
    let top = if is_notebook { bytes } else { bytes.get(..SEARCHED).unwrap_or(bytes) };
    top.split(|it| *it == b'\n').filter_map(|line| imported(std::str::from_utf8(line).ok()?.trim()))
}

/// The module that a line imports.
fn imported(line: &str) -> Option<String> {
    // A line of a notebook is a text in a list.
    let line = line.trim_start_matches('"').trim_start();
    let starts = ["from ", "import ", "import{", "const ", "let ", "var ", "} from", "export "];
    starts.iter().any(|it| line.starts_with(it)).then_some(())?;
    let is_assigned = ["const ", "let ", "var "].iter().any(|it| line.starts_with(it));
    if is_assigned && !line.contains("require(") && !line.contains("import(") {
        return None;
    }
    if let Some(at) = line.rfind(['\'', '"'])
        && let Some(before) = line.get(..at)
        && let Some(quoted) = before.rsplit(['\'', '"']).next().filter(|_| before.contains(['\'', '"']))
    {
        return Some(quoted.strip_prefix("node:").unwrap_or(quoted).to_owned());
    }
    let rest = line.strip_prefix("from ").or_else(|| line.strip_prefix("import "))?;
    let module: String =
        rest.trim_start().chars().take_while(|it| it.is_alphanumeric() || "._".contains(*it)).collect();
    (!module.is_empty()).then_some(module)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glance_tells_what_a_line_imports() {
        for (line, module) in [
            ("from langgraph.prebuilt import create_react_agent", "langgraph.prebuilt"),
            ("import crewai as c", "crewai"),
            ("import { Agent } from '@openai/agents';", "@openai/agents"),
            ("} from \"ai\";", "ai"),
            ("const { Client } = require('@modelcontextprotocol/sdk');", "@modelcontextprotocol/sdk"),
            ("    \"from agents import Agent\\n\",", "agents"),
        ] {
            let found = imported(line.trim());
            assert!(
                found.as_deref().is_some_and(|it| it.starts_with(module) || module.starts_with(it)),
                "{line}: {found:?}"
            );
        }
        assert_eq!(imported("const x = 'langgraph';"), None);
        assert_eq!(imported("print('from langgraph')"), None);
    }
}
