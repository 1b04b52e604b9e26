//! What a server said, and the record of it.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// What a server said.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub(crate) server: String,
    pub(crate) heard: Heard,
    /// The end of what it complained of.
    pub(crate) complaints: String,
}

/// What was heard of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Heard {
    pub(crate) protocol: String,
    pub(crate) info: Value,
    pub(crate) instructions: Option<String>,
    pub(crate) tools: Vec<Value>,
    pub(crate) prompts: Vec<Value>,
    pub(crate) resources: Vec<Value>,
    pub(crate) templates: Vec<Value>,
    /// What it asked of us.
    pub(crate) refused: BTreeSet<String>,
    /// What it offers and did not give.
    pub(crate) missing: Vec<String>,
}

impl Answer {
    /// The record: what `discovery` reads, with the server's name, and nothing of the day.
    pub fn record(&self) -> String {
        let heard = &self.heard;
        let mut record = Map::new();
        let mut put = |key: &str, value: Value| {
            let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            if !empty || key == "tools" {
                record.insert(key.to_owned(), value);
            }
        };
        put("server", Value::from(self.server.as_str()));
        put("protocolVersion", Value::from(heard.protocol.as_str()));
        put("serverInfo", heard.info.clone());
        put("instructions", heard.instructions.clone().into());
        put("tools", heard.tools.clone().into());
        put("prompts", heard.prompts.clone().into());
        put("resources", heard.resources.clone().into());
        put("resourceTemplates", heard.templates.clone().into());
        // A map of texts and trees of values that were read from JSON: it can be written.
        let mut text = serde_json::to_string_pretty(&Value::Object(record)).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Who it says it is, and what it speaks.
    pub fn introduction(&self) -> String {
        let said = |key: &str| self.heard.info.get(key).and_then(Value::as_str).unwrap_or_default();
        let named = format!("{} {}", said("name"), said("version"));
        let named = named.trim();
        let name = if named.is_empty() { "a server that does not say its name" } else { named };
        format!("{name}, protocol {}", self.heard.protocol)
    }

    /// What a person should know beside the record.
    pub fn notes(&self) -> Vec<String> {
        let asked = self.heard.refused.iter().map(|it| format!("it asked us for `{it}`, which was refused"));
        asked.chain(self.heard.missing.iter().cloned()).collect()
    }

    /// The end of what it complained of, as it wrote it.
    pub fn complaints(&self) -> &str {
        &self.complaints
    }
}
