//! Notebooks.

use crate::print;
use ambit_code::ir::StmtKind;
use ambit_code::python::notebook;

const SMALL: &str = r#"{
 "cells": [
  {"cell_type": "markdown", "source": ["x = 0\n"]},
  {
   "cell_type": "code",
   "source": [
    "%pip install langgraph\n",
    "!ls \"-l\"\n",
    "from a import b\n",
    "s = \"é\t\"; agent = b(\n",
    "  s)\n"
   ]
  },
  {"cell_type": "code", "source": "for x in (:\n  broken"},
  {"cell_type": "code", "source": "%%bash\nrm -rf /"},
  {"cell_type": "code", "source": "%%writefile agent.py\ny = f()\nfiles = !ls"},
  {"cell_type": "code", "source": []},
  {"cell_type": "code", "source": ["await agent.run()"], "outputs": [{"text": ["z = 1"]}]}
 ],
 "metadata": {"kernelspec": {"language": "python"}}
}"#;

#[test]
fn cells_follow_each_other() {
    let module = notebook("n.ipynb", SMALL);
    assert_eq!(print::imports(&module), "b = a b\n");
    let body = print::body(&module);
    assert!(body.starts_with("s = \"é\\t\"\nagent = b(s)\nfor "), "{body}");
    assert!(body.ends_with("y = f()\nfiles = <>\nagent.run()\n"), "{body}");
    assert!(!body.contains("rm") && !body.contains("z = 1") && !body.contains("x = 0"), "{body}");
    let lines: Vec<u32> = module.faults.iter().map(|it| it.at.line).collect();
    assert!(!lines.is_empty() && lines.iter().all(|it| *it == 14), "{}", print::faults(&module));
}

#[test]
fn places_are_those_of_the_json() {
    let module = notebook("n.ipynb", SMALL);
    let agent = &module.body[1];
    assert_eq!((agent.at.line, agent.at.column), (10, 19));
    let StmtKind::Assign { value: Some(value), .. } = &agent.kind else { panic!() };
    let ambit_code::ir::Kind::Call(call) = &value.kind else { panic!() };
    assert_eq!((value.at.line, value.at.column), (10, 27));
    assert_eq!((call.args[0].value.at.line, call.args[0].value.at.column), (11, 8));
    let last = module.body.last().expect("it has statements");
    assert_eq!((last.at.line, last.at.column), (18, 37));
}

#[test]
fn a_text_of_many_lines_knows_its_columns() {
    let module = notebook(
        "n.ipynb",
        r#"{"cells":[{"cell_type":"code","source":"a = 1\nb = \ud83d\ude00(2)\nc = 3"}]}"#,
    );
    let c = module.body.last().expect("it has statements");
    assert_eq!((c.at.line, c.at.column), (1, 69));
}

/// What a cell of these lines says, and what is wrong with it.
fn cell(text: &str) -> (String, String) {
    let json = serde_json::json!({ "cells": [{ "cell_type": "code", "source": text }] });
    let module = notebook("n.ipynb", &json.to_string());
    (print::body(&module), print::faults(&module))
}

#[test]
fn commands_are_no_python() {
    for (text, expected) in [
        ("!echo 'it\n%cd (x\n/f 1\n,f a\n;f b\n?fun\nx = 1", "x = 1\n"),
        ("if a:\n    !ls -l\nelse:\n\t%x\ny = 1", "if a\nother\n  0\ny = 1\n"),
        ("fun?\na.b??\n*n*?\nx = 1; d[0]?\nx = 2", "x = 1\nx = 2\n"),
        ("!curl x \\\n  -H (\\\n  y\nx = 1", "x = 1\n"),
        ("x = !ls \\\r\n -l\r\ny = %p 'q\nz=!a\nw = !a", "x = <>\ny = <>\nz = <>\na\nw = <>\n"),
        ("if a: pass\n!\u{e9}\u{1f600}\nx = 1", "if a\nx = 1\n"),
    ] {
        let (body, faults) = cell(text);
        assert_eq!(body, expected, "{text}: {faults}");
        assert_eq!(faults.is_empty(), !text.contains("z=!a"), "{text}: {faults}");
    }
}

#[test]
fn what_looks_like_a_command_within_brackets_and_texts_is_none() {
    for (text, expected) in [
        ("x = f(a\n  , b\n  % c)", "x = f(a, <b, c>)\n"),
        ("x = [1\n# (\n, 2]", "x = [1, 2]\n"),
        ("x = \"\"\"\n!ls 'a'\n\"\"\"", "x = \"\\n!ls 'a'\\n\"\n"),
        ("x = '\\'('\n%cd\ny = f(b=\n  'c')", "x = \"'(\"\ny = f(b=\"c\")\n"),
        ("a = b \\\n  or c\nd != e", "a = (b | c)\n<d is not e>\n"),
    ] {
        let (body, faults) = cell(text);
        assert_eq!((body.as_str(), faults.as_str()), (expected, ""), "{text}");
    }
}

#[test]
fn commands_among_brackets_that_do_not_fit() {
    for text in ["[}\n/x", "f(]\n?g\n", "{)\n,", "[[}\n;x", "[lambda x\ny\n/z]", "x = [\n)\n!y", "f'{[}\n/x"]
    {
        let (_, faults) = cell(&format!("a = 1\n{text}"));
        assert!(!faults.is_empty(), "{text}");
    }
}

#[test]
fn commands_need_no_sign_before_them() {
    let cell = r#"{"cells":[{"cell_type":"code","source":["pip install x --quiet\n","pip = 1\n","conda install y"]}]}"#;
    let module = notebook("n.ipynb", cell);
    assert_eq!(print::body(&module), "pip = 1\n", "{}", print::faults(&module));
    assert!(module.faults.is_empty(), "{}", print::faults(&module));
    // What stands in a block is no command of the notebook.
    let block = r#"{"cells":[{"cell_type":"code","source":["if x:\n","  pip install x"]}]}"#;
    assert_eq!(notebook("n.ipynb", block).faults.len(), 1, "one line is one fault");
}

#[test]
fn other_languages_and_old_versions() {
    let r =
        r#"{"cells":[{"cell_type":"code","source":"x <- 1"}],"metadata":{"kernelspec":{"language":"R"}}}"#;
    let module = notebook("r.ipynb", r);
    assert!(module.body.is_empty() && module.faults.is_empty());
    let old = r#"{"worksheets":[{"cells":[{"cell_type":"code","input":["x = 1"]}]}]}"#;
    assert_eq!(print::body(&notebook("old.ipynb", old)), "x = 1\n");
}

#[test]
fn what_is_no_notebook() {
    let module = notebook("n.ipynb", "{\"cells\": [");
    assert_eq!(module.faults.len(), 1, "{}", print::faults(&module));
    for json in
        ["", "[]", "1", "{}", r#"{"cells":{}}"#, r#"{"cells":[1,{"cell_type":"code","source":{"a":1}}]}"#]
    {
        assert!(notebook("n.ipynb", json).body.is_empty());
    }
}
