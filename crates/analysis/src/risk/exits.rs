//! What contexts do at last and the data that they need for it: each once, however many ends it brings about.
//!
//! Data of a thousand stores leaves by the same ways out. So ways out are numbered, and those by which data of one sort may
//! leave are a sink: whether data that is in a context gets to any of them is asked once for all stores.

use ambit_model::{AssetId, Level};

use super::layout::Filter;
use super::network::{ModuleNo, Writer};
use crate::index::NodeNo;

/// What a context does at last, by its place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ExitNo(u32);

/// Data, by its place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DataNo(u32);

/// A sink, by its place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SinkNo(u32);

impl ExitNo {
    pub(crate) fn place(self) -> usize {
        self.0 as usize
    }
}

impl DataNo {
    pub(crate) fn place(self) -> usize {
        self.0 as usize
    }
}

impl SinkNo {
    pub(crate) fn place(self) -> usize {
        self.0 as usize
    }
}

/// How a context does something: it is steered or goes wrong by itself, has what it needs, and does it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Exit {
    pub(crate) node: NodeNo,
    /// Those whose content can steer it there.
    pub(crate) writers: Vec<Writer>,
    /// Whether it may do so by itself.
    pub(crate) accidental: bool,
    /// Steps of which one has to come before, where any has to.
    pub(crate) access: Vec<ModuleNo>,
    /// Steps of which one does it.
    pub(crate) last: Vec<ModuleNo>,
}

/// Data of a store, as of a level or a higher one.
#[derive(Debug, Clone)]
pub(crate) struct Data {
    pub(crate) store: AssetId,
    pub(crate) level: Level,
    /// Where it is read, and by which step.
    pub(crate) reads: Vec<(NodeNo, ModuleNo)>,
    /// What it passes on its way between contexts, by its place in the list.
    pub(super) filter: usize,
}

/// Ways out by which data of one sort may leave.
#[derive(Debug, Clone)]
pub(crate) struct Sink {
    /// In the order of the places of their contexts.
    pub(crate) exits: Vec<(u32, ExitNo)>,
    /// What data passes on its way there, by its place in the list.
    pub(super) filter: usize,
    /// Whether it is known for every context all the time when data there leaves by it, and not only where somebody asks.
    pub(crate) is_shared: bool,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Exits {
    pub(crate) list: Vec<Exit>,
    pub(crate) data: Vec<Data>,
    pub(crate) sinks: Vec<Sink>,
    pub(super) filters: Vec<Filter>,
}

impl Exits {
    pub(crate) fn exit(&self, no: ExitNo) -> Option<&Exit> {
        self.list.get(no.place())
    }

    pub(crate) fn data(&self, no: DataNo) -> Option<&Data> {
        self.data.get(no.place())
    }

    pub(crate) fn sink(&self, no: SinkNo) -> Option<&Sink> {
        self.sinks.get(no.place())
    }

    /// How many steps there are to look at in an exit.
    pub(crate) fn steps(&self, no: ExitNo) -> usize {
        self.exit(no).map_or(0, |it| 1 + it.access.len() + it.last.len())
    }

    /// What data or a sink lets pass.
    pub(crate) fn filter(&self, place: usize) -> &[bool] {
        self.filters.get(place).map_or(&[], Vec::as_slice)
    }

    pub(super) fn add(&mut self, exit: Exit) -> ExitNo {
        self.list.push(exit);
        ExitNo(number(self.list.len()))
    }

    pub(super) fn add_data(&mut self, data: Data) -> DataNo {
        self.data.push(data);
        DataNo(number(self.data.len()))
    }

    pub(super) fn add_sink(&mut self, sink: Sink) -> SinkNo {
        self.sinks.push(sink);
        SinkNo(number(self.sinks.len()))
    }

    /// All exits with their numbers.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (ExitNo, &Exit)> {
        (0..).map(ExitNo).zip(&self.list)
    }
}

/// The number of the last of so many.
fn number(many: usize) -> u32 {
    u32::try_from(many.saturating_sub(1)).unwrap_or(u32::MAX)
}
