//! How well bodies are read is a gate, over the labelled functions of the house.

use ambit_catalog::Catalog;
use xtask::effects;

#[test]
fn most_effects_are_found_and_most_of_what_is_found_is_right() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let read = effects::own(&catalog).expect("the labelled functions can be read");
    assert!(read.len() >= 200, "only {} functions", read.len());
    let (kinds, all, _) = effects::measure::tallies(&read);
    let differences = effects::measure::differences(&read);
    assert!(all.recall() >= 0.95 && all.precision() >= 0.95, "{differences}");
    for (kind, tally) in kinds {
        assert!(tally.recall() >= 0.9 && tally.precision() >= 0.9, "{kind}: {tally:?}\n{differences}");
    }
}
