//! For tests alone: a file as a reader of PDF finds it.

use std::collections::BTreeMap;
use std::io::Read as _;

use flate2::read::ZlibDecoder;

/// What a file is made of.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Number(f32),
    Name(String),
    Text(Vec<u8>),
    List(Vec<Self>),
    Dict(BTreeMap<String, Self>),
    Ref(usize),
    Word(String),
}

impl Value {
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Dict(pairs) = self else { return None };
        pairs.get(name)
    }

    pub(super) fn list(&self) -> &[Self] {
        let Self::List(values) = self else { panic!("not a list: {self:?}") };
        values
    }

    pub(super) fn name(&self) -> &str {
        let Self::Name(name) = self else { panic!("not a name: {self:?}") };
        name
    }

    /// The number of a thing, or of the object that it is.
    pub(super) fn number(&self) -> usize {
        match self {
            Self::Ref(number) => *number,
            Self::Number(number) => format!("{number}").parse().expect("a whole number"),
            _ => panic!("not a number: {self:?}"),
        }
    }
}

/// The objects of a file by their numbers, each with what its stream holds, and the file's own entries.
pub(super) struct File {
    pub(super) objects: BTreeMap<usize, (Value, Vec<u8>)>,
    pub(super) trailer: Value,
}

impl File {
    /// Goes by the table at the end, as readers do.
    pub(super) fn new(bytes: &[u8]) -> Self {
        let end = values(&bytes[bytes.len() - 40..]);
        let at = end.iter().position(|it| *it == Value::Word("startxref".to_owned())).expect("an end");
        let table = values(&bytes[end[at + 1].number()..]);
        // The words `xref 0 N`, then offset, generation and use of each object.
        let entries = table[3..].chunks(3).take(table[2].number()).enumerate().skip(1);
        let used = entries.filter(|(_, it)| it[2] == Value::Word("n".to_owned()));
        let objects = used.map(|(number, it)| (number, object(&bytes[it[0].number()..], number))).collect();
        let at = table.iter().position(|it| *it == Value::Word("trailer".to_owned())).expect("a trailer");
        Self { objects, trailer: table[at + 1].clone() }
    }

    /// What `value` is, or the object that it stands for.
    pub(super) fn of<'a>(&'a self, value: &'a Value) -> &'a Value {
        if let Value::Ref(number) = value { &self.objects[number].0 } else { value }
    }

    pub(super) fn at<'a>(&'a self, value: &'a Value, path: &[&str]) -> &'a Value {
        path.iter().fold(self.of(value), |it, name| {
            self.of(it.get(name).unwrap_or_else(|| panic!("no {name} in {it:?}")))
        })
    }

    pub(super) fn catalog(&self) -> &Value {
        self.at(&self.trailer, &["Root"])
    }

    /// The numbers of the pages in their order.
    pub(super) fn pages(&self) -> Vec<usize> {
        self.at(self.catalog(), &["Pages", "Kids"]).list().iter().map(Value::number).collect()
    }

    /// What is written on a page, each with the number that it is marked with.
    pub(super) fn texts(&self, page: usize) -> Vec<(Option<usize>, String)> {
        let fonts = self.at(self.catalog(), &["Pages", "Resources", "Font"]);
        let (_, content) = &self.objects[&self.objects[&page].0.get("Contents").expect("content").number()];
        let (mut before, mut marked, mut map, mut texts) = (Vec::new(), None, BTreeMap::new(), Vec::new());
        for value in values(content) {
            let Value::Word(word) = &value else {
                before.push(value);
                continue;
            };
            match (word.as_str(), before.as_slice()) {
                ("BDC", [_, properties]) => marked = properties.get("MCID").map(Value::number),
                ("EMC", _) => marked = None,
                ("Tf", [font, _]) => map = self.unicode(self.at(fonts, &[font.name()])),
                ("Tj", [Value::Text(codes)]) => {
                    let text = codes.chunks(2).map(|it| map[it].as_str()).collect();
                    texts.push((marked, text));
                }
                _ => {}
            }
            before.clear();
        }
        texts
    }

    /// Which text each code of a font stands for.
    fn unicode(&self, font: &Value) -> BTreeMap<Vec<u8>, String> {
        let (_, map) = &self.objects[&font.get("ToUnicode").expect("a map").number()];
        let texts: Vec<Vec<u8>> = values(map)
            .into_iter()
            .skip_while(|it| *it != Value::Word("endcodespacerange".to_owned()))
            .filter_map(|it| if let Value::Text(it) = it { Some(it) } else { None })
            .collect();
        let text = |it: &[u8]| {
            let units: Vec<u16> = it.chunks(2).map(|it| u16::from_be_bytes([it[0], it[1]])).collect();
            String::from_utf16(&units).expect("text")
        };
        texts.chunks(2).map(|it| (it[0].clone(), text(&it[1]))).collect()
    }
}

fn object(bytes: &[u8], number: usize) -> (Value, Vec<u8>) {
    let mut reader = Reader { bytes, at: 0 };
    assert_eq!(reader.next().map(|it| it.number()), Some(number), "the table knows where it is");
    let (_generation, _obj) = (reader.next(), reader.next());
    let value = reader.next().expect("an object");
    if reader.next() != Some(Value::Word("stream".to_owned())) {
        return (value, Vec::new());
    }
    let length = value.get("Length").expect("a length").number();
    let held = &bytes[reader.at + 1..][..length];
    let mut stream = Vec::new();
    match value.get("Filter") {
        Some(_) => ZlibDecoder::new(held).read_to_end(&mut stream).map(drop).expect("deflated"),
        None => stream.extend(held),
    }
    (value, stream)
}

fn values(bytes: &[u8]) -> Vec<Value> {
    let mut values = Vec::new();
    for value in (Reader { bytes, at: 0 }) {
        push(&mut values, value);
    }
    values
}

/// `12 0 R` stands for an object.
fn push(values: &mut Vec<Value>, value: Value) {
    match values.as_slice() {
        [.., Value::Number(_), Value::Number(_)] if value == Value::Word("R".to_owned()) => {
            let number = values[values.len() - 2].number();
            values.truncate(values.len() - 2);
            values.push(Value::Ref(number));
        }
        _ => values.push(value),
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Iterator for Reader<'_> {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        while self.bytes.get(self.at)?.is_ascii_whitespace() {
            self.at += 1;
        }
        let rest = &self.bytes[self.at..];
        Some(match rest {
            [b'<', b'<', ..] => {
                let inner = self.until(2, b'>');
                self.at += 1;
                let pairs = inner.chunks(2).map(|it| (it[0].name().to_owned(), it[1].clone()));
                Value::Dict(pairs.collect())
            }
            [b'[', ..] => Value::List(self.until(1, b']')),
            [b'<', ..] => {
                let end = rest.iter().position(|it| *it == b'>').expect("an end");
                self.at += end + 1;
                let text = data_encoding::HEXUPPER_PERMISSIVE.decode(&rest[1..end]);
                Value::Text(text.expect("digits"))
            }
            [b'(', ..] => Value::Text(self.literal()),
            [b'/', ..] => {
                self.at += 1;
                Value::Name(self.word())
            }
            _ => {
                let word = self.word();
                word.parse().map_or(Value::Word(word), Value::Number)
            }
        })
    }
}

impl Reader<'_> {
    fn until(&mut self, from: usize, end: u8) -> Vec<Value> {
        self.at += from;
        let mut values = Vec::new();
        loop {
            while self.bytes[self.at].is_ascii_whitespace() {
                self.at += 1;
            }
            if self.bytes[self.at] == end {
                self.at += 1;
                return values;
            }
            let value = self.next().expect("it ends");
            push(&mut values, value);
        }
    }

    fn word(&mut self) -> String {
        let rest = &self.bytes[self.at..];
        let ends = |it: &u8| it.is_ascii_whitespace() || b"/<>[]()".contains(it);
        let end = rest.iter().position(ends).unwrap_or(rest.len());
        self.at += end.max(1);
        String::from_utf8_lossy(&rest[..end.max(1)]).into_owned()
    }

    fn literal(&mut self) -> Vec<u8> {
        let (mut text, mut deep) = (Vec::new(), 0);
        loop {
            let byte = self.bytes[self.at];
            self.at += 1;
            match byte {
                b'(' if deep == 0 => deep = 1,
                b')' if deep == 1 => return text,
                b'\\' => text.push(self.escaped()),
                _ => {
                    deep += i32::from(byte == b'(') - i32::from(byte == b')');
                    text.push(byte);
                }
            }
        }
    }

    fn escaped(&mut self) -> u8 {
        let byte = self.bytes[self.at];
        self.at += 1;
        match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            b'0'..=b'3' => {
                let rest = &self.bytes[self.at..][..2];
                self.at += 2;
                rest.iter().fold(byte - b'0', |sum, it| sum * 8 + (it - b'0'))
            }
            _ => byte,
        }
    }
}
