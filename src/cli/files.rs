//! The files that a command line or a configuration names, read within a limit; and the directories that
//! are written into.
//!
//! What stands in them is the callers'.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use super::Failure;

/// How much of a file is read at a time, in bytes.
const READ_STEP: usize = 8 << 20;
/// The largest file that people write or keep beside others (suites, contexts, certificates, keystores),
/// in bytes.
pub(super) const MOST: usize = 16 << 20;

/// Reads a file, or standard input for `-`, of at most `most` bytes.
pub(super) fn read(path: &Path, most: usize) -> Result<Vec<u8>, Failure> {
    let bytes = if path.as_os_str() == "-" {
        within(&mut std::io::stdin().lock(), most)
    } else {
        contents(path, most)
    };
    let hint = if path.is_dir() { "; name the files in it" } else { "" };
    bytes.map_err(|why| Failure::usage(format_args!("cannot read {}: {why}{hint}", path.display())))
}

/// Reads a file of at most `most` bytes, or says why that cannot be done.
pub(super) fn contents(path: &Path, most: usize) -> Result<Vec<u8>, String> {
    if path.is_dir() {
        return Err("expected a file, found a directory".to_owned());
    }
    let mut file = File::open(path).map_err(|error| error.to_string())?;
    within(&mut file, most)
}

/// Reads a file of text.
pub(super) fn text(path: &Path, most: usize) -> Result<String, String> {
    let bytes = contents(path, most)?;
    String::from_utf8(bytes).map_err(|_| "expected text in UTF-8, found other bytes".to_owned())
}

fn within(source: &mut dyn Read, most: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    // Grown by steps, not doubled: a large input costs its own size.
    while bytes.len() <= most {
        bytes.reserve_exact(READ_STEP);
        let read = source.take(READ_STEP as u64).read_to_end(&mut bytes);
        if read.map_err(|error| error.to_string())? == 0 {
            return Ok(bytes);
        }
    }
    let (most, unit) = if most < 1 << 20 { (most >> 10, "KiB") } else { (most >> 20, "MiB") };
    Err(format!("it is larger than {most} {unit}, the most that is read"))
}

/// Makes a directory to write into, and those above it.
pub(super) fn make_directory(path: &Path) -> Result<(), Failure> {
    let cannot = |why: &dyn std::fmt::Display| {
        Failure::usage(format_args!("cannot write into {}: {why}", path.display()))
    };
    if path.exists() && !path.is_dir() {
        return Err(cannot(&"expected a directory, found a file"));
    }
    fs::create_dir_all(path).map_err(|error| cannot(&error))
}

/// A directory that no other etalon writes into as long as this is kept.
pub(super) struct Claim {
    /// Locked. The system lets go of it when the process ends, however it ends.
    _lock: Option<File>,
}

/// Makes a directory, and keeps others from writing into it at the same time. Where a system cannot lock
/// directories, nobody is kept out.
pub(super) fn claim(path: &Path) -> Result<Claim, Failure> {
    make_directory(path)?;
    let lock = File::open(path).ok();
    if let Some(Err(fs::TryLockError::WouldBlock)) = lock.as_ref().map(File::try_lock) {
        return Err(Failure::usage(format_args!(
            "cannot write into {}: another etalon does at this moment; name another directory",
            path.display()
        )));
    }
    Ok(Claim { _lock: lock })
}
