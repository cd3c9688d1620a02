//! libxmlsec1 in this process, through the few calls of `xmlsec.c`.

use std::ffi::{c_int, c_uchar, c_void};
use std::sync::OnceLock;

unsafe extern "C" {
    fn peer_start() -> c_int;
    fn peer_key(spki: *const c_uchar, length: c_int) -> *mut c_void;
    fn peer_verifies(key: *mut c_void, text: *const c_uchar, length: c_int) -> c_int;
}

/// The library, initialised.
#[derive(Clone, Copy)]
pub(super) struct Library(());

impl Library {
    /// Initialises it, once.
    pub(super) fn start() -> Self {
        static STARTED: OnceLock<Library> = OnceLock::new();
        *STARTED.get_or_init(|| {
            // SAFETY: it has no precondition, and runs once.
            assert_eq!(unsafe { peer_start() }, 0, "libxmlsec1 starts");
            Self(())
        })
    }

    /// The public key in a SubjectPublicKeyInfo. It lives as long as the process.
    pub(super) fn key(self, spki: &[u8]) -> Key {
        let length = spki.len().try_into().expect("a short key");
        // SAFETY: the library is initialised, and reads `length` bytes.
        let key = unsafe { peer_key(spki.as_ptr(), length) };
        assert!(!key.is_null(), "libxmlsec1 reads the key");
        Key(key)
    }
}

/// A key of the library.
pub(super) struct Key(*mut c_void);

impl Key {
    /// Whether the first signature of a document verifies under the key.
    pub(super) fn verifies(&self, text: &str) -> bool {
        let length = text.len().try_into().expect("less than 2 GB");
        // SAFETY: the key came from `peer_key`, and the library reads `length` bytes.
        unsafe { peer_verifies(self.0, text.as_ptr(), length) == 1 }
    }
}
