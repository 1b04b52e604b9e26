//! The compact closures against slow answers: all simple ways, one by one, and the rules themselves.

mod chance;
mod growth;
mod ways;
mod with_rules;
mod with_ways;
