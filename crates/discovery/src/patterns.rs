//! Places of readers as patterns of paths. A general matcher of globs compiles hundreds of them for longer than a
//! small scan takes; these have stars in two forms only, and most are told apart by their last segment alone.

use std::collections::BTreeMap;

use crate::credential::wild;

/// Patterns in which `*` stands for anything within a segment and `**` for any number of segments.
pub(crate) struct Patterns {
    all: Vec<Vec<String>>,
    /// By last segment, those without a star in it.
    plain: BTreeMap<String, Vec<usize>>,
    /// By last segment, those with one.
    starred: BTreeMap<String, Vec<usize>>,
}

impl Patterns {
    pub(crate) fn new(patterns: impl IntoIterator<Item = String>) -> Self {
        let mut new = Self { all: Vec::new(), plain: BTreeMap::new(), starred: BTreeMap::new() };
        for pattern in patterns {
            let segments: Vec<String> = pattern.split('/').map(str::to_owned).collect();
            let last = segments.last().cloned().unwrap_or_default();
            let by_last = if last.contains('*') { &mut new.starred } else { &mut new.plain };
            by_last.entry(last).or_default().push(new.all.len());
            new.all.push(segments);
        }
        new
    }

    /// The numbers of all patterns that `path` fits, smallest first.
    pub(crate) fn of(&self, path: &str) -> Vec<usize> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let starred = self.starred.iter().filter(|(last, _)| wild(last, name)).map(|(_, it)| it);
        let mut candidates: Vec<usize> =
            self.plain.get(name).into_iter().chain(starred).flatten().copied().collect();
        if candidates.is_empty() {
            return candidates;
        }
        let segments: Vec<&str> = path.split('/').collect();
        candidates.retain(|it| self.all.get(*it).is_some_and(|it| fits(it, &segments)));
        candidates.sort_unstable();
        candidates
    }
}

fn fits(pattern: &[String], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if first == "**" => {
            (0..=path.len()).any(|it| fits(rest, path.get(it..).unwrap_or_default()))
        }
        (Some((first, rest)), Some((segment, below))) => wild(first, segment) && fits(rest, below),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stay_within_a_segment_and_double_ones_do_not() {
        let patterns = ["**/a/*.md", "**/a/**/b.md", "~/x*/c", "/etc/a.d/*.json", "**/a.json"];
        let patterns = Patterns::new(patterns.map(str::to_owned));
        let cases: [(&str, &[usize]); 12] = [
            ("a/x.md", &[0]),
            ("s/t/a/x.md", &[0]),
            ("a/b.md", &[0, 1]),
            ("a/s/b.md", &[1]),
            ("q/a/s/t/b.md", &[1]),
            ("a/s/x.md", &[]),
            ("~/x/c", &[2]),
            ("~/xyz/c", &[2]),
            ("q/~/x/c", &[]),
            ("/etc/a.d/b.json", &[3]),
            ("a.json", &[4]),
            ("ba.json", &[]),
        ];
        for (path, expected) in cases {
            assert_eq!(patterns.of(path), expected, "{path}");
        }
    }

    #[test]
    fn long_paths_cost_little() {
        let patterns = Patterns::new(["**/a/**/b/**/c.md".to_owned()]);
        let path = "a/b/".repeat(1000) + "d/c.md";
        assert_eq!(patterns.of(&path), [0]);
        let path = "a/".repeat(1000) + "c.md";
        assert!(patterns.of(&path).is_empty());
    }
}
