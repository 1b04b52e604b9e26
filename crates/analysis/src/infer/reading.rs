//! What the definition of a tool says, gathered before any rule judges it.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::schema::{ArgumentClass, HeadClass, Saying, Topic, VerbClass, WordClass};
use ambit_model::ToolDefinition;
use ambit_model::facts::Annotations;

use super::arguments::Arguments;
use super::lexicon::Lexicon;
use super::tokens::{self, Token};
use super::topic::{self, Texts};
use super::verbs::{self, Verbs};

/// A hostile description can be any size: this many bytes are looked at.
const LONGEST_DESCRIPTION: usize = 4096;
/// And this many of its first sentence.
const LONGEST_SENTENCE: usize = 240;
/// And this many of a name.
const LONGEST_NAME: usize = 256;

/// How many words may stand before the noun with which a description opens, itself included.
const OPENING_NOUN: usize = 4;

/// What a name or a description without a verb shows.
const SHOWN: [HeadClass; 4] = [HeadClass::Content, HeadClass::Structure, HeadClass::Log, HeadClass::Market];
/// Words with which a description says that a tool reads and does nothing else, by stem.
const PLAIN_READS: [&str; 8] = ["get", "list", "fetch", "retriev", "return", "search", "show", "query"];

/// The evidence.
pub(super) struct Reading<'a> {
    /// What is done, with the word it was read from.
    pub(super) verbs: Verbs,
    /// The deciding word of the name.
    pub(super) lead: Option<String>,
    /// Where it lives, with the word it was read from.
    pub(super) topic: Option<(&'a Topic, String)>,
    /// Whether that word is a product's name.
    pub(super) product: bool,
    /// What the last noun of the name says is acted on.
    pub(super) head: BTreeSet<HeadClass>,
    /// That noun.
    pub(super) noun: Option<String>,
    /// All classes of nouns in name and first sentence, with the first such noun.
    pub(super) nouns: BTreeMap<HeadClass, String>,
    /// The same of the name with its prefix and the first few words of the description.
    pub(super) opening: BTreeMap<HeadClass, String>,
    /// The same of the name alone.
    pub(super) named: BTreeMap<HeadClass, String>,
    /// The arguments.
    pub(super) arguments: Arguments,
    /// Claims of the description, with the phrase.
    pub(super) sayings: BTreeMap<Saying, String>,
    /// Claims of the supplier.
    pub(super) annotations: Annotations,
    /// Whether the first word of the name is a thing that the lexicon knows: else it may be a verb that it does not.
    begins_with_thing: bool,
    /// What in name or first sentence says that it is somebody's own.
    own: Option<String>,
    /// The word of the name that says that a run shows something and does nothing else.
    pub(super) shown: Option<String>,
    /// What in the first sentence says that its supplier has published it for everybody.
    pub(super) manual: Option<String>,
    /// Words of the deciding verb's class.
    pub(super) manner: BTreeSet<WordClass>,
    /// The argument that says where on the map.
    pub(super) place: Option<String>,
    /// Whether there is a text at all beside the name.
    pub(super) described: bool,
    /// The words of the name.
    pub(super) name: Vec<Token>,
}

impl<'a> Reading<'a> {
    pub(super) fn of(server: &str, tool: &ToolDefinition, lexicon: &'a Lexicon) -> Self {
        let server = tokens::head(server, LONGEST_NAME);
        // `registry__server`: what stands before says who lists it, hardly what it is.
        let (namespace, server) = server.rsplit_once("__").unwrap_or(("", server));
        let (namespace, server) = (tokens::of_identifier(namespace), tokens::of_identifier(server));
        let full = tokens::of_identifier(tokens::head(&tool.name, LONGEST_NAME));
        let name = without_prefix(&full, &server, lexicon);
        let text = tokens::head(&tool.description, LONGEST_DESCRIPTION);
        let description = tokens::of_prose(text);
        let sentence = tokens::of_prose(first_sentence(text));
        let arguments = Arguments::read(&tool.input_schema, lexicon);
        let texts = Texts {
            namespace: &namespace,
            server: &server,
            tool: &full,
            sentence: &sentence,
            description: &description,
            arguments: &arguments.words,
        };
        let home = topic::of(&texts, lexicon);
        let product = home.as_ref().is_some_and(|it| it.product);
        let arguments_place = arguments
            .words
            .iter()
            .find(|it| lexicon.words.is(it, WordClass::Place))
            .map(|it| it.word.clone());
        let topic = home.map(|it| (it.topic, it.because));
        let of_name = verbs::of_name(&name, lexicon, sentence.first());
        let (head, noun) = head(&name, of_name.span, &sentence, lexicon);
        let lead = name.get(of_name.span.0..of_name.span.1).unwrap_or_default();
        let manner = lexicon.words.get(lead).cloned().unwrap_or_default();
        let named = nouns(&[&name], lexicon);
        let opening = sentence.get(..OPENING_NOUN.min(sentence.len())).unwrap_or_default();
        let opening = nouns(&[&full, opening], lexicon);
        let nouns = nouns(&[&name, &sentence], lexicon);
        let own = [&full, &sentence].into_iter().find_map(|it| sayings(it, lexicon).remove(&Saying::Own));
        let shown = full.iter().find(|it| lexicon.words.is(it, WordClass::Shown)).map(|it| it.word.clone());
        let manual = sayings(&sentence, lexicon).remove(&Saying::Manual);
        let mut reading = Self {
            own,
            shown,
            manual,
            begins_with_thing: name.first().is_some_and(|it| is_thing(it, lexicon)),
            verbs: Verbs::new(),
            lead: of_name.lead.clone(),
            topic,
            product,
            head,
            noun,
            nouns,
            opening,
            named,
            arguments,
            sayings: sayings(&description, lexicon),
            annotations: tool.annotations,
            manner,
            place: arguments_place,
            described: !sentence.is_empty(),
            name: full,
        };
        reading.verbs = reading.decide(of_name, &sentence, lexicon);
        reading
    }

    /// What is done: the name says it, the description may add to it, the choices of an argument too.
    fn decide(&self, of_name: verbs::NameVerbs, sentence: &[Token], lexicon: &Lexicon) -> Verbs {
        let told = verbs::of_description(sentence, lexicon);
        let reads = of_name.verbs.contains_key(&VerbClass::Read);
        let reads_twice = told.get(&VerbClass::Read).cloned();
        // `Get suggestions`: a word that does nothing else outweighs one that is as often a noun.
        let gets = sentence.first().is_some_and(|it| PLAIN_READS.contains(&it.stem.as_str()));
        let tips = of_name.thing
            || of_name.shows
            || !of_name.sure && (self.annotations.read_only == Some(true) || gets);
        let mut verbs = of_name.verbs;
        if let Some(read) = reads_twice.as_ref().filter(|_| tips) {
            // A tie: the word of the name is as often a noun, or ends in one that reads; the description reads.
            verbs.retain(|class, _| *class == VerbClass::Read);
            verbs.extend(told.into_iter().filter(|(_, it)| it != read));
            verbs.entry(VerbClass::Read).or_insert_with(|| read.clone());
        } else if verbs.is_empty() || !of_name.sure && reads_twice.is_none() && !reads {
            verbs.extend(told);
        } else if reads && !verbs::is_light(&told, lexicon, sentence) || !reads && reads_twice.is_none() {
            // `search`, described as "resolves a name": one word that reads too adds nothing.
            for (class, because) in told.into_iter().filter(|(_, it)| reads_twice.as_ref() != Some(it)) {
                verbs.entry(class).or_insert(because);
            }
        }
        let chosen = verbs::of_choices(&self.arguments.choices, lexicon);
        if !chosen.is_empty() && self.lead.as_deref() == Some("manage") {
            // `manage` says that several things are done; the choices say which.
            verbs.clear();
        }
        for (class, because) in chosen {
            verbs.entry(class).or_insert(because);
        }
        let opening = sentence.get(..OPENING_NOUN.min(sentence.len())).unwrap_or_default();
        let silent = !opening.iter().any(|it| is_sure_verb(it, lexicon));
        if verbs.is_empty() && (self.begins_with_thing || self.described && silent) {
            self.read_as_noun(&mut verbs);
        }
        if verbs.is_empty() && silent {
            self.read_as_told(sentence, lexicon, &mut verbs);
        }
        self.tip(&mut verbs);
        verbs
    }

    /// One word that may mean reading or changing (`resolve`) is a tie, which the supplier's claim tips.
    fn tip(&self, verbs: &mut Verbs) {
        let Some(read) = verbs.get(&VerbClass::Read).cloned() else { return };
        if self.annotations.read_only == Some(true) && verbs.values().all(|it| *it == read) {
            verbs.retain(|class, _| *class == VerbClass::Read);
        }
    }

    /// A name without any verb that names a thing shows that thing.
    fn read_as_noun(&self, verbs: &mut Verbs) {
        if let Some(noun) = SHOWN.iter().find_map(|it| self.named.get(it)) {
            verbs.insert(VerbClass::Read, format!("the name is the noun `{noun}`"));
        }
    }

    /// A description that opens with a noun, as `History of the rate`, says what is shown.
    fn read_as_told(&self, sentence: &[Token], lexicon: &Lexicon, verbs: &mut Verbs) {
        let is_shown = |it: &HeadClass| SHOWN.contains(it);
        let nouns = lexicon.heads.scan(sentence);
        let noun = nouns.into_iter().find(|it| it.at < OPENING_NOUN && it.senses.iter().any(is_shown));
        if let Some(noun) = noun {
            verbs.insert(VerbClass::Read, format!("the description is of `{}`", noun.text));
        }
    }

    pub(super) fn verb(&self, class: VerbClass) -> Option<&str> {
        self.verbs.get(&class).map(String::as_str)
    }

    pub(super) fn any_verb(&self, classes: &[VerbClass]) -> Option<&str> {
        classes.iter().find_map(|it| self.verb(*it))
    }

    pub(super) fn argument(&self, class: ArgumentClass) -> Option<String> {
        self.arguments.get(class).map(|it| format!("argument `{it}`"))
    }

    pub(super) fn lives_in(&self, topics: &[&str]) -> bool {
        self.topic.as_ref().is_some_and(|(topic, _)| topics.contains(&topic.id.as_str()))
    }

    pub(super) fn says(&self, saying: Saying) -> bool {
        self.sayings.contains_key(&saying)
    }

    /// The argument that names a working copy on this machine.
    pub(super) fn working_copy(&self) -> Option<&str> {
        let path = self.arguments.get(ArgumentClass::Path)?;
        let copies = ["directory", "dir", "repo", "project", "local", "cwd", "working"];
        super::words_of(path).iter().any(|it| copies.contains(&it.as_str())).then_some(path)
    }

    /// The words of name or first sentence that say that it is somebody's own.
    pub(super) fn own(&self) -> Option<&str> {
        self.own.as_deref()
    }

    /// Where it lives, as the end of a reason: `, and `inbox` in the name`.
    pub(super) fn there(&self) -> String {
        self.topic.as_ref().map(|(_, because)| format!(", {because}")).unwrap_or_default()
    }
}

/// Many servers begin each name with their own: `slack_post_message` posts.
fn without_prefix(name: &[Token], server: &[Token], lexicon: &Lexicon) -> Vec<Token> {
    let prefix = name
        .iter()
        .take_while(|it| {
            let own = server.iter().any(|word| word.stem == it.stem)
                || lexicon.names.get(std::slice::from_ref(*it)).is_some();
            own && lexicon.verbs.get(std::slice::from_ref(*it)).is_none()
        })
        .count();
    let mut rest = name.get(prefix..).unwrap_or_default();
    // `remember_list_notes` of a server that is called `remember` lists.
    if let [first, others @ ..] = rest
        && server.iter().any(|word| word.stem == first.stem)
        && !others.first().is_some_and(|it| it.word == "and" || it.word == "or")
        && others.iter().any(|it| is_sure_verb(it, lexicon))
    {
        rest = others;
    }
    if rest.is_empty() { name.to_vec() } else { rest.to_vec() }
}

fn is_sure_verb(token: &Token, lexicon: &Lexicon) -> bool {
    lexicon.verbs.get(std::slice::from_ref(token)).is_some() && !lexicon.words.is(token, WordClass::Ambiguous)
}

fn first_sentence(text: &str) -> &str {
    let text = tokens::head(text.trim_start(), LONGEST_SENTENCE);
    let end = [". ", ".\n", "\n\n"].iter().filter_map(|it| text.find(it)).min();
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// The last noun before a preposition: in `get_assignment_for_entity` it is the assignment. Where the name has
/// none, the first that follows the verb of the description.
fn head(
    name: &[Token],
    verb: (usize, usize),
    sentence: &[Token],
    lexicon: &Lexicon,
) -> (BTreeSet<HeadClass>, Option<String>) {
    let is_preposition = |it: &Token| lexicon.words.is(it, WordClass::Preposition);
    let end = name
        .iter()
        .enumerate()
        .skip(1)
        .find(|(at, it)| *at >= verb.1 && is_preposition(it))
        .map_or(name.len(), |(at, _)| at);
    let inner = name.get(..end).unwrap_or_default();
    let mut hits = lexicon.heads.scan(inner);
    hits.retain(|it| it.end <= verb.0 || it.at >= verb.1);
    if let Some(hit) = hits.pop() {
        return (hit.senses.clone(), Some(hit.text));
    }
    let told = lexicon.heads.scan(sentence).into_iter().find(|it| it.at > 0);
    told.map(|hit| (hit.senses.clone(), Some(hit.text))).unwrap_or_default()
}

fn is_thing(token: &Token, lexicon: &Lexicon) -> bool {
    let word = std::slice::from_ref(token);
    lexicon.heads.get(word).is_some()
        || lexicon.nouns.get(word).is_some()
        || lexicon.names.get(word).is_some()
}

fn nouns(texts: &[&[Token]], lexicon: &Lexicon) -> BTreeMap<HeadClass, String> {
    let mut nouns = BTreeMap::new();
    for hit in texts.iter().flat_map(|it| lexicon.heads.scan(it)) {
        for class in hit.senses {
            nouns.entry(*class).or_insert_with(|| hit.text.clone());
        }
    }
    nouns
}

fn sayings(description: &[Token], lexicon: &Lexicon) -> BTreeMap<Saying, String> {
    let mut sayings = BTreeMap::new();
    for hit in lexicon.sayings.scan(description) {
        for saying in hit.senses {
            sayings.entry(*saying).or_insert_with(|| hit.text.clone());
        }
    }
    sayings
}
