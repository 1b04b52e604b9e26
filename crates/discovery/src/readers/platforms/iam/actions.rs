//! What actions of AWS's services come to, by the services that matter and by the verbs of the others.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::facts::{Object, OwnEffect};
use ambit_model::{
    Audience, Bandwidth, Basis, BlastRadius, Confidence, Effect, Level, Place, Reversibility, Trust, Where,
};

use super::{Granted, Statement};
use crate::credential::wild;

/// What an action comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Reads,
    ReadsSecrets,
    Writes,
    Deletes,
    Grants,
    Runs,
    Mails,
    Passes,
    Browses,
    Interprets,
    Spends,
}

/// Services whose actions concern how the code itself runs, and nothing that it works on.
const QUIET: &[&str] = &["logs", "xray", "cloudwatch", "kms", "ecr", "ecr-public", "aws-marketplace"];

/// Actions that are not what their verb says, as globs in small letters. The first that fits decides.
const KNOWN: &[(&str, &[Class])] = &[
    ("*", &[Class::ReadsSecrets, Class::Deletes, Class::Grants, Class::Runs]),
    ("iam:get*", &[Class::Reads]),
    ("iam:list*", &[Class::Reads]),
    ("iam:*", &[Class::Grants]),
    ("organizations:describe*", &[Class::Reads]),
    ("organizations:list*", &[Class::Reads]),
    ("organizations:*", &[Class::Grants]),
    ("sts:get*", &[]),
    ("sts:*", &[Class::Grants]),
    ("secretsmanager:getsecretvalue", &[Class::ReadsSecrets]),
    ("secretsmanager:batchgetsecretvalue", &[Class::ReadsSecrets]),
    ("secretsmanager:get*", &[Class::ReadsSecrets]),
    ("secretsmanager:describe*", &[]),
    ("secretsmanager:list*", &[Class::Reads]),
    ("secretsmanager:*", &[Class::ReadsSecrets, Class::Deletes]),
    ("ssm:getparameter*", &[Class::ReadsSecrets]),
    ("ssm:sendcommand", &[Class::Runs]),
    ("ssm:startsession", &[Class::Runs]),
    ("ssm:startautomationexecution", &[Class::Runs]),
    ("lambda:invoke*", &[Class::Runs]),
    ("states:start*", &[Class::Runs]),
    ("codebuild:start*", &[Class::Runs]),
    ("batch:submitjob", &[Class::Runs]),
    ("ecs:runtask", &[Class::Runs]),
    ("ecs:executecommand", &[Class::Runs]),
    ("glue:startjobrun", &[Class::Runs]),
    ("athena:startqueryexecution", &[Class::Reads]),
    ("athena:stopqueryexecution", &[]),
    ("rds-data:*", &[Class::Reads, Class::Deletes]),
    ("redshift-data:*", &[Class::Reads, Class::Deletes]),
    ("ses:send*", &[Class::Mails]),
    ("ses:*", &[Class::Mails]),
    ("mobiletargeting:send*", &[Class::Mails]),
    ("sns:publish*", &[Class::Passes]),
    ("sqs:sendmessage*", &[Class::Passes]),
    ("sqs:receivemessage", &[Class::Reads]),
    ("sqs:deletemessage*", &[]),
    ("sqs:changemessagevisibility*", &[]),
    ("sqs:getqueue*", &[]),
    ("events:putevents", &[Class::Passes]),
    ("kinesis:putrecord*", &[Class::Passes]),
    ("firehose:putrecord*", &[Class::Passes]),
    ("bedrock-agentcore:*browser*", &[Class::Browses]),
    ("bedrock-agentcore:*codeinterpreter*", &[Class::Interprets]),
    // Models, guardrails, memories and other agents are facts of their own.
    ("bedrock-agentcore:*", &[]),
    ("bedrock:invoke*", &[]),
    ("bedrock:converse*", &[]),
    ("bedrock:retrieve*", &[]),
    ("bedrock:rerank", &[]),
    ("bedrock:applyguardrail", &[]),
    ("bedrock:get*", &[]),
    ("bedrock:list*", &[]),
    ("bedrock:*", &[Class::Writes]),
    ("aoss:apiaccessall", &[Class::Reads]),
    ("ec2:describe*", &[Class::Reads]),
    ("ec2:*networkinterface*", &[]),
    ("ec2:*privateipaddresses", &[]),
    ("ec2:runinstances", &[Class::Runs, Class::Spends]),
    ("*:purchase*", &[Class::Spends]),
    ("cognito-identity:getcredentials*", &[Class::ReadsSecrets]),
];

/// Verbs that only look, and verbs after which something is gone.
const LOOKING: &[&str] = &[
    "get",
    "list",
    "describe",
    "batchget",
    "query",
    "scan",
    "select",
    "search",
    "retrieve",
    "view",
    "head",
    "lookup",
    "read",
    "receive",
    "download",
    "check",
    "preview",
    "estimate",
    "test",
    "validate",
    "detect",
    "analyze",
    "compare",
    "transactget",
    "partiqlselect",
    "conditioncheck",
    "translate",
    "synthesize",
];
const ENDING: &[&str] = &[
    "delete",
    "terminate",
    "purge",
    "destroy",
    "remove",
    "drop",
    "batchdelete",
    "deregister",
    "partiqldelete",
];

/// What `action` comes to.
fn classes(action: &str) -> &'static [Class] {
    let action = action.trim().to_ascii_lowercase();
    let (service, verb) = action.split_once(':').unwrap_or((action.as_str(), "*"));
    if QUIET.contains(&service) {
        return &[];
    }
    if service == "*" {
        return KNOWN.first().map_or(&[], |it| it.1);
    }
    // A glob that covers all of a service covers the worst of it.
    if let Some((_, classes)) = KNOWN.iter().skip(1).find(|(glob, _)| wild(glob, &action)) {
        return classes;
    }
    if verb.starts_with('*') {
        return &[Class::Reads, Class::Deletes];
    }
    if LOOKING.iter().any(|it| verb.starts_with(it)) {
        &[Class::Reads]
    } else if ENDING.iter().any(|it| verb.starts_with(it)) {
        &[Class::Deletes]
    } else {
        &[Class::Writes]
    }
}

/// The actions of one of AWS's own policies; none of it counts where they only let code run; nothing is known of others.
pub(super) fn managed(name: &str) -> Option<Vec<String>> {
    const QUIET: &[&str] = &[
        "AWSLambdaBasicExecutionRole",
        "AWSLambdaVPCAccessExecutionRole",
        "AWSXRayDaemonWriteAccess",
        "AWSXrayWriteOnlyAccess",
        "AmazonECSTaskExecutionRolePolicy",
        "CloudWatchLogsFullAccess",
        "CloudWatchAgentServerPolicy",
        "AmazonEC2ContainerRegistryReadOnly",
        "CloudWatchLambdaInsightsExecutionRolePolicy",
    ];
    if QUIET.contains(&name) {
        return Some(Vec::new());
    }
    let actions: &[&str] = match name {
        "AdministratorAccess" => &["*"],
        "PowerUserAccess" => &["secretsmanager:*", "s3:*", "dynamodb:*", "lambda:*", "ec2:*", "ssm:*"],
        "ReadOnlyAccess" | "ViewOnlyAccess" => &["s3:Get*", "dynamodb:Get*", "ec2:Describe*"],
        "SecretsManagerReadWrite" => &["secretsmanager:*"],
        "IAMFullAccess" => &["iam:*"],
        "AmazonBedrockFullAccess" | "BedrockAgentCoreFullAccess" => &["bedrock:*", "bedrock-agentcore:*"],
        "AmazonBedrockLimitedAccess" | "AmazonBedrockReadOnly" => &["bedrock:Get*"],
        "AWSLambda_FullAccess" => &["lambda:*", "lambda:InvokeFunction"],
        "AWSLambdaRole" => &["lambda:InvokeFunction"],
        _ => {
            let bare = name.trim_start_matches("Amazon").trim_start_matches("AWS");
            let of =
                |ending: &str| bare.strip_suffix(ending).map(|it| it.replace('_', "").to_ascii_lowercase());
            let read = of("ReadOnlyAccess").or_else(|| of("ReadOnly")).map(|it| format!("{it}:Get*"));
            return read.or_else(|| of("FullAccess").map(|it| format!("{it}:*"))).map(|it| vec![it]);
        }
    };
    Some(actions.iter().map(|it| (*it).to_owned()).collect())
}

/// The actions of a policy template of the Serverless Application Model, by its name.
pub(super) fn template(name: &str) -> Option<Vec<String>> {
    let actions: &[&str] = match name {
        "LambdaInvokePolicy" => &["lambda:InvokeFunction"],
        "SESCrudPolicy"
        | "SESBulkTemplatedCrudPolicy"
        | "SESEmailTemplateCrudPolicy"
        | "SESSendBouncePolicy" => &["ses:SendEmail"],
        "SNSPublishMessagePolicy" => &["sns:Publish"],
        "SQSSendMessagePolicy" => &["sqs:SendMessage"],
        "SQSPollerPolicy" => &["sqs:ReceiveMessage"],
        "StepFunctionsExecutionPolicy" => &["states:StartExecution"],
        "AWSSecretsManagerGetSecretValuePolicy" => &["secretsmanager:GetSecretValue"],
        "SSMParameterReadPolicy" | "SSMParameterWithSlashPrefixReadPolicy" => &["ssm:GetParameter"],
        "EventBridgePutEventsPolicy" => &["events:PutEvents"],
        _ => {
            let service = ["DynamoDB", "S3", "Kinesis", "Rekognition", "EC2", "ElasticsearchHttp", "Athena"]
                .iter()
                .find(|it| name.starts_with(*it))?
                .to_ascii_lowercase();
            let verbs: &[&str] = if name.contains("Read") || name.contains("Query") {
                &["Get*"]
            } else if name.contains("Write") {
                &["Put*"]
            } else if name.contains("Crud") || name.contains("FullAccess") {
                &["*"]
            } else {
                return None;
            };
            return Some(verbs.iter().map(|it| format!("{service}:{it}")).collect());
        }
    };
    Some(actions.iter().map(|it| (*it).to_owned()).collect())
}

/// What `granted` lets code do that has the role called `role`: one effect for each thing on each object, with the actions
/// that come to it.
pub(in crate::readers::platforms) fn effects(
    role: &str,
    granted: &Granted,
    confidence: Confidence,
) -> Vec<OwnEffect> {
    let denied: Vec<&str> = granted
        .statements
        .iter()
        .filter(|it| !it.allows && it.resources.iter().any(|it| it == "*"))
        .flat_map(|it| it.actions.iter().map(String::as_str))
        .collect();
    let is_denied = |action: &str| {
        let action = action.to_ascii_lowercase();
        denied.iter().any(|it| wild(&it.to_ascii_lowercase(), &action))
    };
    let mut all: BTreeMap<(Class, Object), (BTreeSet<String>, Place)> = BTreeMap::new();
    for statement in granted.statements.iter().filter(|it| it.allows) {
        for action in statement.actions.iter().filter(|it| !is_denied(it)) {
            for class in classes(action) {
                for object in objects(action, *class, statement) {
                    let entry = all
                        .entry((*class, object))
                        .or_insert_with(|| (BTreeSet::new(), statement.place.clone()));
                    entry.0.insert(action.clone());
                }
            }
        }
    }
    all.into_iter()
        .flat_map(|((class, on), (actions, place))| {
            let named: Vec<String> = actions.iter().take(3).map(|it| format!("`{it}`")).collect();
            let more = if actions.len() > 3 { " and more" } else { "" };
            let because = format!("the role `{role}` allows {}{more}", named.join(", "));
            effects_of(class, &on).into_iter().map(move |(effect, does)| OwnEffect {
                effect,
                on: on.clone(),
                does: format!("{does}: {because}").into(),
                basis: Basis::Declared,
                confidence,
                place: Some(place.clone()),
            })
        })
        .collect()
}

fn effects_of(class: Class, on: &Object) -> Vec<(Effect, &'static str)> {
    let reads = |level| Effect::Reads { data: on.data.clone().into(), level };
    let writes = |reversibility| Effect::Writes { reversibility, blast_radius: BlastRadius::Organization };
    let sends = |audience| Effect::Sends { audience, bandwidth: Bandwidth::FreeText };
    match class {
        Class::Reads => vec![(reads(on.level.unwrap_or(Level::Internal)), "read what is kept there")],
        Class::ReadsSecrets => vec![(reads(Level::Secret), "read secrets")],
        Class::Writes => vec![(writes(Reversibility::Recoverable), "change what is there")],
        Class::Deletes => vec![(writes(Reversibility::Irreversible), "delete what is there")],
        Class::Grants => vec![(Effect::Grants, "change who may do what")],
        Class::Runs => vec![(Effect::Executes { r#where: Where::Remote }, "run other code")],
        Class::Mails => vec![(sends(Audience::Public), "send mail to anybody")],
        Class::Passes => vec![(sends(Audience::Organization), "send messages")],
        Class::Browses => vec![
            (Effect::Ingests { trust: Trust::Public }, "open any page in a browser"),
            (sends(Audience::Public), "open any page in a browser"),
        ],
        Class::Interprets => vec![(Effect::Executes { r#where: Where::Sandbox }, "run code that it writes")],
        Class::Spends => vec![(Effect::Spends { limit: None }, "spend money")],
    }
}

/// What the action is on: one resource where one is named, all of the service otherwise.
fn objects(action: &str, class: Class, statement: &Statement) -> BTreeSet<Object> {
    let service = action.split(':').next().unwrap_or(action).to_ascii_lowercase();
    let labelled = |id: String, name: String, level: Level, data: &[&str]| Object {
        level: Some(level),
        data: data.iter().map(|it| (*it).to_owned()).collect(),
        ..Object::named(id, name)
    };
    match class {
        Class::Runs => return [Object::shared("env:remote")].into(),
        Class::Interprets => return [Object::shared("env:sandbox")].into(),
        Class::Browses => return [Object::shared("channel:web")].into(),
        Class::Mails => {
            let mail =
                Object { trust: Some(Trust::Public), ..Object::named("channel:mail/aws", "Mail over AWS") };
            return [mail].into();
        }
        Class::Grants => return [Object::named("store:aws/rights", "Rights in the AWS account")].into(),
        _ => {}
    }
    if service == "*" {
        return [Object::shared("store:aws")].into();
    }
    let names: BTreeSet<Option<String>> = statement.resources.iter().map(|it| named(it)).collect();
    let prefix = if class == Class::Passes { "channel" } else { "store" };
    let secret = class == Class::ReadsSecrets;
    let of = |name: Option<String>| {
        let level = match (&name, secret) {
            (_, true) => Level::Secret,
            (Some(_), _) => Level::Internal,
            // All that an account keeps in a service is more than any one part of it.
            (None, _) => Level::Confidential,
        };
        let data: &[&str] = if secret { &["credential"] } else { &[] };
        match name {
            Some(name) => {
                labelled(format!("{prefix}:aws/{service}/{name}"), format!("{service} {name}"), level, data)
            }
            None => labelled(
                format!("{prefix}:aws/{service}"),
                format!("All of {service} in the AWS account"),
                level,
                data,
            ),
        }
    };
    if names.is_empty() || names.contains(&None) {
        [of(None)].into()
    } else {
        names.into_iter().map(of).collect()
    }
}

/// The name of the resource that an ARN or a reference means; none for all of a kind.
fn named(resource: &str) -> Option<String> {
    if let Some((_, inner)) = resource.split_once("${")
        && !resource.starts_with("arn:")
    {
        let inner = inner.split('}').next().unwrap_or(inner);
        let bare = inner.trim_start_matches("data.");
        let mut parts = bare.split(['.', '[']);
        let first = parts.next()?;
        // `${aws_dynamodb_table.orders.arn}` of one syntax, `${Orders.Arn}` of the other.
        let name = if first.starts_with("aws") || first == "local" || first == "var" {
            parts.next()?
        } else {
            first
        };
        return Some(name.to_owned()).filter(|it| !it.is_empty());
    }
    const KINDS: &[&str] = &["table", "secret", "parameter", "function", "index", "stream", "role", "key"];
    let last = resource.rsplit(':').next().unwrap_or(resource);
    let all = last.ends_with('*');
    let last = last.trim_end_matches("/*").trim_end_matches('*').trim_end_matches(['-', '/']);
    if all && KINDS.contains(&last) {
        return None;
    }
    let name = last
        .rsplit_once('/')
        .map_or(last, |(kind, name)| if KINDS.iter().any(|it| kind.ends_with(it)) { name } else { last });
    let name = name.replace("${", "").replace('}', "");
    (!name.is_empty() && !name.contains('*')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_come_to_what_they_allow() {
        for (action, expected) in [
            ("dynamodb:GetItem", &[Class::Reads][..]),
            ("dynamodb:*", &[Class::Reads, Class::Deletes]),
            ("s3:DeleteObject", &[Class::Deletes]),
            ("s3:PutObject", &[Class::Writes]),
            ("logs:CreateLogGroup", &[]),
            ("iam:PassRole", &[Class::Grants]),
            ("iam:ListRoles", &[Class::Reads]),
            ("*", &[Class::ReadsSecrets, Class::Deletes, Class::Grants, Class::Runs]),
            ("*:*", &[Class::ReadsSecrets, Class::Deletes, Class::Grants, Class::Runs]),
            ("secretsmanager:GetSecretValue", &[Class::ReadsSecrets]),
            ("ses:SendRawEmail", &[Class::Mails]),
            ("bedrock:InvokeModel", &[]),
            ("bedrock-agentcore:StartBrowserSession", &[Class::Browses]),
            ("lambda:InvokeFunction", &[Class::Runs]),
            ("ec2:CreateNetworkInterface", &[]),
            ("ssm:GetParametersByPath", &[Class::ReadsSecrets]),
        ] {
            assert_eq!(classes(action), expected, "{action}");
        }
        assert_eq!(managed("AdministratorAccess"), Some(vec!["*".to_owned()]));
        assert_eq!(managed("AmazonS3ReadOnlyAccess"), Some(vec!["s3:Get*".to_owned()]));
        assert_eq!(managed("AmazonDynamoDBFullAccess"), Some(vec!["dynamodb:*".to_owned()]));
        assert_eq!(managed("AWSLambdaBasicExecutionRole"), Some(Vec::new()));
        assert_eq!(managed("our-own-policy"), None);
    }

    #[test]
    fn a_resource_is_known_by_the_last_part_of_its_name() {
        for (resource, expected) in [
            ("*", None),
            ("arn:aws:s3:::reports/*", Some("reports")),
            ("arn:aws:dynamodb:eu-west-1:123456789012:table/orders", Some("orders")),
            ("arn:aws:dynamodb:*:*:table/*", None),
            ("${aws_dynamodb_table.orders.arn}/index/*", Some("orders")),
            ("${Orders.Arn}", Some("Orders")),
            ("arn:aws:s3:::${Bucket}/*", Some("Bucket")),
        ] {
            assert_eq!(named(resource).as_deref(), expected, "{resource}");
        }
    }
}
