//! Which library a call is of, and which of its entries fits; who is behind a host.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ambit_model::{Audience, Trust};
use serde::Deserialize;

use crate::Catalog;
use crate::late::Late;
use crate::schema::{CallAct, CallLanguage, Host, Library, Otherwise};

/// What is known of a call.
#[derive(Debug, Clone, Copy)]
pub enum Called<'a> {
    /// An entry tells it.
    Does {
        /// The library.
        library: &'a str,
        /// The entry.
        act: &'a CallAct,
    },
    /// It does nothing outside the program.
    Nothing,
    /// Its library is known and it is not: nobody has looked at it.
    Unlisted {
        /// The library.
        library: &'a str,
    },
}

/// All libraries.
#[derive(Debug, Clone, Default)]
pub(crate) struct Calls {
    entries: Vec<Entry>,
    /// Numbers of entries by module.
    modules: BTreeMap<CallLanguage, BTreeMap<String, usize>>,
}

#[derive(Debug, Clone)]
struct Entry {
    id: String,
    library: Late<Option<Box<Library>>>,
    patterns: OnceLock<Vec<Pattern>>,
    /// Acts of symbols that were asked for: programs call few, again and again.
    asked: Arc<Mutex<BTreeMap<String, Option<String>>>>,
}

impl Entry {
    /// The act of the library that fits best.
    fn act<'a>(&self, library: &'a Library, symbol: &str) -> Option<&'a CallAct> {
        const MOST: usize = 20_000;
        let known = self.asked.lock().unwrap_or_else(PoisonError::into_inner).get(symbol).cloned();
        let name = known.unwrap_or_else(|| {
            let patterns = self.patterns.get_or_init(|| patterns(library));
            let fitting = patterns.iter().filter(|it| it.fits(symbol));
            let best = fitting.max_by_key(|it| (it.plain, std::cmp::Reverse(&it.act)));
            let name = best.map(|it| it.act.clone());
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            if asked.len() < MOST {
                asked.insert(symbol.to_owned(), name.clone());
            }
            name
        });
        library.acts.get(&name?)
    }
}

/// A pattern without words in braces, the number of its plain characters, and the act that it is of.
#[derive(Debug, Clone)]
struct Pattern {
    text: String,
    /// What is left after its last star.
    end: String,
    plain: usize,
    act: String,
}

impl Pattern {
    /// Whether the symbol fits. Most that begin alike end otherwise, which is seen at once.
    fn fits(&self, symbol: &str) -> bool {
        symbol.ends_with(&self.end) && fits(&self.text, symbol)
    }
}

/// What the build packs of a library beside its body.
#[derive(Debug, Clone, Deserialize)]
struct Listed {
    id: String,
    language: CallLanguage,
    modules: Vec<String>,
}

impl Catalog {
    pub(crate) fn known_calls(&self) -> &Calls {
        self.calls.get_or_init(|| Calls::of(crate::packed::CALLS, crate::packed::CALL_BODIES))
    }

    /// What a call of this symbol does; `None` where no library of its module is known.
    pub fn called(&self, language: CallLanguage, symbol: &str) -> Option<Called<'_>> {
        self.known_calls().get(language, symbol)
    }

    /// The library that tells of calls of this symbol.
    pub fn library_of(&self, language: CallLanguage, symbol: &str) -> Option<&Library> {
        self.known_calls().library(language, symbol)
    }

    /// All libraries whose calls are known, decoded, with their ids.
    pub fn libraries(&self) -> impl Iterator<Item = (&str, Option<&Library>)> {
        self.known_calls().all()
    }

    /// Who is behind a host: the entry of its name, or of the nearest name above it. With that name.
    pub fn host(&self, name: &str) -> Option<(&str, &Host)> {
        let hosts = self.hosts.get();
        let mut name = name;
        loop {
            if let Some((known, host)) = hosts.get_key_value(name) {
                return Some((known, host));
            }
            name = name.split_once('.')?.1;
        }
    }

    /// Whether the host, or one that it lies below, is one where anybody can put text or read what was sent.
    pub fn is_public_host(&self, name: &str) -> bool {
        let mut rest = Some(name);
        while let Some((known, host)) = rest.and_then(|it| self.host(it)) {
            if (host.trust, host.audience) == (Trust::Public, Audience::Public) {
                return true;
            }
            rest = known.split_once('.').map(|it| it.1);
        }
        false
    }
}

impl Calls {
    /// Of what the build packed, both in one order. That the list decodes is what a test asserts.
    pub(crate) fn of(listed: &str, bodies: &'static [&'static str]) -> Self {
        let listed: Vec<Listed> = serde_json::from_str(listed).unwrap_or_default();
        let mut calls = Self::default();
        for (it, body) in listed.into_iter().zip(bodies) {
            calls.list(it, Late::of(body));
        }
        calls
    }

    /// Adds a library of a user, which is asked before those of the same modules.
    pub(crate) fn add(&mut self, id: String, library: Library) {
        let (language, modules) = (library.language, library.modules.clone());
        self.list(Listed { id, language, modules }, Late::ready(Some(Box::new(library))));
    }

    fn list(&mut self, listed: Listed, library: Late<Option<Box<Library>>>) {
        for module in listed.modules {
            self.modules.entry(listed.language).or_default().insert(module, self.entries.len());
        }
        self.entries.push(Entry { id: listed.id, library, patterns: OnceLock::new(), asked: Arc::default() });
    }

    /// All libraries, decoded, with their ids.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, Option<&Library>)> {
        self.entries.iter().map(|it| (it.id.as_str(), it.library.get().as_deref()))
    }

    /// The library of the longest module that `symbol` begins with.
    fn entry(&self, language: CallLanguage, symbol: &str) -> Option<&Entry> {
        let modules = self.modules.get(&language)?;
        let mut end = symbol.len();
        loop {
            let module = symbol.get(..end)?;
            if let Some(no) = modules.get(module) {
                return self.entries.get(*no);
            }
            end = module.rfind(['.', '/', '('])?;
        }
    }

    /// The library that tells of `symbol`.
    pub(crate) fn library(&self, language: CallLanguage, symbol: &str) -> Option<&Library> {
        self.entry(language, symbol)?.library.get().as_deref()
    }

    /// What a call of `symbol` does; nothing, where no library of its module is known.
    pub(crate) fn get(&self, language: CallLanguage, symbol: &str) -> Option<Called<'_>> {
        let entry = self.entry(language, symbol)?;
        let library = entry.library.get().as_deref()?;
        Some(match (entry.act(library, symbol), library.otherwise) {
            (Some(act), _) => Called::Does { library: &entry.id, act },
            (None, Otherwise::Nothing) => Called::Nothing,
            (None, Otherwise::Unknown) => Called::Unlisted { library: &entry.id },
        })
    }
}

fn patterns(library: &Library) -> Vec<Pattern> {
    let mut found = Vec::new();
    for (name, act) in &library.acts {
        for symbol in act.symbols.iter().flat_map(|it| spelled_out(it, &library.names)) {
            let plain = symbol.chars().filter(|it| *it != '*').count();
            let end = symbol.rsplit('*').next().unwrap_or_default().to_owned();
            found.push(Pattern { text: symbol, end, plain, act: name.clone() });
        }
    }
    found
}

/// The pattern with each `{word}` replaced by each of its meanings; one that has none matches nothing, which a test finds.
fn spelled_out(pattern: &str, names: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let parts = pattern.split_once('{').and_then(|(before, rest)| {
        let (word, after) = rest.split_once('}')?;
        Some((before, word, after))
    });
    let Some((before, word, after)) = parts else { return vec![pattern.to_owned()] };
    let ends = spelled_out(after, names);
    let meanings = names.get(word).into_iter().flatten();
    meanings.flat_map(|it| ends.iter().map(move |end| format!("{before}{it}{end}"))).collect()
}

/// Whether `text` fits `pattern`. Only the last `*` and the last `**` are ever tried again, so that many stars end soon.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    // Where to go on after the last `*` and the last `**`: its end in the pattern, and how much of the text it has taken.
    let (mut star, mut both) = (None, None);
    let (mut at, mut taken) = (0, 0);
    loop {
        match (pattern.get(at), text.get(taken)) {
            (None, None) => return true,
            (Some(b'*'), _) if pattern.get(at + 1) == Some(&b'*') => {
                at += 2;
                (star, both) = (None, Some((at, taken)));
            }
            (Some(b'*'), _) => {
                at += 1;
                star = Some((at, taken));
            }
            (Some(a), Some(b)) if a == b => {
                at += 1;
                taken += 1;
            }
            _ => {
                let further = |it: Option<(usize, usize)>, dots: bool| {
                    it.filter(|(_, from)| text.get(*from).is_some_and(|it| dots || *it != b'.'))
                };
                if let Some((after, from)) = further(star, false) {
                    star = Some((after, from + 1));
                    (at, taken) = (after, from + 1);
                } else if let Some((after, from)) = further(both, true) {
                    both = Some((after, from + 1));
                    star = None;
                    (at, taken) = (after, from + 1);
                } else {
                    return false;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_star_stops_at_dots_and_two_do_not() {
        for (pattern, text) in [
            ("a.b", "a.b"),
            ("a.*", "a.b"),
            ("a.*_x", "a.b_x"),
            ("**Client().get", "httpx.a.AsyncClient().get"),
            ("a.**.b*", "a.c.d.be"),
            ("a.*.b.**", "a.c.b.d.e"),
            ("*.**z", "a.b.z.cz"),
        ] {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("a.b", "a.bc"),
            ("a.*", "a.b.c"),
            ("a.*_x", "a.b.c_x"),
            ("a.**.b", "a.b"),
            ("", "a"),
            ("a*b", "a.b"),
            ("**a", "ab"),
        ] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn many_stars_end_soon() {
        let pattern = "**a".repeat(2_000);
        assert!(!fits(&pattern, &"a.b".repeat(1_500)));
        assert!(!fits(&"*a".repeat(2_000), &"ab".repeat(1_500)));
    }

    #[test]
    fn words_in_braces_are_each_of_their_meanings() {
        let names = BTreeMap::from([
            ("a".to_owned(), vec!["x".to_owned(), "y".to_owned()]),
            ("b".to_owned(), vec!["1".to_owned(), "2".to_owned()]),
        ]);
        assert_eq!(spelled_out("{a}.{b}!", &names), ["x.1!", "x.2!", "y.1!", "y.2!"]);
        assert!(spelled_out("{c}", &names).is_empty());
    }
}
