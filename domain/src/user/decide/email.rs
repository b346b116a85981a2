//! E-mail addresses: as they are typed, and the form in which they are compared.

use sha2::{Digest, Sha256};

use crate::user::UserRefusal;

/// The longest address, in bytes: what SMTP can carry (RFC 5321, 4.5.3.1.3, less the angle brackets).
pub const MAX_EMAIL_BYTES: usize = 254;

/// An address that mail could be sent to; whether anybody reads it is not known.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads an address, without the space around it.
    ///
    /// # Errors
    /// `EmailMalformed` without a name, one `@` and a domain, with space or control characters inside, or
    /// beyond [`MAX_EMAIL_BYTES`].
    pub fn parse(text: &str) -> Result<Self, UserRefusal> {
        let text = text.trim();
        let (name, domain) = text.rsplit_once('@').ok_or(UserRefusal::EmailMalformed)?;
        let whole = !name.is_empty() && !name.contains('@') && !domain.is_empty();
        let dots = !domain.starts_with('.') && !domain.ends_with('.') && !domain.contains("..");
        let plain = !text.chars().any(|c| c.is_whitespace() || c.is_control());
        if whole && dots && plain && text.len() <= MAX_EMAIL_BYTES {
            Ok(Self(text.to_owned()))
        } else {
            Err(UserRefusal::EmailMalformed)
        }
    }

    /// The address as it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The hexadecimal SHA-256 of the address in lower case: two addresses with the same one are the same
    /// person's. The log holds this, never the address itself.
    pub fn fingerprint(&self) -> String {
        hex::encode(Sha256::digest(self.0.to_lowercase()))
    }
}

/// Personal data: never shown where debugging output goes.
impl std::fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_name_and_a_domain() {
        for text in ["ada@example.org", " a+b@x ", "ünï@exämple.org"] {
            assert_eq!(EmailAddress::parse(text).unwrap().as_str(), text.trim());
        }
        let long = format!("{}@x", "a".repeat(253));
        let faulty =
            ["", "ada", "@x", "a@", "a@b@c", "a b@c", "a@.x", "a@x.", "a@x..y", "a\n@x", &long];
        for text in faulty {
            assert_eq!(EmailAddress::parse(text), Err(UserRefusal::EmailMalformed), "{text}");
        }
    }

    #[test]
    fn the_case_of_letters_makes_no_other_address() {
        let typed = EmailAddress::parse("Ada@Example.org").unwrap();
        assert_eq!(
            typed.fingerprint(),
            EmailAddress::parse(" ada@example.ORG ").unwrap().fingerprint()
        );
        assert_ne!(
            typed.fingerprint(),
            EmailAddress::parse("bob@example.org").unwrap().fingerprint()
        );
    }

    #[test]
    fn an_address_is_not_shown_by_debugging_output() {
        let shown = format!("{:?}", EmailAddress::parse("ada@example.org").unwrap());
        assert!(!shown.contains("ada"));
    }
}
