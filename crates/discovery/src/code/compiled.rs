//! Programs that lie in the repository twice: as somebody wrote them, and as a compiler has made them of that.

/// Folders that compilers are mostly told to write to.
const BUILT: [&str; 3] = ["dist", "build", "out"];

/// Where what the file at `path` was compiled from may lie: `dist/tools/index.js` from `src/tools/index.ts`, or from
/// `tools/index.ts`.
pub(super) fn sources(path: &str) -> impl Iterator<Item = String> {
    const ENDINGS: [(&str, &str); 4] = [(".mjs", ".mts"), (".cjs", ".cts"), (".js", ".ts"), (".js", ".tsx")];
    let parts: Vec<&str> = path.split('/').collect();
    let built = parts.iter().position(|it| BUILT.contains(it));
    let (above, within) = match built.and_then(|it| parts.split_at_checked(it)) {
        Some((above, [_, within @ ..])) => (above.join("/"), within.join("/")),
        _ => (String::new(), String::new()),
    };
    let above = if above.is_empty() { above } else { format!("{above}/") };
    ENDINGS.into_iter().flat_map(move |(written, source)| {
        let stem = within.strip_suffix(written).map(str::to_owned);
        let above = above.clone();
        stem.into_iter()
            .flat_map(move |stem| ["src/", ""].map(|folder| format!("{above}{folder}{stem}{source}")))
    })
}

#[cfg(test)]
mod tests {
    use super::sources;

    #[test]
    fn what_was_compiled_lies_where_compilers_are_told_to_write() {
        let of = |path: &str| sources(path).collect::<Vec<_>>();
        assert!(of("dist/tools/index.js").contains(&"src/tools/index.ts".to_owned()));
        assert!(of("packages/a/build/x.js").contains(&"packages/a/x.ts".to_owned()));
        assert_eq!(of("lib/x.js"), Vec::<String>::new());
        assert_eq!(of("dist/x.py"), Vec::<String>::new());
    }
}
