//! Where things are.

use ambit_code::ir::{At, StmtKind};

use super::valid;

fn at(line: u32, column: u32) -> At {
    At { line, column }
}

#[test]
fn columns_count_characters() {
    let module = valid("a.ts", "\u{feff}const ä = 'ö😀', b = f(ü);\r\n\tc(d);\n");
    let all: Vec<At> = module.body.iter().map(|it| it.at).collect();
    assert_eq!(all, [at(1, 7), at(1, 17), at(2, 2)]);
    let StmtKind::Assign { value: Some(value), .. } = &module.body[1].kind else { panic!("{module:?}") };
    assert_eq!(value.at, at(1, 21));
}

#[test]
fn names_and_calls_have_their_places() {
    let module = valid(
        "a.ts",
        "import { a } from 'm';\nexport async function f() {}\nclass C { m() {} }\nx.y(() => 1);\n",
    );
    assert_eq!(module.imports[0].at, at(1, 10));
    let functions: Vec<At> = module.functions.iter().map(|it| it.at).collect();
    assert_eq!(functions, [at(2, 23), at(3, 11), at(4, 5)]);
    assert_eq!(module.classes[0].at, at(3, 7));
    assert_eq!(module.body.last().map(|it| it.at), Some(at(4, 1)));
}

#[test]
fn long_lines_have_columns_too() {
    let module = valid("a.js", &format!("/* {} */a();{}b();", "é".repeat(1000), " ".repeat(5000)));
    let all: Vec<At> = module.body.iter().map(|it| it.at).collect();
    assert_eq!(all, [at(1, 1007), at(1, 6011)]);
}
