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
