//! Changes of text that keep to its words and lines: what byte by byte hardly ever happens.

/// The text with one to four words or lines of it elsewhere, the same for the same seed.
pub fn changed(text: &str, seed: u32) -> String {
    let mut dice = Dice(u64::from(seed) << 1 | 1);
    let mut text = text.to_owned();
    for _ in 0..=dice.below(4) {
        text = if dice.below(2) == 0 { words(&text, &mut dice) } else { lines(&text, &mut dice) };
    }
    text
}

/// One word, or a bracket with what is in it, replaced by another, or put before or behind it.
fn words(text: &str, dice: &mut Dice) -> String {
    let pieces = pieces(text);
    let spots: Vec<usize> = (0..pieces.len()).filter(|it| !pieces[*it].trim().is_empty()).collect();
    if spots.is_empty() {
        return text.to_owned();
    }
    let (to, from) = (spots[dice.below(spots.len())], spots[dice.below(spots.len())]);
    let end = if dice.below(2) == 0 { closing(&pieces, to) } else { to };
    let new = pieces[from..=closing(&pieces, from)].concat();
    let old = pieces[to..=end].concat();
    let middle = match dice.below(6) {
        0 => format!("{old}.{new}"),
        1 => format!("{new}({old})"),
        2 => format!("{old}, {new}"),
        3 => String::new(),
        _ => new,
    };
    format!("{}{middle}{}", pieces[..to].concat(), pieces[end + 1..].concat())
}

/// One line doubled elsewhere, dropped, or moved in or out.
fn lines(text: &str, dice: &mut Dice) -> String {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let from = dice.below(lines.len());
    let count = 1 + dice.below(4).min(lines.len() - from - 1);
    match dice.below(5) {
        0 => drop(lines.drain(from..from + count)),
        1 => lines[from].insert_str(0, "    "),
        2 => lines[from] = lines[from].trim_start().to_owned(),
        _ => {
            let more = lines[from..from + count].to_vec();
            let to = dice.below(lines.len() + 1);
            lines.splice(to..to, more);
        }
    }
    lines.join("\n")
}

/// Words, and what stands between them, character by character.
fn pieces(text: &str) -> Vec<&str> {
    let word = |it: char| it.is_alphanumeric() || it == '_';
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = if word(first) { rest.find(|it| !word(it)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (piece, more) = rest.split_at(end);
        pieces.push(piece);
        rest = more;
    }
    pieces
}

/// Where what begins at `at` ends: at its closing bracket, if it or the next piece opens one.
fn closing(pieces: &[&str], at: usize) -> usize {
    let mut depth = 0_usize;
    for (index, piece) in pieces.iter().enumerate().skip(at) {
        match *piece {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && pieces.get(index + 1).is_none_or(|it| index > at || *it != "(") {
            return index;
        }
    }
    at
}

/// Numbers from a seed.
struct Dice(u64);

impl Dice {
    /// A number below `most`, which is not zero.
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }
}
