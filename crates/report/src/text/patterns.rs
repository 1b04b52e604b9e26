//! How it is built: each architecture in a line, and how many of the questions that it raises are open.

use ambit_model::{Architecture, Question};

use super::View;
use super::page::{Page, Tone, faint, plain, sentence, strong};
use crate::Error;
use crate::visible::visible;
use crate::words;

pub(super) fn write(view: &View<'_>, page: &mut Page<'_>) -> Result<(), Error> {
    let patterns = &view.assessment.patterns;
    if patterns.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.heading("How it is built, and what that raises")?;
    for pattern in patterns {
        let mut pieces = vec![strong(visible(&pattern.title)), plain(": ")];
        pieces.extend(sentence(&visible(&pattern.because), |_| Tone::Plain));
        pieces.push(plain(format!("; {}.", words::answered(pattern))));
        pieces.push(faint(format!(" pattern:{}", visible(&pattern.id))));
        page.flow(2, 4, &pieces)?;
        if view.options.all {
            questions(pattern, page)?;
        }
    }
    Ok(())
}

/// Each question, with its answer or the word that it is open.
pub(crate) fn questions(pattern: &Architecture, page: &mut Page<'_>) -> Result<(), Error> {
    pattern.questions.iter().try_for_each(|it| question(it, page))
}

fn question(question: &Question, page: &mut Page<'_>) -> Result<(), Error> {
    let mut pieces = vec![plain(visible(&question.asks)), plain(" ")];
    match &question.answer {
        Some(answer) => pieces.extend(sentence(&visible(answer), |_| Tone::Plain)),
        None => pieces.push(strong("open")),
    }
    if !question.findings.is_empty() {
        let number = words::count(question.findings.len(), "finding");
        pieces.push(faint(format!(" ({number})")));
    }
    page.flow(4, 6, &pieces)
}
