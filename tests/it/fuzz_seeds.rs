//! Every fuzz target replays its seeds on a stable toolchain.
//!
//! The seeds are the inputs of the vectors of the target's kinds, the texts that it carries itself, and
//! every prefix of the shorter ones. `ETALON_EXPORT_SEEDS=fuzz/corpus` also writes them out, for cargo-fuzz to start from.

use std::fs;
use std::path::Path;

use crate::vectors;

#[path = "../../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "these files are the public interface of the fuzz crate")]
mod targets;

/// Inputs up to this long are also replayed cut off after every byte.
const PREFIXES_BELOW: usize = 40;

/// Says on a panic which target and which seed were at work.
struct AtWork<'n>(&'static str, &'n str);

#[expect(clippy::print_stderr, reason = "beside the panic that it explains")]
impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("fuzz target `{}` breaks at the seed `{}`", self.0, self.1);
        }
    }
}

#[test]
fn every_seed_replays() {
    let export = std::env::var_os("ETALON_EXPORT_SEEDS");
    let inputs = vectors::inputs();
    for target in targets::TARGETS {
        let of_kinds = inputs.iter().filter(|(kind, ..)| target.kinds.contains(kind));
        let own = target.seeds.iter().enumerate();
        let seeds: Vec<(String, Vec<u8>)> = of_kinds
            .map(|(_, name, bytes)| (name.clone(), bytes.clone()))
            .chain(own.map(|(index, text)| (format!("own-{index}"), text.as_bytes().to_vec())))
            .collect();
        assert!(!seeds.is_empty(), "fuzz target `{}` has no seed: add vectors of its kinds", target.name);
        for (name, bytes) in &seeds {
            let _at_work = AtWork(target.name, name);
            (target.run)(bytes);
            for end in 0..bytes.len().min(PREFIXES_BELOW) {
                (target.run)(&bytes[..end]);
            }
            if let Some(folder) = &export {
                let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(target.name);
                fs::create_dir_all(&folder).unwrap();
                fs::write(folder.join(name), bytes).unwrap();
            }
        }
    }
}

#[test]
fn every_target_has_its_file_and_its_entry() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
    for target in targets::TARGETS {
        let path = format!("fuzz_targets/{}.rs", target.name);
        let body = fs::read_to_string(fuzz.join(&path)).unwrap_or_else(|_| panic!("add fuzz/{path}"));
        assert!(
            body.contains(&format!("etalon_fuzz::run::{}(data)", target.name)),
            "fuzz/{path} calls something else"
        );
        assert!(
            manifest.contains(&format!("path = \"{path}\"")),
            "add a [[bin]] for {path} to fuzz/Cargo.toml"
        );
        let dictionary = format!("dict/{}.dict", target.name);
        let words = fs::read_to_string(fuzz.join(&dictionary)).unwrap_or_else(|_| {
            panic!("add fuzz/{dictionary}, or a link to one that serves the target, too")
        });
        for line in words.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            assert!(
                line.len() > 2 && line.starts_with('"') && line.ends_with('"'),
                "fuzz/{dictionary}: libFuzzer reads no `{line}`"
            );
        }
    }
    let files = fs::read_dir(fuzz.join("fuzz_targets")).unwrap().count();
    assert_eq!(files, targets::TARGETS.len(), "a file in fuzz/fuzz_targets is in no `targets!` entry");
}
