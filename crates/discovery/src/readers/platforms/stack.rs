//! The resources of one module of Terraform or one template of `CloudFormation`, and what they refer to each other by.
//!
//! Both name the same things in two manners: `agent_name` and `AgentName`. Kinds are those of Terraform's provider.
//! References are followed within the stack; defaults of variables and parameters count, because that is what is
//! deployed where nobody says otherwise. What leads out of the stack stays as it is written.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::{Place, Scope};

use crate::tree::View;

/// How many references may follow each other.
const DEEPEST: usize = 8;
/// How many values are looked at for one reference.
const MOST: usize = 5_000;
/// How long a text may become by its references.
const LONGEST: usize = 64 * 1024;

/// Resources being looked for.
struct Search {
    seen: BTreeSet<String>,
    left: usize,
    found: Vec<usize>,
}

/// A resource of the stack.
#[derive(Debug, Clone)]
pub(super) struct Resource<'a> {
    /// Its kind, in the words of Terraform's provider: `aws_bedrockagent_agent`.
    pub(super) kind: String,
    /// Its label, or its logical id.
    pub(super) name: String,
    /// Its arguments or properties.
    pub(super) body: View<'a>,
    /// Where it begins.
    pub(super) place: Place,
}

/// What a value refers to.
#[derive(Debug)]
pub(super) enum Refers<'s, 'a> {
    /// A resource of the stack.
    To(&'s Resource<'a>),
    /// Text that is written out.
    Text(String),
    /// Something else, as it is written.
    Elsewhere(String),
}

/// The resources of one stack.
#[derive(Debug)]
pub(super) struct Stack<'a> {
    /// The folder of the module, or of the template.
    pub(super) folder: String,
    pub(super) resources: Vec<Resource<'a>>,
    /// Resources by what references call them: `type.name`, `data.type.name`, or the logical id.
    by_address: BTreeMap<String, usize>,
    /// Values by what references call them: `var.x`, `local.x`, or the parameter's name.
    values: BTreeMap<String, View<'a>>,
    /// Texts of files that are named.
    pub(super) texts: &'a BTreeMap<String, String>,
    pub(super) catalog: &'a Catalog,
    pub(super) scope: Scope,
}

impl<'a> Stack<'a> {
    pub(super) fn new(
        folder: &str,
        texts: &'a BTreeMap<String, String>,
        catalog: &'a Catalog,
        scope: Scope,
    ) -> Self {
        let (resources, by_address, values) = Default::default();
        Self { folder: folder.to_owned(), resources, by_address, values, texts, catalog, scope }
    }

    /// Adds a resource that references call `address`.
    pub(super) fn add(&mut self, address: String, resource: Resource<'a>) {
        self.by_address.insert(address, self.resources.len());
        self.resources.push(resource);
    }

    /// Adds a value that references call `address`.
    pub(super) fn value(&mut self, address: String, view: View<'a>) {
        self.values.insert(address, view);
    }

    /// The resources of `kind`.
    pub(super) fn of<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = &'s Resource<'a>> {
        self.resources.iter().filter(move |it| it.kind == kind)
    }

    /// Whether `view` refers to `resource`.
    pub(super) fn is_to(&self, view: Option<View<'a>>, resource: &Resource<'a>) -> bool {
        view.is_some_and(|view| self.all(&view).iter().any(|it| std::ptr::eq(*it, resource)))
    }

    /// What `view` refers to: the first resource that it names, or its text.
    pub(super) fn refers(&self, view: &View<'a>) -> Refers<'_, 'a> {
        match (self.all(view).first(), self.text(view)) {
            (Some(resource), _) => Refers::To(resource),
            (None, Some(text)) => Refers::Text(text),
            (None, None) => Refers::Elsewhere(self.shown(view)),
        }
    }

    /// The first resource of `kind` that `view` names.
    pub(super) fn resource(&self, view: &View<'a>, kind: &str) -> Option<&Resource<'a>> {
        self.all(view).into_iter().find(|it| it.kind == kind)
    }

    /// All resources that `view`, or a value in it, names.
    pub(super) fn all(&self, view: &View<'a>) -> Vec<&Resource<'a>> {
        let mut search = Search { seen: BTreeSet::new(), left: MOST, found: Vec::new() };
        self.named(view, DEEPEST, &mut search);
        search.found.into_iter().filter_map(|it| self.resources.get(it)).collect()
    }

    fn named(&self, view: &View<'a>, depth: usize, search: &mut Search) {
        let (Some(depth), Some(left)) = (depth.checked_sub(1), search.left.checked_sub(1)) else { return };
        search.left = left;
        if let Some(text) = view.text() {
            for address in addresses(text) {
                self.address(&address, depth, search);
            }
        }
        if let Some(address) = intrinsic(view) {
            self.address(&address, depth, search);
        }
        // Only what follows a reference counts as deeper.
        for (_, inner) in view.entries() {
            self.named(&inner, depth + 1, search);
        }
        if view.is_list() {
            view.items().iter().for_each(|it| self.named(it, depth + 1, search));
        }
    }

    fn address(&self, address: &str, depth: usize, search: &mut Search) {
        // `type.name.attribute`, `data.type.name.attribute`, `Logical.Attribute`: the longest that is known.
        let mut known = address;
        loop {
            if let Some(at) = self.by_address.get(known) {
                if !search.found.contains(at) {
                    search.found.push(*at);
                }
                return;
            }
            if let Some(value) = self.values.get(known) {
                if search.seen.insert(known.to_owned()) {
                    self.named(value, depth, search);
                }
                return;
            }
            let Some((shorter, _)) = known.rsplit_once('.') else { return };
            known = shorter;
        }
    }

    /// The text at `view`, where it is written out or follows from defaults.
    pub(super) fn text(&self, view: &View<'a>) -> Option<String> {
        self.text_within(view, (DEEPEST, &Cell::new(MOST)))
    }

    fn text_within(&self, view: &View<'a>, (depth, steps): (usize, &Cell<usize>)) -> Option<String> {
        let left = (depth.checked_sub(1)?, steps);
        steps.set(steps.get().checked_sub(1)?);
        if let Some(text) = view.text() {
            return self.filled(text, left);
        }
        if let Some(scalar) = view.scalar() {
            return Some(scalar);
        }
        let entries = view.entries();
        let [(key, value)] = entries.as_slice() else { return None };
        match key.trim_start_matches('!').trim_start_matches("Fn::") {
            "Ref" => self.text_within(self.values.get(value.text()?)?, left),
            "Sub" => self.filled(value.items().first()?.text()?, left),
            "file()" | "templatefile()" => {
                let path = crate::together::below(&self.folder, value.items().first()?.text()?)?;
                self.texts.get(&path).cloned()
            }
            _ => None,
        }
    }

    /// `text` with the values of its references; none where one of them is not known.
    fn filled(&self, text: &str, left: (usize, &Cell<usize>)) -> Option<String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (inner, after) = after.split_once('}')?;
            filled.push_str(before);
            filled.push_str(&self.text_within(self.values.get(inner.trim())?, left)?);
            rest = after;
            // Texts that are made of each other grow without end.
            if filled.len() > LONGEST {
                return None;
            }
        }
        filled.push_str(rest);
        Some(filled)
    }

    /// The text at `view`, or what is written there.
    pub(super) fn shown(&self, view: &View<'a>) -> String {
        self.text(view).unwrap_or_else(|| written(view))
    }

    /// The name at `key` of `resource`, where it is known; else what the stack calls it.
    pub(super) fn name(&self, resource: &Resource<'a>, key: &str) -> String {
        let stated = get(&resource.body, key).and_then(|it| self.text(&it));
        stated.filter(|it| !it.trim().is_empty()).unwrap_or_else(|| resource.name.clone())
    }

    /// The path of a file that `view` names by a call, where that file was read.
    pub(super) fn file(&self, view: &View<'a>) -> Option<String> {
        let call = view.get("file()").or_else(|| view.get("templatefile()"))?;
        let path = crate::together::below(&self.folder, call.items().first()?.text()?)?;
        self.texts.contains_key(&path).then_some(path)
    }
}

/// What the value at `view` says in the file, short.
fn written(view: &View<'_>) -> String {
    const MOST: usize = 120;
    let entries = view.entries();
    let text = match (view.text(), entries.as_slice()) {
        (Some(text), _) => text.to_owned(),
        (None, [(key, value)]) if key.starts_with(['!', 'F', 'R']) => {
            let parts: Vec<&str> = value.texts().iter().map(|it| it.0).collect();
            format!("!{} {}", key.trim_start_matches('!').trim_start_matches("Fn::"), parts.join("."))
        }
        _ => view.json().to_string(),
    };
    let cut = text.get(..text.floor_char_boundary(MOST)).unwrap_or(&text);
    if cut.len() < text.len() { format!("{cut}…") } else { text }
}

/// What `{"Ref": …}`, `{"Fn::GetAtt": …}` and `{"Fn::Sub": …}` call.
fn intrinsic(view: &View<'_>) -> Option<String> {
    let entries = view.entries();
    let [(key, value)] = entries.as_slice() else { return None };
    match *key {
        "Ref" | "!Ref" => value.text().map(str::to_owned),
        "Fn::GetAtt" | "!GetAtt" => {
            let parts: Vec<&str> = value.texts().iter().map(|it| it.0).collect();
            Some(parts.join("."))
        }
        _ => None,
    }
}

/// The addresses in the references of `text`: `a.b.c` of `${a.b[0].c}:latest`.
fn addresses(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("${") {
        let inner = after.split_once('}').map_or(after, |(inner, _)| inner);
        let mut depth = 0_usize;
        let mut word = String::new();
        for character in inner.chars().chain([' ']) {
            match character {
                '[' => depth += 1,
                ']' => depth = depth.saturating_sub(1),
                _ if depth > 0 => {}
                it if it.is_alphanumeric() || "_-.:".contains(it) => word.push(it),
                _ => {
                    if word.starts_with(char::is_alphabetic) {
                        found.push(std::mem::take(&mut word));
                    }
                    word.clear();
                }
            }
        }
        rest = after;
    }
    found
}

/// The value of `key`, in whichever manner it is written.
pub(super) fn get<'a>(view: &View<'a>, key: &str) -> Option<View<'a>> {
    view.get(key).or_else(|| {
        let plain = |it: &str| it.replace('_', "").to_ascii_lowercase();
        let wanted = plain(key);
        view.entries().into_iter().find(|(it, _)| plain(it) == wanted).map(|(_, it)| it)
    })
}

/// The value at the end of `keys`; a block that stands once is as good as a map.
pub(super) fn at<'a>(view: &View<'a>, keys: &[&str]) -> Option<View<'a>> {
    keys.iter().try_fold(view.clone(), |view, key| {
        let view = if view.is_list() { view.items().into_iter().next()? } else { view };
        get(&view, key)
    })
}

/// The block `key`: a map, or the first of a list of them.
pub(super) fn block<'a>(view: &View<'a>, key: &str) -> Option<View<'a>> {
    blocks(view, key).into_iter().next()
}

/// All blocks `key`: a list of maps, or one map.
pub(super) fn blocks<'a>(view: &View<'a>, key: &str) -> Vec<View<'a>> {
    match get(view, key) {
        Some(it) if it.is_list() => it.items(),
        Some(it) if it.is_map() => vec![it],
        _ => Vec::new(),
    }
}

/// What a call of `jsonencode` or `yamlencode` encodes; `view` itself where it is none.
pub(super) fn decoded<'a>(view: &View<'a>) -> View<'a> {
    let call = view.get("jsonencode()").or_else(|| view.get("yamlencode()"));
    call.and_then(|it| it.items().into_iter().next()).unwrap_or_else(|| view.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_references_lose_their_indexes() {
        assert_eq!(addresses("${aws_iam_role.a[0].arn}:x ${var.b}"), ["aws_iam_role.a.arn", "var.b"]);
        assert_eq!(addresses("${var.x ? a.b[count.index].c : \"d\"}"), ["var.x", "a.b.c", "d"]);
        assert_eq!(addresses("plain $not {a.b}"), Vec::<String>::new());
        assert_eq!(addresses("${open"), ["open"]);
    }
}
