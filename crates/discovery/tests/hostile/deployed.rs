//! Cards, descriptions, stacks, manifests and compose files of any shape below what makes them known: reading never panics,
//! loses no file and ends.

use ambit_model::Inventory;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{memory, read};

/// Keys and texts that the readers of these formats look for.
const WORDS: &[&str] = &[
    "name",
    "url",
    "skills",
    "id",
    "description",
    "capabilities",
    "extensions",
    "security",
    "securitySchemes",
    "signatures",
    "authentication",
    "schemes",
    "supportedInterfaces",
    "endpoints",
    "provider",
    "organization",
    "get",
    "post",
    "delete",
    "operationId",
    "parameters",
    "requestBody",
    "content",
    "schema",
    "$ref",
    "#/paths/~1a",
    "servers",
    "variables",
    "AgentName",
    "agent_name",
    "ActionGroups",
    "action_group_executor",
    "Lambda",
    "lambda",
    "FunctionSchema",
    "functions",
    "ApiSchema",
    "Payload",
    "payload",
    "KnowledgeBases",
    "KnowledgeBaseId",
    "GuardrailConfiguration",
    "Ref",
    "!Ref",
    "Fn::GetAtt",
    "Fn::Sub",
    "A",
    "A.Arn",
    "${A.Arn}",
    "${aws_iam_role.a.arn}",
    "${local.a}",
    "${var.a}${var.a}",
    "Policies",
    "PolicyDocument",
    "Statement",
    "Action",
    "Resource",
    "*",
    "Effect",
    "Deny",
    "role",
    "policy",
    "jsonencode()",
    "file()",
    "../../x",
    "image",
    "command",
    "environment",
    "ports",
    "8000:8000",
    "volumes",
    "/var/run/docker.sock:/s:ro",
    "build",
    "networks",
    "<<",
    "env_file",
    "secrets",
    "labels",
    "models",
    "spec",
    "template",
    "containers",
    "env",
    "OPENAI_API_KEY",
    "MCP_URL",
    "http://x-mcp:1/mcp",
    "valueFrom",
    "secretKeyRef",
    "envFrom",
    "volumeMounts",
    "hostPath",
    "path",
    "serviceAccountName",
    "securityContext",
    "privileged",
    "metadata",
    "namespace",
    "annotations",
    "selector",
    "rules",
    "subjects",
    "roleRef",
    "kind",
    "verbs",
    "resources",
    "egress",
    "to",
    "ipBlock",
    "cidr",
    "declarative",
    "tools",
    "mcpServer",
    "toolNames",
    "requireApproval",
    "agent",
    "byo",
    "deployment",
    "components",
    "services",
    "type",
    "machine-learning-model",
    "data",
    "dataset",
    "modelCard",
    "modelParameters",
    "datasets",
    "connections",
    "card_data",
    "é\u{202e}",
    "",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![9 => prop::sample::select(WORDS).prop_map(str::to_owned), 1 => any::<String>()]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(7, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((word(), inner), 0..7)
                .prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}

/// Files that are known for what they are whatever `v` and `w` hold.
fn files(v: &Value, w: &Value) -> Vec<(&'static str, Value)> {
    let merged = |mut base: Value| {
        if let (Some(base), Some(more)) = (base.as_object_mut(), v.as_object()) {
            base.extend(more.clone());
        }
        base
    };
    let pod = json!({ "metadata": { "labels": w }, "spec": { "containers": [merged(json!({ "name": "mcp" }))], "volumes": w } });
    vec![
        (".well-known/agent.json", merged(json!({ "name": "a", "url": v, "capabilities": w, "skills": v }))),
        (
            "api/openapi.json",
            json!({ "openapi": "3.0.0", "info": w, "servers": v, "security": w, "paths": { "/a": v, "/b": { "get": w } }, "components": v }),
        ),
        (
            "bom.json",
            json!({ "bomFormat": "CycloneDX", "metadata": w, "components": [merged(json!({ "type": "machine-learning-model", "name": "m" }))], "services": v }),
        ),
        (
            "record.json",
            json!({ "schema_version": "1", "name": "r", "version": "1", "skills": w, "modules": [{ "name": "integration/mcp", "data": v }, { "name": "integration/a2a", "data": w }] }),
        ),
        (
            "stack/t.json",
            json!({ "Parameters": w, "Resources": {
            "A": { "Type": "AWS::Bedrock::Agent", "Properties": v }, "B": { "Type": "AWS::IAM::Role", "Properties": w },
            "R": { "Type": "AWS::BedrockAgentCore::Runtime", "Properties": v }, "G": { "Type": "AWS::BedrockAgentCore::Gateway", "Properties": w },
            "T": { "Type": "AWS::BedrockAgentCore::GatewayTarget", "Properties": { "GatewayIdentifier": { "Ref": "G" }, "TargetConfiguration": { "Mcp": v } } } } }),
        ),
        (
            "infra/a.tf.json",
            json!({ "resource": { "aws_bedrockagent_agent": { "a": v }, "aws_iam_role": { "a": w },
            "aws_bedrockagent_agent_action_group": { "g": merged(json!({ "agent_id": "${aws_bedrockagent_agent.a.id}" })) } },
            "locals": { "a": w, "b": "${local.a}" }, "variable": { "a": { "default": v } }, "module": v }),
        ),
        (
            "run/compose.yaml",
            json!({ "services": { "x-mcp": merged(json!({ "image": "x/mcp" })), "y-agent": merged(json!({ "build": ".", "environment": { "OPENAI_API_KEY": "x" } })) }, "networks": w, "models": w }),
        ),
        (
            "k/pods.yaml",
            json!({ "apiVersion": "v1", "kind": "List", "items": [
            { "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "x-mcp" }, "spec": { "template": pod } },
            { "apiVersion": "v1", "kind": "Service", "metadata": w, "spec": v }, { "apiVersion": "v1", "kind": "NetworkPolicy", "spec": v },
            { "apiVersion": "v1", "kind": "ClusterRoleBinding", "subjects": v, "roleRef": w }, { "apiVersion": "v1", "kind": "Ingress", "spec": w },
            { "apiVersion": "kagent.dev/v1alpha2", "kind": "Agent", "metadata": w, "spec": v },
            { "apiVersion": "kagent.dev/v1alpha2", "kind": "RemoteMCPServer", "spec": v }, { "apiVersion": "toolhive.stacklok.dev/v1alpha1", "kind": "MCPServer", "spec": w } ] }),
        ),
    ]
}

fn read_all(v: &Value, w: &Value) -> Inventory {
    let files = files(v, w);
    read(&memory(files.iter().map(|(path, it)| (*path, it.to_string().into_bytes()))))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_below_what_makes_a_file_known_is_read(v in value(), w in value()) {
        let inventory = read_all(&v, &w);
        prop_assert_eq!(inventory.inputs.failed, 0, "{:?}", inventory.inputs.problems);
        for problem in &inventory.inputs.problems {
            prop_assert!(problem.line > 0 && problem.column > 0 && !problem.help.is_empty(), "{problem:?}");
        }
    }

    #[test]
    fn any_cut_of_a_module_is_read_or_a_problem(cut in 0..2_000_usize, more in word()) {
        let text = include_str!("../../../../fuzz/seeds/hcl/agent.tf");
        let at = text.floor_char_boundary(cut.min(text.len()));
        let text = format!("# aws_bedrock\n{}{more}{}", &text[..at], &text[at..]);
        read(&memory([("a/main.tf", text.clone().into_bytes()), ("a/more.tf", text.into_bytes())]));
    }
}

#[test]
fn values_that_refer_to_each_other_without_end_are_read() {
    let v = json!({ "AgentName": { "Fn::Sub": "${A}${B}" }, "environment_variables": { "X": "${local.b}" }, "agent_name": "${local.b}" });
    let w = json!(["${local.a}", "${local.b}", { "x": "${local.a}" }]);
    read_all(&v, &w);
}
