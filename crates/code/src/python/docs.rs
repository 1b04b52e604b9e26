//! Documentation, dedented as Python's `inspect.cleandoc` does it.

const TAB: usize = 8;

/// The text without the indentation that it has only because of the code around it.
pub(super) fn dedented(text: &str) -> String {
    let text = if text.contains('\t') { without_tabs(text) } else { text.to_owned() };
    let spaces = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let margin =
        text.split('\n').skip(1).filter(|it| !it.trim_start_matches(' ').is_empty()).map(spaces).min();
    let lines = text.split('\n').enumerate().map(|(number, line)| match number {
        0 => line.trim_start_matches(' '),
        _ => line.get(margin.unwrap_or(0)..).unwrap_or_default(),
    });
    let mut lines: Vec<&str> = lines.skip_while(|it| it.is_empty()).collect();
    while lines.last().is_some_and(|it| it.is_empty()) {
        lines.pop();
    }
    lines.join("\n")
}

fn without_tabs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut column = 0;
    for char in text.chars() {
        match char {
            '\t' => {
                let width = TAB - column % TAB;
                out.extend(std::iter::repeat_n(' ', width));
                column += width;
            }
            '\n' => {
                out.push(char);
                column = 0;
            }
            _ => {
                out.push(char);
                column += 1;
            }
        }
    }
    out
}
