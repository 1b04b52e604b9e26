//! Words of identifiers and prose, and their stems.

/// A word as it was written, in lower case, with its stem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) word: String,
    pub(super) stem: String,
    /// Whether it stands right behind the word before it, as in `GitHub`.
    pub(super) joined: bool,
}

impl Token {
    /// Whether it is written as a plural or in the third person.
    pub(super) fn is_inflected(&self) -> bool {
        self.word.ends_with('s') && !self.stem.ends_with('s')
    }
}

/// The words of an identifier: `createPull_request` is three.
pub(super) fn of_identifier(text: &str) -> Vec<Token> {
    split(text, true)
}

/// The words of prose: there `GitHub` is one.
pub(super) fn of_prose(text: &str) -> Vec<Token> {
    split(text, false)
}

/// The beginning of `text`, at most `limit` bytes long.
pub(super) fn head(text: &str, limit: usize) -> &str {
    let end = (0..=limit.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

/// The words as they were written: signs of a language without spaces have none between them.
pub(super) fn written(tokens: &[Token]) -> String {
    let mut text = String::new();
    for token in tokens {
        let open = text.chars().next_back().is_some_and(is_ideograph) && token.word.starts_with(is_ideograph);
        if !text.is_empty() && !open {
            text.push(' ');
        }
        text.push_str(&token.word);
    }
    text
}

fn split(text: &str, camel: bool) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut word = String::new();
    // Whether the word that is being read follows another without anything between them.
    let mut joined = false;
    let mut previous = ' ';
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if is_ideograph(letter) {
            // No spaces stand between words here: each sign is a token, and words are phrases.
            finish(&mut word, joined, &mut tokens);
            joined = false;
            word.push(letter);
            finish(&mut word, joined, &mut tokens);
        } else if letter.is_alphanumeric() {
            let opens = camel
                && letter.is_uppercase()
                && (previous.is_lowercase()
                    || previous.is_uppercase() && letters.peek().is_some_and(|it| it.is_lowercase()));
            if opens {
                finish(&mut word, joined, &mut tokens);
                joined = true;
            }
            word.extend(letter.to_lowercase());
        } else {
            finish(&mut word, joined, &mut tokens);
            joined = false;
        }
        previous = letter;
    }
    finish(&mut word, joined, &mut tokens);
    tokens
}

/// Whether it is written without spaces around it: Chinese signs and Japanese kana.
fn is_ideograph(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

fn finish(word: &mut String, joined: bool, tokens: &mut Vec<Token>) {
    if !word.is_empty() {
        let word = std::mem::take(word);
        tokens.push(Token { stem: stem(&word), word, joined });
    }
}

/// One form for `query` and `queries`, `cache` and `caches`, `create` and `creates`. Not a dictionary form:
/// it need only be the same on both sides of a comparison.
fn stem(word: &str) -> String {
    let singular = match word {
        // No plural: `new` is another word.
        "news" => word,
        _ if word.len() <= 3 || word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") => word,
        _ => word
            .strip_suffix("es")
            .filter(|rest| ["ss", "ch", "sh", "x", "zz"].iter().any(|it| rest.ends_with(it)))
            .or_else(|| word.strip_suffix('s'))
            .unwrap_or(word),
    };
    if let Some(rest) = singular.strip_suffix("ie").filter(|rest| rest.len() > 1) {
        return format!("{rest}y");
    }
    singular.strip_suffix('e').filter(|rest| rest.len() > 3).unwrap_or(singular).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(tokens: &[Token]) -> Vec<&str> {
        tokens.iter().map(|it| it.stem.as_str()).collect()
    }

    #[test]
    fn identifiers_split_at_case_and_punctuation() {
        let words: Vec<String> =
            of_identifier("getHTTPResponse_v2-fooBar").into_iter().map(|it| it.word).collect();
        assert_eq!(words, ["get", "http", "response", "v2", "foo", "bar"]);
        assert_eq!(of_prose("GitHub's API")[0].word, "github");
    }

    #[test]
    fn both_numbers_of_a_noun_have_one_stem() {
        for (one, many) in [
            ("query", "queries"),
            ("cache", "caches"),
            ("box", "boxes"),
            ("issue", "issues"),
            ("search", "searches"),
            ("address", "addresses"),
            ("movie", "movies"),
            ("database", "databases"),
        ] {
            assert_eq!(stems(&of_prose(one)), stems(&of_prose(many)), "{one}");
        }
        assert_ne!(stems(&of_prose("status")), stems(&of_prose("statu")));
        assert_ne!(stems(&of_prose("news")), stems(&of_prose("new")));
    }

    #[test]
    fn a_head_never_splits_a_character() {
        assert_eq!(head("aé", 2), "a");
        assert_eq!(head("aé", 9), "aé");
    }
}
