//! Templates of `CloudFormation`, and of the Serverless Application Model, that declare agents.

use std::collections::BTreeMap;

use ambit_model::Problem;

use super::stack::{Resource, Stack};
use super::{agentcore, bedrock};
use crate::fragment::Sink;
use crate::readers::protocols::folder;
use crate::readers::{Form, Reader, Text};
use crate::tree::{self, Syntax, Tags, View};

const MARKS: &[&str] = &["AWS::Bedrock::Agent", "AWS::BedrockAgentCore::"];

pub(in crate::readers) const YAML: Reader = Reader {
    id: "cloudformation-yaml",
    places: &[],
    form: Form::Tree(Syntax::Yaml),
    marks: MARKS,
    accepts: |text| declares_agents(&text.root),
    read: |text, sink| {
        // The tree of other formats has no tags; here they are half of what is said.
        let (documents, fault) = tree::documents(text.text, Tags::Kept);
        sink.problems.extend(fault.map(|it| tree::problem(it, text.path)));
        if let Some(root) = documents.first() {
            template(&View::root(text.path, root), text, sink);
        }
    },
};

pub(in crate::readers) const JSON: Reader = Reader {
    id: "cloudformation-json",
    places: &[],
    form: Form::Tree(Syntax::Json),
    marks: MARKS,
    accepts: |text| declares_agents(&text.root),
    read: |text, sink| template(&text.root.clone(), text, sink),
};

fn resources<'a>(root: &View<'a>) -> Vec<(&'a str, &'a str, View<'a>)> {
    let all = root.get("Resources").map(|it| it.entries()).unwrap_or_default();
    all.into_iter().filter_map(|(name, it)| Some((name, it.text_of("Type")?, it))).collect()
}

fn declares_agents(root: &View<'_>) -> bool {
    resources(root)
        .iter()
        .any(|(_, kind, _)| *kind == "AWS::Bedrock::Agent" || kind.starts_with("AWS::BedrockAgentCore::"))
}

/// The kind in the words of Terraform's provider.
fn kind(kind: &str) -> String {
    let known = match kind {
        "AWS::Bedrock::Agent" => "bedrockagent_agent",
        "AWS::Bedrock::AgentAlias" => "bedrockagent_agent_alias",
        "AWS::Bedrock::KnowledgeBase" => "bedrockagent_knowledge_base",
        "AWS::Bedrock::DataSource" => "bedrockagent_data_source",
        "AWS::Bedrock::Guardrail" => "bedrock_guardrail",
        "AWS::Lambda::Function" | "AWS::Serverless::Function" => "lambda_function",
        "AWS::IAM::Role" => "iam_role",
        "AWS::IAM::Policy" => "iam_role_policy",
        "AWS::IAM::ManagedPolicy" => "iam_policy",
        "AWS::BedrockAgentCore::Runtime" => "bedrockagentcore_agent_runtime",
        "AWS::BedrockAgentCore::Gateway" => "bedrockagentcore_gateway",
        "AWS::BedrockAgentCore::GatewayTarget" => "bedrockagentcore_gateway_target",
        "AWS::BedrockAgentCore::Memory" => "bedrockagentcore_memory",
        "AWS::BedrockAgentCore::BrowserCustom" | "AWS::BedrockAgentCore::Browser" => {
            "bedrockagentcore_browser"
        }
        "AWS::BedrockAgentCore::CodeInterpreterCustom" | "AWS::BedrockAgentCore::CodeInterpreter" => {
            "bedrockagentcore_code_interpreter"
        }
        other => return other.to_owned(),
    };
    format!("aws_{known}")
}

fn template(root: &View<'_>, text: &Text<'_>, sink: &mut Sink) {
    let none = BTreeMap::new();
    let mut stack = Stack::new(folder(text.path), &none, text.catalog, text.location.scope);
    for (name, of, resource) in resources(root) {
        let place = resource.place();
        let body = resource.get("Properties").unwrap_or(resource);
        stack.add(name.to_owned(), Resource { kind: kind(of), name: name.to_owned(), body, place });
    }
    for (name, parameter) in root.get("Parameters").map(|it| it.entries()).unwrap_or_default() {
        if let Some(default) = parameter.get("Default") {
            stack.value(name.to_owned(), default);
        }
    }
    if let Some(transform) = root.get("Resources").and_then(|it| it.get("Fn::Transform")) {
        let help = "scan the template that it leads to as well";
        let message = "resources that a transform brings in are not on the map";
        sink.problems.push(Problem::at(&transform.place(), message, help));
    }
    bedrock::read(&stack, sink);
    agentcore::read(&stack, sink);
}
