//! What was read, and what was not.

use ambit_model::Problem;
use ambit_model::facts::Skipped;
use maud::{Markup, html};

use super::words::{count, prose};
use super::{Report, section as frame};
use crate::visible::visible;

pub(super) fn section(report: &Report<'_>) -> Markup {
    let inputs = &report.index.assessment.inputs;
    let tool = &report.index.assessment.tool;
    let body = html! {
        p {
            (count(inputs.seen, "file")) " seen: " (inputs.read) " read, " (inputs.failed) " not understood, "
            (inputs.skipped.len()) " skipped, " (inputs.ignored) " of no interest."
        }
        (told("Problems", &inputs.problems))
        (told("Stated, and noted", &report.index.assessment.notes))
        (passed_over("Skipped files", &inputs.skipped))
        (passed_over("Folders not entered", &inputs.pruned))
        p class="small" { "Made by " (visible(&tool.name)) " " (visible(&tool.version)) "." }
    };
    frame("inputs", "What was read", "A map is as good as what it was drawn from.", &body)
}

fn told(title: &str, all: &[Problem]) -> Markup {
    html! {
        @if !all.is_empty() {
            h3 { (title) }
            ul class="plain-list" {
                @for it in all {
                    li {
                        code { (visible(&it.path)) ":" (it.line) ":" (it.column) } " " (prose(&it.message))
                        p class="small" { (prose(&it.help)) }
                    }
                }
            }
        }
    }
}

fn passed_over(title: &str, all: &[Skipped]) -> Markup {
    html! {
        @if !all.is_empty() {
            h3 { (title) }
            ul class="plain-list" {
                @for it in all { li { code { (visible(&it.path)) } " " (visible(&it.reason)) } }
            }
        }
    }
}
