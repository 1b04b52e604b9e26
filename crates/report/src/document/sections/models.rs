//! The inventory of language models.

use ambit_model::AssetKind;
use ambit_model::stated::{Entry, ModelEntry};

use super::{Source, stated};
use crate::document::blocks::Section;

pub(super) fn section(source: &Source<'_>) -> Section {
    let about = "Which language models are in use, for what, and when they were last validated.";
    let mut section = Section::new("models", "Model inventory", about);
    let models = &source.material.model.models;
    if models.is_empty() {
        section.missing("No model is in the inventory: `models` in `ambit.yaml` says provider, version, use, risk, validation and owner of each.");
    } else {
        let row = |(name, entry): (&str, &Entry<ModelEntry>)| {
            let it = &entry.value;
            vec![
                format!("`{name}`"),
                stated(it.provider.as_ref()),
                stated(it.version.as_ref()),
                stated(it.used_for.as_ref()),
                stated(it.risk.as_ref()),
                format!("{}: {}", stated(it.validated.as_ref()), stated(it.validation.as_ref())),
                stated(it.owner.as_ref()),
                stated(it.review.as_ref()),
            ]
        };
        let columns = [
            ("model", 2),
            ("provider", 2),
            ("version", 2),
            ("use", 3),
            ("risk", 2),
            ("validated", 3),
            ("owner", 2),
            ("next review", 2),
        ];
        section.table(
            "model",
            &columns,
            models.iter().map(row).collect::<Vec<_>>().into_iter(),
            "All are in `ambit.yaml`.",
        );
    }
    section.head("Models that agents name");
    let agents = source.material.assessment.assets.iter().filter(|it| it.kind == AssetKind::Agent);
    let named = agents.filter_map(|it| {
        let model = it.facts.iter().find_map(|fact| fact.strip_prefix("model: "))?;
        let known =
            if models.declares(model) { "in the inventory" } else { "not in the inventory under that name" };
        Some(format!("`{}` runs `{model}`: {known}", source.index.name(&it.id)))
    });
    let named: Vec<String> = named.collect();
    if named.is_empty() {
        section.say("No file and no statement says which model an agent runs.");
    }
    section.list(named);
    section
}
