//! Texts that a client loads as instructions.

use ambit_model::facts::{InstructionFacts, InstructionKind, Launch};
use ambit_model::{Place, Scope, Trust};

use crate::fragment::{Fragment, Sink};
use crate::launch;
use crate::readers::Text;
use crate::text::signals;
use crate::tree::View;

/// Who could have written a file of this scope, and why.
fn author(scope: Scope) -> (Trust, &'static str) {
    match scope {
        Scope::User | Scope::Managed => (Trust::Operator, "a file of the user or the administrator"),
        _ => (Trust::Organization, "a file of the workspace"),
    }
}

/// Adds the body of the file as an instruction called `name`.
pub(in crate::readers) fn body(name: &str, kind: InstructionKind, text: &Text<'_>, fragment: &mut Fragment) {
    if text.body_text().trim().is_empty() {
        return;
    }
    let place = Place::new(text.path, text.body.1, 1);
    instruction(name, kind, text.body_text(), place, fragment);
}

/// Adds `body` as an instruction that stands in the file itself.
pub(in crate::readers) fn instruction(
    name: &str,
    kind: InstructionKind,
    body: &str,
    place: Place,
    fragment: &mut Fragment,
) {
    let (trust, because) = author(fragment.location.scope);
    fragment.instructions.push(InstructionFacts {
        name: name.to_owned(),
        kind,
        trust,
        because: because.to_owned(),
        pinned: true,
        signals: signals(body, &place),
        place,
    });
}

/// Adds the instruction that `view` points to: a file by path or glob, or an address.
pub(in crate::readers) fn pointed(
    kind: InstructionKind,
    view: &View<'_>,
    text: &Text<'_>,
    fragment: &mut Fragment,
) {
    let Some(target) = view.text() else { return };
    if target.starts_with("http://") || target.starts_with("https://") {
        let mut launch = Launch::default();
        let found = launch::address(target, &mut launch, &view.place(), text.location.scope);
        fragment.credentials.extend(found);
        let name = launch.url.unwrap_or_default();
        return outside(&name, kind, "an address, loaded anew each time", view, fragment);
    }
    let target = target.strip_prefix("file://").unwrap_or(target);
    let own = target.starts_with('~') || target.starts_with('/');
    let scope = if own { Scope::User } else { fragment.location.scope };
    let (trust, because) = author(scope);
    fragment.instructions.push(InstructionFacts {
        name: target.to_owned(),
        kind,
        trust,
        because: because.to_owned(),
        pinned: true,
        signals: Vec::new(),
        place: view.place(),
    });
}

/// Adds an instruction whose text comes from outside and can change at any time.
pub(in crate::readers) fn outside(
    name: &str,
    kind: InstructionKind,
    because: &str,
    view: &View<'_>,
    fragment: &mut Fragment,
) {
    fragment.instructions.push(InstructionFacts {
        name: name.to_owned(),
        kind,
        trust: Trust::Partner,
        because: because.to_owned(),
        pinned: false,
        signals: Vec::new(),
        place: view.place(),
    });
}

/// Reads a file that is nothing but rules for the main agent of `client`.
pub(in crate::readers) fn rules_file(client: &'static str, text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(client, text.location.clone(), text.start());
    body(text.path, InstructionKind::Rules, text, &mut fragment);
    sink.fragments.push(fragment);
}

/// An instruction that a file of the workspace holds.
pub(crate) fn of_workspace(
    name: impl Into<String>,
    kind: InstructionKind,
    body: &str,
    place: Place,
) -> InstructionFacts {
    InstructionFacts {
        name: name.into(),
        kind,
        trust: Trust::Organization,
        because: "a file of the workspace".to_owned(),
        pinned: true,
        signals: signals(body, &place),
        place,
    }
}
