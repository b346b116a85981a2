//! What the program tells of itself.

use super::program::run;
use crate::support::Store;

#[tokio::test]
async fn ops_1_help_names_every_command_and_the_exit_codes() {
    let store = Store::sqlite();
    let help = run(&store, &["--help"]).await;
    assert_eq!(help.code, 0, "{help:?}");
    for command in [
        "serve",
        "verify-store",
        "projections",
        "migrate",
        "backup",
        "restore",
        "user",
        "events",
        "completions",
    ] {
        assert!(help.out.contains(&format!("  {command} ")), "{command}: {}", help.out);
    }
    assert!(help.out.contains("3 a check found something"), "{}", help.out);
    let unknown = run(&store, &["serve", "--demmo"]).await;
    assert_eq!(unknown.code, 2, "{unknown:?}");
    assert!(unknown.err.contains("--demo"), "{unknown:?}");
}

#[tokio::test]
async fn ops_1_shells_are_told_what_to_complete() {
    let store = Store::sqlite();
    for shell in ["bash", "zsh", "fish"] {
        let script = run(&store, &["completions", shell]).await;
        assert_eq!(script.code, 0, "{script:?}");
        assert!(script.out.contains("verify-store") && script.out.contains("data-dir"), "{shell}");
    }
    assert_eq!(run(&store, &["completions", "cobol"]).await.code, 2);
}
