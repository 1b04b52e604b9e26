//! Kinds of credentials by the names that variables and headers have.

use std::collections::BTreeMap;

use crate::schema::Credential;

/// Names and globs over names, of all kinds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    exact: BTreeMap<String, String>,
    globs: Vec<(String, String)>,
}

impl Names {
    pub(crate) fn of(credentials: &BTreeMap<String, Credential>) -> Self {
        let mut names = Self::default();
        for (kind, credential) in credentials {
            for name in &credential.names {
                let name = plain(name);
                if name.contains('*') {
                    names.globs.push((name, kind.clone()));
                } else {
                    // Of two kinds with the same name the last in their order stands.
                    names.exact.insert(name, kind.clone());
                }
            }
        }
        // The longest first: the first that fits decides.
        names.globs.sort_by(|a, b| (b.0.len(), &b.1).cmp(&(a.0.len(), &a.1)));
        names
    }

    /// The kind that a name says: by the longest name or glob that fits.
    pub(crate) fn kind(&self, name: &str) -> Option<&str> {
        let name = plain(name);
        let exact = self.exact.get(&name).map(|kind| (name.len(), kind));
        let glob = self.globs.iter().find(|(glob, _)| wild(glob, &name));
        let glob = glob.map(|(glob, kind)| (glob.len(), kind));
        glob.max(exact).map(|(_, kind)| kind.as_str())
    }
}

/// Variables and headers write the same names in their own ways.
fn plain(name: &str) -> String {
    name.to_ascii_uppercase().replace('-', "_")
}

/// Whether `text` matches `glob`, in which `*` stands for anything.
pub fn wild(glob: &str, text: &str) -> bool {
    let Some((head, rest)) = glob.split_once('*') else { return glob == text };
    let Some(mut left) = text.strip_prefix(head) else { return false };
    let (middle, tail) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*') {
        let Some(at) = left.find(part) else { return false };
        left = left.get(at + part.len()..).unwrap_or_default();
    }
    left.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::wild;

    #[test]
    fn a_star_stands_for_anything() {
        for (glob, text) in [("A", "A"), ("A*", "A"), ("*_KEY", "MY_KEY"), ("A*B*C", "AxByC"), ("*", "")] {
            assert!(wild(glob, text), "{glob} {text}");
        }
        for (glob, text) in [("A", "AB"), ("*_KEY", "KEYS"), ("A*B*C", "AC"), ("AB*BA", "ABA")] {
            assert!(!wild(glob, text), "{glob} {text}");
        }
    }
}
