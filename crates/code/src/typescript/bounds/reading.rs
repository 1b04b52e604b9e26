//! One way in which the text can be read, up to some offset.

/// What the text is at an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Code,
    /// Between `<` and `>` of an element.
    Tag,
    /// Between two tags.
    Children,
}

/// What stands before: it decides what `/` and `<` are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    Start,
    /// An operand that is no name: text, a number, `]`.
    Operand,
    /// A name.
    Name,
    /// A word that is a name or a word of the language.
    Either,
    /// A word or sign after which an operand stands.
    Leading,
    /// `else`, `do`: a statement follows.
    Else,
    /// `)`.
    Parenthesis,
    /// `)` of `if (…)` and its like.
    Condition,
    /// `}`.
    Brace,
    /// `{`.
    OpenBrace,
    /// `(`.
    OpenParenthesis,
    /// `[`, `,`.
    Inner,
    /// `:`.
    Colon,
    Semicolon,
    /// `:` of a label.
    Label,
    Question,
    Dot,
    /// `>`.
    Angle,
    /// `++`, `--`, and `!` where it may stand on either side of an operand.
    Update,
    /// `<` of a tag.
    TagStart,
    /// `=` of an attribute.
    Equals,
    /// `/` of a tag.
    Slash,
    /// Another part of a tag.
    TagPart,
}

impl Before {
    /// Whether an operand ends here for certain.
    pub(super) fn is_operand(self) -> bool {
        matches!(self, Self::Operand | Self::Name | Self::Parenthesis)
    }

    /// Whether an operand may end here.
    pub(super) fn may_be_operand(self) -> bool {
        self.is_operand() || matches!(self, Self::Either | Self::Brace | Self::Angle | Self::Update)
    }

    /// Whether a statement may begin here without a new line.
    pub(super) fn may_begin(self) -> bool {
        matches!(
            self,
            Self::Start
                | Self::Semicolon
                | Self::Brace
                | Self::OpenBrace
                | Self::Condition
                | Self::Label
                | Self::Else
        )
    }
}

/// What is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Open {
    Parenthesis,
    /// `(` of `if (…)` and its like.
    Condition,
    Bracket,
    Brace,
    /// `${`.
    Template,
    /// `<` of an element.
    Tag,
    /// `</`.
    ClosingTag,
    /// An element whose end has not come.
    Element,
    /// `{` in a tag.
    Attribute,
    /// `{` between tags.
    Child,
    /// `<` of types in a tag.
    Types,
}

impl Open {
    /// What it costs the parser to go down into it: steps of [`super::STEP`] bytes of stack, measured and rounded up.
    pub(super) fn cost(self) -> u32 {
        match self {
            Self::Brace => 10,
            Self::Parenthesis | Self::Condition => 8,
            Self::Bracket => 7,
            Self::Template | Self::Attribute | Self::Child | Self::Types => 5,
            Self::Tag | Self::ClosingTag => 3,
            Self::Element => 2,
        }
    }
}

/// What the innermost bracket is, as far as the parser may try it in several ways.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Level {
    #[default]
    Plain,
    /// `(`.
    Parenthesis,
    /// `{` or `[` that a parameter may be.
    Pattern,
}

/// What has been met since the innermost bracket.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Here {
    /// Steps of statements in statements without brackets: `if (a) if (b)`, `a: b:`.
    pub(super) statements: u32,
    /// Steps of expressions in expressions: `!!a`, `a = b =`, `a ? b : c ?`, `a => b =>`.
    pub(super) expressions: u32,
    /// Those that stood before the first open `<`.
    pub(super) held: u32,
    /// `<` that may be those of types, without their `>`.
    pub(super) angles: u32,
    /// `else if` after `else if`.
    pub(super) ladder: u32,
    /// Precedences of operators that were met, one bit each.
    pub(super) operators: u16,
    /// Members, calls and operators that follow each other.
    pub(super) spine: u32,
    /// `? (`, tried as the parameters of a function first.
    pub(super) questions: u32,
    /// `infer A extends`, whose constraint may be read twice.
    pub(super) infers: u32,
    /// How much of that has been met.
    pub(super) infer: u8,
    pub(super) level: Level,
    /// Whether something is assigned directly in it, or it is another place for expressions in types.
    pub(super) assigns: bool,
    /// Whether it stands where types may be.
    pub(super) in_types: bool,
    /// `<` without their `>` before it.
    pub(super) outer_angles: u32,
    /// After `namespace`: each dot is one in the other.
    pub(super) is_namespace: bool,
}

impl Here {
    pub(super) fn cost(&self) -> u32 {
        self.statements
            + self.expressions
            + self.held
            + 5 * self.angles
            + self.ladder
            + 2 * self.operators.count_ones()
    }

    /// How often the parser may read what is inside. What may be types is read as types first; where expressions stand in
    /// types, what is in those is read as types and as expressions each time. So is what stands in a pattern of the
    /// parameters of a type.
    pub(super) fn times(&self) -> u64 {
        let expressions_in_types =
            if self.in_types && self.assigns { u64::from(self.outer_angles) + 2 } else { 1 };
        let pattern = if self.level == Level::Pattern && self.assigns { 2 } else { 1 };
        2_u64.saturating_pow(self.infers).saturating_mul(expressions_in_types).saturating_mul(pattern)
    }

    /// How many times more it may be read from other starts.
    pub(super) fn adds(&self) -> u32 {
        self.angles + self.questions + u32::from(self.level == Level::Parenthesis && self.assigns)
    }

    /// At an operator that no type has: what `<` has begun is none.
    pub(super) fn no_types(&mut self) {
        self.expressions += self.held;
        self.held = 0;
        self.angles = 0;
    }

    /// At a comma.
    pub(super) fn next_item(&mut self) {
        self.expressions = 0;
        self.operators = 0;
        self.spine = 0;
        self.questions = 0;
        self.infers = 0;
    }

    /// At the end of a statement. Before `else` and the `while` of `do` the statements around it are not at their end.
    pub(super) fn next_statement(&mut self, goes_on: bool) {
        let ladder = if goes_on { self.ladder + self.statements } else { 0 };
        let Self { level, in_types, outer_angles, .. } = *self;
        *self = Self { ladder, level, in_types, outer_angles, ..Self::default() };
    }

    fn join(&mut self, other: &Self) {
        self.statements = self.statements.max(other.statements);
        self.expressions = self.expressions.max(other.expressions);
        self.held = self.held.max(other.held);
        self.angles = self.angles.max(other.angles);
        self.ladder = self.ladder.max(other.ladder);
        self.operators |= other.operators;
        self.spine = self.spine.max(other.spine);
        self.questions = self.questions.max(other.questions);
        self.infers = self.infers.max(other.infers);
        self.assigns |= other.assigns;
        self.in_types |= other.in_types;
        self.is_namespace |= other.is_namespace;
    }
}

/// An open bracket, with what was met before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) open: Open,
    pub(super) parent: usize,
    pub(super) here: Here,
    pub(super) around: Around,
}

/// What all brackets around come to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around {
    pub(super) cost: u32,
    /// How often the parser may read what is inside, as one number for what multiplies and one for what adds.
    pub(super) times: u64,
    pub(super) adds: u32,
    /// Where the outermost bracket is.
    pub(super) outermost: usize,
}

/// One way to read the text so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    pub(super) offset: usize,
    pub(super) mode: Mode,
    /// The innermost open bracket, by its number from 1.
    pub(super) top: usize,
    pub(super) before: Before,
    /// Whether a line ended before the sign or word at hand.
    pub(super) is_new_line: bool,
    /// Whether `if` or its like stands before.
    pub(super) is_control: bool,
    /// Whether the last word may have begun a statement.
    pub(super) may_be_label: bool,
    pub(super) here: Here,
    pub(super) around: Around,
}

impl Reading {
    pub(super) fn new(offset: usize) -> Self {
        Self {
            offset,
            mode: Mode::Code,
            top: 0,
            before: Before::Start,
            is_new_line: true,
            is_control: false,
            may_be_label: false,
            here: Here::default(),
            around: Around { cost: 0, times: 1, adds: 0, outermost: 0 },
        }
    }

    pub(super) fn cost(&self) -> u32 {
        self.around.cost + self.here.cost()
    }

    /// How often what stands here may be read.
    pub(super) fn times(&self, has_types: bool) -> u64 {
        let times = if has_types { self.around.times.saturating_mul(self.here.times()) } else { 1 };
        times.saturating_mul(u64::from(self.around.adds + self.here.adds()) + 1)
    }

    /// Whether the rest of the text means the same to both.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (self.offset, self.mode, self.top, self.before) == (other.offset, other.mode, other.top, other.before)
    }

    pub(super) fn join(&mut self, other: &Self) {
        self.here.join(&other.here);
        self.is_new_line |= other.is_new_line;
        self.is_control |= other.is_control;
        self.may_be_label |= other.may_be_label;
    }
}
