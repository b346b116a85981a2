//! `StepCancelled` 1 → 2: its `reason` became a `cause`.
//!
//! The text of version 1 held one of two things: a sentence of Docket's own, with the key of the end in it
//! that had ended the run, or the words of whoever cancelled the run. Whoever wanted to know which had to
//! read the sentence. Version 2 keeps them apart; what people are told is the same text as before.

use serde_json::{Value, json};

use super::Upcaster;

pub(super) const V1_TO_V2: Upcaster =
    Upcaster { event_type: "StepCancelled", from: "1", to: "2", upcast };

/// A payload that is not one of version 1 stays as it is, and is refused where it is read as version 2.
fn upcast(mut payload: Value) -> Value {
    let Some(said) = payload.get_mut("StepCancelled").and_then(Value::as_object_mut) else {
        return payload;
    };
    if let Some(Value::String(reason)) = said.remove("reason") {
        said.insert("cause".to_owned(), cause(&reason));
    }
    payload
}

/// The sentence is Docket's own where nothing but the key of a step is in its place. A person who gave it as
/// the reason is told the same either way.
fn cause(reason: &str) -> Value {
    let quoted = reason.strip_prefix("the run ended at `").and_then(|rest| rest.strip_suffix('`'));
    match quoted.filter(|end| !end.is_empty() && !end.contains('`')) {
        Some(end) => json!({ "run_ended": { "end": end } }),
        None => json!({ "run_cancelled": { "reason": reason } }),
    }
}

#[cfg(test)]
mod tests {
    use docket_domain::run::RunEvent;

    use super::*;

    fn upcast_of(reason: &Value) -> Value {
        upcast(json!({"StepCancelled": {"key": "rfq", "reason": reason}}))
    }

    #[test]
    fn an_end_is_read_out_of_the_sentence() {
        assert_eq!(
            upcast_of(&json!("the run ended at `rejected`")),
            json!({"StepCancelled": {"key": "rfq", "cause": {"run_ended": {"end": "rejected"}}}})
        );
    }

    #[test]
    fn anything_else_is_what_somebody_gave_as_the_reason() {
        for reason in ["bought elsewhere", "the run ended at `", "the run ended at ``", "a`b`", ""]
        {
            let cause = json!({"run_cancelled": {"reason": reason}});
            assert_eq!(
                upcast_of(&json!(reason)),
                json!({"StepCancelled": {"key": "rfq", "cause": cause}})
            );
        }
    }

    #[test]
    fn people_are_told_the_same_text_as_before() {
        for reason in ["the run ended at `rejected`", "bought elsewhere", "the run ended at `a``"] {
            let older = json!({"StepCancelled": {
                "step": "stp_01h455vb4pex5vsknk084sn02s", "key": "rfq", "raised": null,
                "reason": reason, "at": "2026-11-20T09:00:00Z",
            }});
            match serde_json::from_value(upcast(older)).unwrap() {
                RunEvent::StepCancelled { cause, .. } => assert_eq!(cause.to_string(), reason),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn what_is_no_version_1_stays_as_it_is() {
        for other in
            [json!(null), json!({"StepCancelled": 1}), json!({"TaskClaimed": {"reason": 1}})]
        {
            assert_eq!(upcast(other.clone()), other);
        }
    }
}
