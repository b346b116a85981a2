//! Which media type is read, and which is written.

/// A media type that answers are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// `application/graphql-response+json`: the status tells of the request's own errors.
    GraphqlResponse,
    /// `application/json`, for clients that know no other: 200 for every well-formed answer.
    Json,
}

impl Media {
    /// The `Content-Type` of an answer.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    /// The media type that an `Accept` header prefers; `None` where it accepts neither.
    ///
    /// Without a header, and where any will do, it is `application/json`.
    pub fn preferred(accept: Option<&str>) -> Option<Self> {
        let Some(accept) = accept else { return Some(Self::Json) };
        let mut best: Option<(Self, f32)> = None;
        for entry in accept.split(',') {
            let (range, quality) = range(entry);
            let Some(media) = Self::of(range) else { continue };
            if quality > 0.0 && best.is_none_or(|(_, found)| quality > found) {
                best = Some((media, quality));
            }
        }
        best.map(|(media, _)| media)
    }

    fn of(range: &str) -> Option<Self> {
        let is = |name: &str| range.eq_ignore_ascii_case(name);
        if is("application/graphql-response+json") {
            return Some(Self::GraphqlResponse);
        }
        let json = is("application/json") || is("application/*") || is("*/*") || range.is_empty();
        json.then_some(Self::Json)
    }
}

/// An entry of an `Accept` header: its range, and its weight from 0 to 1.
fn range(entry: &str) -> (&str, f32) {
    let mut parts = entry.split(';').map(str::trim);
    let range = parts.next().unwrap_or_default();
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    (range, weight.and_then(|weight| weight.parse().ok()).unwrap_or(1.0))
}

/// Whether an `Accept` header asks for a page rather than data: whether a browser's address bar sent it.
pub fn wants_page(accept: Option<&str>) -> bool {
    accept.is_some_and(|accept| accept.split(',').any(|entry| range(entry).0 == "text/html"))
}

/// Whether a `Content-Type` is JSON in UTF-8, which is all that is read.
pub fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let json = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("application/json"));
    json && parts.all(|part| match part.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_in_what_the_client_prefers() {
        let graphql = Some(Media::GraphqlResponse);
        let json = Some(Media::Json);
        assert_eq!(Media::preferred(None), json);
        assert_eq!(Media::preferred(Some("*/*")), json);
        assert_eq!(Media::preferred(Some("application/graphql-response+json")), graphql);
        assert_eq!(
            Media::preferred(Some("application/graphql-response+json, application/json;q=0.9")),
            graphql
        );
        assert_eq!(
            Media::preferred(Some("application/json, application/graphql-response+json;q=0.1")),
            json
        );
        assert_eq!(Media::preferred(Some("text/html, Application/JSON; charset=utf-8")), json);
    }

    #[test]
    fn a_client_that_accepts_neither_gets_none() {
        assert_eq!(Media::preferred(Some("text/html")), None);
        assert_eq!(Media::preferred(Some("application/json;q=0")), None);
    }

    #[test]
    fn only_json_in_utf_8_is_read() {
        for read in ["application/json", "application/json; charset=UTF-8", "Application/Json"] {
            assert!(is_json(read), "{read}");
        }
        for other in ["", "text/plain", "application/jsonp", "application/json; charset=latin1"] {
            assert!(!is_json(other), "{other}");
        }
    }

    #[test]
    fn a_browser_wants_a_page() {
        assert!(wants_page(Some("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")));
        assert!(!wants_page(Some("*/*")));
    }
}
