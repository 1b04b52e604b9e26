//! What a role of AWS lets whoever has it do: its policies, as far as the stack has them.
//!
//! A role is a bound, not a deed: code with a role may do less, never more. [`actions`] says what its actions come to.

mod actions;

use ambit_model::Place;

use super::stack::{Refers, Resource, Stack, blocks, decoded, get};
use crate::tree::{self, Syntax, View};

pub(super) use actions::effects;

/// How many statements of one role are looked at.
const MOST: usize = 500;

/// What a role allows.
#[derive(Debug, Default)]
pub(super) struct Granted {
    pub(super) statements: Vec<Statement>,
    /// Policies whose text is not in the stack: as they are called.
    pub(super) unread: Vec<(String, Place)>,
}

/// A statement of a policy.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    allows: bool,
    pub(super) actions: Vec<String>,
    pub(super) resources: Vec<String>,
    pub(super) place: Place,
}

/// What `role` allows.
pub(super) fn of_role<'a>(stack: &Stack<'a>, role: &Resource<'a>) -> Granted {
    let mut granted = Granted::default();
    for policy in ["inline_policy", "policies"].iter().flat_map(|key| blocks(&role.body, key)) {
        let document = get(&policy, "policy").or_else(|| get(&policy, "policy_document"));
        document.iter().for_each(|it| document_at(stack, it, &mut granted));
    }
    for arn in get(&role.body, "managed_policy_arns").map(|it| it.items()).unwrap_or_default() {
        managed(stack, &arn, &mut granted);
    }
    for resource in &stack.resources {
        let bound = ["role", "roles"].iter().any(|key| stack.is_to(get(&resource.body, key), role));
        match resource.kind.as_str() {
            "aws_iam_role_policy" | "aws_iam_policy" if bound => policy(stack, resource, &mut granted),
            "aws_iam_role_policy_attachment" | "aws_iam_policy_attachment" if bound => {
                get(&resource.body, "policy_arn").iter().for_each(|it| managed(stack, it, &mut granted));
            }
            _ => {}
        }
    }
    granted
}

/// What the function `lambda` may do, and the name of that: by its role, or by the policies that a template of the
/// Serverless Application Model gives it.
pub(super) fn of_function<'a>(stack: &Stack<'a>, lambda: &Resource<'a>) -> Option<(String, Granted)> {
    if let Some(view) = get(&lambda.body, "role") {
        let role = stack.resource(&view, "aws_iam_role")?;
        return Some((stack.name(role, "name"), of_role(stack, role)));
    }
    let policies = get(&lambda.body, "policies")?;
    let policies = if policies.is_map() { vec![policies] } else { policies.items() };
    let mut granted = Granted::default();
    for item in policies {
        if item.get("Statement").is_some() {
            document_at(stack, &item, &mut granted);
        } else if item.text().is_some() {
            managed(stack, &item, &mut granted);
        } else {
            // A template has a name that says what it allows, and what on.
            for (name, on) in item.entries() {
                let resources: Vec<String> = on.entries().iter().map(|(_, it)| resource_text(it)).collect();
                match actions::template(name) {
                    Some(actions) => granted.statements.push(Statement {
                        allows: true,
                        actions,
                        resources,
                        place: item.place(),
                    }),
                    None => granted.unread.push((name.to_owned(), item.place())),
                }
            }
        }
    }
    Some((lambda.name.clone(), granted))
}

fn policy<'a>(stack: &Stack<'a>, resource: &Resource<'a>, granted: &mut Granted) {
    let document = get(&resource.body, "policy").or_else(|| get(&resource.body, "policy_document"));
    document.iter().for_each(|it| document_at(stack, it, granted));
}

/// A managed policy: one of the stack, or one of AWS's own by its name.
fn managed<'a>(stack: &Stack<'a>, view: &View<'a>, granted: &mut Granted) {
    let name = match stack.refers(view) {
        Refers::To(resource) if resource.kind == "aws_iam_policy" => return policy(stack, resource, granted),
        Refers::To(resource) => stack.name(resource, "name"),
        Refers::Text(arn) | Refers::Elsewhere(arn) => arn.rsplit('/').next().unwrap_or(&arn).to_owned(),
    };
    match actions::managed(&name) {
        Some(actions) if actions.is_empty() => {}
        Some(actions) => granted.statements.push(Statement {
            allows: true,
            actions,
            resources: vec!["*".to_owned()],
            place: view.place(),
        }),
        None => granted.unread.push((name, view.place())),
    }
}

/// The document at `view`: written out, encoded, in a text, or a data source of the stack.
fn document_at<'a>(stack: &Stack<'a>, view: &View<'a>, granted: &mut Granted) {
    let plain = decoded(view);
    if get(&plain, "statement").is_some() {
        return statements(&plain, granted);
    }
    let sources: Vec<&Resource<'a>> =
        stack.all(view).into_iter().filter(|it| it.kind == "data.aws_iam_policy_document").collect();
    for source in &sources {
        statements(&source.body, granted);
        for more in ["source_policy_documents", "override_policy_documents"] {
            for other in get(&source.body, more).iter().flat_map(|it| stack.all(it)) {
                statements(&other.body, granted);
            }
        }
    }
    if !sources.is_empty() {
        return;
    }
    let text = stack.text(view).or_else(|| view.text().map(str::to_owned));
    let parsed = text.and_then(|it| tree::parse(&it, Syntax::Json, &mut Vec::new()).ok());
    match parsed {
        Some(root) => {
            let before = granted.statements.len();
            statements(&View::root(view.path(), &root), granted);
            // Lines within a text are not lines of the file.
            for statement in granted.statements.iter_mut().skip(before) {
                statement.place = view.place();
            }
        }
        None => granted.unread.push((stack.shown(view), view.place())),
    }
}

fn statements(document: &View<'_>, granted: &mut Granted) {
    for it in blocks(document, "statement") {
        if granted.statements.len() >= MOST {
            return;
        }
        let texts = |keys: [&str; 2]| -> Vec<String> {
            let lists = keys.iter().filter_map(|key| get(&it, key));
            lists
                .flat_map(|it| if it.is_list() { it.items() } else { vec![it] })
                .map(|it| resource_text(&it))
                .collect()
        };
        let allows = get(&it, "effect").is_none_or(|it| it.text() != Some("Deny"));
        let mut actions = texts(["action", "actions"]);
        if get(&it, "not_action").or_else(|| get(&it, "not_actions")).is_some() && allows {
            // All but a few is as good as all, for what it may come to.
            actions.push("*".to_owned());
        }
        let place = it.place();
        granted.statements.push(Statement {
            allows,
            actions,
            resources: texts(["resource", "resources"]),
            place,
        });
    }
}

/// What stands where an ARN is asked for: its text, or what it refers to in `${…}`.
fn resource_text(view: &View<'_>) -> String {
    if let Some(text) = view.text() {
        return text.to_owned();
    }
    let entries = view.entries();
    let [(key, value)] = entries.as_slice() else { return String::new() };
    match (*key, value.items().first().and_then(View::text)) {
        ("!Sub" | "Fn::Sub", Some(text)) => text.to_owned(),
        (_, Some(text)) => format!("${{{text}}}"),
        _ => String::new(),
    }
}
