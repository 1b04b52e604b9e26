//! Any text as a module of TypeScript or JavaScript (the first byte chooses which), on a stack as small as those of threads
//! are.
#![no_main]

use ambit_code::ir::{Expr, Kind, Module};
use ambit_code::typescript::parse;
use libfuzzer_sys::fuzz_target;

const PATHS: [&str; 6] = ["a.ts", "a.tsx", "a.js", "a.cjs", "a.mts", "a.d.ts"];
/// How deep an expression may be for those who walk it.
const DEEPEST: usize = 400;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let path = PATHS[usize::from(*first) % PATHS.len()];
    let text = String::from_utf8_lossy(rest).into_owned();
    let small = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
    let length = text.len();
    let module = small.spawn(move || parse(path, &text)).expect("a thread starts").join().expect("nothing panics");
    assert!(module.faults.iter().all(|it| it.at.line > 0 && it.at.column > 0 && !it.message.is_empty()));
    let nodes = nodes(&module);
    assert!(nodes <= 8 * length + 64, "{nodes} nodes of {length} bytes");
});

fn nodes(module: &Module) -> usize {
    let shown = format!("{module:?}");
    let exprs = module.functions.iter().flat_map(|it| it.params.iter()).filter_map(|it| it.default.as_ref());
    for expr in exprs.chain(module.classes.iter().flat_map(|it| it.bases.iter())) {
        assert!(depth(expr) <= DEEPEST);
    }
    shown.matches("kind: ").count()
}

fn depth(expr: &Expr) -> usize {
    let deepest = |all: &[Expr]| all.iter().map(depth).max().unwrap_or(0);
    1 + match &expr.kind {
        Kind::Member(of, _) | Kind::Spread(of) | Kind::Element(of) => depth(of),
        Kind::Index(of, index) => depth(of).max(depth(index)),
        Kind::Call(call) => {
            call.args.iter().map(|it| depth(&it.value)).max().unwrap_or(0).max(depth(&call.callee))
        }
        Kind::Template(all) | Kind::List(all) | Kind::Choice(all) | Kind::Joined(all) | Kind::Mixed(all) => {
            deepest(all)
        }
        Kind::Map(pairs) => pairs.iter().map(|it| depth(&it.value)).max().unwrap_or(0),
        _ => 0,
    }
}
