//! Canonical text of what needs no more than its members sorted, which is nearly everything: without a tree.

use std::ops::Range;

use super::canonical::{is_large, number_length, string_length};

/// The canonical form (RFC 8785) of `text`, which is JSON as serde writes it, without blanks. `None` where that
/// takes more than to sort members: a number with a fraction or an exponent, or beyond 2^53, and a key that is
/// not plain ASCII.
pub(super) fn sorted(text: &str) -> Option<String> {
    let mut sorter = Sorter {
        rest: text.as_bytes(),
        sorted: Vec::with_capacity(text.len()),
        members: Vec::new(),
    };
    sorter.value()?;
    if sorter.rest.is_empty() { String::from_utf8(sorter.sorted).ok() } else { None }
}

struct Sorter<'t> {
    rest: &'t [u8],
    sorted: Vec<u8>,
    /// The members of all objects that have begun, innermost last.
    members: Vec<Member<'t>>,
}

/// A member of an object: its key without the quotes, which would come after a blank, and where it lies in what
/// is sorted.
struct Member<'t> {
    key: &'t [u8],
    lies: Range<usize>,
}

impl<'t> Sorter<'t> {
    fn value(&mut self) -> Option<()> {
        match self.rest.first()? {
            b'{' => self.object(),
            b'[' => self.array(),
            b'"' => self.take(string_length(self.rest)?).map(drop),
            b'-' | b'0'..=b'9' => self.number(),
            _ => {
                let letters = self.rest.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
                let word = self.take(letters)?;
                matches!(word, b"true" | b"false" | b"null").then_some(())
            }
        }
    }

    fn number(&mut self) -> Option<()> {
        let number = self.take(number_length(self.rest))?;
        let digits = number.strip_prefix(b"-").unwrap_or(number);
        let is_exact = digits.iter().all(u8::is_ascii_digit) && !is_large(digits);
        (is_exact && number != b"-0").then_some(())
    }

    fn array(&mut self) -> Option<()> {
        self.take(1)?;
        if self.rest.first() == Some(&b']') {
            return self.take(1).map(drop);
        }
        loop {
            self.value()?;
            match self.take(1)? {
                b"," => {}
                b"]" => return Some(()),
                _ => return None,
            }
        }
    }

    fn object(&mut self) -> Option<()> {
        self.take(1)?;
        if self.rest.first() == Some(&b'}') {
            return self.take(1).map(drop);
        }
        let (begin, outer) = (self.sorted.len(), self.members.len());
        loop {
            let member = self.member()?;
            self.members.push(member);
            match self.take(1)? {
                b"," => {}
                b"}" => break,
                _ => return None,
            }
        }
        self.sort(begin, outer)
    }

    fn member(&mut self) -> Option<Member<'t>> {
        let begin = self.sorted.len();
        let quoted = self.take(string_length(self.rest)?)?;
        let key = quoted.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        if !key.iter().all(|byte| byte.is_ascii() && *byte != b'\\') || self.take(1)? != b":" {
            return None;
        }
        self.value()?;
        Some(Member { key, lies: begin..self.sorted.len() })
    }

    /// Puts the members from `outer` on in order, those of the object that begins at `begin` and has just ended.
    /// A key that comes twice is not for us.
    fn sort(&mut self, begin: usize, outer: usize) -> Option<()> {
        let in_order =
            |members: &[Member<'_>]| members.is_sorted_by(|one, next| one.key < next.key);
        let members = self.members.get_mut(outer..)?;
        if !in_order(members) {
            members.sort_unstable_by_key(|member| member.key);
            if !in_order(members) {
                return None;
            }
            let mut object = Vec::with_capacity(self.sorted.len() - begin);
            for (index, member) in members.iter().enumerate() {
                if index > 0 {
                    object.push(b',');
                }
                object.extend_from_slice(self.sorted.get(member.lies.clone())?);
            }
            object.push(b'}');
            self.sorted.truncate(begin);
            self.sorted.append(&mut object);
        }
        self.members.truncate(outer);
        Some(())
    }

    /// Takes `length` bytes over as they are.
    fn take(&mut self, length: usize) -> Option<&'t [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        self.sorted.extend_from_slice(taken);
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-20_i64..20).prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            let keys = prop_oneof!["[ !a-c\"#]{0,3}", any::<String>()];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec((keys, inner), 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    /// The same value with the members of every object the other way round.
    fn reversed(value: &Value) -> String {
        match value {
            Value::Array(items) => {
                let items: Vec<_> = items.iter().map(reversed).collect();
                format!("[{}]", items.join(","))
            }
            Value::Object(members) => {
                let member =
                    |(key, value): (&String, &Value)| format!("{}:{}", json!(key), reversed(value));
                let members: Vec<_> = members.iter().rev().map(member).collect();
                format!("{{{}}}", members.join(","))
            }
            leaf => leaf.to_string(),
        }
    }

    /// Values of which every one is sorted.
    fn plain_values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 30, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[ !a-b_]{0,3}", inner, 0..8)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_plain_value_is_sorted(value in plain_values()) {
            let canonical = serde_json_canonicalizer::to_string(&value).unwrap();
            for text in [value.to_string(), reversed(&value)] {
                prop_assert_eq!(sorted(&text), Some(canonical.clone()));
            }
        }

        #[test]
        fn what_is_sorted_is_canonical(value in values()) {
            let canonical = serde_json_canonicalizer::to_string(&value).unwrap();
            for text in [value.to_string(), reversed(&value)] {
                if let Some(sorted) = sorted(&text) {
                    prop_assert_eq!(&sorted, &canonical);
                }
            }
        }
    }

    #[test]
    fn plain_values_are_sorted_at_any_depth() {
        let text = r#"{"b":[{"d":"}\"","c":-7},{}],"a":{"z":null,"y":true},"aa":"é\n"}"#;
        let canonical = r#"{"a":{"y":true,"z":null},"aa":"é\n","b":[{"c":-7,"d":"}\""},{}]}"#;
        assert_eq!(sorted(text).unwrap(), canonical);
        assert_eq!(sorted(canonical).unwrap(), canonical);
    }

    #[test]
    fn a_key_comes_before_those_that_begin_with_it() {
        let canonical = r#"{"":1," x":2,"a":3,"a b":4,"a!":5,"a#":6}"#;
        let texts = [canonical, r#"{"a#":6,"a!":5,"a b":4,"a":3," x":2,"":1}"#];
        assert!(texts.iter().all(|text| sorted(text).unwrap() == canonical));
        let value: Value = serde_json::from_str(canonical).unwrap();
        assert_eq!(serde_json_canonicalizer::to_string(&value).unwrap(), canonical);
    }

    #[test]
    fn what_takes_more_is_left_alone() {
        let texts = ["1.0", "1e3", "9007199254740992", "-9007199254740992", "-0", r#"{"é":1}"#];
        for text in texts.into_iter().chain([r#"{"a":1,"a":2}"#, r#"{"b":1, "a":2}"#, "[1", "nul"])
        {
            assert_eq!(sorted(text), None, "{text}");
        }
    }
}
