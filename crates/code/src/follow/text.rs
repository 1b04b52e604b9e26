//! Text: what it is put together from, and what its methods leave of it.

use super::Follower;
use super::value::{Args, Site, Value};

impl Follower<'_> {
    /// The parts of text; of text with values in it, the whole stands for each of them.
    pub(super) fn split_text(&mut self, of: &Value, args: &Args, site: Site) -> Value {
        const MOST: usize = 64;
        let by = args.first().and_then(|(_, it)| it.text());
        let parts: Vec<Value> = match (of, by) {
            (Value::Text(text), Some(by)) if !by.is_empty() => {
                text.split(by).take(MOST).map(|it| Value::Text(it.into())).collect()
            }
            (Value::Text(text), None) => {
                text.split_whitespace().take(MOST).map(|it| Value::Text(it.into())).collect()
            }
            _ => vec![of.clone()],
        };
        self.list(parts, site.module, site.at)
    }

    /// The text after `method`; what is put into it by replacing is part of it.
    pub(super) fn with_text(&self, of: Value, method: &str, args: &Args) -> Value {
        let put: Vec<Value> = args.iter().skip(1).map(|(_, it)| it.clone()).collect();
        let is_plain = put.iter().all(|it| matches!(it, Value::Text(_) | Value::Number(_)));
        if !method.starts_with("replace") || is_plain {
            return of;
        }
        let parts: Vec<Value> = std::iter::once(of).chain(put).collect();
        template(parts)
    }
}

/// Text made of `parts`, flat; pieces of text that follow each other are one.
pub(super) fn template(parts: Vec<Value>) -> Value {
    const MOST: usize = 256;
    let mut flat: Vec<Value> = Vec::new();
    for part in parts {
        let inner: Vec<Value> = match &part {
            Value::Template(inner) => inner.to_vec(),
            _ => vec![part],
        };
        for part in inner {
            let has_room = flat.len() < MOST;
            match (flat.last_mut(), part) {
                (Some(Value::Text(known)), Value::Text(more)) if known.len() < 65_536 => {
                    *known = format!("{known}{more}").into();
                }
                (_, part) if has_room => flat.push(part),
                _ => {}
            }
        }
    }
    match flat.as_slice() {
        [Value::Text(_)] => flat.pop().unwrap_or(Value::Unknown),
        [] => Value::Text("".into()),
        _ => Value::Template(flat.into()),
    }
}
