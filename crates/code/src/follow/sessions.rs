//! What programs put under a name where other handlers of the same session find it.

use super::Follower;
use super::value::{Args, Value};

/// Objects of libraries that keep what one handler of a session gives them for the others.
pub(super) fn is_session(path: &str) -> bool {
    ["streamlit.session_state", "chainlit.user_session"].contains(&path)
}

impl Follower<'_> {
    /// `session.set("agent", agent)`, `session.get("agent")`.
    pub(super) fn session(&mut self, path: &str, args: &Args) -> Option<Value> {
        let (store, member) = path.rsplit_once('.')?;
        let name = args.first()?.1.text()?.to_owned();
        match member {
            "get" => self.in_session(store, &name),
            "set" | "setdefault" => {
                let value = args.get(1)?.1.clone();
                self.set_in_session(store, &name, value.clone());
                (member == "setdefault").then_some(value)
            }
            _ => None,
        }
    }

    /// What lies under `name` in a store of sessions.
    pub(super) fn in_session(&self, store: &str, name: &str) -> Option<Value> {
        is_session(store).then(|| self.sessions.get(&*format!("{store}.{name}")).cloned())?
    }

    /// Puts `value` under `name` into `store`, if that is one of sessions. Who runs first is not known: all stay.
    pub(super) fn set_in_session(&mut self, store: &str, name: &str, value: Value) {
        if is_session(store) {
            let known = self.sessions.entry(format!("{store}.{name}").into()).or_insert(Value::Null);
            *known = Value::choice([value, known.clone()].into_iter().filter(|it| *it != Value::Null));
        }
    }
}
