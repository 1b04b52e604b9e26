//! Odd and ordinary scripts.

use super::*;

fn words(text: &str) -> Vec<Vec<String>> {
    script(text).commands.iter().map(|it| it.words.iter().map(|it| it.text.clone()).collect()).collect()
}

#[test]
fn commands_are_told_apart() {
    assert_eq!(
        words("a b; c && d | e\nf # g\n"),
        [vec!["a", "b"], vec!["c"], vec!["d"], vec!["e"], vec!["f"]]
    );
    assert_eq!(
        words("claude -p \"one; two\" \\\n  --model 'x y'"),
        [["claude", "-p", "one; two", "--model", "x y"]]
    );
    assert_eq!(words("A=1 B=\"two three\" run"), [["run"]]);
    assert_eq!(
        words("if ! x -p 'it'; then y; fi"),
        [vec!["if", "!", "x", "-p", "it"], vec!["then", "y"], vec!["fi"]]
    );
    assert_eq!(words("x 2>&1 >out.txt y"), [["x", "y"]]);
    assert_eq!(words("x \"${{ a || 'b; c' }}\" z"), [["x", "${{ a || 'b; c' }}", "z"]]);
    assert_eq!(words("x ${{ a || 'b; c' }} z"), [["x", "${{ a || 'b; c' }}", "z"]]);
}

#[test]
fn substitutions_pipes_and_documents_are_followed() {
    let it = script("R=$(gh pr diff 1 | head)\necho \"$R\" | claude -p \"$(cat p.md)\"\n");
    let names: Vec<_> = it.commands.iter().map(|it| it.words.first().map(|it| it.text.as_str())).collect();
    assert_eq!(names, [Some("gh"), Some("head"), None, Some("echo"), Some("cat"), Some("claude")]);
    assert_eq!(it.commands[1].reads, Some(0));
    assert_eq!(it.commands[2].sets[0].1.within, [1]);
    assert_eq!(it.commands[5].reads, Some(3));
    assert_eq!(it.commands[5].words[2].within, [4]);

    let it =
        script("cat > x.json <<'EOF'\n{ \"a\": \"$b\" }\nEOF\nclaude -p <<END\nhello $(date)\nEND\ndone\n");
    let input = it.commands[0].input.as_ref().expect("a document");
    assert_eq!((input.text.as_str(), input.literal, input.offset), ("{ \"a\": \"$b\" }\n", true, 21));
    assert_eq!(it.commands[0].writes[0].text, "x.json");
    let claude = it.commands.iter().find(|it| it.texts().first() == Some(&"claude")).expect("claude");
    assert_eq!(claude.input.as_ref().map(|it| it.text.as_str()), Some("hello $(date)\n"));
    assert_eq!(it.commands.last().map(Command::texts), Some(vec!["done"]));
}

#[test]
fn offsets_point_into_the_script() {
    let text = "x=1\nclaude -p \"$(cat \"a b\")\" --yolo";
    let it = script(text);
    let claude = it.commands.last().expect("claude");
    assert_eq!(claude.words[3].offset, text.find("--yolo").expect("it is there"));
    assert_eq!(it.commands[1].words[0].offset, text.find("cat").expect("it is there"));
}

#[test]
fn variables_are_named() {
    assert_eq!(variables("a $B ${C:-x} ${{ d }} $env:E \"$F\""), ["B", "C", "E", "F"]);
}

#[test]
fn odd_scripts_end() {
    for odd in [
        "'", "\"", "$(", "`", "${", "${{", "<<", "<<A\n", "((", "))", "a=(", ">", "\\", "&>", "$", "{",
        "a=(b c)", "<(x)",
    ] {
        script(odd);
        script(&odd.repeat(2_000));
    }
}
