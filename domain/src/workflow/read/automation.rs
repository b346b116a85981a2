//! What is particular to automations and sub-workflows.

use std::collections::BTreeMap;

use super::fields::Fields;
use super::node::Node;
use super::step::expressions;
use crate::workflow::Period;
use crate::workflow::definition::{Action, AutomationStep, Backoff, HttpMethod, SubworkflowStep};
use crate::workflow::limits::EXPRESSION_MAX_BYTES;

const METHODS: [(&str, HttpMethod); 5] = [
    ("GET", HttpMethod::Get),
    ("POST", HttpMethod::Post),
    ("PUT", HttpMethod::Put),
    ("PATCH", HttpMethod::Patch),
    ("DELETE", HttpMethod::Delete),
];
/// The longest address or header, in characters: what servers commonly take.
const HTTP_TEXT_MAX_CHARS: usize = 2_000;
/// The most headers of a request.
const HEADERS_MAX: usize = 50;
/// The most attempts.
const ATTEMPTS_MAX: u32 = 100;

pub(super) fn automation(fields: &Fields<'_>) -> AutomationStep {
    let action = fields.need("action").and_then(|action| http(&action));
    let nothing = Action::Http {
        method: HttpMethod::Get,
        url: String::new(),
        headers: BTreeMap::new(),
        body: None,
    };
    AutomationStep {
        action: action.unwrap_or(nothing),
        input: fields.maybe("input").map(|input| expressions(&input)).unwrap_or_default(),
        output: fields.maybe("output").and_then(|output| output.object_form()),
        timeout: fields.maybe("timeout").and_then(|timeout| timeout.period()),
        retry: fields.maybe("retry").and_then(|retry| backoff(&retry)),
    }
}

pub(super) fn subworkflow(fields: &Fields<'_>) -> SubworkflowStep {
    SubworkflowStep {
        workflow: fields.need("workflow").and_then(|code| code.code()).unwrap_or_default(),
        version: fields.maybe("version").and_then(|version| version.number(1, u32::MAX)),
        variables: fields.maybe("variables").map(|input| expressions(&input)).unwrap_or_default(),
    }
}

fn http(node: &Node<'_>) -> Option<Action> {
    let action = node.fields()?;
    let request = action.need("http").and_then(|http| {
        let fields = http.fields()?;
        let method = fields.need("method").and_then(|method| method.word(&METHODS));
        let url = fields.need("url").and_then(|url| url.text(HTTP_TEXT_MAX_CHARS));
        let headers = fields.maybe("headers").map(|headers| texts(&headers)).unwrap_or_default();
        let body = fields.maybe("body").map(|body| body.value.clone());
        fields.finish();
        Some(Action::Http { method: method?, url: url?, headers, body })
    });
    action.finish();
    request
}

fn texts(node: &Node<'_>) -> BTreeMap<String, String> {
    let entries = node.entries(HEADERS_MAX).into_iter();
    entries
        .filter_map(|(name, entry)| Some((name.to_owned(), entry.text(EXPRESSION_MAX_BYTES)?)))
        .collect()
}

fn backoff(node: &Node<'_>) -> Option<Backoff> {
    let fields = node.fields()?;
    let attempts = fields.need("attempts").and_then(|attempts| attempts.number(1, ATTEMPTS_MAX));
    let delay: Option<Period> = fields.need("delay").and_then(|delay| delay.period());
    fields.finish();
    Some(Backoff { attempts: attempts?, delay: delay? })
}
