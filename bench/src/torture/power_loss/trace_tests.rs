//! Lines as strace writes them.

use std::path::Path;

use super::super::call::{Act, Call};
use super::calls;

fn hex(text: &str) -> String {
    let escaped: Vec<String> = text.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
    escaped.concat()
}

fn read(trace: &str) -> anyhow::Result<Vec<Call>> {
    calls(trace.as_bytes(), Path::new("/d"))
}

fn acts(trace: &str) -> Vec<Act> {
    read(trace).expect("a trace").into_iter().map(|call| call.act).collect()
}

fn wal(bytes: &str, at: u64) -> Act {
    Act::Write { name: "log.db-wal".to_owned(), at: Some(at), bytes: bytes.into() }
}

#[test]
fn a_write_has_its_place_and_its_bytes() {
    let (file, bytes) = (hex("/d/log.db-wal"), hex("ab, c"));
    let trace = format!("77  pwrite64(9<{file}>, \"{bytes}\", 5, 4096) = 5");
    assert_eq!(acts(&trace), [wal("ab, c", 4096)]);
}

#[test]
fn a_call_that_others_interrupt_lasts_until_it_is_resumed() {
    let file = hex("/d/log.db-wal");
    let trace = format!(
        "77  pwrite64(9<{file}>, \"{a}\", 1, 0 <unfinished ...>\n\
         78  fsync(9<{file}> <unfinished ...>\n\
         77  <... pwrite64 resumed>)           = 1\n\
         78  <... fsync resumed>)              = 0",
        a = hex("a")
    );
    let sync = Act::Sync { name: "log.db-wal".to_owned() };
    let calls = read(&trace).expect("a trace");
    assert_eq!(calls[0], Call { began: 0, ended: 2, act: wal("a", 0) });
    assert_eq!(calls[1], Call { began: 1, ended: 3, act: sync });
}

#[test]
fn what_never_came_back_never_ended() {
    let file = hex("/d/log.db-wal");
    let trace = format!("77  pwrite64(9<{file}>, \"{}\", 1, 0 <unfinished ...>", hex("a"));
    assert_eq!(read(&trace).expect("a trace")[0].ended, usize::MAX);
}

#[test]
fn names_come_and_go() {
    let (one, two) = (hex("/d/master.new"), hex("/d/master.key"));
    let trace = format!(
        "77  openat(AT_FDCWD<{cwd}>, \"{one}\", O_WRONLY|O_CREAT|O_EXCL, 0600) = 3<{one}>\n\
         77  linkat(AT_FDCWD<{cwd}>, \"{one}\", AT_FDCWD<{cwd}>, \"{two}\", 0) = 0\n\
         77  unlink(\"{one}\") = 0\n\
         77  fsync(4<{cwd}>) = 0",
        cwd = hex("/d"),
    );
    let [new, key] = ["master.new", "master.key"].map(str::to_owned);
    let expected = [
        Act::Open { name: new.clone(), empties: false },
        Act::Link { from: new.clone(), to: key },
        Act::Unlink { name: new },
        Act::SyncNames,
    ];
    assert_eq!(acts(&trace), expected);
}

#[test]
fn an_answer_tells_places_in_the_log() {
    let told = hex(r#"HTTP/1.1 200 OK {"data":{"startRun":{"position":"12"}}}"#);
    let trace =
        format!("77  sendto(5<{}>, \"{told}\", 60, MSG_NOSIGNAL, NULL, 0) = 60", hex("socket:[3]"));
    assert_eq!(acts(&trace), [Act::Answer { positions: vec![12] }]);
}

#[test]
fn what_fails_is_elsewhere_or_is_shared_memory_does_not_count() {
    let [gone, out, shared] = ["/d/a", "/e/a", "/d/log.db-shm"].map(hex);
    let trace = format!(
        "77  unlink(\"{gone}\") = -1 ENOENT (No such file or directory)\n\
         77  unlink(\"{out}\") = 0\n\
         77  ftruncate(3<{shared}>, 3) = 0\n\
         77  fsync(3<{gone}>(deleted)) = 0\n\
         77  +++ exited with 0 +++\n"
    );
    assert_eq!(acts(&trace), []);
}

#[test]
fn what_the_model_does_not_know_is_an_error() {
    let trace = format!("77  fallocate(3<{}>, 0, 0, 4096) = 0", hex("/d/log.db"));
    assert!(read(&trace).is_err());
}

#[test]
fn a_write_that_is_not_told_in_full_is_an_error() {
    let file = hex("/d/log.db");
    let trace = format!("77  pwrite64(3<{file}>, \"{}\"..., 4096, 0) = 4096", hex("ab"));
    assert!(read(&trace).is_err());
}
