//! Modules of Terraform (and of `OpenTofu`) that declare agents: the resources of all files of one folder.
//!
//! Modules that are called are named, not followed: what they declare is on the map where their own files are read.

use std::collections::BTreeMap;

use ambit_catalog::Catalog;
use ambit_model::facts::{AgentFacts, Unresolved};
use ambit_model::{Place, Scope};

use super::stack::{Resource, Stack, get};
use super::{agentcore, bedrock};
use crate::fragment::{Group, GroupKind, Sink};
use crate::readers::{Form, Reader, Text};
use crate::together::Part;
use crate::tree::{Syntax, View};

const MARKS: &[&str] = &["aws_bedrock", "awscc_bedrock", "bedrock/aws", "bedrock-agent", "agentcore"];

pub(in crate::readers) const NATIVE: Reader = Reader {
    id: "terraform",
    places: &[],
    form: Form::Tree(Syntax::Hcl),
    marks: MARKS,
    accepts: |text| declares_agents(&text.root),
    read,
};

pub(in crate::readers) const JSON: Reader = Reader {
    id: "terraform-json",
    places: &[],
    form: Form::Tree(Syntax::Json),
    marks: MARKS,
    accepts: |text| text.path.ends_with(".tf.json") && declares_agents(&text.root),
    read,
};

fn read(text: &Text<'_>, sink: &mut Sink) {
    sink.groups.push(Group { kind: GroupKind::Terraform, path: text.path.to_owned() });
}

/// Whether a file declares an agent, its parts, or calls a module that does.
fn declares_agents(root: &View<'_>) -> bool {
    let of_agents = |it: &str| {
        let it = it.strip_prefix("awscc_").or_else(|| it.strip_prefix("aws_")).unwrap_or_default();
        it.starts_with("bedrockagent")
            || it.starts_with("bedrock_agent")
            || it.starts_with("bedrockagentcore")
    };
    labelled(root, "resource").iter().any(|(kind, ..)| of_agents(kind))
        || modules(root).iter().any(|(_, _, source)| makes_agents(source.text().unwrap_or_default()))
}

/// Whether a module of this source makes agents, by the names that such modules have.
fn makes_agents(source: &str) -> bool {
    let lower = source.to_ascii_lowercase();
    // A module of the same repository is read where its own files are.
    !lower.starts_with('.')
        && (lower.contains("bedrock/aws") || lower.contains("bedrock-agent") || lower.contains("agentcore"))
}

/// Blocks with two labels: kind, name, body.
fn labelled<'a>(root: &View<'a>, block: &str) -> Vec<(&'a str, &'a str, View<'a>)> {
    let mut found = Vec::new();
    for (_, list) in root.entries().into_iter().filter(|(key, _)| *key == block) {
        let items = if list.is_list() { list.items() } else { vec![list] };
        for (kind, names) in items.iter().flat_map(View::entries) {
            let names = if names.is_list() { names.items() } else { vec![names] };
            for (name, body) in names.iter().flat_map(View::entries) {
                found.push((kind, name, one(body)));
            }
        }
    }
    found
}

/// Blocks with one label: name, body.
fn named<'a>(root: &View<'a>, block: &str) -> Vec<(&'a str, View<'a>)> {
    let lists = root.entries().into_iter().filter(|(key, _)| *key == block).map(|(_, it)| it);
    let items = lists.flat_map(|it| if it.is_list() { it.items() } else { vec![it] });
    items.flat_map(|it| it.entries()).map(|(name, body)| (name, one(body))).collect()
}

/// In JSON a body may stand in a list of its own.
fn one(body: View<'_>) -> View<'_> {
    if body.is_list() { body.items().into_iter().next().unwrap_or(body) } else { body }
}

fn modules<'a>(root: &View<'a>) -> Vec<(&'a str, View<'a>, View<'a>)> {
    let called = named(root, "module").into_iter();
    called.filter_map(|(name, body)| Some((name, body.clone(), body.get("source")?))).collect()
}

/// Reads the module in `folder`, whose files are `parts`.
pub(crate) fn assemble(
    folder: &str,
    parts: &[Part],
    texts: &BTreeMap<String, String>,
    catalog: &Catalog,
    sink: &mut Sink,
) {
    let mut stack = Stack::new(folder, texts, catalog, Scope::Project);
    let roots = || parts.iter().flat_map(|part| part.documents.iter().map(|it| View::root(&part.path, it)));
    for root in roots() {
        for (block, prefix) in [("resource", ""), ("data", "data.")] {
            for (kind, name, body) in labelled(&root, block) {
                let place = body.place();
                let address = format!("{prefix}{kind}.{name}");
                let kind = format!("{prefix}{}", provider(kind));
                stack.add(address, Resource { kind, name: name.to_owned(), body, place });
            }
        }
        for (name, body) in named(&root, "variable") {
            if let Some(default) = body.get("default") {
                stack.value(format!("var.{name}"), default);
            }
        }
        for (name, value) in named(&root, "locals") {
            stack.value(format!("local.{name}"), value);
        }
    }
    bedrock::read(&stack, sink);
    agentcore::read(&stack, sink);
    for root in roots() {
        called(&root, folder, sink);
    }
}

/// Kinds of the provider that mirrors `CloudFormation`, in the words of the other.
fn provider(kind: &str) -> String {
    let Some(rest) = kind.strip_prefix("awscc_") else { return kind.to_owned() };
    let rest = match rest {
        "bedrock_agent" => "bedrockagent_agent",
        "bedrock_agent_alias" => "bedrockagent_agent_alias",
        "bedrock_knowledge_base" => "bedrockagent_knowledge_base",
        "bedrock_data_source" => "bedrockagent_data_source",
        "bedrockagentcore_runtime" => "bedrockagentcore_agent_runtime",
        "bedrockagentcore_browser_custom" => "bedrockagentcore_browser",
        "bedrockagentcore_code_interpreter_custom" => "bedrockagentcore_code_interpreter",
        other => other,
    };
    format!("aws_{rest}")
}

/// Agents that modules from elsewhere make: there, and not followed.
fn called(root: &View<'_>, folder: &str, sink: &mut Sink) {
    for (name, body, source) in modules(root) {
        let Some(from) = source.text().filter(|it| makes_agents(it)) else { continue };
        // The module has a switch for each of its parts.
        if get(&body, "create_agent").and_then(|it| it.truth()) == Some(false) {
            continue;
        }
        let mut agent = AgentFacts::bare(bedrock::CLIENT, name, folder, body.place());
        let place: Place = source.place();
        agent.program.said.push((format!("made by the module {from}"), place.clone()));
        agent.program.unresolved.push(Unresolved {
            what: "a module".to_owned(),
            raw: from.to_owned(),
            place,
        });
        sink.agents.push(agent);
    }
}
