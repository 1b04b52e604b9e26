//! What a tool says that it does: the verbs of its name, of its description, of its choices.

use std::collections::BTreeMap;

use ambit_catalog::schema::{VerbClass, WordClass};

use super::lexicon::{Hit, Lexicon};
use super::tokens::{self, Token};

/// How many words of a description may stand before its verb.
const OPENING: usize = 4;

/// Classes of verbs, each with the word it was read from.
pub(super) type Verbs = BTreeMap<VerbClass, String>;

/// The verbs of a name, and the positions that they take up.
pub(super) struct NameVerbs {
    pub(super) verbs: Verbs,
    /// The word that decides, where there is one.
    pub(super) lead: Option<String>,
    /// First position and position after the last of the deciding word.
    pub(super) span: (usize, usize),
    /// Whether the deciding word is a verb and nothing else.
    pub(super) sure: bool,
    /// Whether the name ends with a word that may read: `sync_status`.
    pub(super) shows: bool,
    /// Whether the deciding word is as often a thing: `type`, `label`.
    pub(super) thing: bool,
}

/// The verbs of a name without its server's prefix.
///
/// `told` is the word with which the description opens: it says which of two that are as often nouns is the verb.
pub(super) fn of_name(name: &[Token], lexicon: &Lexicon, told: Option<&Token>) -> NameVerbs {
    let things: Vec<_> = lexicon.heads.scan(name).into_iter().filter(|it| it.end - it.at > 1).collect();
    let hits: Vec<_> = lexicon
        .verbs
        .scan(name)
        .into_iter()
        // `conversations_replies` replies to nobody: in names, verbs are bare.
        .filter(|hit| {
            !name.get(hit.end - 1).is_some_and(Token::is_inflected)
                || hit.end - hit.at > 1
                || hit.senses.contains(&VerbClass::Read)
        })
        // Nor does `list_pull_requests` request anything: these words are one thing.
        .filter(|hit| {
            let whole = |it: &Hit<'_, _>| it.at == 0 && it.end == name.len();
            !things.iter().any(|it| (hit.at > 0 || whole(it)) && it.at <= hit.at && hit.end <= it.end)
        })
        .collect();
    let mut found =
        NameVerbs { verbs: Verbs::new(), lead: None, span: (0, 0), sure: false, shows: false, thing: false };
    let Some(mut lead) = leading(&hits, name, lexicon) else { return found };
    if !is_sure(lead, lexicon)
        && let Some(same) = told.and_then(|told| hits.iter().find(|it| is_word(it, name, told)))
    {
        lead = same;
    }
    found.span = (lead.at, lead.end);
    found.sure = is_sure(lead, lexicon);
    found.shows = hits.last().is_some_and(|it| it.end == name.len() && it.senses.contains(&VerbClass::Read));
    found.thing =
        !found.sure && name.get(lead.at..lead.end).is_some_and(|it| lexicon.heads.get(it).is_some());
    found.lead = Some(lead.text.clone());
    let mut end = lead.end;
    add(&mut found.verbs, lead, "the name");
    // `create_or_update`, `search_and_replace`: both are done.
    for hit in hits.iter().filter(|it| it.at > lead.at) {
        let joint = name.get(end).is_some_and(|it| it.word == "or" || it.word == "and");
        if joint && hit.at == end + 1 {
            add(&mut found.verbs, hit, "the name");
            end = hit.end;
        }
    }
    found
}

fn is_word(hit: &Hit<'_, VerbClass>, name: &[Token], told: &Token) -> bool {
    hit.end == hit.at + 1 && name.get(hit.at).is_some_and(|it| it.stem == told.stem)
}

/// The verb with which a description opens.
pub(super) fn of_description(sentence: &[Token], lexicon: &Lexicon) -> Verbs {
    let mut verbs = Verbs::new();
    let hits = lexicon.verbs.scan(sentence);
    let mut strangers = 0;
    let mut at = 0;
    while let Some(token) = sentence.get(at) {
        // `Provides comments on`: a plural there is a noun.
        let given =
            at > 0 && sentence.get(at - 1).is_some_and(|it| it.stem == "provid") && token.is_inflected();
        if let Some(hit) = hits.iter().find(|it| it.at == at && !given)
            && (strangers == 0 || is_sure(hit, lexicon))
        {
            add(&mut verbs, hit, "the description");
            add_joined(&mut verbs, &hits, sentence, hit.end);
            break;
        }
        // `details for blurred edges`, `required before adding`: what follows says what it is good for.
        let filler = lexicon.words.is(token, WordClass::Filler);
        let preposition = token.word != "to" && lexicon.words.is(token, WordClass::Preposition);
        if preposition && (strangers > 0 || at > 0 && !filler) {
            break;
        }
        if !filler {
            strangers += 1;
        }
        if strangers == OPENING {
            break;
        }
        at += 1;
    }
    verbs
}

/// `Create, update or delete`: those that follow the first.
fn add_joined(verbs: &mut Verbs, hits: &[Hit<'_, VerbClass>], sentence: &[Token], mut end: usize) {
    for _ in 0..OPENING {
        let joint = sentence.get(end).is_some_and(|it| it.word == "or" || it.word == "and");
        let next = hits.iter().find(|it| it.at == end + usize::from(joint));
        let Some(next) = next.filter(|_| joint || sentence.get(end + 1).is_some_and(|it| it.word == "or"))
        else {
            return;
        };
        add(verbs, next, "the description");
        end = next.end;
    }
}

/// The verbs among which an argument chooses.
pub(super) fn of_choices(choices: &[(String, String)], lexicon: &Lexicon) -> Verbs {
    let mut verbs = Verbs::new();
    for (choice, argument) in choices {
        let words = tokens::of_identifier(choice);
        let found = of_name(&words, lexicon, None);
        // `trade_data` trades nothing: in several words, one that is as often a noun says little.
        if words.len() > 1 && !found.sure {
            continue;
        }
        for class in found.verbs.into_keys() {
            verbs.entry(class).or_insert_with(|| format!("`{choice}` of the argument `{argument}`"));
        }
    }
    verbs
}

/// Whether every class that `verbs` has may stand beside a name that reads without outweighing it.
pub(super) fn is_light(verbs: &Verbs, lexicon: &Lexicon, sentence: &[Token]) -> bool {
    let light =
        |text: &str| sentence.iter().any(|it| it.word == text && lexicon.words.is(it, WordClass::Light));
    verbs.values().all(|because| because.split('`').nth(1).is_some_and(light))
}

fn add(verbs: &mut Verbs, hit: &Hit<'_, VerbClass>, place: &str) {
    for class in hit.senses {
        verbs.entry(*class).or_insert_with(|| format!("`{}` in {place}", hit.text));
    }
}

fn is_sure(hit: &Hit<'_, VerbClass>, lexicon: &Lexicon) -> bool {
    let ambiguous = tokens::of_prose(&hit.text);
    !lexicon.words.get(&ambiguous).is_some_and(|it| it.contains(&WordClass::Ambiguous))
}

/// A sure verb at the front, or at the end (`task_list_create`), or anywhere; else an ambiguous one, and among these
/// one that reads.
fn leading<'h, 'l>(
    hits: &'h [Hit<'l, VerbClass>],
    name: &[Token],
    lexicon: &Lexicon,
) -> Option<&'h Hit<'l, VerbClass>> {
    let reads = |hit: &&Hit<'_, VerbClass>| hit.senses.contains(&VerbClass::Read);
    let sure = |hit: &&Hit<'_, VerbClass>| is_sure(hit, lexicon);
    // What stands behind a preposition says where or why, not what: `list_functions_to_call`.
    let end = name
        .iter()
        .enumerate()
        .skip(1)
        .find(|(_, it)| lexicon.words.is(it, WordClass::Preposition))
        .map_or(name.len(), |(at, _)| at);
    let inner: Vec<_> = hits.iter().filter(|it| it.at < end).collect();
    let first = inner.first().copied().filter(|it| it.at == 0);
    let last = inner.last().copied().filter(|it| it.end == end);
    // `list_append` appends to a list: where a thing comes first, the verb comes last.
    let thing = |hit: &&Hit<'_, VerbClass>| {
        name.get(hit.at..hit.end).is_some_and(|it| lexicon.heads.get(it).is_some())
    };
    let ends_sure = last.filter(sure).filter(|it| it.at > 0);
    first
        .filter(sure)
        .filter(|it| !thing(it) || ends_sure.is_none())
        .or(ends_sure)
        .or_else(|| inner.iter().copied().find(sure))
        .or_else(|| first.filter(reads))
        .or_else(|| last.filter(reads))
        .or(first)
        .or_else(|| inner.first().copied())
}
