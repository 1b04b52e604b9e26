//! Lists and maps: what their methods give back and put into them.

use super::Follower;
use super::text::template;
use super::value::{Args, MOST_ITEMS, ObjectKind, ObjectNo, Site, Value, arg};
use crate::ir::Name;

impl Follower<'_> {
    /// What a function gives back that makes a list or a map, or takes one apart.
    pub(super) fn collection(&mut self, path: &Name, args: &Args, site: Site) -> Option<Value> {
        let first = args.first().map(|(_, it)| it);
        match &**path {
            "collections.OrderedDict" | "collections.defaultdict" => {
                let pairs = args.iter().rev().find_map(|(_, it)| self.pairs(it)).unwrap_or_default();
                Some(Value::Object(self.make(ObjectKind::Map(pairs), site.module, site.at)))
            }
            "builtins.list" | "builtins.tuple" | "builtins.set" | "builtins.sorted" | "builtins.reversed"
            | "global.Array.from" => {
                let Some(first) = first else { return Some(self.list(Vec::new(), site.module, site.at)) };
                let items = self.items(first)?;
                Some(self.list(items, site.module, site.at))
            }
            "builtins.dict" if args.iter().all(|(name, _)| name.is_some()) => {
                let pairs =
                    args.iter().map(|(name, it)| (name.clone().map(Value::Text), it.clone())).collect();
                Some(Value::Object(self.make(ObjectKind::Map(pairs), site.module, site.at)))
            }
            "builtins.dict" | "builtins.str" | "global.String" | "builtins.int" | "builtins.float" => {
                first.cloned()
            }
            "global.Object.values" => {
                let items = self.pairs(first?)?.into_iter().map(|(_, it)| it).collect();
                Some(self.list(items, site.module, site.at))
            }
            // A list of keys with their values.
            "global.Map" => {
                let rows = first.map_or_else(|| Some(Vec::new()), |it| self.items(it))?;
                let pair = |it: &Value| match self.items(it)?.as_slice() {
                    [key, value] => Some((Some(key.clone()), value.clone())),
                    _ => None,
                };
                let pairs: Option<Vec<_>> = rows.iter().map(pair).collect();
                Some(Value::Object(self.make(ObjectKind::Map(pairs?), site.module, site.at)))
            }
            "global.Set" => {
                let items = first.map_or_else(|| Some(Vec::new()), |it| self.items(it))?;
                Some(self.list(items, site.module, site.at))
            }
            "builtins.next" => {
                let one = match self.items(first?)?.as_slice() {
                    [] => Value::Null,
                    _ => self.element(first?),
                };
                Some(Value::choice(std::iter::once(one).chain(args.get(1).map(|(_, it)| it.clone()))))
            }
            "global.Object.entries" | "global.Object.keys" => {
                let object = first.filter(|it| self.pairs(it).is_some())?.object()?;
                let method = if path.ends_with("keys") { "keys" } else { "entries" };
                self.method(object, method, &Args::new(), site)
            }
            "global.Object.assign" => Some(self.assigned(args, site)),
            "builtins.map" | "builtins.filter" => {
                let (function, over) = (first?.clone(), args.get(1)?.1.clone());
                Some(self.mapped(&function, &over, &**path == "builtins.filter", site))
            }
            _ => None,
        }
    }

    /// `Object.assign(target, …)`: the target itself, with what it was given.
    fn assigned(&mut self, args: &Args, site: Site) -> Value {
        let Some(((_, target), more)) = args.split_first() else { return Value::Unknown };
        let mut pairs = Vec::new();
        for one in more.iter().flat_map(|(_, it)| it.each()) {
            pairs.extend(self.pairs(one).unwrap_or_else(|| vec![(None, one.clone())]));
            pairs.truncate(MOST_ITEMS);
        }
        if let Some(object) = target.object().and_then(|it| self.object_mut(it)) {
            match &mut object.kind {
                ObjectKind::Map(known) => {
                    let room = MOST_ITEMS.saturating_sub(known.len());
                    // A loop that is gone through for each element of something else adds the same again.
                    pairs.retain(|it| !known.contains(it));
                    known.extend(pairs.into_iter().take(room));
                }
                _ => {
                    let named = pairs.into_iter().filter_map(|(key, it)| Some((key?.text()?.into(), it)));
                    object.fields.extend(named);
                }
            }
            return target.clone();
        }
        pairs.insert(0, (None, target.clone()));
        Value::Object(self.make(ObjectKind::Map(pairs), site.module, site.at))
    }

    /// The list of what `function` makes of each element, or of those that it keeps.
    pub(super) fn mapped(&mut self, function: &Value, over: &Value, keeps: bool, site: Site) -> Value {
        const MOST: usize = 96;
        let items =
            self.items(over).filter(|it| it.len() <= MOST).unwrap_or_else(|| vec![self.element(over)]);
        // `found ?? []`: what is no list in the text has elements too.
        let is_open = |it: &&Value| matches!(it, Value::Mixed(_) | Value::Unknown | Value::Param(_));
        let open: Vec<Value> = over.each().iter().filter(is_open).map(|it| self.element(it)).collect();
        let items = if items.is_empty() { open } else { items };
        self.loops += 1;
        let made: Vec<Value> =
            items.iter().map(|it| self.call(function, vec![(None, it.clone())], site)).collect();
        self.loops -= 1;
        let kept = || {
            let both = items.iter().zip(&made).filter(|(_, it)| **it != Value::Bool(false));
            both.map(|it| it.0.clone()).collect()
        };
        let items = if keeps { kept() } else { made };
        self.list(items, site.module, site.at)
    }

    /// The element of which `function` says that it is the one; any, where nobody knows.
    fn found(&mut self, function: Option<&Value>, over: &Value, site: Site) -> Value {
        let Some(function) = function.filter(|_| self.told.is_some()) else { return self.element(over) };
        let kept = self.mapped(function, over, true, site);
        match self.items(&kept) {
            Some(items) if items.is_empty() => Value::Null,
            _ => self.element(&kept),
        }
    }

    /// What a method of a list or map gives back, where that is followed.
    pub(super) fn method(&mut self, no: ObjectNo, name: &str, args: &Args, site: Site) -> Option<Value> {
        let first = args.first().map(|(_, it)| it.clone());
        match &self.object(no)?.kind {
            ObjectKind::List(_) => self.list_method((no, name), first, args, site),
            ObjectKind::Map(_) => self.map_method((no, name), first, args, site),
            ObjectKind::Made { .. } | ObjectKind::Instance { .. } => None,
        }
    }

    fn list_method(
        &mut self,
        (no, name): (ObjectNo, &str),
        first: Option<Value>,
        args: &Args,
        site: Site,
    ) -> Option<Value> {
        let this = Value::Object(no);
        match name {
            "append" | "add" | "push" | "unshift" => {
                let more: Vec<Value> = args.iter().map(|(_, it)| it.clone()).collect();
                self.extend_list(no, more);
                Some(Value::Null)
            }
            "insert" => {
                self.extend_list(no, vec![args.get(1)?.1.clone()]);
                Some(Value::Null)
            }
            "extend" | "update" => {
                let more = first?;
                let items = self.items(&more).unwrap_or_else(|| vec![Value::mixed([more])]);
                self.extend_list(no, items);
                Some(Value::Null)
            }
            "concat" => {
                let parts = std::iter::once(this).chain(args.iter().map(|(_, it)| it.clone())).collect();
                Some(self.joined(site.module, parts, site.at))
            }
            "copy" | "slice" | "reverse" | "sort" | "flat" | "toSorted" => Some(this),
            "pop" | "shift" | "at" => Some(self.element(&this)),
            "find" => Some(self.found(first.as_ref(), &this, site)),
            "includes" | "has" => self.among(&first?, &this).map(Value::Bool),
            "map" | "flatMap" => Some(self.mapped(&first?, &this, false, site)),
            "filter" => Some(self.mapped(&first?, &this, true, site)),
            "forEach" => {
                self.mapped(&first?, &this, false, site);
                Some(Value::Null)
            }
            "join" => {
                let items = self.items(&this)?;
                let mut parts = Vec::new();
                for item in items {
                    parts.extend((!parts.is_empty()).then(|| first.clone()).flatten());
                    parts.push(item);
                }
                Some(template(parts))
            }
            _ => None,
        }
    }

    fn map_method(
        &mut self,
        (no, name): (ObjectNo, &str),
        first: Option<Value>,
        args: &Args,
        site: Site,
    ) -> Option<Value> {
        let this = Value::Object(no);
        let pairs = self.pairs(&this)?;
        match name {
            "setdefault" if args.len() > 1 && !self.has_key(&pairs, first.as_ref()) => {
                let (key, value) = (first?, args.get(1)?.1.clone());
                if let Some(ObjectKind::Map(known)) = self.object_mut(no).map(|it| &mut it.kind)
                    && known.len() < MOST_ITEMS
                {
                    known.push((Some(key), value.clone()));
                }
                Some(value)
            }
            "get" | "pop" | "setdefault" => {
                let default = arg(args, "default", Some(1)).cloned();
                let key = first?;
                if let Some(found) = self.told_entry(&this, &key) {
                    let found = if found == Value::Null { default.unwrap_or(found) } else { found };
                    return Some(found);
                }
                let found = match key.text() {
                    Some(key) => pairs
                        .iter()
                        .rev()
                        .find(|(it, _)| it.as_ref().and_then(Value::text) == Some(key))
                        .map(|(_, it)| it.clone()),
                    None => Some(Value::choice(pairs.into_iter().map(|(_, it)| it))),
                };
                Some(Value::choice(found.into_iter().chain(default)))
            }
            "has" | "hasOwnProperty" => self.among(&first?, &this).map(Value::Bool),
            "set" => {
                let (key, value) = (first?, args.get(1)?.1.clone());
                if let Some(ObjectKind::Map(known)) = self.object_mut(no).map(|it| &mut it.kind)
                    && known.len() < MOST_ITEMS
                {
                    known.push((Some(key), value));
                }
                Some(this)
            }
            "values" => {
                let items = pairs.into_iter().map(|(_, it)| it).collect();
                Some(self.list(items, site.module, site.at))
            }
            "keys" => {
                let items = pairs.into_iter().filter_map(|(key, _)| key).collect();
                Some(self.list(items, site.module, site.at))
            }
            "items" | "entries" => {
                let both = |(key, it): (Option<Value>, Value)| vec![key.unwrap_or(Value::Unknown), it];
                let all: Vec<Vec<Value>> = pairs.into_iter().map(both).collect();
                let items = all.into_iter().map(|it| self.list(it, site.module, site.at)).collect();
                Some(self.list(items, site.module, site.at))
            }
            "update" => {
                let more = self.pairs(&first?)?;
                if let Some(ObjectKind::Map(known)) = self.object_mut(no).map(|it| &mut it.kind) {
                    let room = MOST_ITEMS.saturating_sub(known.len());
                    known.extend(more.into_iter().take(room));
                }
                Some(Value::Null)
            }
            "copy" => Some(this),
            _ => None,
        }
    }

    fn has_key(&self, pairs: &[(Option<Value>, Value)], key: Option<&Value>) -> bool {
        key.is_some() && pairs.iter().any(|(it, _)| it.as_ref() == key)
    }

    fn extend_list(&mut self, no: ObjectNo, more: Vec<Value>) {
        if let Some(ObjectKind::List(items)) = self.object_mut(no).map(|it| &mut it.kind) {
            let room = MOST_ITEMS.saturating_sub(items.len());
            for value in more.into_iter().take(room) {
                // A loop that is gone through for each element of something else adds the same again.
                if !items.contains(&value) || matches!(value, Value::Text(_) | Value::Number(_)) {
                    items.push(value);
                }
            }
        }
    }
}
