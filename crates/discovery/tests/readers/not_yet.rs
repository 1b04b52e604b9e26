//! Formats that are recognised and not read.

use crate::shown::problems;
use crate::support::read;

fn said(path: &str, text: &str) -> Vec<String> {
    let inventory = read(&[(path, text)]);
    assert!(inventory.agents.is_empty(), "{path}: {:?}", inventory.agents);
    problems(&inventory)
}

#[test]
fn each_is_named_with_the_line_that_shows_it() {
    let files = [(
        "a.cs",
        "using System;\nusing Microsoft.Agents.AI;\n",
        "code in C# that builds agents with Microsoft's Agent Framework",
        "2:1",
    )];
    for (path, text, what, place) in files {
        let said = said(path, text);
        let expected =
            format!("this is {what}; its agents are not on the map: the format is not read yet {place}");
        assert_eq!(said, [expected], "{path}");
    }
}

#[test]
fn what_only_looks_alike_is_left_alone() {
    let files = [
        ("a.py", "# from crewai import Agent is what others write\n"),
        ("b.py", "from agents import Customer\n"),
        ("c.py", "from strandsorter import x\n"),
        ("d.ts", "// see @openai/agents\nconst x = 1;\n"),
        ("e.ts", "import x from '@openai/agents-of-change';\n"),
        ("g.ts", "import { useChat } from 'ai';\n"),
        ("f.json", r#"{ "nodes": [1], "edges": [] }"#),
        ("ci.yml", "on: push\njobs:\n  a:\n    steps:\n      - run: echo claude is a name\n"),
        ("post.md", "---\non: monday\ntitle: x\n---\nsafe-outputs: are a thing\n"),
    ];
    for (path, text) in files {
        assert_eq!(said(path, text), Vec::<String>::new(), "{path}");
    }
}

#[test]
fn what_lies_where_no_client_looks_is_named_too() {
    let files = [
        ("x/simple.md", "---\nname: simple-math\ndescription: Adds.\n---\n", "an agent or a skill", "2:1"),
        ("x/a.md", "---\ndescription: A.\nname: A b\ntools: [x]\n---\n", "an agent", "3:1"),
    ];
    for (path, text, what, place) in files {
        let expected = format!(
            "this has the shape of {what}, and no client loads it from here; it is not on the map {place}"
        );
        assert_eq!(said(path, text), [expected], "{path}");
    }
    let page = "---\nname: Jane Doe\ndescription: A person.\nlayout: person\n---\n";
    assert_eq!(said("people/jane.md", page), Vec::<String>::new());
    let template = "{\n  {{ if .x }}\n  \"mcpServers\": {}\n}\n";
    assert_eq!(said("some.tmpl", template).len(), 1);
    assert_eq!(said("some.ts", template), Vec::<String>::new());
}

#[test]
fn a_workflow_with_trailing_rubbish_is_a_problem_with_its_place() {
    let said = said("flow.json", "{ \"nodes\": [], \"connections\": {} }\n}");
    assert_eq!(said, ["not JSON: text cannot contain more than one JSON value 2:1"]);
}
