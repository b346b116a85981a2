//! The definitions of `examples/`: each is valid, and each is walked to every one of its ends.
#![cfg(test)]

mod walk;

use std::collections::BTreeSet;

use docket_domain::FaultCode;
use docket_domain::run::RunEvent;
use docket_domain::workflow::Compiled;
use docket_domain::workflow::definition::StepKind;
use serde_json::{Value, json};
use walk::{Walk, example};

const EXAMPLES: [&str; 5] = [
    "equipment-procurement",
    "vehicle-processing",
    "hr-onboarding",
    "it-incident",
    "expense-claim",
];

/// What somebody does: the step's key, the outcome (`wake` for a pause that is over), the data.
type Act = (&'static str, &'static str, Value);

/// Does these things in order; tells how the run ended.
fn walked(name: &str, variables: Value, acts: Vec<Act>) -> String {
    let mut walk = Walk::start(&example(name), variables);
    for (key, outcome, data) in acts {
        match outcome {
            "wake" => walk.wake(key),
            "" => walk.complete(key, None, data),
            outcome => walk.complete(key, Some(outcome), data),
        }
    }
    let active = walk.active_keys();
    assert_eq!(active, Vec::<&str>::new(), "{name} has not ended");
    walk.outcome().expect("an outcome").to_owned()
}

fn done(key: &'static str) -> Act {
    (key, "", json!({}))
}

fn with(key: &'static str, data: Value) -> Act {
    (key, "", data)
}

fn ended(key: &'static str, outcome: &'static str) -> Act {
    (key, outcome, json!({}))
}

#[test]
fn each_is_valid_and_warns_only_of_roles_that_nobody_holds() {
    for name in EXAMPLES {
        let compiled =
            Compiled::new(&example(name)).unwrap_or_else(|faults| panic!("{name}: {faults:#?}"));
        let warnings = compiled.warnings(&BTreeSet::new());
        assert!(!warnings.is_empty(), "{name} gives no work to any role");
        for warning in warnings {
            assert_eq!(warning.code, FaultCode::RoleNotHeld, "{name}: {warning}");
        }
    }
}

#[test]
fn every_end_of_each_is_walked_to_by_a_test_here() {
    let walked = BTreeSet::from([
        ("equipment-procurement", "completed"),
        ("equipment-procurement", "rejected"),
        ("vehicle-processing", "sold"),
        ("vehicle-processing", "withdrawn"),
        ("vehicle-processing", "not_economical"),
        ("hr-onboarding", "onboarded"),
        ("hr-onboarding", "not_cleared"),
        ("it-incident", "resolved"),
        ("it-incident", "duplicate"),
        ("it-incident", "no_fault"),
        ("expense-claim", "paid"),
        ("expense-claim", "withdrawn"),
        ("expense-claim", "rejected"),
    ]);
    let mut ends = BTreeSet::new();
    for name in EXAMPLES {
        for step in &Compiled::new(&example(name)).expect("a valid example").definition().steps {
            if let StepKind::End(end) = &step.kind {
                ends.insert((name, end.outcome.clone()));
            }
        }
    }
    let walked: BTreeSet<_> =
        walked.into_iter().map(|(name, end)| (name, end.to_owned())).collect();
    assert_eq!(walked, ends);
}

mod equipment_procurement {
    use super::*;

    fn variables() -> Value {
        json!({"equipment_name": "Solar Simulator", "estimated_cost": 500_000})
    }

    #[test]
    fn an_approved_request_ends_with_the_purchase_order() {
        let acts = vec![
            done("request"),
            ended("approval", "approved"),
            done("rfq"),
            done("evaluation"),
            done("po_creation"),
        ];
        assert_eq!(walked("equipment-procurement", variables(), acts), "completed");
    }

    #[test]
    fn a_rejected_request_ends_at_the_approval() {
        let acts = vec![done("request"), ended("approval", "rejected")];
        assert_eq!(walked("equipment-procurement", variables(), acts), "rejected");
    }

    #[test]
    fn the_approval_escalates_to_the_director_after_48_hours() {
        let mut walk = Walk::start(&example("equipment-procurement"), variables());
        walk.complete("request", None, json!({}));
        let sla = walk.events.iter().rev().find_map(|event| match event {
            RunEvent::StepActivated { raised: Some(raised), at, .. } => {
                let raised = serde_json::to_value(raised).expect("JSON");
                Some((raised["approval"]["sla"].clone(), *at))
            }
            _ => None,
        });
        let (sla, at) = sla.expect("an approval");
        let later = serde_json::to_value(at + chrono::Duration::hours(48)).expect("JSON");
        let expected =
            json!({"due_at": later, "escalations": [{"at": later, "to": {"roles": ["director"]}}]});
        assert_eq!(sla, expected);
    }
}

mod vehicle_processing {
    use super::*;

    fn variables() -> Value {
        json!({"stock_number": "A-1", "model": "Kombi", "asking_price": 1_200_000})
    }

    fn tested(outcome: &'static str, cost: u32, kinds: &[&str]) -> Act {
        let defects: Vec<_> =
            kinds.iter().map(|kind| json!({"part": "door", "kind": kind})).collect();
        ("test_and_inspect", outcome, json!({"estimated_cost": cost, "defects": defects}))
    }

    fn requested() -> Act {
        with("request_test", json!({"mileage_km": 90_000}))
    }

    #[test]
    fn a_vehicle_is_repaired_tested_again_and_sold() {
        let acts = vec![
            requested(),
            tested("needs_repair", 80_000, &["mechanical", "cosmetic"]),
            with("detail", json!({"cost": 20_000})),
            with("repair", json!({"cost": 50_000})),
            tested("roadworthy", 0, &[]),
            with("price", json!({"asking_price": 1_150_000})),
            done("photograph"),
            done("publish"),
            ended("sell", "sold"),
        ];
        assert_eq!(walked("vehicle-processing", variables(), acts), "sold");
    }

    #[test]
    fn what_nobody_buys_is_priced_down_and_withdrawn_in_the_end() {
        let mut acts = vec![requested(), tested("roadworthy", 0, &[]), done("photograph")];
        for asking_price in [1_100_000, 1_000_000, 900_000] {
            acts.push(with("price", json!({"asking_price": asking_price})));
            acts.push(done("publish"));
            acts.push(ended("sell", "unsold"));
        }
        assert_eq!(walked("vehicle-processing", variables(), acts), "withdrawn");
    }

    #[test]
    fn a_repair_beyond_the_budget_takes_an_approval() {
        let acts = vec![
            requested(),
            tested("needs_repair", 140_000, &["mechanical"]),
            with("repair", json!({"cost": 140_000})),
            tested("needs_repair", 20_000, &["cosmetic"]),
            ended("exceed_budget", "approved"),
            with("detail", json!({"cost": 20_000})),
            tested("needs_repair", 30_000, &["cosmetic"]),
            ended("exceed_budget", "rejected"),
        ];
        assert_eq!(walked("vehicle-processing", variables(), acts), "not_economical");
    }

    #[test]
    fn a_wreck_is_given_up_at_once() {
        let acts = vec![requested(), tested("write_off", 900_000, &["mechanical"])];
        assert_eq!(walked("vehicle-processing", variables(), acts), "not_economical");
    }
}

mod hr_onboarding {
    use super::*;

    fn variables(remote: bool) -> Value {
        json!({
            "employee_name": "Ada Lovelace",
            "job_title": "Engineer",
            "start_date": "2026-01-05",
            "manager": docket_domain::UserId::default().to_string(),
            "works_remotely": remote
        })
    }

    fn documents(outcome: &'static str, found: &[&str]) -> Act {
        ("collect_documents", outcome, json!({"documents": found}))
    }

    fn trained() -> Act {
        with("schedule_training", json!({"sessions": ["2026-01-06"]}))
    }

    #[test]
    fn missing_documents_are_asked_for_again_while_the_rest_goes_on() {
        let acts = vec![
            documents("missing", &["identity"]),
            trained(),
            done("set_up_desk"),
            ended("remind", "wake"),
            documents("complete", &["contract", "identity"]),
            ended("compliance_check", "incomplete"),
            documents("complete", &["contract", "identity", "tax"]),
            ended("compliance_check", "cleared"),
            ended("first_day", "wake"),
            done("welcome"),
        ];
        assert_eq!(walked("hr-onboarding", variables(false), acts), "onboarded");
    }

    #[test]
    fn whoever_is_not_cleared_does_not_start() {
        let shipped = json!({"tracking_number": "T1", "address": "1 Main Street"});
        let acts = vec![
            with("ship_equipment", shipped),
            trained(),
            documents("complete", &["contract"]),
            ended("compliance_check", "refused"),
        ];
        assert_eq!(walked("hr-onboarding", variables(true), acts), "not_cleared");
    }

    #[test]
    fn the_employees_name_is_marked_to_be_sealed_under_the_runs_key() {
        let walk = Walk::start(&example("hr-onboarding"), variables(false));
        let run = walk.execution();
        let marked =
            json!({"$docket:personal": {"subject": run.id.to_string(), "value": "Ada Lovelace"}});
        assert_eq!(run.variables["employee_name"], marked);
        assert_eq!(run.variables["job_title"], "Engineer");
    }
}

mod it_incident {
    use super::*;

    fn variables() -> Value {
        json!({"summary": "Nobody can log in", "service": "directory"})
    }

    fn triaged(outcome: &'static str, severity: &str) -> Act {
        ("triage", outcome, json!({"severity": severity}))
    }

    #[test]
    fn a_critical_incident_is_worked_on_from_two_sides_and_reviewed() {
        let acts = vec![
            triaged("incident", "critical"),
            done("inform_stakeholders"),
            done("restore_service"),
            with("review", json!({"root_cause": "An expired certificate"})),
            ended("confirm", "works"),
        ];
        assert_eq!(walked("it-incident", variables(), acts), "resolved");
    }

    #[test]
    fn what_does_not_work_is_reopened_and_goes_to_second_line_the_second_time() {
        let acts = vec![
            triaged("incident", "normal"),
            ended("resolve", "resolved"),
            ended("confirm", "reopened"),
            ended("resolve", "resolved"),
            ended("confirm", "reopened"),
            done("resolve_in_second_line"),
            ended("confirm", "works"),
        ];
        assert_eq!(walked("it-incident", variables(), acts), "resolved");
    }

    #[test]
    fn what_is_beyond_first_line_goes_to_second_line() {
        let acts = vec![
            triaged("incident", "high"),
            ended("resolve", "beyond_first_line"),
            done("resolve_in_second_line"),
            ended("confirm", "works"),
        ];
        assert_eq!(walked("it-incident", variables(), acts), "resolved");
    }

    #[test]
    fn a_duplicate_and_a_false_alarm_end_at_triage() {
        for outcome in ["duplicate", "no_fault"] {
            assert_eq!(
                walked("it-incident", variables(), vec![triaged(outcome, "normal")]),
                outcome
            );
        }
    }
}

mod expense_claim {
    use super::*;

    fn variables(amount: u32) -> Value {
        json!({"purpose": "Conference", "amount": amount})
    }

    fn paid() -> Act {
        with("pay", json!({"payment_reference": "SEPA-1"}))
    }

    #[test]
    fn a_small_claim_takes_one_level_a_large_one_two() {
        let acts = vec![ended("approve_small", "approved"), paid()];
        assert_eq!(walked("expense-claim", variables(99_999), acts), "paid");
        let acts = vec![ended("approve_large", "approved"), paid()];
        assert_eq!(walked("expense-claim", variables(100_000), acts), "paid");
    }

    #[test]
    fn a_rejected_claim_can_be_revised_and_becomes_a_small_one() {
        let acts = vec![
            ended("approve_large", "rejected"),
            ("revise", "resubmit", json!({"amount": 50_000})),
            ended("approve_small", "approved"),
            paid(),
        ];
        assert_eq!(walked("expense-claim", variables(200_000), acts), "paid");
    }

    #[test]
    fn a_claim_is_withdrawn_by_whoever_made_it() {
        let acts = vec![ended("approve_small", "rejected"), ended("revise", "withdraw")];
        assert_eq!(walked("expense-claim", variables(1), acts), "withdrawn");
    }

    #[test]
    fn the_third_rejection_is_final() {
        let again = || ended("revise", "resubmit");
        let no = || ended("approve_small", "rejected");
        let acts = vec![no(), again(), no(), again(), no()];
        assert_eq!(walked("expense-claim", variables(1), acts), "rejected");
    }
}
