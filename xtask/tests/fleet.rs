//! Fleets are the same for the same seed, as large as asked, and look like what was measured.
#![expect(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "helpers of tests fail as tests do, and the counts are small"
)]

use ambit_analysis::closure::{Closures, Composition, Graph, Verdicts, of_lock};
use ambit_catalog::Catalog;
use ambit_model::{Inventory, Lock, stated};
use xtask::fleet::{Fleet, Shape, grow, lock, yaml};

fn fleet(edges: usize, seed: u64) -> Fleet {
    grow(&Shape::kept().unwrap(), edges, None, seed).unwrap()
}

#[test]
fn the_same_seed_gives_the_same_fleet_of_the_size_that_was_asked_for() {
    for edges in [100, 1_000, 20_000] {
        let one = fleet(edges, 5);
        assert_eq!(one.columns.edges.len(), edges);
        assert_eq!(one.columns.edges, fleet(edges, 5).columns.edges);
        assert_ne!(one.columns.edges, fleet(edges, 6).columns.edges);
        assert_eq!(one.via.len(), edges);
    }
    assert!(grow(&Shape::kept().unwrap(), 10, Some(5), 1).is_err());
}

#[test]
fn rows_are_as_frequent_as_they_were_measured() {
    let shape = Shape::kept().unwrap();
    let (fleet, measured) = (fleet(200_000, 1), shape.rows.iter().map(|it| it.count).sum::<usize>());
    let row = shape.rows.iter().max_by_key(|it| it.count).unwrap();
    let facts = row.facts().unwrap();
    let there = fleet.columns.edges.iter().filter(|it| it.facts == facts).count();
    let of_agents = fleet.columns.edges.iter().filter(|it| fleet.blocks.agents.contains(&it.from)).count();
    let (share, expected) = (there as f64 / of_agents as f64, row.count as f64 / measured as f64);
    assert!((share - expected).abs() < 0.01, "{} is {share} of all, measured {expected}", row.is);
    assert!(shape.agents > 100 && shape.files > 100, "measured on enough");
}

#[test]
fn a_lock_of_a_fleet_is_read_back_and_judged_as_the_fleet_is() {
    let fleet = fleet(5_000, 2);
    let made = lock(&fleet);
    let (read, problems) = Lock::read("ambit.lock", &made.write());
    assert_eq!((&read, problems.len()), (&made, 0));
    let (columns, _) = of_lock(&read);
    let graph = Graph::of(columns).unwrap();
    let verdicts = Verdicts::of(&graph, &Closures::of(&graph));
    assert!(verdicts.all().any(|it| it.1 == Composition::HijackableAction), "something fires");
}

#[test]
fn whoever_is_handed_work_in_a_stated_fleet_is_in_it() {
    let shape = Shape::kept().unwrap();
    let handed = |seed| {
        let (document, problems) =
            stated::read("ambit.yaml", &yaml(&grow(&shape, 2_400, Some(100), seed).unwrap()));
        assert!(problems.is_empty(), "{problems:#?}");
        let (_, problems) = stated::join([document]);
        problems
    };
    let problems: Vec<_> = (0..20).flat_map(handed).collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn a_stated_fleet_is_understood_and_has_its_agents() {
    let fleet = grow(&Shape::kept().unwrap(), 1_200, Some(50), 3).unwrap();
    let (document, problems) = stated::read("ambit.yaml", &yaml(&fleet));
    assert!(problems.is_empty(), "{problems:#?}");
    let (model, problems) = stated::join([document]);
    assert!(problems.is_empty(), "{problems:#?}");
    let catalog = Catalog::compiled().unwrap();
    let assessment = ambit_analysis::assess_with(
        Inventory::default(),
        &model,
        &catalog,
        &ambit_analysis::Judging::default(),
    );
    assert!(assessment.summary.agents >= 45, "{:?}", assessment.summary);
    assert!(!assessment.findings.is_empty());
}
