//! The archive of event shapes, `domain/golden/<slice>/<Event>.v<version>.json`, through the codec: every event
//! has its shape there, every shape that ever was is still read, and the newest is written as it stands there.
//!
//! With `DOCKET_BLESS=1` the newest shapes are written anew from what they are read as. Only what has never
//! been released may change so, which `domain/tests/released.rs` holds; what has is a new version, with an
//! upcaster.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cqrs_es::DomainEvent;
use serde::de::{Deserializer, Error as _, Visitor};
use serde_json::Value;

use super::upcast::{RELEASED, Upcasters};

/// Asks a type for the names of its variants, and reads nothing.
struct Names<'n>(&'n mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Names<'_> {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(Self::Error::custom("only enums have variants"))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = variants;
        Err(Self::Error::custom("the names are all that was asked for"))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

fn variants<E: DomainEvent>() -> &'static [&'static str] {
    let mut names: &'static [&'static str] = &[];
    assert!(E::deserialize(Names(&mut names)).is_err());
    names
}

/// A golden file: its path, the event's type and version by its name, and what it holds.
pub(super) fn goldens(slice: &str) -> Vec<(PathBuf, String, String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/golden").join(slice);
    let files =
        fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let golden = |file: fs::DirEntry| {
        let path = file.path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap();
        let (event_type, version) = name.split_once(".v").expect("<Event>.v<version>.json");
        let (event_type, version) = (event_type.to_owned(), version.to_owned());
        let text = fs::read_to_string(&path).unwrap();
        let value = serde_json::from_str(&text);
        let value = value.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (path, event_type, version, value)
    };
    files.map(|file| golden(file.unwrap())).collect()
}

fn blesses() -> bool {
    std::env::var_os("DOCKET_BLESS").is_some_and(|value| value == "1")
}

fn keeps<E: DomainEvent>(slice: &str) {
    let upcasters = Upcasters::new(RELEASED);
    let mut current = BTreeSet::new();
    for (path, event_type, version, golden) in goldens(slice) {
        let shown = path.display();
        let (newest, payload) = upcasters.upcast(&event_type, &version, golden.clone());
        let event: E = serde_json::from_value(payload)
            .unwrap_or_else(|error| panic!("{shown} is read no longer: {error}"));
        assert_eq!(event.event_type(), event_type, "{shown}");
        assert_eq!(event.event_version(), newest, "{shown} has no upcaster to the newest version");
        if version != newest {
            continue;
        }
        let written = serde_json::to_value(&event).unwrap();
        if blesses() {
            fs::write(&path, serde_json::to_string_pretty(&written).unwrap() + "\n").unwrap();
        } else {
            assert_eq!(written, golden, "{shown} is written otherwise");
        }
        current.insert(event_type);
    }
    let missing: Vec<_> = variants::<E>().iter().filter(|name| !current.contains(**name)).collect();
    assert!(missing.is_empty(), "domain/golden/{slice} has no newest shape of {missing:?}");
}

/// Each slice's events; the names are the folders'.
macro_rules! slices {
    ($($slice:ident: $event:ty;)+) => {
        $(#[test]
        fn $slice() {
            keeps::<$event>(stringify!($slice));
        })+

        #[test]
        fn every_folder_is_a_slice() {
            let slices = BTreeSet::from([$(stringify!($slice).to_owned()),+]);
            let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/golden");
            let is_folder = |entry: &fs::DirEntry| entry.path().is_dir();
            let folder = |folder: fs::DirEntry| folder.file_name().into_string().unwrap();
            let folders: BTreeSet<_> =
                fs::read_dir(golden).unwrap().map(Result::unwrap).filter(is_folder).map(folder).collect();
            assert_eq!(folders, slices);
        }
    };
}

slices! {
    access: docket_domain::access::AccessEvent;
    approval: docket_domain::approval::ApprovalEvent;
    organization: docket_domain::organization::OrganizationEvent;
    run: docket_domain::run::RunEvent;
    task: docket_domain::task::TaskEvent;
    user: docket_domain::user::UserEvent;
    workflow: docket_domain::workflow::WorkflowEvent;
}
